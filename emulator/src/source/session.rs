//! An import session and the states it passes through.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::clock::{later, wire};
use crate::refusal::Refusal;

/// A session in which nothing happens for so long expires.
const IDLE: SignedDuration = SignedDuration::from_hours(24);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Status {
    Created,
    InProgress,
    Triggered,
    Completed,
    Closed,
    Expired,
    Error,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) status: Status,
    created: Timestamp,
    pub(crate) last_updated: Timestamp,
}

impl Status {
    /// Data can be loaded, and the session cancelled.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Status::Created | Status::InProgress)
    }

    /// Shown in the list.
    pub(crate) fn is_active(self) -> bool {
        self.is_open() || self == Status::Triggered
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Status::Created => "CREATED",
            Status::InProgress => "IN_PROGRESS",
            Status::Triggered => "TRIGGERED",
            Status::Completed => "COMPLETED",
            Status::Closed => "CLOSED",
            Status::Expired => "EXPIRED",
            Status::Error => "ERROR",
        }
    }
}

impl Session {
    pub(crate) fn new(id: String, now: Timestamp) -> Session {
        Session {
            id,
            status: Status::Created,
            created: now,
            last_updated: now,
        }
    }

    pub(crate) fn json(&self, source: &str) -> Value {
        json!({
            "id": self.id,
            "identitySourceId": source,
            "status": self.status.as_str(),
            "importType": "INCREMENTAL",
            "created": wire(self.created),
            "lastUpdated": wire(self.last_updated),
        })
    }

    pub(crate) fn cancel(&mut self, now: Timestamp) -> Result<(), Refusal> {
        if !self.status.is_open() {
            return Err(Refusal::validation(
                "importSessionId",
                "Only a session that is in CREATED or IN_PROGRESS status can be canceled.",
            ));
        }
        self.enter(Status::Closed, now);
        Ok(())
    }

    pub(crate) fn expire(&mut self, now: Timestamp) {
        let end = later(self.last_updated, IDLE);
        if self.status.is_open() && now >= end {
            self.enter(Status::Expired, end);
        }
    }

    fn enter(&mut self, status: Status, now: Timestamp) {
        self.status = status;
        self.last_updated = now;
    }
}

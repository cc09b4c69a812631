//! An import session and the states it passes through.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::clock::{later, seconds_after, wire};
use crate::refusal::Refusal;
use crate::seed::Settings;

use super::load::{Load, MAX_REQUESTS};

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
    last_updated: Timestamp,
    /// Any request about an open session keeps it alive.
    touched: Timestamp,
    loads: Vec<Load>,
    /// Accepted bulk requests, those without effect included.
    requests: usize,
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
            touched: now,
            loads: Vec::new(),
            requests: 0,
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

    /// What the session holds, for the control API.
    pub(crate) fn state(&self, source: &str) -> Value {
        let mut state = self.json(source);
        if let Some(state) = state.as_object_mut() {
            let loads: Vec<_> = self.loads.iter().map(Load::json).collect();
            state.insert("loaded".to_owned(), Value::Array(loads));
            state.insert("bulkRequests".to_owned(), json!(self.requests));
        }
        state
    }

    pub(crate) fn loads(&self) -> &[Load] {
        &self.loads
    }

    pub(crate) fn touch(&mut self, now: Timestamp) {
        self.touched = now;
    }

    /// Whether data can be loaded now.
    pub(crate) fn check_open(&self) -> Result<(), Refusal> {
        if !self.status.is_open() {
            return Err(self.wrong_status("CREATED or IN_PROGRESS"));
        }
        if self.requests >= MAX_REQUESTS {
            let cause = format!("Session={} already has {MAX_REQUESTS} bulk requests", self.id);
            return Err(Refusal::validation("importSessionId", cause));
        }
        Ok(())
    }

    /// A load without effect is taken, and the session stays as it is.
    pub(crate) fn load(&mut self, load: Load, effective: bool, now: Timestamp) {
        self.requests += 1;
        if effective {
            self.loads.push(load);
            self.enter(Status::InProgress, now);
        }
    }

    pub(crate) fn cancel(&mut self, now: Timestamp) -> Result<(), Refusal> {
        if !self.status.is_open() {
            return Err(Refusal::validation(
                "importSessionId",
                "Only a session that is in CREATED or IN_PROGRESS status can be canceled.",
            ));
        }
        self.loads.clear();
        self.enter(Status::Closed, now);
        Ok(())
    }

    pub(crate) fn trigger(&mut self, now: Timestamp) -> Result<(), Refusal> {
        if self.status != Status::InProgress {
            return Err(self.wrong_status("IN_PROGRESS"));
        }
        self.enter(Status::Triggered, now);
        Ok(())
    }

    pub(crate) fn expire(&mut self, now: Timestamp) {
        let end = later(self.touched, IDLE);
        if self.status.is_open() && now >= end {
            self.enter(Status::Expired, end);
        }
    }

    /// When the import ends that may begin only when the one before has ended.
    pub(crate) fn import_end(&self, free: Option<Timestamp>, settings: &Settings) -> Timestamp {
        let begin = free.map_or(self.last_updated, |free| free.max(self.last_updated));
        seconds_after(begin, settings.import_seconds)
    }

    pub(crate) fn finish(&mut self, status: Status, end: Timestamp) {
        self.enter(status, end);
    }

    fn enter(&mut self, status: Status, now: Timestamp) {
        self.status = status;
        self.last_updated = now;
        self.touched = now;
    }

    fn wrong_status(&self, wanted: &str) -> Refusal {
        let id = &self.id;
        let cause = format!("Session={id} should be in {wanted} status in order to be processed");
        Refusal::validation("importSessionId", cause)
    }
}

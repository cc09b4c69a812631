//! An identity source: its import sessions, and the users, groups and memberships it has imported.

pub(crate) mod session;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock::seconds_after;
use crate::ids::Ids;
use crate::refusal::Refusal;
use crate::seed::Settings;

use session::Session;

#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) id: String,
    pub(crate) sessions: Vec<Session>,
    last_trigger: Option<Timestamp>,
}

impl Source {
    pub(crate) fn new(id: &str) -> Source {
        Source {
            id: id.to_owned(),
            sessions: Vec::new(),
            last_trigger: None,
        }
    }

    /// Active sessions only, as Okta lists them.
    pub(crate) fn list(&self) -> Vec<Value> {
        let active = self.sessions.iter().filter(|s| s.status.is_active());
        active.map(|s| s.json(&self.id)).collect()
    }

    /// A session in any state.
    pub(crate) fn session(&mut self, id: &str) -> Result<&mut Session, Refusal> {
        let found = self.sessions.iter_mut().find(|session| session.id == id);
        found.ok_or_else(|| Refusal::not_found(id, "IdentitySourceSession"))
    }

    pub(crate) fn create_session(
        &mut self,
        ids: &mut Ids,
        now: Timestamp,
        settings: &Settings,
    ) -> Result<&Session, Refusal> {
        let blocked = self.sessions.iter().any(|session| session.status.is_open());
        let cool_at = self
            .last_trigger
            .map(|t| seconds_after(t, settings.cooldown_seconds));
        if blocked || cool_at.is_some_and(|t| now < t) {
            return Err(Refusal::validation(
                "importSession",
                "Only one active import session per identity source is allowed to be created \
                 every 5 minutes",
            ));
        }
        self.sessions.push(Session::new(ids.next("aps"), now));
        self.sessions.last().ok_or_else(Refusal::malformed)
    }

    pub(crate) fn settle(&mut self, now: Timestamp, _settings: &Settings) {
        for session in &mut self.sessions {
            session.expire(now);
        }
    }
}

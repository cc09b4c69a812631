//! An identity source: its import sessions, and the users, groups and memberships it has imported.

pub(crate) mod directory;
pub(crate) mod load;
pub(crate) mod profile;
pub(crate) mod session;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::seconds_after;
use crate::ids::Ids;
use crate::refusal::Refusal;
use crate::seed::Settings;

use directory::Directory;
use load::{Entry, Kind, Load};
use session::{Session, Status};

#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) id: String,
    pub(crate) sessions: Vec<Session>,
    pub(crate) directory: Directory,
    last_trigger: Option<Timestamp>,
    /// When the last import ended: imports of one source run one after the other.
    last_import: Option<Timestamp>,
}

impl Source {
    pub(crate) fn new(id: &str) -> Source {
        Source {
            id: id.to_owned(),
            sessions: Vec::new(),
            directory: Directory::default(),
            last_trigger: None,
            last_import: None,
        }
    }

    /// Active sessions only, as Okta lists them.
    pub(crate) fn list(&self) -> Vec<Value> {
        let active = self.sessions.iter().filter(|s| s.status.is_active());
        active.map(|s| s.json(&self.id)).collect()
    }

    /// A session in any state. Being asked about keeps it from expiring.
    pub(crate) fn session(&mut self, id: &str, now: Timestamp) -> Result<&mut Session, Refusal> {
        let found = self.sessions.iter_mut().find(|session| session.id == id);
        let session = found.ok_or_else(|| Refusal::not_found(id, "IdentitySourceSession"))?;
        session.touch(now);
        Ok(session)
    }

    pub(crate) fn create_session(
        &mut self,
        ids: &mut Ids,
        now: Timestamp,
        settings: &Settings,
    ) -> Result<Value, Refusal> {
        let blocked = self.sessions.iter().any(|session| session.status.is_open());
        let cool_at = self.last_trigger.map(|t| seconds_after(t, settings.cooldown_seconds));
        if blocked || cool_at.is_some_and(|t| now < t) {
            return Err(Refusal::validation(
                "importSession",
                "Only one active import session per identity source is allowed to be created \
                 every 5 minutes",
            ));
        }
        let session = Session::new(ids.next("aps"), now);
        let json = session.json(&self.id);
        self.sessions.push(session);
        Ok(json)
    }

    pub(crate) fn load(&mut self, id: &str, load: Load, now: Timestamp) -> Result<(), Refusal> {
        let effective = self.is_effective(id, &load);
        let session = self.session(id, now)?;
        session.check_open()?;
        session.load(load, effective, now);
        Ok(())
    }

    pub(crate) fn trigger(&mut self, id: &str, now: Timestamp) -> Result<Value, Refusal> {
        let source = self.id.clone();
        let session = self.session(id, now)?;
        session.trigger(now)?;
        let json = session.json(&source);
        self.last_trigger = Some(now);
        Ok(json)
    }

    /// Lets time pass: sessions expire, and imports end in the order in which they were triggered.
    pub(crate) fn settle(&mut self, now: Timestamp, settings: &Settings, ids: &mut Ids) {
        let mut busy = false;
        for session in &mut self.sessions {
            session.expire(now);
            if session.status != Status::Triggered || busy {
                continue;
            }
            let end = session.import_end(self.last_import, settings);
            if now < end {
                busy = true;
                continue;
            }
            self.last_import = Some(end);
            if settings.imports_fail {
                session.finish(Status::Error, end);
                continue;
            }
            for load in session.loads() {
                self.directory.apply(load, ids, end);
            }
            session.finish(Status::Completed, end);
        }
    }

    pub(crate) fn state(&self) -> Value {
        let sessions: Vec<_> = self.sessions.iter().map(|s| s.state(&self.id)).collect();
        let mut state = self.directory.json();
        if let Some(state) = state.as_object_mut() {
            state.insert("sessions".to_owned(), json!(sessions));
        }
        state
    }

    /// Deleting users that neither the source nor the session knows changes nothing.
    fn is_effective(&self, id: &str, load: &Load) -> bool {
        if load.kind != Kind::Delete {
            return true;
        }
        let session = self.sessions.iter().find(|session| session.id == id);
        let loads = session.map_or(&[][..], Session::loads);
        let upserts = loads.iter().filter(|load| load.kind == Kind::Upsert);
        let loaded: BTreeSet<&str> = upserts
            .flat_map(|load| &load.entries)
            .filter_map(|entry| match entry {
                Entry::Object { external_id, .. } => Some(external_id.as_str()),
                _ => None,
            })
            .collect();
        load.entries.iter().any(|entry| match entry {
            Entry::Key(key) => {
                self.directory.users.contains_key(key) || loaded.contains(key.as_str())
            }
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests;

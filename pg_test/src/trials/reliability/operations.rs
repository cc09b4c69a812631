//! What is tried: one statement each, what it needs, and what it does to Okta.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::check;
use crate::okta::Request;

/// The identity source that everything is done to.
const HR: &str = "0oahr000000000000001";

#[derive(Debug)]
pub(super) struct Operation {
    pub(super) title: &'static str,
    pub(super) needs: Needs,
    /// `{id}` stands for the session.
    pub(super) sql: &'static str,
    pub(super) effect: Effect,
    /// The requests that a fault strikes, as the emulator matches them.
    pub(super) strikes: &'static str,
}

/// The session that there must be before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    Created,
    Loaded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// The ids of all users, page after page.
    ReadsUsers,
    /// The id of the session.
    ReadsSession,
    /// A session more; its id is the result.
    Opens,
    /// The session in this status.
    Turns(&'static str),
}

const GET: &str = "GET /api/v1/identity-sources/0oahr000000000000001/sessions/*";
const DELETE: &str = "DELETE /api/v1/identity-sources/0oahr000000000000001/sessions/*";

pub(super) const ALL: &[Operation] = &[
    Operation {
        title: "list, first page",
        needs: Needs::Nothing,
        sql: "SELECT id, created FROM users.users",
        effect: Effect::ReadsUsers,
        strikes: "GET /api/v1/users?search=status pr&limit=5",
    },
    Operation {
        title: "list, second page",
        needs: Needs::Nothing,
        sql: "SELECT id, created FROM users.users",
        effect: Effect::ReadsUsers,
        strikes: "GET /api/v1/users?*after=*",
    },
    Operation {
        title: "get",
        needs: Needs::Created,
        sql: "SELECT id, created FROM identity_sources.sessions
              WHERE identity_source_id = '0oahr000000000000001' AND id = '{id}'",
        effect: Effect::ReadsSession,
        strikes: GET,
    },
    Operation {
        title: "INSERT … RETURNING",
        needs: Needs::Nothing,
        sql: "INSERT INTO identity_sources.sessions (identity_source_id)
              VALUES ('0oahr000000000000001') RETURNING id, created",
        effect: Effect::Opens,
        strikes: "POST /api/v1/identity-sources/0oahr000000000000001/sessions",
    },
    Operation {
        title: "DELETE by key",
        needs: Needs::Created,
        sql: "DELETE FROM identity_sources.sessions
              WHERE identity_source_id = '0oahr000000000000001' AND id = '{id}'",
        effect: Effect::Turns("CLOSED"),
        strikes: DELETE,
    },
    Operation {
        title: "DELETE of what a scan finds",
        needs: Needs::Created,
        sql: "DELETE FROM identity_sources.sessions
              WHERE identity_source_id = '0oahr000000000000001' AND status = 'CREATED'",
        effect: Effect::Turns("CLOSED"),
        strikes: DELETE,
    },
    Operation {
        title: "UPDATE to TRIGGERED … RETURNING",
        needs: Needs::Loaded,
        sql: "UPDATE identity_sources.sessions SET status = 'TRIGGERED'
              WHERE identity_source_id = '0oahr000000000000001' AND id = '{id}' RETURNING id, created",
        effect: Effect::Turns("TRIGGERED"),
        strikes: "POST /api/v1/identity-sources/0oahr000000000000001/sessions/*/start-import",
    },
];

impl Operation {
    pub(super) fn writes(&self) -> bool {
        !matches!(self.effect, Effect::ReadsUsers | Effect::ReadsSession)
    }

    /// Whether the request is one of those that a fault may strike.
    fn is_struck(&self, request: &Request) -> bool {
        let method = self.strikes.split(' ').next().unwrap_or_default();
        let second = self.strikes.contains("after=");
        request.method == method && (!second || request.query.contains("after="))
    }

    /// How many times the first request that a fault may strike was made.
    pub(super) fn attempts(&self, log: &[Request]) -> usize {
        let Some(first) = log.iter().find(|request| self.is_struck(request)) else { return 0 };
        let same = |r: &&Request| {
            (&r.method, &r.path, &r.query) == (&first.method, &first.path, &first.query)
        };
        log.iter().filter(same).count()
    }

    /// What a statement that succeeds must have given: the first column of its rows, or nothing when
    /// it gives none.
    pub(super) fn rows(&self, after: &Value) -> Vec<String> {
        let ids = |list: &Value| -> Vec<String> {
            let list = list.as_array().into_iter().flatten();
            list.filter_map(|entry| Some(entry.get("id")?.as_str()?.to_owned())).collect()
        };
        match self.effect {
            Effect::ReadsUsers => ids(after.get("users").unwrap_or(&Value::Null)),
            Effect::Turns("CLOSED") => Vec::new(),
            _ => ids(&sessions(after)).pop().into_iter().collect(),
        }
    }

    /// Whether Okta was changed between two states; an error unless it was changed as the operation
    /// does, once.
    pub(super) fn has_changed(&self, before: &Value, after: &Value) -> Result<bool, String> {
        if before == after {
            return Ok(false);
        }
        let without = |state: &Value| {
            let mut rest = state.clone();
            rest.as_object_mut().map(|rest| rest.remove("sources"));
            rest
        };
        let (old, new) = (sessions(before), sessions(after));
        let (old, new) = (rows(&old), rows(&new));
        let status = new.last().and_then(|s| s.get("status")).and_then(Value::as_str);
        let (wanted, sessions) = match self.effect {
            Effect::Opens => ("CREATED", old.len() + 1),
            Effect::Turns(status) => (status, old.len()),
            _ => ("none", 0),
        };
        if status == Some(wanted) && new.len() == sessions && without(before) == without(after) {
            return Ok(true);
        }
        Err(format!("Okta was changed otherwise than asked: {old:?} became {new:?}"))
    }
}

/// The sessions of the source.
fn sessions(state: &Value) -> Value {
    state.pointer(&format!("/sources/{HR}/sessions")).cloned().unwrap_or_default()
}

fn rows(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

/// The newest session.
pub(super) fn session(state: &Value) -> String {
    let id = rows(&sessions(state)).last().and_then(|s| s.get("id")?.as_str().map(str::to_owned));
    id.unwrap_or_default()
}

/// Path and body with which another program makes a session, and loads it.
pub(super) fn opening() -> String {
    format!("/api/v1/identity-sources/{HR}/sessions")
}

pub(super) fn loading(session: &str) -> (String, Value) {
    let profile = json!({ "userName": "new@acme.example", "email": "new@acme.example",
                          "firstName": "New", "lastName": "Hire" });
    let profiles = json!([{ "externalId": "1", "profile": profile }]);
    let path = format!("{}/{session}/bulk-upsert", opening());
    (path, json!({ "entityType": "USERS", "profiles": profiles }))
}

/// A POST is never made again unless Okta has refused it before doing anything.
pub(super) fn nothing_twice(log: &[Request]) -> Outcome {
    for request in log.iter().filter(|request| request.method == "POST") {
        let unrefused =
            |r: &&Request| r.method == "POST" && r.path == request.path && r.status != Some(429);
        let times = log.iter().filter(unrefused).count();
        if times > 1 {
            check::equal(&format!("POST {}", request.path), &times, &1)?;
        }
    }
    Ok(())
}

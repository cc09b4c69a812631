//! The org's users: found by id or login, listed in the order in which they were made.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::clock::{seconds_after, wire};
use crate::ids::Ids;
use crate::seed::UserSeed;

/// 2025-06-01T00:00:00Z, when the first seeded user was made.
const FIRST_CREATED: i64 = 1_748_736_000;
const DAY: i64 = 86_400;

#[derive(Debug, Default)]
pub(crate) struct Users {
    rows: Vec<User>,
    by_id: HashMap<String, usize>,
    by_login: HashMap<String, usize>,
    /// The last order that was asked for. A client that pages through it must not cost a sort a
    /// page.
    order: Option<Sorted>,
}

#[derive(Clone, Debug)]
struct Sorted {
    question: String,
    positions: Arc<Vec<usize>>,
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) created: Timestamp,
    pub(crate) activated: Option<Timestamp>,
    pub(crate) status_changed: Option<Timestamp>,
    pub(crate) last_updated: Timestamp,
    pub(crate) profile: Map<String, Value>,
}

impl Users {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn get(&self, position: usize) -> Option<&User> {
        self.rows.get(position)
    }

    /// Users from this position on, each with its own.
    pub(crate) fn from(&self, position: usize) -> impl Iterator<Item = (usize, &User)> {
        self.rows.iter().enumerate().skip(position)
    }

    /// By id, else by login, which Okta compares without regard to case.
    pub(crate) fn find(&self, id_or_login: &str) -> Option<&User> {
        let by_login = || self.by_login.get(&id_or_login.to_lowercase());
        let position = self.by_id.get(id_or_login).or_else(by_login)?;
        self.rows.get(*position)
    }

    pub(crate) fn find_mut(&mut self, id_or_login: &str) -> Option<&mut User> {
        let by_login = || self.by_login.get(&id_or_login.to_lowercase());
        let position = self.by_id.get(id_or_login).or_else(by_login)?;
        self.order = None;
        self.rows.get_mut(*position)
    }

    /// Positions in an order that `sort` makes, unless the same question has just been asked.
    pub(crate) fn ordered(
        &mut self,
        question: String,
        sort: impl FnOnce(&Users) -> Vec<usize>,
    ) -> Arc<Vec<usize>> {
        if let Some(order) = self.order.as_ref().filter(|order| order.question == question) {
            return Arc::clone(&order.positions);
        }
        let positions = Arc::new(sort(self));
        self.order = Some(Sorted { question, positions: Arc::clone(&positions) });
        positions
    }

    pub(crate) fn add(&mut self, user: User) -> Result<(), String> {
        let login = user.login().to_lowercase();
        if self.by_id.contains_key(&user.id) || self.by_login.contains_key(&login) {
            return Err(format!("user {} with login {login:?} exists already", user.id));
        }
        self.by_id.insert(user.id.clone(), self.rows.len());
        self.by_login.insert(login, self.rows.len());
        self.rows.push(user);
        self.order = None;
        Ok(())
    }

    pub(crate) fn seed(&mut self, seed: &UserSeed, ids: &mut Ids) -> Result<(), String> {
        let created = match &seed.created {
            Some(text) => text.parse().map_err(|e| format!("created {text:?}: {e}"))?,
            None => self.created_after(DAY),
        };
        let id = seed.id.clone().unwrap_or_else(|| ids.next("00u"));
        self.add(User::new(id, &seed.status, created, seed.profile.clone()))
    }

    /// Adds users with names, departments and cost centres made from their numbers, a second apart.
    pub(crate) fn generate(&mut self, count: usize, subdomain: &str, ids: &mut Ids) {
        for _ in 0..count {
            let n = self.rows.len() + 1;
            let id = ids.next("00u");
            let user = User::new(id, "ACTIVE", self.created_after(1), numbered(n, subdomain));
            // Numbers only grow, so the login is taken only where a seed chose one like it.
            let _ = self.add(user);
        }
    }

    fn created_after(&self, seconds: i64) -> Timestamp {
        match self.rows.last() {
            Some(user) => seconds_after(user.created, seconds),
            None => Timestamp::from_second(FIRST_CREATED).unwrap_or_default(),
        }
    }
}

impl User {
    pub(crate) fn new(
        id: String,
        status: &str,
        created: Timestamp,
        profile: Map<String, Value>,
    ) -> User {
        let was_active = !matches!(status, "STAGED" | "PROVISIONED");
        User {
            id,
            status: status.to_owned(),
            created,
            activated: was_active.then_some(created),
            status_changed: was_active.then_some(created),
            last_updated: created,
            profile,
        }
    }

    pub(crate) fn login(&self) -> &str {
        self.profile.get("login").and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn is_deprovisioned(&self) -> bool {
        self.status == "DEPROVISIONED"
    }

    pub(crate) fn set_status(&mut self, status: &str, now: Timestamp) {
        if self.status != status {
            status.clone_into(&mut self.status);
            self.status_changed = Some(now);
            self.last_updated = now;
        }
    }

    /// What an expression compares: a property by its path.
    pub(crate) fn attribute(&self, path: &str) -> Option<Value> {
        let time = |t: Option<Timestamp>| t.map(|t| Value::String(wire(t)));
        match path {
            "id" => Some(Value::String(self.id.clone())),
            "status" => Some(Value::String(self.status.clone())),
            "created" => time(Some(self.created)),
            "activated" => time(self.activated),
            "statusChanged" => time(self.status_changed),
            "lastUpdated" => time(Some(self.last_updated)),
            "type.id" => Some(Value::String(USER_TYPE.to_owned())),
            _ => {
                let value = self.profile.get(path.strip_prefix("profile.")?)?;
                (!value.is_null()).then(|| value.clone())
            }
        }
    }

    pub(crate) fn json(&self, base: &str) -> Value {
        json!({
            "id": self.id,
            "status": self.status,
            "created": wire(self.created),
            "activated": self.activated.map(wire),
            "statusChanged": self.status_changed.map(wire),
            "lastLogin": null,
            "lastUpdated": wire(self.last_updated),
            "passwordChanged": null,
            "type": { "id": USER_TYPE },
            "profile": self.profile,
            "credentials": { "provider": { "type": "OKTA", "name": "OKTA" } },
            "_links": { "self": { "href": format!("{base}/api/v1/users/{}", self.id) } },
        })
    }
}

const USER_TYPE: &str = "otydefault0000000001";

fn numbered(n: usize, subdomain: &str) -> Map<String, Value> {
    let department = match n % 4 {
        0 => "Engineering",
        1 => "Sales",
        2 => "Finance",
        _ => "Support",
    };
    let login = format!("user{n:06}@{subdomain}.example");
    let fields: BTreeMap<&str, String> = BTreeMap::from([
        ("costCenter", format!("CC-{:03}", n % 50)),
        ("department", department.to_owned()),
        ("email", login.clone()),
        ("firstName", format!("First{n:06}")),
        ("lastName", format!("Last{n:06}")),
        ("login", login),
    ]);
    fields.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect()
}

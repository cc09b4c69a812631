//! A company's database and the Okta behind it: a transaction that touches both, and what both hold when
//! it has ended.

use std::sync::mpsc::Receiver;
use std::thread;

use libtest_mimic::Failed;
use postgres::Client;
use serde_json::{Value, json};

use super::super::{Outcome, check};
use crate::ctx::Ctx;

pub(super) const SOURCE: &str = "0oahr000000000000001";

/// Four calls of `bulk_upsert`: three while the INSERT runs, which waits for the second, and the rest at
/// COMMIT.
const EMPLOYEES: usize = 650;

/// The calls in their order: open, three times load, and at COMMIT load, delete, start.
pub(super) const TRANSACTION: &[&str] = &["BEGIN", LOCAL, LOAD, DELETE, "COMMIT"];
pub(super) const LOCAL: &str = "INSERT INTO ledger VALUES ('sent')";
pub(super) const LOAD: &str =
    "INSERT INTO identity_sources.bulk_upsert (external_id, user_name, email)
     SELECT no, email, email FROM employees ORDER BY no";
pub(super) const DELETE: &str =
    "INSERT INTO identity_sources.bulk_delete (external_id) VALUES ('leaver')";

/// How an administrator, or the user, may break into a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Cancel,
    Terminate,
}

pub(super) struct Scene {
    pub(super) ctx: Ctx,
    pub(super) observer: Client,
}

/// A connection, and what it is told.
pub(super) struct Party {
    pub(super) client: Client,
    heard: Receiver<String>,
    pub(super) process: String,
}

/// What PostgreSQL and Okta hold after a transaction.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) committed: bool,
    pub(super) imported: bool,
    /// The id and the status of the newest session, before any time has passed.
    pub(super) session: Option<(String, String)>,
}

/// What the client saw.
#[derive(Debug)]
pub(super) struct Seen {
    /// The SQLSTATE of the statement that failed.
    pub(super) failed: Option<String>,
    /// Errors, notices and warnings, with detail and hint.
    pub(super) told: Vec<String>,
}

impl Scene {
    pub(super) fn new(ctx: Ctx) -> Result<Self, Failed> {
        let mut observer = ctx.connect()?;
        observer.batch_execute(&format!(
            "ALTER SERVER okta OPTIONS
               (ADD max_retries '1', ADD max_wait '5', ADD request_timeout '20');
             ALTER FOREIGN TABLE identity_sources.sessions
               OPTIONS (ADD identity_source_id '{SOURCE}');
             ALTER FOREIGN TABLE identity_sources.bulk_upsert
               OPTIONS (ADD identity_source_id '{SOURCE}');
             ALTER FOREIGN TABLE identity_sources.bulk_delete
               OPTIONS (ADD identity_source_id '{SOURCE}');
             CREATE TABLE ledger (what text);
             CREATE TABLE employees AS
               SELECT to_char(n, 'FM000') AS no, 'e' || n || '@acme.example' AS email
               FROM generate_series(1, {EMPLOYEES}) n;"
        ))?;
        Ok(Self { ctx, observer })
    }

    /// A scene with a database of its own, as it is at the beginning.
    pub(super) fn set(ctx: &Ctx) -> Result<Self, Failed> {
        let mut scene = Self::new(ctx.another(1)?)?;
        scene.reset()?;
        Ok(scene)
    }

    /// Both sides as they were at the beginning. The source has one user, who is about to leave.
    pub(super) fn reset(&mut self) -> Outcome {
        self.observer.batch_execute("TRUNCATE ledger")?;
        self.ctx.emulator().admin("POST", "reset", None)?;
        self.hire()?;
        self.ctx.emulator().take_log().map(drop)
    }

    /// The user who is about to leave.
    pub(super) fn hire(&self) -> Outcome {
        let profile = json!({ "userName": "leaver@acme.example", "email": "leaver@acme.example" });
        let user = json!({ "externalId": "leaver", "profile": profile });
        let path = format!("/api/v1/identity-sources/{SOURCE}/users");
        self.ctx.emulator().call("POST", &path, &user)
    }

    /// Has a fault strike requests.
    pub(super) fn strike(&self, fault: &Value) -> Outcome {
        self.ctx.emulator().admin("POST", "faults", Some(fault)).map(drop)
    }

    /// Opens a session, as another program would.
    pub(super) fn open(&self) -> Outcome {
        let path = format!("/api/v1/identity-sources/{SOURCE}/sessions");
        self.ctx.emulator().call("POST", &path, &json!({}))
    }

    /// Has the cool-down of the last import end, and the import with it.
    pub(super) fn pass_time(&self) -> Outcome {
        let order = json!({ "advance_seconds": 400 });
        self.ctx.emulator().admin("POST", "clock", Some(&order)).map(drop)
    }

    pub(super) fn party(&self) -> Result<Party, Failed> {
        let (mut client, heard) = self.ctx.connect_hearing()?;
        let process = check::text(&mut client, "SELECT pg_backend_pid()")?;
        Ok(Party { client, heard, process })
    }

    /// Runs statements on a connection of their own, and rolls back after an error. `act` breaks in as
    /// soon as a request has been struck by a fault.
    pub(super) fn run(&mut self, statements: &[&str], act: Option<Act>) -> Result<Seen, Failed> {
        let mut party = self.party()?;
        self.run_on(&mut party, statements, act)
    }

    pub(super) fn run_on(
        &mut self,
        party: &mut Party,
        statements: &[&str],
        act: Option<Act>,
    ) -> Result<Seen, Failed> {
        let process = party.process.clone();
        let (seen, broke_in) = thread::scope(|scope| {
            let running = scope.spawn(move || party.run(statements));
            let broke_in = act.map_or(Ok(()), |act| self.break_in(act, &process));
            let seen = running.join().map_err(|_| Failed::from("the client panicked"))?;
            Ok::<_, Failed>((seen, broke_in))
        })?;
        broke_in.map_err(|e| seen.told_with(&e))?;
        if act == Some(Act::Terminate) {
            self.await_end(&process)?;
        }
        Ok(seen)
    }

    fn break_in(&mut self, act: Act, process: &str) -> Outcome {
        self.await_struck(process)?;
        let how = match act {
            Act::Cancel => "pg_cancel_backend",
            Act::Terminate => "pg_terminate_backend",
        };
        Ok(self.observer.batch_execute(&format!("SELECT {how}({process})"))?)
    }

    /// Waits until Okta keeps a backend waiting with a fault.
    pub(super) fn await_struck(&mut self, process: &str) -> Outcome {
        let okta = self.ctx.emulator();
        check::wait_until("a request was struck", || {
            Ok(okta.log()?.iter().any(|r| r.fault.is_some() && r.outcome == "pending"))
        })?;
        // It may still be building the next batch.
        self.await_waiting(process)
    }

    /// Waits until a backend waits after a refusal of Okta's.
    pub(super) fn await_refused(&mut self, process: &str) -> Outcome {
        let okta = self.ctx.emulator();
        check::wait_until("a request was refused", || {
            Ok(okta.log()?.iter().any(|r| r.fault.is_some() && r.outcome != "pending"))
        })?;
        self.await_waiting(process)
    }

    fn await_waiting(&mut self, process: &str) -> Outcome {
        let waits = format!("SELECT wait_event_type FROM pg_stat_activity WHERE pid = {process}");
        check::wait_until("the backend waits", || {
            Ok(check::text(&mut self.observer, &waits)? == "Extension")
        })
    }

    /// Waits until a backend has gone, with all that it does at its end.
    pub(super) fn await_end(&mut self, process: &str) -> Outcome {
        let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {process}");
        check::wait_until("the backend has gone", || {
            Ok(check::text(&mut self.observer, &sql)? == "0")
        })
    }

    /// Looks at both sides; then lets the time pass in which Okta imports.
    ///
    /// Whatever happened, all of the rows are imported, each from one entry of the session, or none.
    pub(super) fn look(&mut self) -> Result<Held, Failed> {
        self.ctx.emulator().admin("DELETE", "faults", None)?;
        let committed =
            match check::text(&mut self.observer, "SELECT count(*) FROM ledger")?.as_str() {
                "0" => false,
                "1" => true,
                rows => return Err(format!("the ledger has {rows} rows").into()),
            };
        let before = self.ctx.emulator().state()?;
        self.pass_time()?;
        let after = self.ctx.emulator().state()?;
        let users = ids(after.pointer(&format!("/sources/{SOURCE}/users")));
        let imported = match users.as_slice() {
            [one] if one == "leaver" => false,
            all if *all == *employees() => true,
            some => return Err(format!("{} users in the end", some.len()).into()),
        };
        let sessions = before.pointer(&format!("/sources/{SOURCE}/sessions"));
        let newest = sessions.and_then(Value::as_array).and_then(|all| all.last());
        if imported {
            let mut loaded = loaded(newest.ok_or("imported without a session")?);
            loaded.sort();
            let mut wanted = employees();
            wanted.push("leaver".to_owned());
            if loaded != wanted {
                return Err(format!("{} entries loaded: not each once", loaded.len()).into());
            }
        }
        let text = |name: &str| Some(newest?.get(name)?.as_str()?.to_owned());
        Ok(Held { committed, imported, session: text("id").zip(text("status")) })
    }
}

impl Party {
    /// Runs statements up to the first that fails, after which it rolls back.
    pub(super) fn run(&mut self, statements: &[&str]) -> Seen {
        let mut seen = Seen { failed: None, told: Vec::new() };
        let failed = statements.iter().find_map(|sql| self.client.batch_execute(sql).err());
        if let Some(error) = failed {
            let db = error.as_db_error();
            // The server's last word and the end of the connection may arrive at once.
            seen.failed = Some(db.map_or("57P01", |db| db.code().code()).to_owned());
            let words = db.map(|db| [Some(db.message()), db.detail(), db.hint()]);
            let words: Vec<_> = words.into_iter().flatten().flatten().collect();
            seen.told.push(if words.is_empty() { error.to_string() } else { words.join("\n") });
            // In vain after a FATAL.
            if let Err(error) = self.client.batch_execute("ROLLBACK") {
                seen.told.push(error.to_string());
            }
        }
        seen.told.extend(self.heard.try_iter());
        seen
    }
}

impl Seen {
    pub(super) fn was_told(&self, what: &str) -> bool {
        self.told.iter().any(|told| told.contains(what))
    }

    /// An error, and what the client saw.
    pub(super) fn told_with(&self, error: &Failed) -> Failed {
        format!("{}; the client saw {self:?}", error.message().unwrap_or_default()).into()
    }
}

/// The external ids of all employees, sorted.
fn employees() -> Vec<String> {
    (1..=EMPLOYEES).map(|n| format!("{n:03}")).collect()
}

/// The external ids of a list of objects, sorted.
fn ids(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    let id = |entry: &Value| Some(entry.get("externalId")?.as_str()?.to_owned());
    let mut ids: Vec<_> = list.filter_map(id).collect();
    ids.sort();
    ids
}

/// The external ids of all that was loaded into a session.
pub(super) fn loaded(session: &Value) -> Vec<String> {
    let loads = session.get("loaded").and_then(Value::as_array).into_iter().flatten();
    loads.flat_map(|load| ids(load.get("entries"))).collect()
}

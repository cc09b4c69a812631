//! A machine that gives out: what a process may have, made less while it runs, and what then fails.

use libtest_mimic::Failed;
use postgres::Client;
use serde_json::json;

use super::{Outcome, check};
use crate::ctx::Ctx;

const SOURCE: &str = "0oahr000000000000001";
const COUNT: &str = "SELECT count(*) FROM apps.apps";

/// A backend whose limits are set from another one, as its own user may.
struct Limited {
    client: Client,
    process: String,
    observer: Client,
}

impl Limited {
    fn new(ctx: &Ctx) -> Result<Self, Failed> {
        let mut client = ctx.connect()?;
        let process = check::text(&mut client, "SELECT pg_backend_pid()")?;
        Ok(Self { client, process, observer: ctx.connect()? })
    }

    /// Sets a limit, by its name in prlimit(1).
    fn limit(&mut self, what: &str, most: u32) -> Outcome {
        self.set(what, &most.to_string())
    }

    /// Takes a limit back.
    fn free(&mut self, what: &str) -> Outcome {
        let hard = format!("$(prlimit --pid {} --{what} -o HARD --noheadings)", self.process);
        self.set(what, &hard)
    }

    fn set(&mut self, what: &str, most: &str) -> Outcome {
        let set = format!("most={most}; prlimit --pid {} --{what}=$most:", self.process);
        Ok(self.observer.batch_execute(&format!("COPY (SELECT) TO PROGRAM '{set}'"))?)
    }
}

/// The I/O thread cannot be started, time and again; then it can.
pub(super) fn no_thread(ctx: &Ctx) -> Outcome {
    let mut backend = Limited::new(ctx)?;
    backend.limit("nproc", 0)?;
    // More often than PostgreSQL has places for what is to be called at the exit of a process.
    for _ in 0..30 {
        check::refused(backend.client.simple_query(COUNT), "58000")?;
    }
    backend.free("nproc")?;
    check::equal("apps", &check::text(&mut backend.client, COUNT)?.as_str(), &"13")
}

/// The call of a full batch cannot be started, and the transaction goes on: its rows are not lost.
pub(super) fn no_descriptor(ctx: &Ctx) -> Outcome {
    let mut backend = Limited::new(ctx)?;
    let load = |rows: &str| {
        format!(
            "INSERT INTO identity_sources.bulk_upsert (identity_source_id, external_id, user_name)
             SELECT '{SOURCE}', n::text, 'user ' || n FROM generate_series({rows}) n"
        )
    };
    let caught = format!(
        "DO $$ BEGIN {}; RAISE 'it was taken'; EXCEPTION WHEN system_error THEN NULL; END $$",
        load("201, 201")
    );
    backend.client.batch_execute("BEGIN")?;
    backend.client.batch_execute(&load("1, 199"))?;
    // Once in vain, so that PostgreSQL has what it needs of its own files.
    let taken = backend.client.simple_query(&format!("SAVEPOINT s; {caught}"));
    check::refused(taken, "P0001")?;
    backend.client.batch_execute("ROLLBACK TO s")?;
    backend.client.batch_execute(&load("200, 200"))?;
    backend.limit("nofile", 4)?;
    let end = backend.client.batch_execute(&caught);
    backend.free("nofile")?;
    end.map_err(|e| check::describe(&e))?;
    backend.client.batch_execute("COMMIT").map_err(|e| check::describe(&e))?;

    ctx.emulator().admin("POST", "clock", Some(&json!({ "advance_seconds": 400 })))?;
    let users = ctx.emulator().state()?;
    let users = users.pointer(&format!("/sources/{SOURCE}/users")).cloned().unwrap_or_default();
    check::equal("users", &users.as_array().map(Vec::len), &Some(200))
}

//! What may end a transaction besides a call that fails: the second table in `docs/hr-sync.md`, and the
//! cases in which one side has what the other has not.

use std::process::Stdio;
use std::thread;

use libtest_mimic::Failed;
use serde_json::json;

use super::super::document::Part;
use super::super::{Outcome, check};
use super::PAGE;
use super::failures::again;
use super::scene::{DELETE, LOAD, LOCAL, Party, Scene, Seen, TRANSACTION};
use crate::ctx::Ctx;

const ENDINGS: Part = Part { page: PAGE, name: "endings", trial: "import::endings" };
const EXCEPTIONS: Part = Part { page: PAGE, name: "exceptions", trial: "import::endings" };

const START: &str = "POST /api/v1/identity-sources/*/start-import";

struct Ending {
    title: &'static str,
    play: fn(&mut Scene) -> Result<Seen, Failed>,
    /// The import starts though the transaction is rolled back: nothing can be done about it.
    one_sided: bool,
}

const fn ending(title: &'static str, play: fn(&mut Scene) -> Result<Seen, Failed>) -> Ending {
    Ending { title, play, one_sided: false }
}

const fn exception(title: &'static str, play: fn(&mut Scene) -> Result<Seen, Failed>) -> Ending {
    Ending { title, play, one_sided: true }
}

const ALL: &[Ending] = &[
    ending("`ROLLBACK`", |s| s.run(&["BEGIN", LOCAL, LOAD, DELETE, "ROLLBACK"], None)),
    ending("a row that Okta would refuse", |s| {
        let bad = "INSERT INTO identity_sources.bulk_upsert (external_id, email) VALUES ('x', 'y')";
        s.run(&["BEGIN", LOCAL, LOAD, bad, "COMMIT"], None)
    }),
    ending("more rows than a session takes", |s| {
        let many = "INSERT INTO identity_sources.bulk_upsert (external_id, user_name)
            SELECT n, n FROM generate_series(1, 10000) n";
        s.run(&["BEGIN", LOCAL, LOAD, many, "COMMIT"], None)
    }),
    ending("a local constraint fails after the last row", |s| {
        s.run(&["BEGIN", LOCAL, LOAD, DELETE, "INSERT INTO once VALUES (1)", "COMMIT"], None)
    }),
    ending("a deferred constraint fails at COMMIT", |s| {
        s.run(&["BEGIN", LOCAL, LOAD, DELETE, "INSERT INTO late VALUES (1)", "COMMIT"], None)
    }),
    ending("a SERIALIZABLE transaction meets a conflict", conflict_before),
    ending("the same while the import starts: the other transaction fails", conflict_meanwhile),
    ending("`ROLLBACK TO` of rows that were sent, then COMMIT", |s| {
        let back = "ROLLBACK TO s";
        s.run(&["BEGIN", LOCAL, "SAVEPOINT s", LOAD, back, DELETE, "COMMIT"], None)
    }),
    ending("the error of a call is caught in PL/pgSQL, then COMMIT", |s| {
        let upsert = "POST /api/v1/identity-sources/*/bulk-upsert";
        s.strike(&json!({ "fault": "status", "code": 500, "match": upsert }))?;
        let caught = format!("DO $$ BEGIN {LOAD}; EXCEPTION WHEN OTHERS THEN NULL; END $$");
        s.run(&["BEGIN", LOCAL, &caught, "COMMIT"], None)
    }),
    ending("`PREPARE TRANSACTION`", |s| {
        s.run(&["BEGIN", LOCAL, LOAD, DELETE, "PREPARE TRANSACTION 'p'"], None)
    }),
    ending("`okta_fdw.max_requests` is reached at COMMIT", |s| {
        let budget = "SET LOCAL okta_fdw.max_requests = 2";
        s.run(&["BEGIN", LOCAL, LOAD, DELETE, budget, "COMMIT"], None)
    }),
    ending("`statement_timeout` while the import starts", |s| {
        s.strike(&json!({ "fault": "delay_ms", "ms": 2500, "match": START }))?;
        let timeout = "SET LOCAL statement_timeout = '1s'";
        s.run(&["BEGIN", LOCAL, LOAD, DELETE, timeout, "COMMIT"], None)
    }),
    ending("a cancel while the start waits for a rate limit's reset", |s| {
        s.strike(&json!({ "fault": "rate_limit", "seconds": 3, "match": START }))?;
        let mut party = s.party()?;
        let first = party.run(&["BEGIN", LOCAL, LOAD, DELETE]);
        check::equal("loading", &first.failed, &None)?;
        let process = party.process.clone();
        thread::scope(|scope| {
            let commit = scope.spawn(|| party.run(&["COMMIT"]));
            s.await_refused(&process)?;
            let cancel = format!("SELECT pg_cancel_backend({process})");
            s.observer.batch_execute(&cancel)?;
            commit.join().map_err(|_| Failed::from("the client panicked"))
        })
    }),
    ending("the backend is terminated between two statements", |s| {
        let mut party = s.party()?;
        let seen = party.run(&["BEGIN", LOCAL, LOAD, DELETE]);
        let kill = format!("SELECT pg_terminate_backend({})", party.process);
        s.observer.batch_execute(&kill)?;
        s.await_end(&party.process)?;
        Ok(seen)
    }),
    ending("the client goes away between two statements", |s| {
        let mut party = s.party()?;
        let seen = party.run(&["BEGIN", LOCAL, LOAD, DELETE]);
        drop(party.client);
        s.await_end(&party.process)?;
        Ok(seen)
    }),
    ending("the client goes away while the import starts", client_gone),
    ending("somebody else cancels the session before COMMIT", |s| {
        let mut party = s.party()?;
        let first = party.run(&["BEGIN", LOCAL, LOAD, DELETE]);
        check::equal("loading", &first.failed, &None)?;
        let open = "SELECT id FROM identity_sources.sessions";
        let id = check::text(&mut s.observer, open)?;
        let cancel = format!("DELETE FROM identity_sources.sessions WHERE id = '{id}'");
        s.observer.batch_execute(&cancel)?;
        Ok(party.run(&["COMMIT"]))
    }),
    exception("the answer to the start is lost, and Okta cannot be reached from then on", |s| {
        s.strike(&json!({ "fault": "reset_after", "match": START }))?;
        for method in ["GET", "DELETE"] {
            let session = format!("{method} /api/v1/identity-sources/*/sessions/*");
            s.strike(&json!({ "fault": "reset_before", "match": session }))?;
        }
        s.run(TRANSACTION, None)
    }),
    exception("two sources in one transaction, and the second import does not start", |s| {
        let second = "POST /api/v1/identity-sources/0oacontractors000001/sessions/*/start-import";
        s.strike(&json!({ "fault": "status", "code": 500, "match": second }))?;
        let other = "INSERT INTO identity_sources.bulk_upsert
            (identity_source_id, external_id, user_name) VALUES ('0oacontractors000001', 'c', 'c')";
        s.run(&["BEGIN", LOCAL, LOAD, DELETE, other, "COMMIT"], None)
    }),
];

pub(crate) fn table(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    scene.observer.batch_execute(
        "CREATE TABLE once (no int PRIMARY KEY); INSERT INTO once VALUES (1);
         CREATE TABLE late (no int UNIQUE DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO late VALUES (1);
         CREATE TABLE duty (who text PRIMARY KEY, works boolean);",
    )?;
    let head = "| | PostgreSQL | Okta |\n|---|---|---|\n";
    let (mut both, mut one_sided) = (head.to_owned(), head.to_owned());
    for ending in ALL {
        let row = row(&mut scene, ending)
            .map_err(|e| format!("{}: {}", ending.title, e.message().unwrap_or_default()))?;
        if ending.one_sided { one_sided.push_str(&row) } else { both.push_str(&row) }
    }
    ENDINGS.settle(ctx, &both)?;
    EXCEPTIONS.settle(ctx, &one_sided)
}

fn row(scene: &mut Scene, ending: &Ending) -> Result<String, Failed> {
    scene.reset()?;
    scene
        .observer
        .batch_execute("DELETE FROM duty; INSERT INTO duty VALUES ('a', true), ('b', true)")?;
    let seen = (ending.play)(scene)?;
    let held = scene.look().map_err(|e| seen.told_with(&e))?;
    let (id, status) = held.session.clone().unwrap_or_default();
    if (held.committed != held.imported) != ending.one_sided {
        return Err(seen.told_with(&format!("{held:?}").into()));
    }
    if ending.one_sided && !seen.was_told(&id) {
        return Err(seen.told_with(&"nobody was told of the import".into()));
    }
    if !ending.one_sided {
        again(scene, &held)?;
    }
    let local = match (&seen.failed, held.committed) {
        (_, true) => "committed".to_owned(),
        (None, false) => "rolled back".to_owned(),
        (Some(sqlstate), false) => format!("{sqlstate}, rolled back"),
    };
    let okta = if held.imported { "imported" } else { &status };
    Ok(format!("| {} | {local} | {okta} |\n", ending.title))
}

const WATCH: [&str; 2] = ["BEGIN ISOLATION LEVEL SERIALIZABLE", "SELECT who FROM duty WHERE works"];

/// Each of two leaves duty as the other one is there; the first loads an import besides.
fn both_leave(scene: &Scene) -> Result<(Party, Party), Failed> {
    let (mut one, mut other) = (scene.party()?, scene.party()?);
    let [begin, watch] = WATCH;
    let leave = "UPDATE duty SET works = false WHERE who = 'a'";
    let loading = one.run(&[begin, watch, leave, LOCAL, LOAD, DELETE]);
    check::equal("loading", &loading.failed, &None)?;
    let leave = "UPDATE duty SET works = false WHERE who = 'b'";
    let seen = other.run(&[begin, watch, leave]);
    check::equal("the other", &seen.failed, &None)?;
    Ok((one, other))
}

fn conflict_before(scene: &mut Scene) -> Result<Seen, Failed> {
    let (mut one, mut other) = both_leave(scene)?;
    let seen = other.run(&["COMMIT"]);
    check::equal("the other", &seen.failed, &None)?;
    Ok(one.run(&["COMMIT"]))
}

fn conflict_meanwhile(scene: &mut Scene) -> Result<Seen, Failed> {
    let (mut one, mut other) = both_leave(scene)?;
    scene.strike(&json!({ "fault": "delay_ms", "ms": 2000, "match": START }))?;
    let process = one.process.clone();
    thread::scope(|scope| {
        let commit = scope.spawn(|| one.run(&["COMMIT"]));
        let struck = scene.await_struck(&process);
        let late = other.run(&["COMMIT"]);
        let seen = commit.join().map_err(|_| Failed::from("the client panicked"))?;
        struck.map_err(|e| seen.told_with(&e))?;
        check::equal("the other", &late.failed.as_deref(), &Some("40001"))?;
        Ok(seen)
    })
}

fn client_gone(scene: &mut Scene) -> Result<Seen, Failed> {
    scene.strike(&json!({ "fault": "delay_ms", "ms": 2000, "match": START }))?;
    let mut command = scene.ctx.psql()?;
    for sql in TRANSACTION {
        command.args(["--command", sql]);
    }
    let mut client = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let find = "SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'psql'";
    check::wait_until("psql is connected", || {
        Ok(!check::texts(&mut scene.observer, find)?.is_empty())
    })?;
    let process = check::text(&mut scene.observer, find)?;
    let struck = scene.await_struck(&process);
    client.kill()?;
    client.wait()?;
    struck?;
    scene.await_end(&process)?;
    Ok(Seen { failed: None, told: Vec::new() })
}

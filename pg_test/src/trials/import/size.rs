//! How much one import takes, in which calls, and what it costs the backend.

use std::collections::BTreeSet;

use libtest_mimic::Failed;
use postgres::Client;
use serde_json::{Value, json};

use super::super::reliability::process::Usage;
use super::super::{Outcome, check};
use super::scene::{SOURCE, loaded};
use crate::ctx::Ctx;
use crate::okta::Request;

/// Okta's rules for one call, and for one session.
const MOST_ENTRIES: usize = 200;
const MOST_BYTES: usize = 200_000;
const MOST_ROWS: usize = 10_000;
const MOST_CALLS: usize = 50;

/// What a session of 10,000 rows may take more than one of 2,000, in KB: chance, and the pages of the local
/// table, which count too. 250 bytes a row would be more.
const MORE_KB: u64 = 2 << 10;

pub(crate) fn ten_thousand(ctx: &Ctx) -> Outcome {
    let mut client = prepared(ctx)?;
    ctx.okta_requests()?;
    client.batch_execute(&load(MOST_ROWS))?;
    let calls = ctx.emulator().take_log()?;
    check::equal("calls", &calls.len(), &(MOST_CALLS + 2))?;
    let bulk = bulk_calls(&calls)?;
    check::equal("calls that load", &bulk.len(), &MOST_CALLS)?;
    for request in &bulk {
        check::equal("entries", &entries(request), &MOST_ENTRIES)?;
    }
    each_once(ctx, MOST_ROWS)?;

    let order = json!({ "advance_seconds": 400 });
    ctx.emulator().admin("POST", "clock", Some(&order))?;
    let state = ctx.emulator().state()?;
    let users = state.pointer(&format!("/sources/{SOURCE}/users")).and_then(Value::as_array);
    check::equal("users that are imported", &users.map(Vec::len), &Some(MOST_ROWS))
}

/// Row 10,001 is too much for one session: nothing is imported, whoever committed what until then.
pub(crate) fn one_more(ctx: &Ctx) -> Outcome {
    let mut client = prepared(ctx)?;
    client.batch_execute("CREATE TABLE ledger (what text)")?;
    client.batch_execute("BEGIN; INSERT INTO ledger VALUES ('x')")?;
    check::refused(client.batch_execute(&load(MOST_ROWS + 1)), "54000")?;
    client.batch_execute("COMMIT")?;
    let ledger = check::text(&mut client, "SELECT count(*) FROM ledger")?;
    check::equal("local rows", &ledger.as_str(), &"0")?;
    check::equal("status", &session(ctx)?.get("status"), &Some(&json!("CLOSED")))?;

    let order = json!({ "advance_seconds": 400 });
    ctx.emulator().admin("POST", "clock", Some(&order))?;
    let state = ctx.emulator().state()?;
    let users = state.pointer(&format!("/sources/{SOURCE}/users")).and_then(Value::as_array);
    check::equal("users that are imported", &users.map(Vec::len), &Some(0))
}

/// Rows of which 200 are more than 200 KB: calls are as large as they may be, and no larger.
pub(crate) fn wide_rows(ctx: &Ctx) -> Outcome {
    const ROWS: usize = 300;
    let mut client = prepared(ctx)?;
    ctx.okta_requests()?;
    // Two bytes a character; some lengths, so that no call is cut where another one is.
    client.batch_execute(&format!(
        "INSERT INTO identity_sources.bulk_upsert (external_id, user_name, email, home_address)
         SELECT no, email, email, repeat('ß', 500 + 11 * no::int) FROM employees
         WHERE no::int <= {ROWS}"
    ))?;
    let calls = ctx.emulator().take_log()?;
    let bulk = bulk_calls(&calls)?;
    for (request, next) in bulk.iter().zip(bulk.iter().skip(1)) {
        // The row that came next had no room: as the first of the next call it shows its size.
        let first = next.body.as_ref().and_then(|body| body.pointer("/profiles/0"));
        let bytes = request.body_bytes + first.map_or(0, |entry| entry.to_string().len() + 1);
        if bytes <= MOST_BYTES {
            return Err(format!("a call of {} bytes had room for more", request.body_bytes).into());
        }
    }
    each_once(ctx, ROWS)
}

/// While a call travels, the backend takes rows for the next one, and no more than that.
pub(crate) fn next_batch(ctx: &Ctx) -> Outcome {
    let mut observer = prepared(ctx)?;
    observer.batch_execute("CREATE SEQUENCE taken")?;
    let fault = json!({ "fault": "delay_ms", "ms": 1500, "nth": 1,
                        "match": "POST /api/v1/identity-sources/*/bulk-upsert" });
    ctx.emulator().admin("POST", "faults", Some(&fault))?;
    let mut client = ctx.connect()?;
    let load = "INSERT INTO identity_sources.bulk_upsert (external_id, user_name, email)
        SELECT no, email, email FROM employees WHERE no::int <= 2000 AND nextval('taken') > 0";
    let taken = std::thread::scope(|scope| {
        let running = scope.spawn(|| client.batch_execute(load));
        let process = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Extension'";
        let travels = || {
            let log = ctx.emulator().log()?;
            Ok::<_, Failed>(log.iter().any(|r| r.fault.is_some() && r.outcome == "pending"))
        };
        check::wait_until("the backend waits while the first call travels", || {
            Ok(travels()? && check::text(&mut observer, process)? == "1")
        })?;
        let taken: usize = check::text(&mut observer, "SELECT last_value FROM taken")?.parse()?;
        // Otherwise it has gone on meanwhile, and the figure says nothing.
        check::equal("the first call still travels", &travels()?, &true)?;
        running.join().map_err(|_| "the client panicked")??;
        Ok::<_, Failed>(taken)
    })?;
    // The first call, a full batch behind it, what PostgreSQL hands over at once, and the row after.
    let wanted = 2 * MOST_ENTRIES + 1..=3 * MOST_ENTRIES + 1;
    if !wanted.contains(&taken) {
        return Err(format!("{taken} rows were taken, should be {wanted:?}").into());
    }
    Ok(())
}

/// The backend's memory does not grow with the rows.
pub(crate) fn memory(ctx: &Ctx) -> Outcome {
    let few = least_growth(ctx, 2_000)?;
    let many = least_growth(ctx, MOST_ROWS)?;
    if many.peak > few.peak + MORE_KB || many.contexts > few.contexts + MORE_KB {
        return Err(format!("in KB: {few:?} for 2,000 rows, {many:?} for 10,000").into());
    }
    Ok(())
}

/// What an import takes above the idle backend, in KB.
#[derive(Debug)]
struct Growth {
    /// Of the process, at its peak.
    peak: u64,
    /// In PostgreSQL's memory contexts, before COMMIT.
    contexts: u64,
}

/// The least of three measurements: where the allocator finds room is chance.
fn least_growth(ctx: &Ctx, rows: usize) -> Result<Growth, Failed> {
    let mut found =
        (0..3).map(|n| growth(&ctx.another(rows + n)?, rows)).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|growth| growth.peak);
    let least = found.into_iter().next().ok_or("no measurement")?;
    let Growth { peak, contexts } = least;
    ctx.note(&format!(
        "{rows} rows: at the peak {peak} KB above the idle backend; before COMMIT {contexts} KB in \
         PostgreSQL's memory contexts"
    ));
    Ok(least)
}

fn growth(ctx: &Ctx, rows: usize) -> Result<Growth, Failed> {
    prepared(ctx)?;
    let mut client = ctx.connect()?;
    check::text(&mut client, "SELECT count(*) FROM apps.apps")?;
    let idle = Usage::of(&mut client)?;
    client.batch_execute("BEGIN")?;
    client.batch_execute(&load(rows))?;
    let contexts = Usage::of(&mut client)?.contexts.saturating_sub(idle.contexts);
    client.batch_execute("COMMIT")?;
    let peak = Usage::of(&mut client)?.peak.saturating_sub(idle.resident);
    Ok(Growth { peak, contexts })
}

/// A connection to a database with more employees than a session takes.
fn prepared(ctx: &Ctx) -> Result<Client, Failed> {
    let mut client = ctx.connect()?;
    client.batch_execute(&format!(
        "ALTER FOREIGN TABLE identity_sources.bulk_upsert
           OPTIONS (ADD identity_source_id '{SOURCE}');
         CREATE TABLE employees AS
           SELECT n::text AS no, 'e' || n || '@acme.example' AS email
           FROM generate_series(1, {}) n;
         ANALYZE employees",
        MOST_ROWS + 1
    ))?;
    Ok(client)
}

fn load(rows: usize) -> String {
    format!(
        "INSERT INTO identity_sources.bulk_upsert
           (external_id, user_name, email, first_name, last_name, home_address)
         SELECT no, email, email, 'First', 'Last', 'Somewhere ' || no FROM employees LIMIT {rows}"
    )
}

/// The calls that load, one after the other and within Okta's limits; the other two are the first and the
/// last.
fn bulk_calls(calls: &[Request]) -> Result<Vec<&Request>, Failed> {
    let [open, bulk @ .., start] = calls else { return Err("fewer than two calls".into()) };
    check::equal("the first call opens", &open.path.ends_with("/sessions"), &true)?;
    check::equal("the last call starts", &start.path.ends_with("/start-import"), &true)?;
    for request in calls {
        check::equal(&format!("under way with {}", request.path), &request.in_flight, &1)?;
        check::equal("outcome", &request.outcome.as_str(), &"answered")?;
    }
    for request in bulk {
        check::equal("it loads", &request.path.ends_with("/bulk-upsert"), &true)?;
        if entries(request) > MOST_ENTRIES || request.body_bytes > MOST_BYTES {
            let bytes = request.body_bytes;
            return Err(format!("a call of {} entries, {bytes} bytes", entries(request)).into());
        }
    }
    Ok(bulk.iter().collect())
}

fn entries(request: &Request) -> usize {
    let profiles = request.body.as_ref().and_then(|body| body.get("profiles")?.as_array());
    profiles.map_or(0, Vec::len)
}

/// The session holds the first employees, each of them in one entry.
fn each_once(ctx: &Ctx, rows: usize) -> Outcome {
    let loaded = loaded(&session(ctx)?);
    check::equal("entries in the session", &loaded.len(), &rows)?;
    let loaded: BTreeSet<_> = loaded.into_iter().collect();
    let wanted: BTreeSet<_> = (1..=rows).map(|n| n.to_string()).collect();
    check::equal("the ids are those of the rows", &(loaded == wanted), &true)
}

/// The source's only session.
fn session(ctx: &Ctx) -> Result<Value, Failed> {
    let state = ctx.emulator().state()?;
    let sessions = state.pointer(&format!("/sources/{SOURCE}/sessions")).and_then(Value::as_array);
    match sessions.map(Vec::as_slice) {
        Some([one]) => Ok(one.clone()),
        _ => Err("not one session".into()),
    }
}

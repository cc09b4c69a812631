//! Statement after statement under random faults, on several connections: none crashes or hangs, nothing
//! is written twice or lost, and the backends hold no more at the end than at the beginning.
//!
//! `SOAK=10000` says how many statements; `SOAK_SEED` which ones.

use std::env;
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::super::{Outcome, check};
use super::experiment::{Bench, Seen};
use super::operations::{self, Operation};
use super::process::Usage;
use crate::ctx::Ctx;

const LANES: usize = 8;
const STATEMENTS: usize = 1000;

/// What a backend may hold at the end that it did not hold after a fifth of the statements.
const MORE_RESIDENT_KB: u64 = 16 << 10;
const MORE_CONTEXTS_KB: u64 = 256;

/// How a statement may fail. A cancelled one only when it was interrupted: else it has hung.
const FAILURES: &[&str] =
    &["08006", "22007", "22023", "28000", "42501", "53400", "55000", "58000", "HV00M"];

/// Those that cost seconds are rare.
const FREQUENT: &[&str] = &[
    r#"{"fault": "concurrency_limit"}"#,
    r#"{"fault": "status", "code": 401}"#,
    r#"{"fault": "status", "code": 403}"#,
    r#"{"fault": "status", "code": 500}"#,
    r#"{"fault": "status", "code": 503}"#,
    r#"{"fault": "reset_before"}"#,
    r#"{"fault": "reset_after"}"#,
    r#"{"fault": "cut_body"}"#,
    r#"{"fault": "bad_json"}"#,
    r#"{"fault": "wrong_type"}"#,
    r#"{"fault": "wrong_type", "field": "created"}"#,
    r#"{"fault": "deep_json"}"#,
    r#"{"fault": "huge_header", "kilobytes": 2048}"#,
    r#"{"fault": "redirect"}"#,
    r#"{"fault": "empty_page"}"#,
    r#"{"fault": "next_loop"}"#,
    r#"{"fault": "next_foreign"}"#,
    r#"{"fault": "next_other_path"}"#,
    r#"{"fault": "delay_ms", "ms": 30}"#,
];
const RARE: &[&str] = &[
    r#"{"fault": "rate_limit", "seconds": 0}"#,
    r#"{"fault": "delay_ms", "ms": 1500}"#,
    r#"{"fault": "slow_body", "bytes_per_second": 10}"#,
    r#"{"fault": "oversized", "megabytes": 65}"#,
    r#"{"fault": "gzip_bomb", "megabytes": 80}"#,
];

pub(crate) fn statements(ctx: &Ctx) -> Outcome {
    let number = |name: &str, default: usize| env::var(name).map_or(Ok(default), |n| n.parse());
    let (all, seed) = (number("SOAK", STATEMENTS)?, number("SOAK_SEED", 4)?);
    let ends: Vec<_> = thread::scope(|scope| {
        let lane = |n| {
            let seed = (seed * LANES + n) as u64;
            scope.spawn(move || lane(ctx.another(n)?, all.div_ceil(LANES), seed))
        };
        let lanes: Vec<_> = (0..LANES).map(lane).collect();
        lanes
            .into_iter()
            .map(|lane| lane.join().unwrap_or_else(|_| Err("panicked".into())))
            .collect()
    });
    let (mut told, mut failed) = (Vec::new(), Vec::new());
    for (n, end) in ends.into_iter().enumerate() {
        match end {
            Ok(grown) => told.push(grown),
            Err(error) => failed.push(format!("lane {n}: {}", error.message().unwrap_or_default())),
        }
    }
    if !failed.is_empty() {
        return Err(Failed::from(format!("SOAK_SEED={seed}: {}", failed.join("\n"))));
    }
    let most = |of: fn(&Grown) -> i64| told.iter().map(of).max().unwrap_or_default();
    ctx.note(&format!(
        "{all} statements, {} failed; a backend has grown by at most {} KB, its memory contexts by {} KB",
        told.iter().map(|grown| grown.failures).sum::<usize>(),
        most(|grown| grown.resident),
        most(|grown| grown.contexts),
    ));
    Ok(())
}

/// What has become of a lane's backend, in KB, and how many of its statements failed.
struct Grown {
    resident: i64,
    contexts: i64,
    failures: usize,
}

fn lane(ctx: Ctx, statements: usize, seed: u64) -> Result<Grown, Failed> {
    let mut rng = Rng::with_seed(seed);
    let mut bench = Bench::new(ctx)?;
    bench.client.batch_execute(
        "ALTER SERVER okta OPTIONS (SET request_timeout '1');
         SET statement_timeout = '60s'",
    )?;
    let (mut begun, mut failures) = (None, 0);
    for n in 0..statements {
        if n == statements / 5 {
            begun = Some(rest(&mut bench)?);
        }
        let failed = statement(&mut bench, &mut rng);
        failures += usize::from(failed.map_err(|e| {
            Failed::from(format!("statement {n}: {}", e.message().unwrap_or_default()))
        })?);
    }
    let (end, begun) = (rest(&mut bench)?, begun.ok_or("too few statements")?);
    check::equal("threads", &end.threads, &begun.threads)?;
    check::equal("sockets", &end.sockets, &begun.sockets)?;
    check::equal("descriptors", &end.descriptors, &begun.descriptors)?;
    if end.resident > begun.resident + MORE_RESIDENT_KB
        || end.contexts > begun.contexts + MORE_CONTEXTS_KB
    {
        return Err(format!("memory has grown: {begun:?} became {end:?}").into());
    }
    let grown = |end: u64, begun: u64| end.cast_signed() - begun.cast_signed();
    Ok(Grown {
        resident: grown(end.resident, begun.resident),
        contexts: grown(end.contexts, begun.contexts),
        failures,
    })
}

/// What the backend holds once its connections are closed.
fn rest(bench: &mut Bench) -> Result<Usage, Failed> {
    bench.client.batch_execute("SELECT okta_fdw_disconnect()")?;
    // The I/O thread closes them when it comes to it.
    thread::sleep(Duration::from_millis(200));
    Usage::of(&mut bench.client)
}

/// One statement; whether it failed.
fn statement(bench: &mut Bench, rng: &mut Rng) -> Result<bool, Failed> {
    let operation = rng.choice(operations::ALL).ok_or("no operations")?;
    let fault = fault(rng);
    let interrupted = rng.u8(..100) < 6;
    let kind = rng.u8(..100);
    let result = match kind {
        0..10 => import(bench, rng, fault.as_ref()),
        10..20 => part_of_a_list(bench, rng, fault.as_ref()),
        _ => whole(bench, operation, fault.as_ref(), interrupted),
    };
    result.map_err(|error| {
        let told = error.message().unwrap_or_default();
        let fault = fault.unwrap_or_default();
        format!("{kind} {} under {fault}, interrupted {interrupted}: {told}", operation.title)
            .into()
    })
}

fn fault(rng: &mut Rng) -> Option<Value> {
    let list = match rng.u8(..100) {
        0..30 => return None,
        30..33 => RARE,
        _ => FREQUENT,
    };
    let mut fault: Value = serde_json::from_str(rng.choice(list)?).ok()?;
    let order = fault.as_object_mut()?;
    if rng.bool() {
        order.insert("nth".to_owned(), json!(rng.u8(1..4)));
    }
    if rng.bool() {
        order.insert("match".to_owned(), json!("* /api/v1/*"));
    }
    Some(fault)
}

fn whole(
    bench: &mut Bench,
    operation: &Operation,
    fault: Option<&Value>,
    interrupted: bool,
) -> Result<bool, Failed> {
    let before = bench.prepare(operation)?;
    fault.map_or(Ok(()), |fault| bench.strike(operation, fault))?;
    if interrupted {
        bench.ctx.emulator().set_latency(Duration::from_millis(40))?;
        bench.client.batch_execute("SET statement_timeout = '20ms'")?;
    }
    let sql = operation.sql.replace("{id}", &operations::session(&before));
    let end = bench.statement(&sql)?;
    if interrupted {
        // What was sent just before the statement ended arrives.
        thread::sleep(Duration::from_millis(60));
        bench.ctx.emulator().set_latency(Duration::ZERO)?;
        bench.client.batch_execute("SET statement_timeout = '60s'")?;
    }
    let failed = failed(&end, interrupted)?;
    bench.judge(operation, &before, end)?;
    Ok(failed)
}

/// Whether a statement has failed; an error when it failed as none should.
fn failed(end: &Result<Vec<String>, String>, interrupted: bool) -> Result<bool, Failed> {
    match end {
        Err(sqlstate) if sqlstate == "57014" && interrupted => Ok(true),
        Err(sqlstate) if FAILURES.contains(&sqlstate.as_str()) => Ok(true),
        Err(sqlstate) => Err(format!("failed with {sqlstate}").into()),
        Ok(_) => Ok(false),
    }
}

/// A LIMIT, or a cursor that is closed half way.
fn part_of_a_list(bench: &mut Bench, rng: &mut Rng, fault: Option<&Value>) -> Result<bool, Failed> {
    let operation = operations::ALL.first().ok_or("no operations")?;
    let before = bench.prepare(operation)?;
    fault.map_or(Ok(()), |fault| bench.strike(operation, fault))?;
    let wanted = rng.usize(1..=12);
    let end = if rng.bool() {
        bench.statement(&format!("{} LIMIT {wanted}", operation.sql))?
    } else {
        let declare = format!("BEGIN; DECLARE c CURSOR FOR {}", operation.sql);
        bench.client.batch_execute(&declare)?;
        let end = bench.statement(&format!("FETCH {wanted} FROM c"))?;
        bench.client.batch_execute("ROLLBACK")?;
        end
    };
    let failed = failed(&end, false)?;
    let seen = bench.look()?;
    let Ok(mut rows) = end else { return Ok(failed) };
    let users = operation.rows(&before);
    rows.retain(|row| users.contains(row));
    rows.sort();
    rows.dedup();
    check::equal("different rows", &rows.len(), &wanted).map_err(|e| seen.told_with(&e))?;
    Ok(failed)
}

/// A transaction that loads a session and starts its import, or is rolled back.
fn import(bench: &mut Bench, rng: &mut Rng, fault: Option<&Value>) -> Result<bool, Failed> {
    const LOAD: &str = "INSERT INTO identity_sources.bulk_upsert
        (identity_source_id, external_id, user_name)
        SELECT '0oahr000000000000001', n::text, 'u' || n FROM generate_series(1, 3) n";
    let operation = operations::ALL.first().ok_or("no operations")?;
    bench.prepare(operation)?;
    let mut any = fault.cloned();
    if let Some(fault) = any.as_mut().and_then(Value::as_object_mut) {
        fault.insert("match".to_owned(), json!("* /api/v1/*"));
        bench.strike(operation, &json!(fault))?;
    }
    let commit = rng.u8(..4) > 0;
    bench.client.batch_execute("BEGIN")?;
    let mut end = bench.statement(LOAD)?;
    let end_with = if commit && end.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = bench.statement(end_with)?;
    if end.is_ok() {
        end = ended;
    }
    let failed = failed(&end, false)?;
    let seen = bench.look()?;
    judge_import(&seen, commit && !failed).map_err(|error| seen.told_with(&error))?;
    Ok(failed)
}

fn judge_import(seen: &Seen, committed: bool) -> Outcome {
    let sessions = seen.after.pointer("/sources/0oahr000000000000001/sessions");
    let sessions = sessions.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut started = 0;
    for session in sessions {
        let status = session.get("status").and_then(Value::as_str).unwrap_or_default();
        let loads = session.get("loaded").and_then(Value::as_array).into_iter().flatten();
        let entries = loads.filter_map(|load| load.get("entries")?.as_array()).map(Vec::len).sum();
        match status {
            "TRIGGERED" => {
                started += 1;
                check::equal("rows of the import", &entries, &3_usize)?;
            }
            "CLOSED" => {}
            _ if committed => return Err(format!("committed, and {status}").into()),
            _ if entries > 3 => return Err(format!("{entries} rows").into()),
            // Whether that is told, `lost_answers` shows.
            _ => {}
        }
    }
    if committed {
        return check::equal("imports", &started, &1);
    }
    if started > 0 && !seen.has_heard("has started and cannot be stopped") {
        return Err("rolled back, and the import has started, and nobody was told".into());
    }
    Ok(())
}

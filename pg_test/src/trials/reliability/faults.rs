//! Each fault and each operation: the table in `docs/reliability.md`.

use std::collections::{BTreeMap, VecDeque};
use std::net::TcpListener;
use std::sync::{Mutex, PoisonError};
use std::thread;

use libtest_mimic::Failed;

use super::super::{Outcome, check};
use super::document::Part;
use super::experiment::{Bench, Observed};
use super::operations::{self, Effect, Operation};
use crate::ctx::Ctx;
use crate::okta::Okta;

/// Most of the time is waiting, for time-outs and between attempts.
const LANES: usize = 8;

struct Fault {
    title: &'static str,
    /// What the emulator is told; nothing when nobody listens there at all.
    order: Option<&'static str>,
    /// `request_timeout` in seconds: short only where it shall be reached, since machines stutter.
    timeout: u8,
}

const fn fault(title: &'static str, order: &'static str) -> Fault {
    Fault { title, order: Some(order), timeout: 20 }
}

const fn too_slow(title: &'static str, order: &'static str) -> Fault {
    Fault { title, order: Some(order), timeout: 1 }
}

const FAULTS: &[Fault] = &[
    fault("429 once, resets in time", r#"{"fault": "rate_limit", "seconds": 0, "nth": 1}"#),
    fault("429, resets later than `max_wait`", r#"{"fault": "rate_limit", "seconds": 600}"#),
    fault("429 once, too many at once", r#"{"fault": "concurrency_limit", "nth": 1}"#),
    fault("429, too many at once", r#"{"fault": "concurrency_limit"}"#),
    fault("500", r#"{"fault": "status", "code": 500}"#),
    fault("503 once", r#"{"fault": "status", "code": 503, "nth": 1}"#),
    fault("503", r#"{"fault": "status", "code": 503}"#),
    Fault { title: "connection refused", order: None, timeout: 20 },
    fault("reset before the work, once", r#"{"fault": "reset_before", "nth": 1}"#),
    fault("reset before the work", r#"{"fault": "reset_before"}"#),
    fault("reset after the work, once", r#"{"fault": "reset_after", "nth": 1}"#),
    fault("reset after the work", r#"{"fault": "reset_after"}"#),
    too_slow("no answer within `request_timeout`", r#"{"fault": "delay_ms", "ms": 20000}"#),
    too_slow("slow body", r#"{"fault": "slow_body", "bytes_per_second": 10}"#),
    fault("cut body, once", r#"{"fault": "cut_body", "nth": 1}"#),
    fault("cut body", r#"{"fault": "cut_body"}"#),
    fault("JSON that stops short", r#"{"fault": "bad_json"}"#),
    fault("an object for a list, a list for an object", r#"{"fault": "wrong_type"}"#),
    fault("an object for a date", r#"{"fault": "wrong_type", "field": "created"}"#),
    fault("deep JSON", r#"{"fault": "deep_json"}"#),
    fault("oversized body", r#"{"fault": "oversized", "megabytes": 65}"#),
    fault("gzip bomb", r#"{"fault": "gzip_bomb", "megabytes": 1024}"#),
    fault("huge header", r#"{"fault": "huge_header", "kilobytes": 2048}"#),
    fault("redirect to another host", r#"{"fault": "redirect"}"#),
    fault("next link to the same page", r#"{"fault": "next_loop"}"#),
    fault("no rows, next link to the same page", r#"{"fault": "empty_page"}"#),
    fault("next link to another host", r#"{"fault": "next_foreign"}"#),
    fault("next link to another collection", r#"{"fault": "next_other_path"}"#),
    fault("401", r#"{"fault": "status", "code": 401}"#),
    fault("403", r#"{"fault": "status", "code": 403}"#),
];

const TABLE: Part =
    Part { page: "docs/reliability.md", name: "faults", trial: "reliability::faults" };

/// A cell: the numbers of its fault and of its operation.
type At = (usize, usize);

pub(crate) fn table(ctx: &Ctx) -> Outcome {
    let operations = 0..operations::ALL.len();
    let cells = (0..FAULTS.len()).flat_map(|fault| operations.clone().map(move |o| (fault, o)));
    let left: Mutex<VecDeque<At>> = Mutex::new(cells.collect());
    let found: Mutex<BTreeMap<At, Result<String, String>>> = Mutex::default();
    thread::scope(|scope| {
        let (left, found) = (&left, &found);
        let lanes: Vec<_> =
            (0..LANES).map(|n| scope.spawn(move || lane(ctx.another(n)?, left, found))).collect();
        lanes.into_iter().try_for_each(|lane| lane.join().map_err(|_| "a lane panicked")?)
    })?;

    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let wrong: Vec<_> = found
        .iter()
        .filter_map(|(at, cell)| Some(format!("{}: {}", name(*at), cell.as_ref().err()?)))
        .collect();
    if !wrong.is_empty() {
        return Err(Failed::from(wrong.join("\n")));
    }
    TABLE.settle(ctx, &markdown(&found))
}

fn lane(
    ctx: Ctx,
    left: &Mutex<VecDeque<At>>,
    found: &Mutex<BTreeMap<At, Result<String, String>>>,
) -> Outcome {
    let mut bench = Bench::new(ctx)?;
    loop {
        let next = left.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(at) = next else { return Ok(()) };
        let cell = cell(&mut bench, at).map_err(|e| e.message().unwrap_or_default().to_owned());
        found.lock().unwrap_or_else(PoisonError::into_inner).insert(at, cell);
    }
}

fn cell(bench: &mut Bench, at: At) -> Result<String, Failed> {
    let (Some(fault), Some(operation)) = (FAULTS.get(at.0), operations::ALL.get(at.1)) else {
        return Err("no such cell".into());
    };
    // A new HTTP client knows no rate limit yet.
    let timeout = fault.timeout;
    bench.client.batch_execute(&format!(
        "ALTER SERVER okta OPTIONS (SET request_timeout '{timeout}'); SELECT okta_fdw_disconnect()"
    ))?;
    let observed = match fault.order {
        Some(order) => bench.run(operation, &serde_json::from_str(order)?)?,
        None => refused(bench, operation)?,
    };
    Ok(shown(operation, &observed))
}

/// Nobody listens where the server's address leads; on the second page, no more.
fn refused(bench: &mut Bench, operation: &Operation) -> Result<Observed, Failed> {
    let before = bench.prepare(operation)?;
    let begun = operation.strikes.contains("after=").then(Okta::start).transpose()?;
    let address = match &begun {
        Some(okta) => okta.url(),
        None => format!("http://{}", TcpListener::bind("127.0.0.1:0")?.local_addr()?),
    };
    lead_to(bench, &address)?;
    let sql = operation.sql.replace("{id}", &operations::session(&before));
    let end = match begun {
        Some(okta) => {
            let begin = format!("BEGIN; DECLARE c CURSOR FOR {sql}; FETCH 1 FROM c");
            let first = bench.statement(&begin)?;
            check::equal("the first page", &first.map(|rows| rows.len()), &Ok(1))?;
            drop(okta);
            let end = bench.statement("FETCH ALL FROM c")?;
            bench.client.batch_execute("ROLLBACK")?;
            end
        }
        None => bench.statement(&sql)?,
    };
    let home = bench.ctx.emulator().url();
    lead_to(bench, &home)?;
    bench.judge(operation, &before, end)
}

fn lead_to(bench: &mut Bench, address: &str) -> Outcome {
    let sql = format!("ALTER SERVER okta OPTIONS (SET org_url '{address}/orgs/{{subdomain}}')");
    Ok(bench.client.batch_execute(&sql)?)
}

fn name((fault, operation): At) -> String {
    let fault = FAULTS.get(fault).map_or("?", |fault| fault.title);
    let operation = operations::ALL.get(operation).map_or("?", |operation| operation.title);
    format!("{fault} × {operation}")
}

fn shown(operation: &Operation, observed: &Observed) -> String {
    let end = match (&observed.end, operation.effect) {
        (Err(sqlstate), _) => sqlstate.as_str(),
        (Ok(_), Effect::ReadsUsers | Effect::ReadsSession) => "all rows",
        (Ok(_), _) => "ok",
    };
    let done = match (operation.writes(), observed.changed) {
        (false, _) => "",
        (true, true) => ", done",
        (true, false) => ", not done",
    };
    format!("{end}{done}, {}×", observed.attempts)
}

fn markdown(cells: &BTreeMap<At, Result<String, String>>) -> String {
    let titles: Vec<_> = operations::ALL.iter().map(|operation| operation.title).collect();
    let mut text = format!("| | {} |\n|---{}|\n", titles.join(" | "), "|---".repeat(titles.len()));
    for (number, fault) in FAULTS.iter().enumerate() {
        let row = cells.range((number, 0)..(number + 1, 0));
        let row: Vec<_> = row.filter_map(|(_, cell)| cell.as_deref().ok()).collect();
        text.push_str(&format!("| {} | {} |\n", fault.title, row.join(" | ")));
    }
    text
}

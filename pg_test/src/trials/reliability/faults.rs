//! Each fault and each operation: the table in `docs/reliability.md`.

use std::net::TcpListener;

use libtest_mimic::Failed;

use super::super::document::Part;
use super::super::grid::Grid;
use super::super::{Outcome, check};
use super::experiment::{Bench, Observed};
use super::operations::{self, Effect, Operation};
use crate::ctx::Ctx;
use crate::okta::Okta;

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

pub(crate) fn table(ctx: &Ctx) -> Outcome {
    let grid = Grid {
        rows: FAULTS.iter().map(|fault| fault.title).collect(),
        columns: operations::ALL.iter().map(|operation| operation.title).collect(),
    };
    let text = grid.fill(ctx, Bench::new, |bench, fault, operation| {
        let (Some(fault), Some(operation)) = (FAULTS.get(fault), operations::ALL.get(operation))
        else {
            return Err("no such cell".into());
        };
        cell(bench, fault, operation)
    })?;
    TABLE.settle(ctx, &text)
}

fn cell(bench: &mut Bench, fault: &Fault, operation: &Operation) -> Result<String, Failed> {
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

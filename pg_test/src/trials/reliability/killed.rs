//! Backends that are terminated while they wait for Okta, fifty at once, wherever a wait may be: the
//! server never restarts, and Okta soon has no connection of theirs.

use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use postgres::Client;
use serde_json::json;

use super::super::{Outcome, check};
use super::process::connections_to;
use crate::ctx::Ctx;

/// Fewer than Okta has at once in an org.
const BACKENDS: usize = 50;
/// The waits are for a minute. A busy machine needs its time to end fifty processes.
const PROMPT: Duration = Duration::from_secs(10);

const READ: &str = "SELECT count(*) FROM users.users";
const SERVER_START: &str = "SELECT pg_postmaster_start_time()";
const OTHERS: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// What the backends wait for, what makes them wait, and what they do.
const WAVES: &[(&str, &str, &str)] = &[
    ("an answer", r#"{"fault": "delay_ms", "ms": 60000}"#, READ),
    ("the rest of an answer", r#"{"fault": "slow_body", "bytes_per_second": 10}"#, READ),
    ("a rate limit's reset", r#"{"fault": "rate_limit", "seconds": 60}"#, READ),
    (
        "the answer to a write",
        r#"{"fault": "delay_ms", "ms": 60000}"#,
        "INSERT INTO identity_sources.sessions (identity_source_id)
         VALUES ('0oahr000000000000001')",
    ),
];

pub(crate) fn two_hundred(ctx: &Ctx) -> Outcome {
    let mut observer = ctx.connect()?;
    let server_start = check::text(&mut observer, SERVER_START)?;
    for (what, fault, sql) in WAVES {
        let waited = wave(ctx, &mut observer, fault, sql)
            .map_err(|e| format!("{what}: {}", e.message().unwrap_or_default()))?;
        ctx.note(&format!("{BACKENDS} that wait for {what} ended in {} ms", waited.as_millis()));
        let start = check::text(&mut observer, SERVER_START)?;
        check::equal("start of the server", &start, &server_start)?;
        check::equal(what, &check::text(&mut observer, READ)?.as_str(), &"12")?;
        observer.batch_execute("SELECT okta_fdw_disconnect()")?;
    }
    Ok(())
}

/// How long it took until all of them, and their connections, had ended.
fn wave(
    ctx: &Ctx,
    observer: &mut Client,
    fault: &str,
    sql: &'static str,
) -> Result<Duration, Failed> {
    let okta = ctx.emulator();
    okta.admin("POST", "reset", None)?;
    let mut fault: serde_json::Value = serde_json::from_str(fault)?;
    fault.as_object_mut().and_then(|fault| fault.insert("match".to_owned(), json!("* /api/*")));
    okta.admin("POST", "faults", Some(&fault))?;

    let (mut victims, mut processes) = (Vec::new(), Vec::new());
    for _ in 0..BACKENDS {
        let mut client = ctx.connect()?;
        processes.push(check::text(&mut client, "SELECT pg_backend_pid()")?);
        victims.push(thread::spawn(move || client.batch_execute(sql)));
    }
    let mut asked = 0;
    check::wait_until("every backend has asked", || {
        asked += okta.take_log()?.len();
        Ok(asked >= BACKENDS)
    })?;

    if connections_to(okta.port())? < BACKENDS {
        return Err("fewer connections than backends".into());
    }
    let begun = Instant::now();
    let kill =
        format!("SELECT pg_terminate_backend(p) FROM unnest(ARRAY[{}]) p", processes.join(","));
    observer.batch_execute(&kill)?;
    for victim in victims {
        check::terminated(victim.join().map_err(|_| "a client panicked")?)?;
    }
    check::wait_until("every backend has gone", || Ok(check::text(observer, OTHERS)? == "0"))?;
    check::wait_until("Okta has no connection", || Ok(connections_to(okta.port())? == 0))?;
    let elapsed = begun.elapsed();
    okta.admin("DELETE", "faults", None)?;
    if elapsed > PROMPT {
        return Err(format!("took {elapsed:?}, more than {PROMPT:?}").into());
    }
    Ok(elapsed)
}

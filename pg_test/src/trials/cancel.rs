//! A statement that waits for Okta ends when PostgreSQL says so, and not when Okta answers.
//!
//! The time it takes is told, and only held against a bound that a busy machine keeps as well:
//! Okta takes 10 s, so whoever is done in 2 s has not waited for it.

use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use postgres::Client;

use super::{Outcome, check};
use crate::ctx::Ctx;

const OKTA_TAKES: Duration = Duration::from_secs(10);
const PROMPT: Duration = Duration::from_secs(2);

const READ: &str = "SELECT count(*) FROM identity_sources.sessions";
const WRITE: &str =
    "INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001')";
const SERVER_START: &str = "SELECT pg_postmaster_start_time()";

pub(super) fn statement_timeout(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    client.batch_execute("SET statement_timeout = '100ms'")?;
    ctx.emulator().set_latency(OKTA_TAKES)?;

    let begun = Instant::now();
    check::refused(client.batch_execute(READ), "57014")?;
    prompt(ctx, "past the 100 ms", begun + Duration::from_millis(100))?;
    still_works(ctx, &mut client)
}

pub(super) fn by_another_session(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    let result = interrupt(ctx, &mut client, READ, "pg_cancel_backend")?;
    check::refused(result, "57014")?;
    still_works(ctx, &mut client)
}

pub(super) fn of_a_write(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    let result = interrupt(ctx, &mut client, WRITE, "pg_cancel_backend")?;
    check::refused(result, "57014")?;
    still_works(ctx, &mut client)
}

pub(super) fn terminate(ctx: &Ctx) -> Outcome {
    let mut observer = ctx.connect()?;
    let server_start = check::text(&mut observer, SERVER_START)?;
    let result = interrupt(ctx, &mut ctx.connect()?, READ, "pg_terminate_backend")?;
    check::terminated(result)?;
    server_stands(&mut observer, &server_start)?;
    still_works(ctx, &mut observer)
}

/// Many backends that die in the middle of a request, all at once, disturb no other session.
pub(super) fn terminate_forty(ctx: &Ctx) -> Outcome {
    const BACKENDS: usize = 40;
    let mut observer = ctx.connect()?;
    let server_start = check::text(&mut observer, SERVER_START)?;
    let mut victims = Vec::new();
    for _ in 0..BACKENDS {
        let mut client = ctx.connect()?;
        let process = check::text(&mut client, "SELECT pg_backend_pid()")?;
        victims.push((client, process));
    }
    let processes: Vec<_> = victims.iter().map(|(_, process)| process.clone()).collect();

    ctx.emulator().set_latency(OKTA_TAKES)?;
    let waiting: Vec<_> = victims
        .into_iter()
        .map(|(mut client, _)| thread::spawn(move || client.batch_execute(READ)))
        .collect();
    await_requests(ctx, BACKENDS)?;

    let begun = Instant::now();
    let kill =
        format!("SELECT pg_terminate_backend(p) FROM unnest(ARRAY[{}]) p", processes.join(","));
    observer.batch_execute(&kill)?;
    for backend in waiting {
        check::terminated(backend.join().map_err(|_| "a client panicked")?)?;
    }
    prompt(ctx, "all 40 ended", begun)?;
    server_stands(&mut observer, &server_start)?;
    still_works(ctx, &mut observer)
}

/// Runs `sql` on `client` and, as soon as Okta has its request, has another session interrupt it.
fn interrupt(
    ctx: &Ctx,
    client: &mut Client,
    sql: &str,
    how: &str,
) -> Result<Result<(), postgres::Error>, Failed> {
    let process = check::text(client, "SELECT pg_backend_pid()")?;
    let mut observer = ctx.connect()?;
    ctx.emulator().set_latency(OKTA_TAKES)?;
    thread::scope(|scope| {
        let waiting = scope.spawn(|| client.batch_execute(sql));
        if let Err(error) = await_requests(ctx, 1) {
            // It may not have asked Okta at all, and then its own error says why.
            return if waiting.is_finished() { joined(waiting) } else { Err(error) };
        }
        let begun = Instant::now();
        observer.batch_execute(&format!("SELECT {how}({process})"))?;
        let result = joined(waiting)?;
        prompt(ctx, how, begun)?;
        Ok(result)
    })
}

fn joined<T>(waiting: ScopedJoinHandle<T>) -> Result<T, Failed> {
    waiting.join().map_err(|_| "the client panicked".into())
}

/// The postmaster is the same, and so is this connection: had a backend died of a signal, the
/// postmaster would have ended every other one.
fn server_stands(observer: &mut Client, server_start: &String) -> Outcome {
    check::equal("start of the server", &check::text(observer, SERVER_START)?, server_start)
}

/// Until Okta has this many more requests, none of which it has answered.
fn await_requests(ctx: &Ctx, wanted: usize) -> Outcome {
    let patience = Instant::now() + OKTA_TAKES / 2;
    let mut seen = 0;
    while seen < wanted {
        if Instant::now() > patience {
            return Err(format!("Okta got {seen} of {wanted} requests").into());
        }
        thread::sleep(Duration::from_millis(5));
        seen += ctx.okta_requests()?.len();
    }
    Ok(())
}

fn prompt(ctx: &Ctx, what: &str, begun: Instant) -> Outcome {
    let elapsed = begun.elapsed();
    ctx.note(&format!("{what}: {} ms", elapsed.as_millis()));
    if elapsed < PROMPT {
        return Ok(());
    }
    Err(Failed::from(format!("{what}: took {elapsed:?}, more than {PROMPT:?}")))
}

/// The connection runs the next statement, once Okta is quick again.
fn still_works(ctx: &Ctx, client: &mut Client) -> Outcome {
    ctx.emulator().set_latency(Duration::ZERO)?;
    client.batch_execute("RESET statement_timeout")?;
    check::text(client, READ)?;
    Ok(())
}

//! The tests that need a PostgreSQL server: SQL files compared with what they should print, and
//! trials in Rust for what psql can't show. Each has a database and an emulated Okta of its own.
//!
//! It builds nothing and starts no server: `dev/sql_tests.sh` does, and names the server in the
//! environment.

mod case;
mod ctx;
mod expected;
mod mask;
mod notes;
mod okta;
mod order;
mod psql;
mod server;
mod trials;

use std::process::ExitCode;
use std::sync::{Arc, PoisonError, RwLock};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::case::Case;
use crate::ctx::Ctx;
use crate::expected::Expected;
use crate::server::Server;

/// Most of a test's time is waiting, so more run at once than there are cores.
const THREADS: usize = 4;

/// Read by a test that shares the server, written by one that wants it alone.
static SERVER_USE: RwLock<()> = RwLock::new(());

fn main() -> ExitCode {
    let accept = std::env::args().any(|argument| argument == "--accept");
    let mut arguments = Arguments::from_iter(std::env::args().filter(|a| a != "--accept"));
    arguments.test_threads.get_or_insert(THREADS);

    let trials = match trials(accept) {
        Ok(trials) => trials,
        Err(error) => {
            eprintln!("pg_test: {}", error.message().unwrap_or("failed"));
            return ExitCode::FAILURE;
        }
    };
    let conclusion = libtest_mimic::run(&arguments, trials);
    notes::print();
    conclusion.exit_code()
}

fn trials(accept: bool) -> Result<Vec<Trial>, Failed> {
    let server = Arc::new(Server::from_env()?);
    let mut trials = Vec::new();
    for case in case::all()? {
        let server = Arc::clone(&server);
        let name = format!("sql::{}", case.name);
        trials.push(Trial::test(name, move || {
            alone_or_not(case.serial, || run_sql(&server, &case, accept))
        }));
    }
    for (name, body) in trials::ALL {
        let server = Arc::clone(&server);
        trials.push(Trial::test(*name, move || {
            alone_or_not(false, || body(&Ctx::set_up(server, name, accept)?))
        }));
    }
    Ok(trials)
}

/// A test that panicked has failed already; the lock it poisoned guards no data.
fn alone_or_not(alone: bool, test: impl FnOnce() -> Result<(), Failed>) -> Result<(), Failed> {
    if alone {
        let _use = SERVER_USE.write().unwrap_or_else(PoisonError::into_inner);
        test()
    } else {
        let _use = SERVER_USE.read().unwrap_or_else(PoisonError::into_inner);
        test()
    }
}

fn run_sql(server: &Server, case: &Case, accept: bool) -> Result<(), Failed> {
    let okta = okta::Okta::start()?;
    server.create_database(&case.database)?;
    let output = psql::run(server, &okta, &case.database, &case.path)?;
    let actual = mask::mask(&order::settle(&output), okta.host(), server.home());
    Expected::of(&case.name, server.major()?).settle(&actual, accept)
}

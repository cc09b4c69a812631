//! What trials check with: conditions, SQLSTATEs, and what will hold in a moment.

use std::fmt::Debug;
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use postgres::Client;

use super::Outcome;

pub(super) fn equal<T: PartialEq + Debug>(what: &str, actual: &T, expected: &T) -> Outcome {
    if actual == expected {
        return Ok(());
    }
    Err(format!("{what}: {actual:?}, should be {expected:?}").into())
}

/// The statement must have failed with this SQLSTATE.
pub(super) fn refused<T>(result: Result<T, postgres::Error>, sqlstate: &str) -> Outcome {
    let Err(error) = result else {
        return Err(format!("succeeded, should fail with {sqlstate}").into());
    };
    match error.code() {
        Some(code) if code.code() == sqlstate => Ok(()),
        _ => Err(format!("failed with {}, should be {sqlstate}", describe(&error)).into()),
    }
}

/// The connection must have been ended by an administrator's command. When the server's last word
/// and the end of the connection arrive at once, the client reports the latter only.
pub(super) fn terminated<T>(result: Result<T, postgres::Error>) -> Outcome {
    match result {
        Err(error) if error.is_closed() => Ok(()),
        result => refused(result, "57P01"),
    }
}

pub(super) fn describe(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} {}", db.code().code(), db.message()),
        None => error.to_string(),
    }
}

/// The first column of the first row.
pub(super) fn text(client: &mut Client, sql: &str) -> Result<String, Failed> {
    let messages = client.simple_query(sql).map_err(|e| format!("{sql}: {}", describe(&e)))?;
    first_column(messages).into_iter().next().ok_or_else(|| format!("{sql}: no row").into())
}

/// The first column of every row.
pub(super) fn texts(client: &mut Client, sql: &str) -> Result<Vec<String>, Failed> {
    let messages = client.simple_query(sql).map_err(|e| format!("{sql}: {}", describe(&e)))?;
    Ok(first_column(messages))
}

fn first_column(messages: Vec<postgres::SimpleQueryMessage>) -> Vec<String> {
    let rows = messages.into_iter().filter_map(|message| match message {
        postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("(null)").to_owned()),
        _ => None,
    });
    rows.collect()
}

/// How long something may take that is certain to come: longer than any machine stutters.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until something holds.
pub(super) fn wait_until(what: &str, mut holds: impl FnMut() -> Result<bool, Failed>) -> Outcome {
    let end = Instant::now() + PATIENCE;
    while !holds()? {
        if Instant::now() > end {
            return Err(format!("not in {PATIENCE:?}: {what}").into());
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

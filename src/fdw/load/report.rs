//! What the user is told of an import.

use okta::Error;
use okta::catalog::Load;
use okta::import_session::ImportSession;
use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::pg::report::tell;

/// Rows that were sent, by table.
pub(super) type Sent = [(&'static Load, usize)];

/// An import has started.
pub(super) fn started(session: &ImportSession, sent: &Sent, calls: u64) {
    let (id, loaded, calls) = (&session.id, rows_of(sent), grouped(calls));
    notice(format!("okta: import {id} started: {loaded} in {calls} calls"));
}

/// Okta has ignored all rows, so that there is no import.
pub(super) fn nothing_to_import(sent: &Sent) {
    notice(format!("okta: nothing to import: Okta knows nothing of {}", rows_of(sent)));
}

fn rows_of(sent: &Sent) -> String {
    let loaded = sent.iter().map(|(load, rows)| {
        let (one, many) = load.nouns;
        format!("{} {}", grouped(*rows as u64), if *rows == 1 { one } else { many })
    });
    loaded.collect::<Vec<_>>().join(", ")
}

fn notice(message: String) {
    let code = PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION;
    tell(PgLogLevel::NOTICE, code, message, None);
}

/// The answer to the opening of a session was not waited for.
pub(super) fn may_be_open(source: &str) {
    let message = format!("a session of source {source} may have been opened");
    let detail =
        "The next import of the source adopts it; else Okta lets it expire after 24 hours.";
    warn(message, detail.to_owned());
}

/// The import of a transaction that was rolled back has started all the same.
pub(super) fn goes_on(session: &ImportSession) {
    let message = format!("the import of session {} has started and cannot be stopped", session.id);
    warn(message, "Okta has taken the rows, and this transaction is rolled back.".to_owned());
}

/// The session of a transaction that was rolled back could not be cancelled.
pub(super) fn not_cancelled(session: &ImportSession, error: &Error) {
    let message = format!("session {} of Okta could not be cancelled", session.id);
    let hint = format!(
        "Cancel it: DELETE FROM … WHERE identity_source_id = '{}' AND id = '{}'. Okta lets it expire after 24 hours.",
        session.source, session.id
    );
    warn(message, format!("{}\n{hint}", error.message));
}

fn warn(message: String, detail: String) {
    tell(PgLogLevel::WARNING, PgSqlErrorCode::ERRCODE_WARNING, message, Some(detail));
}

/// A number with its thousands set apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

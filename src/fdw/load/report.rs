//! What the user is told of an import.

use okta::Error;
use okta::catalog::Load;
use okta::import::Session;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgLogLevel, PgSqlErrorCode};

/// An import has started.
pub(super) fn started(session: &Session, sent: &[(&'static Load, usize)], calls: u64) {
    let loaded = sent.iter().map(|(load, rows)| {
        let (one, many) = load.nouns;
        format!("{} {}", grouped(*rows as u64), if *rows == 1 { one } else { many })
    });
    let loaded: Vec<_> = loaded.collect();
    let message = format!(
        "okta: import {} started: {} in {} calls",
        session.id,
        loaded.join(", "),
        grouped(calls)
    );
    let code = PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION;
    ErrorReport::new(code, message, "okta_fdw").report(PgLogLevel::NOTICE);
}

/// The import of a transaction that was rolled back has started all the same.
pub(super) fn goes_on(session: &Session) {
    let message = format!("the import of session {} has started and cannot be stopped", session.id);
    warn(message, "Okta has taken the rows, and this transaction is rolled back.".to_owned());
}

/// The session of a transaction that was rolled back could not be cancelled.
pub(super) fn not_cancelled(session: &Session, error: &Error) {
    let message = format!("session {} of Okta could not be cancelled", session.id);
    let hint = format!(
        "Cancel it: DELETE FROM … WHERE identity_source_id = '{}' AND id = '{}'. Okta lets it expire after 24 hours.",
        session.source, session.id
    );
    warn(message, format!("{}\n{hint}", error.message));
}

fn warn(message: String, detail: String) {
    ErrorReport::new(PgSqlErrorCode::ERRCODE_WARNING, message, "okta_fdw")
        .set_detail(detail)
        .report(PgLogLevel::WARNING);
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

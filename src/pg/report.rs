//! Reports to the user or the log: errors, warnings, notices, all in the database's encoding.
//!
//! Which SQLSTATE an error of Okta's has is not known here.

use std::panic::AssertUnwindSafe;

use pgrx::pg_sys::panic::{CaughtError, ErrorReport, ErrorReportWithLevel};
use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::encoding;

/// Raises an error.
pub(crate) fn raise(
    code: PgSqlErrorCode,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
) -> ! {
    raise_report(report(code, message, detail, hint))
}

/// Raises an error with a SQLSTATE that is PostgreSQL's own rather than one of Okta's kinds.
pub(crate) fn raise_as(code: PgSqlErrorCode, message: String, hint: Option<String>) -> ! {
    raise(code, message, None, hint)
}

/// Tells the user, or the log, something that is no error.
pub(crate) fn tell(
    level: PgLogLevel,
    code: PgSqlErrorCode,
    message: String,
    detail: Option<String>,
) {
    report(code, message, detail, None).report(level);
}

/// A report in the database's encoding.
fn report(
    code: PgSqlErrorCode,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
) -> ErrorReport {
    let mut report = ErrorReport::new(code, encoding::message(message), "okta_fdw");
    if let Some(detail) = detail {
        report = report.set_detail(encoding::message(detail));
    }
    if let Some(hint) = hint {
        report = report.set_hint(encoding::message(hint));
    }
    report
}

fn raise_report(report: ErrorReport) -> ! {
    report.report(PgLogLevel::ERROR);
    unreachable!("an ERROR does not return")
}

/// Runs a conversion; an error that it raises is raised again with the place where it happened.
pub(crate) fn in_place<T>(place: impl Fn() -> String, convert: impl FnOnce() -> T) -> T {
    let place = AssertUnwindSafe(place);
    pgrx::PgTryBuilder::new(AssertUnwindSafe(convert))
        .catch_others(|error| {
            let AssertUnwindSafe(place) = &place;
            match error {
                CaughtError::PostgresError(report) => {
                    raise_report(with_place(&report, &place(), Caught::Postgres))
                }
                CaughtError::ErrorReport(report) => {
                    raise_report(with_place(&report, &place(), Caught::Ours))
                }
                other => other.rethrow(),
            }
        })
        .execute()
}

/// Adds the place to the detail. What PostgreSQL has said has lost what is not UTF-8 when it was caught,
/// so that it is put into the database's encoding again; what this crate has said is in it already.
fn with_place(report: &ErrorReportWithLevel, place: &str, caught: Caught) -> ErrorReport {
    let encoded = |text: &str| match caught {
        Caught::Postgres => encoding::message(text.to_owned()),
        Caught::Ours => text.to_owned(),
    };
    let place = encoding::message(place.to_owned());
    let detail = match report.detail() {
        Some(detail) => format!("{}\n{place}", encoded(detail)),
        None => place,
    };
    let message = encoded(report.message());
    let told = ErrorReport::new(report.sql_error_code(), message, "okta_fdw").set_detail(detail);
    match report.hint() {
        Some(hint) => told.set_hint(encoded(hint)),
        None => told,
    }
}

/// Who has raised an error.
#[derive(Clone, Copy)]
enum Caught {
    Postgres,
    Ours,
}

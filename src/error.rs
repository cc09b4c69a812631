//! Okta's errors as PostgreSQL's: the only table of SQLSTATEs.
//!
//! Messages, details and hints are made where the error is; nothing is added to them here.

use okta::{Error, Kind};
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgLogLevel, PgSqlErrorCode, pg_sys};

/// The SQLSTATE of each kind of error.
fn sqlstate(kind: Kind) -> PgSqlErrorCode {
    use PgSqlErrorCode as Code;
    match kind {
        Kind::BadAnswer => Code::ERRCODE_FDW_UNABLE_TO_CREATE_REPLY,
        Kind::Budget => Code::ERRCODE_PROGRAM_LIMIT_EXCEEDED,
        Kind::CannotAsk => Code::ERRCODE_FDW_UNABLE_TO_CREATE_EXECUTION,
        Kind::Conflict | Kind::WrongState => Code::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        Kind::Connect => Code::ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION,
        Kind::Forbidden | Kind::NotAllowed => Code::ERRCODE_INSUFFICIENT_PRIVILEGE,
        Kind::Invalid => Code::ERRCODE_INVALID_PARAMETER_VALUE,
        Kind::Lost => Code::ERRCODE_CONNECTION_FAILURE,
        Kind::NotFound => Code::ERRCODE_NO_DATA_FOUND,
        Kind::OptionName => Code::ERRCODE_FDW_INVALID_OPTION_NAME,
        Kind::OptionValue => Code::ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
        Kind::RateLimited => Code::ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
        Kind::ServerFault => Code::ERRCODE_SYSTEM_ERROR,
        Kind::Unauthorized => Code::ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION,
    }
}

/// Raises an error with a SQLSTATE that is PostgreSQL's own rather than one of Okta's kinds.
pub(crate) fn raise_as(code: PgSqlErrorCode, message: String, hint: Option<String>) -> ! {
    let report = ErrorReport::new(code, message, "okta_fdw");
    raise_report(match hint {
        Some(hint) => report.set_hint(hint),
        None => report,
    })
}

/// Raises an error.
pub(crate) fn raise(error: Error) -> ! {
    let mut report = ErrorReport::new(sqlstate(error.kind), error.message, "okta_fdw");
    if let Some(detail) = error.detail {
        report = report.set_detail(detail);
    }
    if let Some(hint) = error.hint {
        report = report.set_hint(hint);
    }
    raise_report(report)
}

fn raise_report(report: ErrorReport) -> ! {
    report.report(PgLogLevel::ERROR);
    unreachable!("an ERROR does not return")
}

/// What an operation gives, or its error raised.
pub(crate) trait OrRaise<T> {
    fn or_raise(self) -> T;
}

impl<T> OrRaise<T> for Result<T, Error> {
    fn or_raise(self) -> T {
        self.unwrap_or_else(|error| raise(error))
    }
}

/// A type error of a cell, told with the place where it stands.
pub(crate) fn in_column<T>(place: impl Fn() -> String + std::panic::UnwindSafe + std::panic::RefUnwindSafe, convert: impl FnOnce() -> T + std::panic::UnwindSafe) -> T {
    pgrx::PgTryBuilder::new(convert)
        .catch_others(move |error| match error {
            pg_sys::panic::CaughtError::PostgresError(report)
            | pg_sys::panic::CaughtError::ErrorReport(report) => {
                let detail = match report.detail() {
                    Some(detail) => format!("{detail}\n{}", place()),
                    None => place(),
                };
                let mut told = ErrorReport::new(
                    report.sql_error_code(),
                    report.message().to_owned(),
                    "okta_fdw",
                )
                .set_detail(detail);
                if let Some(hint) = report.hint() {
                    told = told.set_hint(hint.to_owned());
                }
                raise_report(told)
            }
            other => other.rethrow(),
        })
        .execute()
}

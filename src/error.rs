//! Okta's errors as PostgreSQL's: the only table of SQLSTATEs.
//!
//! Messages, details and hints are made where the error is; nothing is added to them here.

use okta::{Error, Kind};
use pgrx::PgSqlErrorCode;

use crate::pg::report;

/// The SQLSTATE of each kind of error.
pub(crate) fn sqlstate(kind: Kind) -> PgSqlErrorCode {
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
        Kind::NotOffered => Code::ERRCODE_FEATURE_NOT_SUPPORTED,
        Kind::OptionName => Code::ERRCODE_FDW_INVALID_OPTION_NAME,
        Kind::OptionValue => Code::ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE,
        Kind::RateLimited => Code::ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
        Kind::ServerFault => Code::ERRCODE_SYSTEM_ERROR,
        Kind::Unauthorized => Code::ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION,
    }
}

/// Raises an error.
pub(crate) fn raise(error: Error) -> ! {
    report::raise(sqlstate(error.kind), error.message, error.detail, error.hint)
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

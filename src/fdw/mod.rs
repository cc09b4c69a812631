//! The foreign data wrapper, in safe Rust: what PostgreSQL's callbacks do with what Okta has.
//!
//! Pointers stop in `routine`; Okta's rules stand in the crate `okta`.

mod analyze;
mod bound;
mod clients;
mod column;
mod direct;
mod explain;
pub(crate) mod functions;
mod import_schema;
mod lasting_writes;
mod load;
mod memo;
mod modify;
pub(crate) mod options;
mod plan;
mod private;
mod restricted;
mod routine;
mod row_counts;
mod rows;
mod run;
mod scan;
mod statement;
mod table;
mod writer;

pub(crate) use self::routine::routine;

use self::load::transaction;
use crate::error::OrRaise as _;
use crate::pg::callbacks::{self, End};

/// Registers what PostgreSQL must call by itself. Loading the library starts nothing: it may be the
/// postmaster that loads it.
pub(crate) fn register_hooks() {
    callbacks::register(at_end);
}

/// Follows a transaction, or a part of it, to its end.
fn at_end(end: End) {
    match end {
        End::PreCommit => transaction::before_commit().or_raise(),
        End::PrePrepare => transaction::refuse_prepare(),
        End::Commit | End::Prepared => transaction::after_commit(),
        End::Abort => transaction::after_abort(),
        End::SubCommit(level) => transaction::after_release(level),
        End::SubAbort(level) => transaction::after_rollback_to(level),
    }
    if matches!(end, End::Commit | End::Prepared | End::Abort) {
        statement::at_end();
    }
    lasting_writes::at_end(end);
}

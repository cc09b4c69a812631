//! What a rollback cannot undo: the writes of the transaction that is under way.
//!
//! Okta has no transactions, so all that can be done is to say what stays. Nothing is sent here.

use std::cell::{Cell, RefCell};

use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::pg::callbacks::{End, nesting_level};
use crate::pg::report::tell;

/// A write of the current transaction.
struct Done {
    number: u64,
    /// The nesting level of the savepoint that it belongs to.
    level: i32,
    what: String,
}

thread_local! {
    static DONE: RefCell<Vec<Done>> = const { RefCell::new(Vec::new()) };
    static LAST_NUMBER: Cell<u64> = const { Cell::new(0) };
}

/// A write that is about to be sent. Unless it is said to have failed it counts as done, or as perhaps
/// done: an error may come after Okta has acted.
pub(crate) struct LastingWrite(u64);

/// Notes a write before it is sent.
pub(crate) fn about_to(request: &str) -> LastingWrite {
    let number = LAST_NUMBER.get() + 1;
    LAST_NUMBER.set(number);
    let what = format!("{request} (no answer: it may have been done)");
    DONE.with_borrow_mut(|done| done.push(Done { number, level: nesting_level(), what }));
    LastingWrite(number)
}

impl LastingWrite {
    /// Notes what the write has done.
    pub(crate) fn has_done(self, what: String) {
        DONE.with_borrow_mut(|done| {
            if let Some(entry) = done.iter_mut().rfind(|entry| entry.number == self.0) {
                entry.what = what;
            }
        });
    }

    /// Notes that the write has certainly done nothing.
    pub(crate) fn has_failed(self) {
        DONE.with_borrow_mut(|done| done.retain(|entry| entry.number != self.0));
    }
}

/// Forgets the opening of a session that was cancelled since.
pub(crate) fn was_undone(id: &str) {
    DONE.with_borrow_mut(|done| done.retain(|entry| !entry.what.ends_with(&format!(": {id})"))));
}

/// Follows the end of a transaction, or of a part of it.
pub(crate) fn at_end(end: End) {
    let undone = DONE.with_borrow_mut(|done| match end {
        End::PreCommit | End::PrePrepare => Vec::new(),
        End::Commit => {
            done.clear();
            Vec::new()
        }
        // The session that rolls a prepared transaction back knows nothing of what it has done.
        End::Prepared | End::Abort => std::mem::take(done),
        End::SubAbort(level) => {
            let kept = done.iter().take_while(|entry| entry.level < level).count();
            done.split_off(kept)
        }
        End::SubCommit(level) => {
            done.iter_mut().for_each(|entry| entry.level = entry.level.min(level - 1));
            Vec::new()
        }
    });
    if !undone.is_empty() {
        warn(&undone);
    }
}

fn warn(undone: &[Done]) {
    let lines: Vec<_> = undone.iter().map(|entry| entry.what.as_str()).collect();
    let message = format!("{} of Okta cannot be rolled back", count(lines.len()));
    let detail = format!("This stays done: {}.", lines.join("; "));
    tell(PgLogLevel::WARNING, PgSqlErrorCode::ERRCODE_WARNING, message, Some(detail));
}

fn count(writes: usize) -> String {
    if writes == 1 { "1 change".to_owned() } else { format!("{writes} changes") }
}

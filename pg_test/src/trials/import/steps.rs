//! The calls of an import, each of which may fail.

use super::scene::{DELETE, LOAD, LOCAL, TRANSACTION};

/// A call, and a transaction that comes to it.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) title: &'static str,
    /// The requests, as the emulator matches them, and which of them it is; without a number all.
    pub(super) strikes: &'static str,
    pub(super) nth: Option<u32>,
    /// Whether a session stands open before that somebody else has opened.
    pub(super) adopts: bool,
    pub(super) transaction: &'static [&'static str],
}

const fn step(title: &'static str, strikes: &'static str, nth: Option<u32>) -> Step {
    Step { title, strikes, nth, adopts: false, transaction: TRANSACTION }
}

const OPEN: &str = "POST /api/v1/identity-sources/*/sessions";
const UPSERT: &str = "POST /api/v1/identity-sources/*/bulk-upsert";

pub(super) const ALL: &[Step] = &[
    step("open the session", OPEN, None),
    Step {
        adopts: true,
        ..step("list sessions, to adopt one", "GET /api/v1/identity-sources/*/sessions", None)
    },
    step("first bulk-upsert", UPSERT, Some(1)),
    step("second bulk-upsert", UPSERT, Some(2)),
    step("last bulk-upsert, at COMMIT", UPSERT, Some(4)),
    step("bulk-delete, at COMMIT", "POST /api/v1/identity-sources/*/bulk-delete", None),
    step("start-import, at COMMIT", "POST /api/v1/identity-sources/*/start-import", None),
    Step {
        transaction: &["BEGIN", LOCAL, LOAD, DELETE, "ROLLBACK"],
        ..step("cancel, at ROLLBACK", "DELETE /api/v1/identity-sources/*/sessions/*", None)
    },
];

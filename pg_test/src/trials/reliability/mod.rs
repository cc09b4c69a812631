//! The network's bad days: what a statement does when Okta, or the way to it, fails.
//!
//! What was found stands in `docs/reliability.md`; what is measured anew each time is told after the
//! run.

pub(super) mod bounds;
mod experiment;
pub(super) mod faults;
pub(super) mod killed;
pub(super) mod lost_answers;
pub(super) mod memory;
mod operations;
pub(super) mod pacing;
pub(super) mod process;
pub(super) mod soak;

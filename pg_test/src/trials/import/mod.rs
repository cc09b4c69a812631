//! The transaction is the import: how much one takes, and what either side holds when something fails.
//!
//! What was found of failures stands in `docs/hr-sync.md`. What one psql can show of imports is in
//! `pg_test/sql`.

pub(super) mod cool_down;
pub(super) mod crash;
pub(super) mod endings;
pub(super) mod failures;
mod faults;
pub(super) mod others;
pub(super) mod roles;
mod scene;
pub(super) mod sharing;
pub(super) mod size;
pub(super) mod start;
mod steps;
pub(super) mod worked;

/// What the trials find of failures stands there, and the example that they run.
const PAGE: &str = "docs/hr-sync.md";

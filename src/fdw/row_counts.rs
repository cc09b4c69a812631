//! How many rows the whole of a table had when this backend last read it: a better guess than none.
//!
//! Only the planner's estimates use it. It never decides which rows there are.

use std::cell::RefCell;
use std::collections::HashMap;

use pgrx::pg_sys;

thread_local! {
    static ROWS: RefCell<HashMap<pg_sys::Oid, f64>> = RefCell::default();
}

/// Notes the rows of a table that was read to its end, without any predicate.
pub(crate) fn note(relation: pg_sys::Oid, rows: u64) {
    ROWS.with_borrow_mut(|known| known.insert(relation, rows as f64));
}

/// The rows that were noted last.
pub(crate) fn rows(relation: pg_sys::Oid) -> Option<f64> {
    ROWS.with_borrow(|known| known.get(&relation).copied())
}

//! Trampolines of ANALYZE and IMPORT FOREIGN SCHEMA.
//!
//! As in `scan`: they wrap pointers and decide nothing.

use pgrx::prelude::*;

use crate::error::OrRaise as _;
use crate::fdw::{analyze, import_schema};
use crate::pg::analyze as pg_analyze;

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn analyze_foreign_table(
    relation: pg_sys::Relation,
    function: *mut pg_sys::AcquireSampleRowsFunc,
    pages: *mut pg_sys::BlockNumber,
) -> bool {
    // SAFETY: the relation is open.
    let Some(count) = analyze::pages(unsafe { (*relation).rd_id }).or_raise() else { return false };
    pg_analyze::set(function, Some(acquire_sample_rows as _));
    pg_analyze::set(pages, count);
    true
}

#[pg_guard]
unsafe extern "C-unwind" fn acquire_sample_rows(
    relation: pg_sys::Relation,
    level: i32,
    rows: *mut pg_sys::HeapTuple,
    wanted: i32,
    total: *mut f64,
    dead: *mut f64,
) -> i32 {
    // SAFETY: the relation is open, and the array has room for the wanted rows.
    let Some(mut sample) = (unsafe { pg_analyze::Sample::new(relation, rows, wanted) }) else {
        return 0;
    };
    analyze::sample(&mut sample, level).or_raise();
    let (kept, seen) = sample.counts();
    sample.finish();
    pg_analyze::set(total, seen as f64);
    pg_analyze::set(dead, 0.0);
    kept
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn import_foreign_schema(
    statement: *mut pg_sys::ImportForeignSchemaStmt,
    server: pg_sys::Oid,
) -> *mut pg_sys::List {
    // SAFETY: the statement is the parser's, valid during the call.
    let request = unsafe { crate::pg::import_schema::ImportStatement::read(statement, server) };
    crate::pg::import_schema::commands(import_schema::commands(&request).or_raise())
}

//! The foreign data wrapper. Here are its routine and the trampolines from PostgreSQL's callbacks to the
//! safe functions of the other files.
//!
//! A trampoline wraps the pointers that it is given, calls one function, and raises its error. It decides
//! nothing.

pub(crate) mod clients;
mod explain;
mod import;
pub(crate) mod options;
mod plan;
mod private;
mod scan;
mod table;

use pgrx::prelude::*;

use crate::error::OrRaise as _;
use crate::pg::exec::ScanNode;
use crate::pg::explain::Explainer;
use crate::pg::planner::{PlanRequest, Rel};

/// The callbacks that PostgreSQL may call.
pub(crate) fn routine() -> PgBox<pg_sys::FdwRoutine, AllocatedByRust> {
    // SAFETY: the node is made with its tag; callbacks that are not set are null, which PostgreSQL takes
    // for "not supported".
    let mut routine = unsafe {
        PgBox::<pg_sys::FdwRoutine, AllocatedByRust>::alloc_node(pg_sys::NodeTag::T_FdwRoutine)
    };
    routine.GetForeignRelSize = Some(get_foreign_rel_size);
    routine.GetForeignPaths = Some(get_foreign_paths);
    routine.GetForeignPlan = Some(get_foreign_plan);
    routine.BeginForeignScan = Some(begin_foreign_scan);
    routine.IterateForeignScan = Some(iterate_foreign_scan);
    routine.ReScanForeignScan = Some(rescan_foreign_scan);
    routine.EndForeignScan = Some(end_foreign_scan);
    routine.ExplainForeignScan = Some(explain_foreign_scan);
    routine.ImportForeignSchema = Some(import_foreign_schema);
    routine
}

#[pg_guard]
unsafe extern "C-unwind" fn get_foreign_rel_size(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    _table: pg_sys::Oid,
) {
    // SAFETY: the pointers are the planner's, valid during the call.
    plan::rel_size(unsafe { Rel::new(root, rel) }).or_raise();
}

#[pg_guard]
unsafe extern "C-unwind" fn get_foreign_paths(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    _table: pg_sys::Oid,
) {
    // SAFETY: as above.
    plan::paths(unsafe { Rel::new(root, rel) }).or_raise();
}

#[pg_guard]
unsafe extern "C-unwind" fn get_foreign_plan(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    _table: pg_sys::Oid,
    path: *mut pg_sys::ForeignPath,
    targets: *mut pg_sys::List,
    clauses: *mut pg_sys::List,
    outer: *mut pg_sys::Plan,
) -> *mut pg_sys::ForeignScan {
    // SAFETY: as above; the path is one of ours.
    unsafe { Rel::new(root, rel).make_plan(&PlanRequest { path, targets, clauses, outer }) }
}

#[pg_guard]
unsafe extern "C-unwind" fn begin_foreign_scan(node: *mut pg_sys::ForeignScanState, flags: i32) {
    if flags & pg_sys::EXEC_FLAG_EXPLAIN_ONLY as i32 != 0 {
        return;
    }
    // SAFETY: the node is the executor's, valid until the end of the query.
    if let Some(node) = unsafe { ScanNode::new(node) } {
        node.attach(scan::Scan::begin(node).or_raise());
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn iterate_foreign_scan(
    node: *mut pg_sys::ForeignScanState,
) -> *mut pg_sys::TupleTableSlot {
    // SAFETY: as above; the state is what `begin_foreign_scan` has attached.
    if let Some((node, scan)) = unsafe { scan_of(node) } {
        scan.next(node).or_raise();
    }
    // SAFETY: the slot of the node is PostgreSQL's.
    unsafe { (*node).ss.ss_ScanTupleSlot }
}

#[pg_guard]
unsafe extern "C-unwind" fn rescan_foreign_scan(node: *mut pg_sys::ForeignScanState) {
    // SAFETY: as for `iterate_foreign_scan`.
    if let Some((node, scan)) = unsafe { scan_of(node) } {
        scan.rescan(node);
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn end_foreign_scan(node: *mut pg_sys::ForeignScanState) {
    // SAFETY: as for `iterate_foreign_scan`.
    if let Some((_, scan)) = unsafe { scan_of(node) } {
        scan.end();
    }
}

/// A node and its scan, which it has unless only EXPLAIN was asked for.
unsafe fn scan_of<'a>(
    node: *mut pg_sys::ForeignScanState,
) -> Option<(ScanNode, &'a mut scan::Scan)> {
    // SAFETY: the caller's; PostgreSQL calls one callback of a node at a time.
    unsafe {
        let node = ScanNode::new(node)?;
        Some((node, node.state::<scan::Scan>()?))
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn explain_foreign_scan(
    node: *mut pg_sys::ForeignScanState,
    state: *mut pg_sys::ExplainState,
) {
    // SAFETY: both are valid during the call; the state of the node as for `iterate_foreign_scan`.
    unsafe {
        if let (Some(node), Some(explainer)) = (ScanNode::new(node), Explainer::new(state)) {
            explain::scan(node, node.state::<scan::Scan>().as_deref(), &explainer).or_raise();
        }
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn import_foreign_schema(
    statement: *mut pg_sys::ImportForeignSchemaStmt,
    server: pg_sys::Oid,
) -> *mut pg_sys::List {
    // SAFETY: the statement is the parser's, valid during the call.
    let request = unsafe { crate::pg::import::Request::read(statement, server) };
    crate::pg::import::commands(import::commands(&request).or_raise())
}

//! Trampolines of planning and scanning.
//!
//! A trampoline wraps the pointers that it is given, calls one function, and raises its error. It decides
//! nothing.

use pgrx::prelude::*;

use crate::error::OrRaise as _;
use crate::fdw::{explain, plan, scan};
use crate::pg::asynchronous;
use crate::pg::exec::ScanNode;
use crate::pg::explain::Explainer;
use crate::pg::planner::{PlanRequest, Rel};

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn get_foreign_rel_size(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    _table: pg_sys::Oid,
) {
    // SAFETY: the pointers are the planner's, valid during the call.
    plan::rel_size(unsafe { Rel::new(root, rel) }).or_raise();
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn get_foreign_paths(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    _table: pg_sys::Oid,
) {
    // SAFETY: as above.
    plan::paths(unsafe { Rel::new(root, rel) }).or_raise();
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn get_foreign_plan(
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
pub(super) unsafe extern "C-unwind" fn begin_foreign_scan(
    node: *mut pg_sys::ForeignScanState,
    flags: i32,
) {
    if flags & pg_sys::EXEC_FLAG_EXPLAIN_ONLY as i32 != 0 {
        return;
    }
    // SAFETY: the node is the executor's, valid until the end of the query.
    if let Some(node) = unsafe { ScanNode::new(node) } {
        node.attach(scan::Scan::begin(node).or_raise());
    }
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn iterate_foreign_scan(
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
pub(super) unsafe extern "C-unwind" fn rescan_foreign_scan(node: *mut pg_sys::ForeignScanState) {
    // SAFETY: as for `iterate_foreign_scan`.
    if let Some((node, scan)) = unsafe { scan_of(node) } {
        scan.rescan(node);
    }
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn end_foreign_scan(node: *mut pg_sys::ForeignScanState) {
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
pub(super) unsafe extern "C-unwind" fn explain_foreign_scan(
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
pub(super) unsafe extern "C-unwind" fn is_foreign_path_async_capable(
    _path: *mut pg_sys::ForeignPath,
) -> bool {
    true
}

/// A row is wanted, or what was waited for has come: both look for a row among what has arrived.
#[pg_guard]
pub(super) unsafe extern "C-unwind" fn foreign_async_request(request: *mut pg_sys::AsyncRequest) {
    // SAFETY: the request is the executor's, of one of our scans.
    unsafe {
        let Some(request) = asynchronous::AsyncRequest::new(request) else { return };
        let row = request.run_node();
        if !asynchronous::is_empty(row) {
            request.answer(row);
        } else if scan_of(request.node()).is_some_and(|(_, scan)| scan.is_pending()) {
            request.postpone();
        } else {
            request.answer(std::ptr::null_mut());
        }
    }
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn foreign_async_configure_wait(
    request: *mut pg_sys::AsyncRequest,
) {
    // SAFETY: as for `foreign_async_request`.
    unsafe {
        let Some(request) = asynchronous::AsyncRequest::new(request) else { return };
        if let Some((_, scan)) = scan_of(request.node())
            && let Some(stream) = scan.stream()
        {
            request.wait_for(stream.bell().descriptor());
        }
    }
}

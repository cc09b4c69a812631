//! The foreign data wrapper. Here are its routine and the trampolines from PostgreSQL's callbacks to the
//! safe functions of the other files.
//!
//! A trampoline wraps the pointers that it is given, calls one function, and raises its error. It decides
//! nothing.

mod analyze;
mod clients;
mod direct;
mod explain;
pub(crate) mod functions;
mod import;
mod load;
mod modify;
pub(crate) mod options;
mod plan;
mod private;
mod rows;
mod run;
mod scan;
mod seen;
mod statement;
mod table;
mod undone;
mod writer;

use pgrx::prelude::*;

use self::load::imports;
use self::writer::Writer;
use crate::error::OrRaise as _;
use crate::pg::analyze as pg_analyze;
use crate::pg::asynchronous;
use crate::pg::callbacks::{self, End};
use crate::pg::exec::ScanNode;
use crate::pg::explain::Explainer;
use crate::pg::list;
use crate::pg::modify::{self as pg_modify, ModifyRequest, ResultRel, Target};
use crate::pg::planner::{PlanRequest, Rel};
use crate::pg::slot::Slot;

/// Registers what PostgreSQL must call by itself. Loading the library starts nothing: it may be the
/// postmaster that loads it.
pub(crate) fn register_hooks() {
    callbacks::register(at_end, crate::io::stop);
}

/// Follows a transaction, or a part of it, to its end.
fn at_end(end: End) {
    match end {
        End::PreCommit => imports::before_commit().or_raise(),
        End::PrePrepare => imports::refuse_prepare(),
        End::Commit => imports::after_commit(),
        End::Abort => imports::after_abort(),
        End::SubCommit(level) => imports::after_release(level),
        End::SubAbort(level) => imports::after_rollback_to(level),
    }
    if matches!(end, End::Commit | End::Abort) {
        statement::at_end();
    }
    undone::at_end(end);
}

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
    routine.IsForeignPathAsyncCapable = Some(is_foreign_path_async_capable);
    routine.ForeignAsyncRequest = Some(foreign_async_request);
    routine.ForeignAsyncConfigureWait = Some(foreign_async_configure_wait);
    routine.ForeignAsyncNotify = Some(foreign_async_request);
    routine.IsForeignRelUpdatable = Some(is_foreign_rel_updatable);
    routine.AddForeignUpdateTargets = Some(add_foreign_update_targets);
    routine.PlanForeignModify = Some(plan_foreign_modify);
    routine.BeginForeignModify = Some(begin_foreign_modify);
    routine.BeginForeignInsert = Some(begin_foreign_insert);
    routine.ExecForeignInsert = Some(exec_foreign_insert);
    routine.ExecForeignUpdate = Some(exec_foreign_change);
    routine.ExecForeignDelete = Some(exec_foreign_change);
    routine.ExecForeignBatchInsert = Some(exec_foreign_batch_insert);
    routine.GetForeignModifyBatchSize = Some(get_foreign_modify_batch_size);
    routine.EndForeignModify = Some(end_foreign_modify);
    routine.EndForeignInsert = Some(end_foreign_modify);
    routine.ExplainForeignModify = Some(explain_foreign_modify);
    routine.PlanDirectModify = Some(plan_direct_modify);
    routine.BeginDirectModify = Some(begin_direct_modify);
    routine.IterateDirectModify = Some(iterate_direct_modify);
    routine.EndDirectModify = Some(end_direct_modify);
    routine.ExplainDirectModify = Some(explain_direct_modify);
    routine.AnalyzeForeignTable = Some(analyze_foreign_table);
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
unsafe extern "C-unwind" fn is_foreign_path_async_capable(_path: *mut pg_sys::ForeignPath) -> bool {
    true
}

/// A row is wanted, or what was waited for has come: both look for a row among what has arrived.
#[pg_guard]
unsafe extern "C-unwind" fn foreign_async_request(request: *mut pg_sys::AsyncRequest) {
    // SAFETY: the request is the executor's, of one of our scans.
    unsafe {
        let Some(request) = asynchronous::Request::new(request) else { return };
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
unsafe extern "C-unwind" fn foreign_async_configure_wait(request: *mut pg_sys::AsyncRequest) {
    // SAFETY: as for `foreign_async_request`.
    unsafe {
        let Some(request) = asynchronous::Request::new(request) else { return };
        if let Some((_, scan)) = scan_of(request.node())
            && let Some(stream) = scan.stream()
        {
            request.wait_for(stream.bell().descriptor());
        }
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn is_foreign_rel_updatable(relation: pg_sys::Relation) -> i32 {
    // SAFETY: the relation is open.
    modify::updatable(unsafe { (*relation).rd_id }).or_raise()
}

#[pg_guard]
unsafe extern "C-unwind" fn add_foreign_update_targets(
    root: *mut pg_sys::PlannerInfo,
    rtindex: pg_sys::Index,
    rte: *mut pg_sys::RangeTblEntry,
    _relation: pg_sys::Relation,
) {
    // SAFETY: the pointers are the planner's, valid during the call.
    modify::add_targets(unsafe { Target::new(root, rtindex, rte) }).or_raise();
}

#[pg_guard]
unsafe extern "C-unwind" fn plan_foreign_modify(
    root: *mut pg_sys::PlannerInfo,
    plan: *mut pg_sys::ModifyTable,
    rtindex: pg_sys::Index,
    subplan: i32,
) -> *mut pg_sys::List {
    // SAFETY: as above.
    let request = unsafe { ModifyRequest::new(root, plan, rtindex, subplan) };
    let private = modify::plan(request).and_then(|what| private::encode(&what)).or_raise();
    list::of_string(&private)
}

#[pg_guard]
unsafe extern "C-unwind" fn begin_foreign_modify(
    node: *mut pg_sys::ModifyTableState,
    rel: *mut pg_sys::ResultRelInfo,
    private: *mut pg_sys::List,
    _subplan: i32,
    flags: i32,
) {
    if flags & pg_sys::EXEC_FLAG_EXPLAIN_ONLY as i32 != 0 {
        return;
    }
    // SAFETY: the pointers are the executor's; the list is what `plan_foreign_modify` has made.
    unsafe {
        let what = private::decode(list::string_at_head(private)).or_raise();
        let Some(rel) = ResultRel::new((*node).ps.state, rel) else { return };
        let travelling = |name: &str| pg_modify::travelling(node, name);
        let whole_row = pg_modify::travelling_row(node);
        rel.attach(Writer::begin(rel, what, travelling, whole_row).or_raise());
    }
}

/// COPY and rows that are routed to a partition come without a plan of ours.
#[pg_guard]
unsafe extern "C-unwind" fn begin_foreign_insert(
    node: *mut pg_sys::ModifyTableState,
    rel: *mut pg_sys::ResultRelInfo,
) {
    // SAFETY: as for `begin_foreign_modify`.
    if let Some(rel) = unsafe { ResultRel::new((*node).ps.state, rel) } {
        let what = private::ModifyPrivate::Insert;
        rel.attach(Writer::begin(rel, what, |_| None, None).or_raise());
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn exec_foreign_insert(
    estate: *mut pg_sys::EState,
    rel: *mut pg_sys::ResultRelInfo,
    slot: *mut pg_sys::TupleTableSlot,
    _plan_slot: *mut pg_sys::TupleTableSlot,
) -> *mut pg_sys::TupleTableSlot {
    // SAFETY: as above; the state is what one of the two functions above has attached.
    unsafe {
        if let (Some((rel, writer)), Some(row)) = (writer_of(estate, rel), Slot::new(slot)) {
            writer.insert(rel, row).or_raise();
        }
    }
    slot
}

#[pg_guard]
unsafe extern "C-unwind" fn exec_foreign_change(
    estate: *mut pg_sys::EState,
    rel: *mut pg_sys::ResultRelInfo,
    slot: *mut pg_sys::TupleTableSlot,
    plan_slot: *mut pg_sys::TupleTableSlot,
) -> *mut pg_sys::TupleTableSlot {
    // SAFETY: as for `exec_foreign_insert`.
    unsafe {
        let (Some((rel, writer)), Some(row), Some(from)) =
            (writer_of(estate, rel), Slot::new(slot), Slot::new(plan_slot))
        else {
            return std::ptr::null_mut();
        };
        if writer.change(rel, row, from).or_raise() { slot } else { std::ptr::null_mut() }
    }
}

/// Several rows at once. Rows that are loaded wait for their batch all the same; this saves PostgreSQL
/// the way through its executor for each of them.
#[pg_guard]
unsafe extern "C-unwind" fn exec_foreign_batch_insert(
    estate: *mut pg_sys::EState,
    rel: *mut pg_sys::ResultRelInfo,
    slots: *mut *mut pg_sys::TupleTableSlot,
    _plan_slots: *mut *mut pg_sys::TupleTableSlot,
    count: *mut i32,
) -> *mut *mut pg_sys::TupleTableSlot {
    // SAFETY: as for `exec_foreign_insert`; there are as many slots as the count says.
    unsafe {
        if let Some((rel, writer)) = writer_of(estate, rel) {
            for n in 0..usize::try_from(*count).unwrap_or(0) {
                if let Some(row) = Slot::new(*slots.add(n)) {
                    writer.insert(rel, row).or_raise();
                }
            }
        }
    }
    slots
}

#[pg_guard]
unsafe extern "C-unwind" fn get_foreign_modify_batch_size(rel: *mut pg_sys::ResultRelInfo) -> i32 {
    // SAFETY: as for `begin_foreign_modify`; without a state (EXPLAIN) the relation still tells.
    unsafe {
        ResultRel::new(std::ptr::null_mut(), rel)
            .map_or(1, |rel| writer::batch_size(rel).or_raise())
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn end_foreign_modify(
    estate: *mut pg_sys::EState,
    rel: *mut pg_sys::ResultRelInfo,
) {
    // SAFETY: as for `exec_foreign_insert`.
    if let Some((_, writer)) = unsafe { writer_of(estate, rel) } {
        writer.end().or_raise();
    }
}

/// A target and its writer, which it has unless only EXPLAIN was asked for.
unsafe fn writer_of<'a>(
    estate: *mut pg_sys::EState,
    rel: *mut pg_sys::ResultRelInfo,
) -> Option<(ResultRel, &'a mut Writer)> {
    // SAFETY: the caller's; PostgreSQL calls one callback of a target at a time.
    unsafe {
        let rel = ResultRel::new(estate, rel)?;
        Some((rel, rel.state::<Writer>()?))
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn explain_foreign_modify(
    node: *mut pg_sys::ModifyTableState,
    rel: *mut pg_sys::ResultRelInfo,
    private: *mut pg_sys::List,
    _subplan: i32,
    state: *mut pg_sys::ExplainState,
) {
    // SAFETY: as for `begin_foreign_modify`.
    unsafe {
        let what = private::decode(list::string_at_head(private)).or_raise();
        let Some(rel) = ResultRel::new((*node).ps.state, rel) else { return };
        if let Some(explainer) = Explainer::new(state) {
            let writer = rel.state::<Writer>();
            explain::modify(rel, what, writer.as_deref(), &explainer).or_raise();
        }
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn plan_direct_modify(
    root: *mut pg_sys::PlannerInfo,
    plan: *mut pg_sys::ModifyTable,
    rtindex: pg_sys::Index,
    subplan: i32,
) -> bool {
    // SAFETY: as for `plan_foreign_modify`.
    direct::plan(unsafe { ModifyRequest::new(root, plan, rtindex, subplan) }).or_raise()
}

#[pg_guard]
unsafe extern "C-unwind" fn begin_direct_modify(node: *mut pg_sys::ForeignScanState, flags: i32) {
    if flags & pg_sys::EXEC_FLAG_EXPLAIN_ONLY as i32 != 0 {
        return;
    }
    // SAFETY: as for `begin_foreign_scan`.
    if let Some(node) = unsafe { ScanNode::new(node) } {
        node.attach(direct::Direct::begin(node).or_raise());
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn iterate_direct_modify(
    node: *mut pg_sys::ForeignScanState,
) -> *mut pg_sys::TupleTableSlot {
    // SAFETY: as for `iterate_foreign_scan`; the state is what `begin_direct_modify` has attached.
    unsafe {
        if let Some(scan) = ScanNode::new(node)
            && let Some(direct) = scan.state::<direct::Direct>()
        {
            direct.next(scan).or_raise();
        }
        (*node).ss.ss_ScanTupleSlot
    }
}

/// PostgreSQL uses direct modifications only of wrappers that have this callback. The state ends with the
/// query's memory.
#[pg_guard]
unsafe extern "C-unwind" fn end_direct_modify(_node: *mut pg_sys::ForeignScanState) {}

#[pg_guard]
unsafe extern "C-unwind" fn explain_direct_modify(
    node: *mut pg_sys::ForeignScanState,
    state: *mut pg_sys::ExplainState,
) {
    // SAFETY: as for `explain_foreign_scan`.
    unsafe {
        if let (Some(node), Some(explainer)) = (ScanNode::new(node), Explainer::new(state)) {
            let direct = node.state::<direct::Direct>();
            explain::direct(node, direct.as_deref(), &explainer).or_raise();
        }
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn analyze_foreign_table(
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
unsafe extern "C-unwind" fn import_foreign_schema(
    statement: *mut pg_sys::ImportForeignSchemaStmt,
    server: pg_sys::Oid,
) -> *mut pg_sys::List {
    // SAFETY: the statement is the parser's, valid during the call.
    let request = unsafe { crate::pg::import::Request::read(statement, server) };
    crate::pg::import::commands(import::commands(&request).or_raise())
}

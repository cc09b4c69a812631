//! Trampolines of INSERT, UPDATE and DELETE.
//!
//! As in `scan`: they wrap pointers and decide nothing.

use pgrx::prelude::*;

use crate::error::OrRaise as _;
use crate::fdw::private::ModifyPrivate;
use crate::fdw::writer::{self, Writer};
use crate::fdw::{direct, explain, modify, private};
use crate::pg::exec::ScanNode;
use crate::pg::explain::Explainer;
use crate::pg::list;
use crate::pg::modify::{self as pg_modify, ResultRel};
use crate::pg::modify_plan::{ModifyRequest, UpdateTarget};
use crate::pg::slot::Slot;

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn is_foreign_rel_updatable(relation: pg_sys::Relation) -> i32 {
    // SAFETY: the relation is open.
    modify::updatable(unsafe { (*relation).rd_id })
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn add_foreign_update_targets(
    root: *mut pg_sys::PlannerInfo,
    rtindex: pg_sys::Index,
    rte: *mut pg_sys::RangeTblEntry,
    _relation: pg_sys::Relation,
) {
    // SAFETY: the pointers are the planner's, valid during the call.
    modify::add_targets(unsafe { UpdateTarget::new(root, rtindex, rte) }).or_raise();
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn plan_foreign_modify(
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
pub(super) unsafe extern "C-unwind" fn begin_foreign_modify(
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
        let junk_column = |name: &str| pg_modify::junk_column(node, name);
        let whole_row = pg_modify::whole_row_column(node);
        rel.attach(Writer::begin(rel, what, junk_column, whole_row).or_raise());
    }
}

/// COPY and rows that are routed to a partition come without a plan of ours.
#[pg_guard]
pub(super) unsafe extern "C-unwind" fn begin_foreign_insert(
    node: *mut pg_sys::ModifyTableState,
    rel: *mut pg_sys::ResultRelInfo,
) {
    // SAFETY: as for `begin_foreign_modify`.
    if let Some(rel) = unsafe { ResultRel::new((*node).ps.state, rel) } {
        let what = ModifyPrivate::Insert;
        rel.attach(Writer::begin(rel, what, |_| None, None).or_raise());
    }
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn exec_foreign_insert(
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
pub(super) unsafe extern "C-unwind" fn exec_foreign_change(
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
pub(super) unsafe extern "C-unwind" fn exec_foreign_batch_insert(
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
pub(super) unsafe extern "C-unwind" fn get_foreign_modify_batch_size(
    rel: *mut pg_sys::ResultRelInfo,
) -> i32 {
    // SAFETY: as for `begin_foreign_modify`; without a state (EXPLAIN) the relation still tells.
    unsafe {
        ResultRel::new(std::ptr::null_mut(), rel)
            .map_or(1, |rel| writer::batch_size(rel).or_raise())
    }
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn end_foreign_modify(
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
pub(super) unsafe extern "C-unwind" fn explain_foreign_modify(
    node: *mut pg_sys::ModifyTableState,
    rel: *mut pg_sys::ResultRelInfo,
    private: *mut pg_sys::List,
    _subplan: i32,
    state: *mut pg_sys::ExplainState,
) {
    // SAFETY: as for `begin_foreign_modify`.
    unsafe {
        let what: ModifyPrivate = private::decode(list::string_at_head(private)).or_raise();
        let Some(rel) = ResultRel::new((*node).ps.state, rel) else { return };
        if let Some(explainer) = Explainer::new(state) {
            let writer = rel.state::<Writer>();
            explain::modify(rel, &what, writer.as_deref(), &explainer).or_raise();
        }
    }
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn plan_direct_modify(
    root: *mut pg_sys::PlannerInfo,
    plan: *mut pg_sys::ModifyTable,
    rtindex: pg_sys::Index,
    subplan: i32,
) -> bool {
    // SAFETY: as for `plan_foreign_modify`.
    direct::plan(unsafe { ModifyRequest::new(root, plan, rtindex, subplan) }).or_raise()
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn begin_direct_modify(
    node: *mut pg_sys::ForeignScanState,
    flags: i32,
) {
    if flags & pg_sys::EXEC_FLAG_EXPLAIN_ONLY as i32 != 0 {
        return;
    }
    // SAFETY: as for `begin_foreign_scan`.
    if let Some(node) = unsafe { ScanNode::new(node) } {
        node.attach(direct::Direct::begin(node).or_raise());
    }
}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn iterate_direct_modify(
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
pub(super) unsafe extern "C-unwind" fn end_direct_modify(_node: *mut pg_sys::ForeignScanState) {}

#[pg_guard]
pub(super) unsafe extern "C-unwind" fn explain_direct_modify(
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

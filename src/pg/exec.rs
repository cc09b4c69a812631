//! A scan in the hands of the executor: its private data, its run-time values, and its state.
//!
//! The state is a Rust value owned by the query's memory context, so that it is dropped however the
//! query ends.

use std::ptr::NonNull;

use pgrx::list::old_list::PgList;
use pgrx::{PgMemoryContexts, pg_sys};

use super::slot::Slot;
use super::{compat, list, portal, value};

/// A foreign scan node during execution.
#[derive(Clone, Copy)]
pub(crate) struct ScanNode(NonNull<pg_sys::ForeignScanState>);

impl ScanNode {
    /// Wraps what an executor callback was called with.
    ///
    /// # Safety
    /// The node is the executor's, alive for as long as the value is used.
    pub(crate) unsafe fn new(node: *mut pg_sys::ForeignScanState) -> Option<Self> {
        NonNull::new(node).map(Self)
    }

    fn node(self) -> *mut pg_sys::ForeignScanState {
        self.0.as_ptr()
    }

    fn plan(self) -> *mut pg_sys::ForeignScan {
        // SAFETY: by `new`: the plan of a ForeignScanState is a ForeignScan.
        unsafe { (*self.node()).ss.ps.plan.cast() }
    }

    fn estate(self) -> *mut pg_sys::EState {
        // SAFETY: by `new`.
        unsafe { (*self.node()).ss.ps.state }
    }

    /// The text in the plan's private list.
    pub(crate) fn private(self) -> Option<String> {
        // SAFETY: the plan is one of ours.
        unsafe { list::string_at_head((*self.plan()).fdw_private) }
    }

    /// The foreign table.
    pub(crate) fn relation(self) -> pg_sys::Oid {
        // SAFETY: our plans scan one relation each, which the executor has opened.
        unsafe { (*(*self.node()).ss.ss_currentRelation).rd_id }
    }

    /// The role whose user mapping counts.
    pub(crate) fn user(self) -> pg_sys::Oid {
        // SAFETY: the executor executes this plan.
        unsafe { compat::scanning_user(self.estate(), self.plan()) }
    }

    /// The slot that the next row goes to.
    pub(crate) fn slot(self) -> Option<Slot> {
        // SAFETY: the executor makes the slot before any callback.
        unsafe { Slot::new((*self.node()).ss.ss_ScanTupleSlot) }
    }

    /// Whether the node reads its whole table for a dump: for COPY, or for pg_dump's cursor.
    pub(crate) fn dumps_table(self) -> bool {
        // SAFETY: by `new`.
        unsafe { (*self.plan()).scan.plan.qual.is_null() && portal::is_dump(self.estate()) }
    }

    /// Whether an Append reads the node without waiting for it.
    pub(crate) fn is_async(self) -> bool {
        // SAFETY: by `new`.
        unsafe { (*self.node()).ss.ps.async_capable }
    }

    /// Whether a parameter of the node has changed since it was last scanned.
    pub(crate) fn parameters_changed(self) -> bool {
        // SAFETY: by `new`.
        unsafe { !(*self.node()).ss.ps.chgParam.is_null() }
    }

    /// Prepares the plan's run-time expressions.
    pub(crate) fn init_exprs(self) -> Exprs {
        // SAFETY: fdw_exprs is a list of expressions; their states live in the query's context.
        unsafe {
            let nodes = (*self.plan()).fdw_exprs;
            let types = PgList::<pg_sys::Node>::from_pg(nodes)
                .iter_ptr()
                .map(|node| pg_sys::exprType(node))
                .collect();
            let states = PgMemoryContexts::For((*self.estate()).es_query_cxt)
                .switch_to(|_| pg_sys::ExecInitExprList(nodes, self.node().cast()));
            Exprs { states, types }
        }
    }

    /// The values of the run-time expressions now.
    #[allow(ffi_unwind_calls, reason = "an ERROR is caught at the boundary")]
    pub(crate) fn evaluate(self, exprs: &Exprs) -> Vec<Vec<String>> {
        // SAFETY: the states belong to this node; values live in per-tuple memory, which nobody resets
        // before they are copied.
        unsafe {
            let context = (*self.node()).ss.ps.ps_ExprContext;
            let states = PgList::<pg_sys::ExprState>::from_pg(exprs.states);
            let values = states.iter_ptr().zip(&exprs.types).map(|(state, type_oid)| {
                let mut null = false;
                let datum =
                    PgMemoryContexts::For((*context).ecxt_per_tuple_memory).switch_to(|_| {
                        let evaluate = (*state).evalfunc?;
                        Some(pg_sys::ffi::pg_guard_ffi_boundary(|| {
                            evaluate(state, context, &mut null)
                        }))
                    });
                datum.filter(|_| !null).map_or_else(Vec::new, |d| value::texts(*type_oid, d))
            });
            values.collect()
        }
    }

    /// Counts a row that the statement has changed.
    pub(crate) fn count_row(self) {
        // SAFETY: by `new`.
        unsafe { (*self.estate()).es_processed += 1 };
    }

    /// Counts a row for EXPLAIN ANALYZE that is not emitted.
    pub(crate) fn count_tuple(self) {
        // SAFETY: by `new`; the instrumentation is there only when it was asked for.
        unsafe {
            if let Some(instrument) = (*self.node()).ss.ps.instrument.as_mut() {
                instrument.tuplecount += 1.0;
            }
        }
    }

    /// Makes the row in a slot the one that the statement's RETURNING clause sees.
    pub(crate) fn offer_returning(self, slot: Slot) {
        // SAFETY: a node that modifies directly knows its target, whose projection is there when the
        // statement has a RETURNING clause.
        unsafe {
            let Some(target) = (*self.node()).resultRelInfo.as_ref() else { return };
            if let Some(projection) = target.ri_projectReturning.as_ref() {
                (*projection.pi_exprContext).ecxt_scantuple = slot.as_ptr();
            }
        }
    }

    /// Gives the node a state, which is dropped with the query's memory context.
    pub(crate) fn attach<T>(self, state: T) {
        // SAFETY: fdw_state is ours alone; the context outlives every callback of the node.
        unsafe {
            let context = (*self.estate()).es_query_cxt;
            let state = PgMemoryContexts::For(context).leak_and_drop_on_delete(state);
            (*self.node()).fdw_state = state.cast();
        }
    }

    /// The state that [`attach`](Self::attach) has given.
    ///
    /// # Safety
    /// The state is of type `T`, and no other reference to it is alive.
    pub(crate) unsafe fn state<'a, T>(self) -> Option<&'a mut T> {
        // SAFETY: the caller's.
        unsafe { (*self.node()).fdw_state.cast::<T>().as_mut() }
    }
}

/// Prepared run-time expressions, and their types.
pub(crate) struct Exprs {
    states: *mut pg_sys::List,
    types: Vec<pg_sys::Oid>,
}

impl Exprs {
    /// No expressions.
    pub(crate) fn none() -> Self {
        Self { states: std::ptr::null_mut(), types: Vec::new() }
    }
}

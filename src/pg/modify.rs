//! UPDATE, DELETE and INSERT in execution: the target, and the junk columns of the rows that it gets.
//!
//! Planning stands in `modify_plan`.

use std::ptr::NonNull;

use pgrx::{PgMemoryContexts, pg_sys};

use super::modify_plan::WHOLE_ROW;
use super::slot::Slot;
use super::{compat, text};

/// A target in execution.
#[derive(Clone, Copy)]
pub(crate) struct ResultRel {
    estate: *mut pg_sys::EState,
    rel: NonNull<pg_sys::ResultRelInfo>,
}

impl ResultRel {
    /// Wraps what an executor callback was called with.
    ///
    /// # Safety
    /// Both are the executor's, alive for as long as the value is used.
    pub(crate) unsafe fn new(
        estate: *mut pg_sys::EState,
        rel: *mut pg_sys::ResultRelInfo,
    ) -> Option<Self> {
        NonNull::new(rel).map(|rel| Self { estate, rel })
    }

    fn info(&self) -> &pg_sys::ResultRelInfo {
        // SAFETY: by `new`.
        unsafe { self.rel.as_ref() }
    }

    pub(crate) fn relation(self) -> pg_sys::Oid {
        // SAFETY: the executor has opened the relation.
        unsafe { (*self.info().ri_RelationDesc).rd_id }
    }

    /// The role whose user mapping counts. A partition that rows are routed to has no entry of its own.
    pub(crate) fn user(self) -> pg_sys::Oid {
        // SAFETY: the root of a routed partition is the statement's target.
        unsafe {
            let root = self.info().ri_RootResultRelInfo.as_ref().unwrap_or(self.info());
            compat::executing_user(self.estate, root.ri_RangeTableIndex)
        }
    }

    /// Whether somebody will look at the row as it is after the write.
    pub(crate) fn shows_row(self) -> bool {
        // SAFETY: trigger descriptions are PostgreSQL's.
        let triggers = unsafe { self.info().ri_TrigDesc.as_ref() };
        !self.info().ri_projectReturning.is_null()
            || !self.info().ri_WithCheckOptions.is_null()
            || triggers.is_some_and(|t| t.trig_insert_after_row || t.trig_update_after_row)
    }

    /// Whether triggers look at each row that is inserted.
    pub(crate) fn has_insert_triggers(self) -> bool {
        // SAFETY: trigger descriptions are PostgreSQL's.
        let triggers = unsafe { self.info().ri_TrigDesc.as_ref() };
        triggers.is_some_and(|t| t.trig_insert_before_row || t.trig_insert_after_row)
    }

    /// Does something in memory that is freed before the next row, as far as the statement goes.
    pub(crate) fn in_row_memory<T>(self, act: impl FnOnce() -> T) -> T {
        // SAFETY: the executor resets this context at each row, and makes it when it is first asked for.
        unsafe {
            let known = (*self.estate).es_per_tuple_exprcontext;
            let context =
                if known.is_null() { pg_sys::MakePerTupleExprContext(self.estate) } else { known };
            PgMemoryContexts::For((*context).ecxt_per_tuple_memory).switch_to(|_| act())
        }
    }

    /// Gives the target a state, which is dropped with the query's memory context.
    pub(crate) fn attach<T>(mut self, state: T) {
        // SAFETY: ri_FdwState is ours alone; the context outlives every callback of the target.
        unsafe {
            let context = (*self.estate).es_query_cxt;
            let state = PgMemoryContexts::For(context).leak_and_drop_on_delete(state);
            self.rel.as_mut().ri_FdwState = state.cast();
        }
    }

    /// The state that [`attach`](Self::attach) has given.
    ///
    /// # Safety
    /// The state is of type `T`, and no other reference to it is alive.
    pub(crate) unsafe fn state<'a, T>(self) -> Option<&'a mut T> {
        // SAFETY: the caller's.
        unsafe { self.info().ri_FdwState.cast::<T>().as_mut() }
    }
}

/// Returns the number of a junk column in the rows of a modification's subplan.
///
/// # Safety
/// `node` is the executor's.
pub(crate) unsafe fn junk_column(node: *mut pg_sys::ModifyTableState, name: &str) -> Option<i16> {
    let name = text::c_string(name);
    // SAFETY: the subplan of a ModifyTable is its left child.
    unsafe {
        let subplan = (*(*node).ps.lefttree).plan;
        let number = pg_sys::ExecFindJunkAttributeInTlist((*subplan).targetlist, name.as_ptr());
        (number > 0).then_some(number)
    }
}

/// Returns the number of the junk column that holds the whole row.
///
/// # Safety
/// As for [`junk_column`].
pub(crate) unsafe fn whole_row_column(node: *mut pg_sys::ModifyTableState) -> Option<i16> {
    // SAFETY: the caller's.
    unsafe { junk_column(node, &WHOLE_ROW.to_string_lossy()) }
}

/// Puts the row of a whole-row junk column into a slot.
pub(crate) fn store_whole_row(from: Slot, attnum: i16, to: Slot) {
    let Some(datum) = from.datum(attnum) else { return };
    // SAFETY: the column holds a composite value of the slot's own row type, whose length is that of a
    // varlena; the slot takes over a copy of it.
    unsafe {
        let header =
            pg_sys::pg_detoast_datum(datum.cast_mut_ptr()).cast::<pg_sys::HeapTupleHeaderData>();
        let mut tuple = pg_sys::HeapTupleData {
            t_len: pgrx::varlena::varsize_4b(header.cast()) as u32,
            t_data: header,
            ..Default::default()
        };
        let copy = pg_sys::heap_copytuple(&mut tuple);
        pg_sys::ExecForceStoreHeapTuple(copy, to.as_ptr(), true);
    }
}

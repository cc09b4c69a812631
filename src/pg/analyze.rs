//! ANALYZE: the sample of rows that PostgreSQL asks a wrapper for.
//!
//! Every row has the same chance to be kept (reservoir sampling), and no more rows are held than were
//! asked for. Where the rows come from is decided elsewhere.

use std::ptr::NonNull;

use pgrx::{PgMemoryContexts, pg_sys};

use super::slot::Slot;

/// A sample in the making.
pub(crate) struct Sample {
    relation: pg_sys::Relation,
    /// PostgreSQL's array, with room for `wanted` rows.
    rows: *mut pg_sys::HeapTuple,
    wanted: usize,
    kept: usize,
    seen: u64,
    slot: Slot,
    /// Memory of one row.
    row_memory: PgMemoryContexts,
}

impl Sample {
    /// Wraps what the sampling callback was called with.
    ///
    /// # Safety
    /// The relation is open, and the array has room for as many rows.
    pub(crate) unsafe fn new(
        relation: pg_sys::Relation,
        rows: *mut pg_sys::HeapTuple,
        wanted: i32,
    ) -> Option<Self> {
        // SAFETY: the slot and its descriptor live in ANALYZE's memory context, which outlives the call.
        unsafe {
            let slot = pg_sys::MakeSingleTupleTableSlot((*relation).rd_att, &pg_sys::TTSOpsVirtual);
            Some(Self {
                relation,
                rows,
                wanted: usize::try_from(wanted).ok()?,
                kept: 0,
                seen: 0,
                slot: Slot::new(slot)?,
                row_memory: PgMemoryContexts::new("okta_fdw row"),
            })
        }
    }

    /// The table that is analyzed.
    pub(crate) fn relation(&self) -> pg_sys::Oid {
        // SAFETY: by `new`.
        unsafe { (*self.relation).rd_id }
    }

    /// Takes rows until there are no more. `next` puts one into the slot, and says whether it did;
    /// `chance` gives a number from 0 up to, but not including, its argument.
    pub(crate) fn fill<E>(
        &mut self,
        mut next: impl FnMut(Slot) -> Result<bool, E>,
        mut chance: impl FnMut(u64) -> u64,
    ) -> Result<(), E> {
        loop {
            pgrx::check_for_interrupts!();
            let slot = self.slot;
            // SAFETY: what the row needs lives in its own memory, which is reset once it is copied.
            if !unsafe { self.row_memory.switch_to(|_| next(slot)) }? {
                return Ok(());
            }
            self.seen += 1;
            if self.kept < self.wanted {
                self.keep(self.kept);
                self.kept += 1;
            } else if let Ok(place) = usize::try_from(chance(self.seen))
                && place < self.kept
            {
                self.keep(place);
            }
            slot.clear();
            // SAFETY: the slot is empty, so nothing refers to the row's memory.
            unsafe { self.row_memory.reset() };
        }
    }

    /// Copies the row in the slot to a place in the array.
    fn keep(&mut self, place: usize) {
        // SAFETY: the place is below `wanted`; the copy lives in ANALYZE's memory context, the current
        // one, like the one that it replaces.
        unsafe {
            let slot = self.slot.as_ptr();
            let target = self.rows.add(place);
            if place < self.kept {
                pg_sys::heap_freetuple(*target);
            }
            let row = pg_sys::heap_form_tuple(
                (*slot).tts_tupleDescriptor,
                (*slot).tts_values,
                (*slot).tts_isnull,
            );
            *target = row;
        }
    }

    /// Rows that were kept, and rows that there were.
    pub(crate) fn counts(&self) -> (i32, u64) {
        (i32::try_from(self.kept).unwrap_or(i32::MAX), self.seen)
    }

    /// Gives the slot back. After an error PostgreSQL does that by itself.
    pub(crate) fn finish(self) {
        // SAFETY: the slot is this sample's own.
        unsafe { pg_sys::ExecDropSingleTupleTableSlot(self.slot.as_ptr()) };
    }
}

/// Tells the user of ANALYZE something, at the level that VERBOSE sets.
pub(crate) fn tell(level: i32, message: String) {
    let code = pgrx::PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION;
    super::report::tell(level.into(), code, message, None);
}

/// A pointer of PostgreSQL's that a number goes to.
pub(crate) fn set<T>(target: *mut T, value: T) {
    if let Some(mut target) = NonNull::new(target) {
        // SAFETY: PostgreSQL passes the addresses of variables of its own for results.
        unsafe { *target.as_mut() = value };
    }
}

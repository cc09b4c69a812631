//! Tuple slots: rows on their way into and out of the executor.
//!
//! A slot's arrays are PostgreSQL's; they are filled in place and never replaced.

use std::ptr::NonNull;

use pgrx::pg_sys;

/// A slot of the executor's.
#[derive(Clone, Copy)]
pub(crate) struct Slot(NonNull<pg_sys::TupleTableSlot>);

impl Slot {
    /// Wraps a slot.
    ///
    /// # Safety
    /// The slot is valid for as long as the value is used.
    pub(crate) unsafe fn new(slot: *mut pg_sys::TupleTableSlot) -> Option<Self> {
        NonNull::new(slot).map(Self)
    }

    pub(crate) fn as_ptr(self) -> *mut pg_sys::TupleTableSlot {
        self.0.as_ptr()
    }

    /// Empties the slot.
    pub(crate) fn clear(self) {
        // SAFETY: every slot has its operations.
        unsafe { pg_sys::ExecClearTuple(self.as_ptr()) };
    }

    /// Fills the slot with a row: `datum` gives the value of each attribute, counted from 1; attributes
    /// that it does not know, and dropped ones, become NULL.
    pub(crate) fn store(self, mut datum: impl FnMut(i16) -> Option<pg_sys::Datum>) {
        // SAFETY: the arrays have as many elements as the descriptor has attributes; a virtual tuple may
        // be stored in a slot of any kind that is empty.
        unsafe {
            pg_sys::ExecClearTuple(self.as_ptr());
            let slot = self.as_ptr();
            let natts = (*(*slot).tts_tupleDescriptor).natts as usize;
            for i in 0..natts {
                let value = datum(i as i16 + 1);
                *(*slot).tts_isnull.add(i) = value.is_none();
                *(*slot).tts_values.add(i) = value.unwrap_or(pg_sys::Datum::from(0));
            }
            pg_sys::ExecStoreVirtualTuple(slot);
        }
    }

    /// The text of an attribute, counted from 1; `None` for NULL.
    pub(crate) fn text(self, attnum: i16) -> Option<String> {
        let mut null = true;
        // SAFETY: slot_getattr deforms as far as needed; the value is a Datum of the attribute's type.
        unsafe {
            let slot = self.as_ptr();
            let datum = pg_sys::slot_getattr(slot, attnum.into(), &mut null);
            if null {
                return None;
            }
            let type_oid = super::compat::attribute_type((*slot).tts_tupleDescriptor, attnum);
            Some(super::value::output(type_oid, datum))
        }
    }
}

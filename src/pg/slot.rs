//! Tuple slots: rows on their way into and out of the executor.
//!
//! A slot's arrays are PostgreSQL's; they are filled in place and never replaced.

use std::ptr::NonNull;

use pgrx::pg_sys;

use super::report::in_place;
use super::{compat, encoding, text, value};

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
    #[allow(ffi_unwind_calls, reason = "an ERROR is caught at the boundary")]
    pub(crate) fn clear(self) {
        // SAFETY: every slot has its operations, and `clear` is one that all of them have.
        unsafe {
            if let Some(clear) = (*(*self.as_ptr()).tts_ops).clear {
                pg_sys::ffi::pg_guard_ffi_boundary(|| clear(self.as_ptr()));
            }
        }
    }

    /// Fills the slot with a row: `datum` gives the value of each attribute, counted from 1; attributes
    /// that it does not know, and dropped ones, become NULL.
    pub(crate) fn store(self, mut datum: impl FnMut(i16) -> Option<pg_sys::Datum>) {
        self.clear();
        // SAFETY: the arrays have as many elements as the descriptor has attributes; a virtual tuple may
        // be stored in a slot of any kind that is empty.
        unsafe {
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

    /// The value of an attribute, counted from 1; `None` for NULL.
    pub(crate) fn datum(self, attnum: i16) -> Option<pg_sys::Datum> {
        let index = usize::try_from(attnum).ok()?.checked_sub(1)?;
        // SAFETY: the arrays are deformed as far as needed before they are read.
        unsafe {
            let slot = self.as_ptr();
            if (*slot).tts_nvalid < attnum {
                pg_sys::slot_getsomeattrs_int(slot, attnum.into());
            }
            (!*(*slot).tts_isnull.add(index)).then(|| *(*slot).tts_values.add(index))
        }
    }

    /// The text of an attribute, counted from 1; `None` for NULL.
    pub(crate) fn text(self, attnum: i16) -> Option<String> {
        let datum = self.datum(attnum)?;
        // SAFETY: the descriptor has the attribute, and the value is of its type.
        unsafe {
            let descriptor = (*self.as_ptr()).tts_tupleDescriptor;
            let type_oid =
                compat::attribute(descriptor, usize::try_from(attnum - 1).ok()?).atttypid;
            Some(self.placed(attnum, || value::output(type_oid, datum)))
        }
    }

    /// An array of an attribute, counted from 1, as JSON; `None` for NULL.
    pub(crate) fn array_json(self, attnum: i16) -> Option<String> {
        let datum = self.datum(attnum)?;
        // SAFETY: the caller knows that the attribute is an array.
        Some(self.placed(attnum, || unsafe { value::array_json(datum) }))
    }

    /// The text of an attribute, counted from 1, whatever the session's settings are: `true`, RFC 3339 for
    /// a point in time; `None` for NULL.
    pub(crate) fn iso_text(self, attnum: i16) -> Option<String> {
        let datum = self.datum(attnum)?;
        // SAFETY: as for `text`.
        unsafe {
            let descriptor = (*self.as_ptr()).tts_tupleDescriptor;
            let type_oid =
                compat::attribute(descriptor, usize::try_from(attnum - 1).ok()?).atttypid;
            Some(self.placed(attnum, || value::iso(type_oid, datum)))
        }
    }

    /// Reads an attribute; an error names it and its row. In a UTF8 database there is none to name.
    fn placed(self, attnum: i16, read: impl FnOnce() -> String) -> String {
        if encoding::is_utf8() { read() } else { in_place(|| self.place(attnum), read) }
    }

    /// An attribute and its row, as PostgreSQL's constraints show them.
    fn place(self, attnum: i16) -> String {
        // SAFETY: as for `text`; the attribute knows its relation, unless the slot is a subplan's.
        unsafe {
            let descriptor = (*self.as_ptr()).tts_tupleDescriptor;
            let attribute = |n: i16| compat::attribute(descriptor, (n - 1).unsigned_abs().into());
            let shown = |n: i16| {
                let datum = self.datum(n)?;
                Some(value::output_lossy(attribute(n).atttypid, datum))
            };
            let natts = i16::try_from((*descriptor).natts).unwrap_or(0);
            let row: Vec<_> =
                (1..=natts).map(|n| shown(n).unwrap_or_else(|| "null".to_owned())).collect();
            let column = text::owned(attribute(attnum).attname.data.as_ptr());
            let table = super::foreign::relation_name(attribute(attnum).attrelid);
            let row = row.join(", ");
            format!(
                "column \"{column}\" of foreign table \"{table}\"\nFailing row contains ({row})."
            )
        }
    }
}

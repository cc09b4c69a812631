//! The portal that is running: which statement the client has sent.

use std::ffi::CStr;

use pgrx::pg_sys;

/// The cursor with which `pg_dump --inserts` reads a table.
const DUMP_CURSOR: &CStr = c"_pg_dump_cursor";

/// Returns whether a query is the client's own COPY, or pg_dump's reading of a table, and not one of a
/// function that is called there.
///
/// # Safety
/// `estate` is the executor's state of the query.
pub(super) unsafe fn is_dump(estate: *mut pg_sys::EState) -> bool {
    // SAFETY: the portal, where there is one, is alive while it runs; its texts are C strings or null.
    unsafe {
        let Some(portal) = pg_sys::ActivePortal.as_ref() else { return false };
        let (ours, sent) = ((*estate).es_sourceText, portal.sourceText);
        if ours.is_null() || sent.is_null() || CStr::from_ptr(ours) != CStr::from_ptr(sent) {
            return false;
        }
        let is_cursor = !portal.name.is_null() && CStr::from_ptr(portal.name) == DUMP_CURSOR;
        portal.commandTag == pg_sys::CommandTag::CMDTAG_COPY || is_cursor
    }
}

//! Lists of nodes that plans carry.
//!
//! The wrapper's own data stands in them as one String node; what that string says is not known here.

use std::ffi::{CStr, CString};

use pgrx::list::old_list::PgList;
use pgrx::pg_sys;

/// A list that holds one String node. A NUL byte in the text ends it: JSON has none.
pub(crate) fn of_string(text: &str) -> *mut pg_sys::List {
    let text = CString::new(text).unwrap_or_default();
    // SAFETY: pstrdup copies into the current memory context, where the planner keeps its nodes;
    // makeString takes over that copy.
    unsafe {
        let mut list = PgList::<pg_sys::Node>::new();
        list.push(pg_sys::makeString(pg_sys::pstrdup(text.as_ptr())).cast());
        list.into_pg()
    }
}

/// The text of the String node at the head of a list that [`of_string`] has made.
///
/// # Safety
/// `list` is null or a valid list of nodes.
pub(crate) unsafe fn string_at_head(list: *mut pg_sys::List) -> Option<String> {
    // SAFETY: the caller vouches for the list; its node's tag is looked at before its type is assumed.
    unsafe {
        let node = PgList::<pg_sys::Node>::from_pg(list).get_ptr(0)?;
        if (*node).type_ != pg_sys::NodeTag::T_String {
            return None;
        }
        let text = super::compat::string_node(node);
        Some(CStr::from_ptr(text).to_string_lossy().into_owned())
    }
}

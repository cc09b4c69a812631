//! EXPLAIN's output: properties under their names, in whatever format was asked for.

use std::ffi::CStr;
use std::ptr::NonNull;

use pgrx::pg_sys;

use super::encoding;

/// An EXPLAIN in progress.
pub(crate) struct Explainer(NonNull<pg_sys::ExplainState>);

impl Explainer {
    /// Wraps what an EXPLAIN callback was called with.
    ///
    /// # Safety
    /// The state is valid for as long as the value is used.
    pub(crate) unsafe fn new(state: *mut pg_sys::ExplainState) -> Option<Self> {
        NonNull::new(state).map(Self)
    }

    /// Whether the statement was executed.
    pub(crate) fn is_analyze(&self) -> bool {
        // SAFETY: by `new`.
        unsafe { self.0.as_ref().analyze }
    }

    /// Whether the statement has a LIMIT of 0, or one that is known only when it runs.
    pub(crate) fn may_want_no_row(&self) -> bool {
        // SAFETY: by `new`; the plan is there while it is explained, and each node is read as what its tag
        // says.
        unsafe {
            let plan = (*self.0.as_ref().pstmt).planTree;
            if !pgrx::is_a(plan.cast(), pg_sys::NodeTag::T_Limit) {
                return false;
            }
            let count = (*plan.cast::<pg_sys::Limit>()).limitCount;
            if count.is_null() {
                return false;
            }
            if !pgrx::is_a(count, pg_sys::NodeTag::T_Const) {
                return true;
            }
            let count = &*count.cast::<pg_sys::Const>();
            !count.constisnull && count.constvalue.value() == 0
        }
    }

    /// A property with one value, or several: a line each in the text format, one string with line
    /// breaks in the others, where a property stands only once.
    pub(crate) fn lines(&self, name: &CStr, values: &[String]) {
        // SAFETY: by `new`.
        if unsafe { self.0.as_ref().format } == pg_sys::ExplainFormat::EXPLAIN_FORMAT_TEXT {
            values.iter().for_each(|value| self.text(name, value));
        } else if !values.is_empty() {
            self.text(name, &values.join("\n"));
        }
    }

    /// A property with a text.
    pub(crate) fn text(&self, name: &CStr, value: &str) {
        let value = encoding::shown(value);
        // SAFETY: both are C strings for the length of the call, which copies them.
        unsafe {
            pg_sys::ExplainPropertyText(name.as_ptr(), value.as_ptr(), self.0.as_ptr());
        }
    }

    /// A property with a number.
    pub(crate) fn number(&self, name: &CStr, value: u64) {
        let value = i64::try_from(value).unwrap_or(i64::MAX);
        // SAFETY: as above; without a unit.
        unsafe {
            pg_sys::ExplainPropertyInteger(name.as_ptr(), std::ptr::null(), value, self.0.as_ptr());
        }
    }
}

//! Scans below an Append that reads several at once: the requests that it makes of them.
//!
//! Whether a row is there is decided by the scan.

use std::os::fd::RawFd;
use std::ptr::NonNull;

use pgrx::pg_sys;

/// A request of an Append for the next row of one of its scans.
pub(crate) struct AsyncRequest(NonNull<pg_sys::AsyncRequest>);

impl AsyncRequest {
    /// Wraps what an asynchronous callback was called with.
    ///
    /// # Safety
    /// The request is the executor's, of a foreign scan, alive for as long as the value is used.
    pub(crate) unsafe fn new(request: *mut pg_sys::AsyncRequest) -> Option<Self> {
        NonNull::new(request).map(Self)
    }

    /// The scan that is asked.
    pub(crate) fn node(&self) -> *mut pg_sys::ForeignScanState {
        // SAFETY: by `new`.
        unsafe { self.0.as_ref().requestee.cast() }
    }

    /// Has the node look for a row that satisfies its clauses among those that have arrived.
    #[allow(ffi_unwind_calls, reason = "an ERROR is caught at the boundary")]
    pub(crate) fn run_node(&self) -> *mut pg_sys::TupleTableSlot {
        // SAFETY: the uninstrumented function of the node: the caller counts by itself.
        unsafe {
            let node = self.0.as_ref().requestee;
            match (*node).ExecProcNodeReal {
                Some(run) => pg_sys::ffi::pg_guard_ffi_boundary(|| run(node)),
                None => std::ptr::null_mut(),
            }
        }
    }

    /// Answers with a row, or with none when there are no more.
    pub(crate) fn answer(mut self, row: *mut pg_sys::TupleTableSlot) {
        // SAFETY: these fields are the answer, as ExecAsyncRequestDone gives it.
        unsafe {
            let request = self.0.as_mut();
            request.request_complete = true;
            request.result = row;
        }
    }

    /// Says that the answer will come later.
    pub(crate) fn postpone(mut self) {
        // SAFETY: as ExecAsyncRequestPending does.
        unsafe {
            let request = self.0.as_mut();
            request.callback_pending = true;
            request.request_complete = false;
            request.result = std::ptr::null_mut();
        }
    }

    /// Has the Append wait for a descriptor besides those of its other scans.
    pub(crate) fn wait_for(&self, descriptor: RawFd) {
        // SAFETY: who requests is an Append that is making its set of events.
        unsafe {
            let append = self.0.as_ref().requestor.cast::<pg_sys::AppendState>();
            pg_sys::AddWaitEventToSet(
                (*append).as_eventset,
                pg_sys::WL_SOCKET_READABLE,
                descriptor,
                std::ptr::null_mut(),
                self.0.as_ptr().cast(),
            );
        }
    }
}

/// Whether a slot holds no row.
///
/// # Safety
/// `slot` is null or valid.
pub(crate) unsafe fn is_empty(slot: *mut pg_sys::TupleTableSlot) -> bool {
    // SAFETY: the caller's.
    unsafe { slot.is_null() || (*slot).tts_flags & pg_sys::TTS_FLAG_EMPTY as u16 != 0 }
}

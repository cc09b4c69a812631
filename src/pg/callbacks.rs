//! Calls that PostgreSQL makes on its own: the end of transactions and of the process, and changes of
//! the catalogs.
//!
//! Each hook is registered once a backend; what it is for is known by whoever registers it.

use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::{pg_guard, pg_sys};

/// Set when a foreign server or a user mapping may have changed.
static CATALOGS_CHANGED: AtomicBool = AtomicBool::new(false);

/// What becomes of a transaction, or of a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It is about to commit, and an error would still abort it.
    PreCommit,
    /// It is about to be prepared for a two-phase commit, and an error would still abort it.
    PrePrepare,
    Commit,
    /// It was prepared: from now on any session may commit it or roll it back.
    Prepared,
    Abort,
    /// A savepoint's part, by its nesting level, has become a part of the level above.
    SubCommit(i32),
    SubAbort(i32),
}

/// Registers the hooks of a backend. `at_end` may raise only before a commit.
pub(crate) fn register(at_end: fn(End)) {
    // SAFETY: the callbacks are functions of this library, which is never unloaded; the function
    // pointers travel as the callbacks' own arguments.
    unsafe {
        pg_sys::RegisterXactCallback(Some(transaction), at_end as *mut _);
        pg_sys::RegisterSubXactCallback(Some(subtransaction), at_end as *mut _);
        for cache in [
            pg_sys::SysCacheIdentifier::FOREIGNSERVEROID,
            pg_sys::SysCacheIdentifier::USERMAPPINGOID,
        ] {
            pg_sys::CacheRegisterSyscacheCallback(
                cache as i32,
                Some(catalogs),
                pg_sys::Datum::from(0),
            );
        }
    }
}

/// Has a function called when the process ends. A backend forgets those of the postmaster that it came
/// from, so that this is for the backend itself to call.
pub(crate) fn at_exit(act: fn()) {
    // SAFETY: as for `register`.
    unsafe { pg_sys::on_proc_exit(Some(exit), pg_sys::Datum::from(act as usize)) };
}

/// Whether servers or user mappings may have changed since the last call.
pub(crate) fn catalogs_changed() -> bool {
    CATALOGS_CHANGED.swap(false, Ordering::Relaxed)
}

/// Lets a serializable transaction fail now, if it has to, rather than after this.
#[allow(ffi_unwind_calls, reason = "an ERROR is caught at the boundary")]
pub(crate) fn settle_serialization() {
    // SAFETY: what PostgreSQL itself calls later in the commit; it may be called twice.
    unsafe {
        pg_sys::ffi::pg_guard_ffi_boundary(|| PreCommit_CheckForSerializationFailure());
    }
}

unsafe extern "C-unwind" {
    /// Of PostgreSQL's storage/predicate.h, which pgrx does not bind.
    #[allow(non_snake_case, reason = "PostgreSQL's name")]
    fn PreCommit_CheckForSerializationFailure();
}

/// How deep the current savepoint is nested; 1 outside any.
pub(crate) fn nesting_level() -> i32 {
    // SAFETY: reads the backend's transaction state.
    unsafe { pg_sys::GetCurrentTransactionNestLevel() }
}

/// When the client's current statement came, in microseconds of PostgreSQL's clock.
pub(crate) fn statement_started() -> i64 {
    // SAFETY: reads a variable of the backend.
    unsafe { pg_sys::GetCurrentStatementStartTimestamp() }
}

#[pg_guard]
unsafe extern "C-unwind" fn transaction(
    event: pg_sys::XactEvent::Type,
    arg: *mut std::ffi::c_void,
) {
    let end = match event {
        pg_sys::XactEvent::XACT_EVENT_COMMIT => End::Commit,
        pg_sys::XactEvent::XACT_EVENT_PREPARE => End::Prepared,
        pg_sys::XactEvent::XACT_EVENT_ABORT => End::Abort,
        pg_sys::XactEvent::XACT_EVENT_PRE_COMMIT => End::PreCommit,
        pg_sys::XactEvent::XACT_EVENT_PRE_PREPARE => End::PrePrepare,
        _ => return,
    };
    // SAFETY: the argument is the `fn(End)` that `register` has passed.
    unsafe { std::mem::transmute::<*mut std::ffi::c_void, fn(End)>(arg)(end) };
}

#[pg_guard]
unsafe extern "C-unwind" fn subtransaction(
    event: pg_sys::SubXactEvent::Type,
    _mine: pg_sys::SubTransactionId,
    _parent: pg_sys::SubTransactionId,
    arg: *mut std::ffi::c_void,
) {
    let level = nesting_level();
    let end = match event {
        pg_sys::SubXactEvent::SUBXACT_EVENT_COMMIT_SUB => End::SubCommit(level),
        pg_sys::SubXactEvent::SUBXACT_EVENT_ABORT_SUB => End::SubAbort(level),
        _ => return,
    };
    // SAFETY: as for `transaction`.
    unsafe { std::mem::transmute::<*mut std::ffi::c_void, fn(End)>(arg)(end) };
}

#[pg_guard]
unsafe extern "C-unwind" fn exit(_code: i32, arg: pg_sys::Datum) {
    // SAFETY: the argument is the `fn()` that `at_exit` has passed.
    unsafe { std::mem::transmute::<usize, fn()>(arg.value())() };
}

#[pg_guard]
unsafe extern "C-unwind" fn catalogs(_arg: pg_sys::Datum, _cache: i32, _hash: u32) {
    CATALOGS_CHANGED.store(true, Ordering::Relaxed);
}

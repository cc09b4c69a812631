//! Locks that a transaction holds to its end, against other sessions of the whole server.
//!
//! What a lock stands for is known by whoever takes it.

use pgrx::pg_sys;

/// What tells these locks from the advisory ones of SQL, which have 1 or 2 there.
const KIND: u16 = 0x0f;

unsafe extern "C" {
    /// Of PostgreSQL's common/hashfn.h, which pgrx does not bind.
    fn hash_bytes_extended(bytes: *const u8, length: i32, seed: u64) -> u64;
}

/// Returns `hashtextextended(thing, 0)`. Every build of this library on a server must compute the same,
/// or two of them would not exclude each other; Rust promises that of none of its hashers.
fn hash(thing: &str) -> u64 {
    let length = i32::try_from(thing.len()).unwrap_or(i32::MAX);
    // SAFETY: the function reads so many bytes of the text, and no more.
    unsafe { hash_bytes_extended(thing.as_ptr(), length, 0) }
}

/// Takes the lock of a thing, and waits while another transaction has it, in whatever database. It is
/// released after the end of the transaction has been followed, not by a savepoint's rollback.
///
/// Waiting can be interrupted, obeys `lock_timeout`, and takes part in the search for deadlocks; each of
/// them raises.
pub(crate) fn hold_until_end(thing: &str) {
    let key = hash(thing);
    let tag = pg_sys::LOCKTAG {
        // No database: Okta is the same for all of them.
        locktag_field1: 0,
        locktag_field2: (key >> 32) as u32,
        locktag_field3: key as u32,
        locktag_field4: KIND,
        locktag_type: pg_sys::LockTagType::LOCKTAG_ADVISORY as u8,
        locktag_lockmethodid: pg_sys::USER_LOCKMETHOD as u8,
    };
    // SAFETY: the tag outlives the call, which copies it. A lock belongs to the resource owner that is
    // current: the transaction's own keeps it when a savepoint is rolled back. When the call raises,
    // whoever catches that sets the owner that was current.
    unsafe {
        let owner = pg_sys::CurrentResourceOwner;
        pg_sys::CurrentResourceOwner = pg_sys::TopTransactionResourceOwner;
        pg_sys::LockAcquire(&raw const tag, pg_sys::ExclusiveLock as i32, false, false);
        pg_sys::CurrentResourceOwner = owner;
    }
}

//! Sleeping in a backend until a file descriptor is ready or an interrupt has come.
//!
//! The wait never raises and serves no interrupt: whoever called it does, with nothing on the stack that
//! an exit of the process would leave half done.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use rustix::event::{EventfdFlags, eventfd};

use super::compat;

/// What ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waited {
    /// The bell has rung.
    Ready,
    /// Something else wants to be served: call [`serve_interrupts`].
    Interrupted,
    /// Neither came in time.
    TimedOut,
    /// The postmaster is gone, and this process must go too: call [`serve_interrupts`].
    Orphaned,
}

/// An eventfd: rung by one thread, waited for by the backend's own.
#[derive(Debug, Clone)]
pub(crate) struct Bell(Arc<OwnedFd>);

impl Bell {
    /// A new bell.
    ///
    /// # Errors
    /// The operating system's, when it has no descriptor left.
    pub(crate) fn new() -> std::io::Result<Self> {
        let fd = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self(Arc::new(fd)))
    }

    /// The descriptor that is readable while the bell rings.
    pub(crate) fn descriptor(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    /// Rings; any thread may.
    pub(crate) fn ring(&self) {
        // It fails only when the counter is full, and then the bell rings already.
        let _ = rustix::io::write(&self.0, &1_u64.to_ne_bytes());
    }

    /// Makes the bell silent until it is rung again.
    pub(crate) fn silence(&self) {
        // It fails only when the counter is empty, and then the bell is silent already.
        let _ = rustix::io::read(&self.0, &mut [0; size_of::<u64>()]);
    }

    /// Sleeps until the bell rings, an interrupt comes or the time is over. Only the backend's own thread
    /// may call it.
    ///
    /// The death of the postmaster is reported and not acted upon: the process must not end below frames
    /// that own something. An interrupt that may not be served now does not end the wait.
    pub(crate) fn wait(&self, longest: Option<Duration>) -> Waited {
        let end = longest.map(|time| Instant::now() + time);
        let mut events =
            pg_sys::WL_LATCH_SET | pg_sys::WL_SOCKET_READABLE | pg_sys::WL_POSTMASTER_DEATH;
        if longest.is_some() {
            events |= pg_sys::WL_TIMEOUT;
        }
        loop {
            // A latch that was set for something else leaves the rest of the time.
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let timeout = left.map_or(-1, |left| left.as_millis().try_into().unwrap_or(i64::MAX));
            // SAFETY: MyLatch is the latch of this backend, and the descriptor is open while we live.
            // WaitLatchOrSocket does not raise for these arguments.
            let woken = unsafe {
                if pg_sys::InterruptPending != 0
                    && pg_sys::InterruptHoldoffCount == 0
                    && pg_sys::CritSectionCount == 0
                {
                    return Waited::Interrupted;
                }
                pg_sys::WaitLatchOrSocket(
                    pg_sys::MyLatch,
                    events as i32,
                    self.0.as_raw_fd(),
                    timeout,
                    compat::wait_event(),
                ) as u32
            };
            if woken & pg_sys::WL_POSTMASTER_DEATH != 0 {
                return Waited::Orphaned;
            }
            if woken & pg_sys::WL_LATCH_SET != 0 {
                // SAFETY: as above; the flag is looked at again after the reset, so no interrupt is lost.
                unsafe { pg_sys::ResetLatch(pg_sys::MyLatch) };
            }
            if woken & pg_sys::WL_SOCKET_READABLE != 0 {
                self.silence();
                return Waited::Ready;
            }
            if woken & pg_sys::WL_TIMEOUT != 0 {
                return Waited::TimedOut;
            }
        }
    }
}

/// Serves what has ended a wait. Raises, or ends the process, when that is what was asked for.
pub(crate) fn serve_interrupts(waited: Waited) {
    pgrx::check_for_interrupts!();
    if waited == Waited::Orphaned {
        pgrx::ereport!(
            FATAL,
            pgrx::PgSqlErrorCode::ERRCODE_ADMIN_SHUTDOWN,
            "terminating connection because the postmaster is gone"
        );
    }
}

/// Blocks every signal on the calling thread until the guard is dropped, so that a thread spawned
/// meanwhile inherits a mask with which no handler of PostgreSQL's ever runs on it.
pub(crate) struct SignalsBlocked(libc::sigset_t);

impl SignalsBlocked {
    pub(crate) fn new() -> Self {
        // SAFETY: both sets are initialised by libc before they are read.
        unsafe {
            let mut all: libc::sigset_t = std::mem::zeroed();
            let mut old: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut all);
            libc::pthread_sigmask(libc::SIG_BLOCK, &all, &mut old);
            Self(old)
        }
    }
}

impl Drop for SignalsBlocked {
    fn drop(&mut self) {
        // SAFETY: restores the mask that `new` has read.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}

/// Keeps interrupts from being served until the guard is dropped.
pub(crate) struct InterruptsHeld(());

impl InterruptsHeld {
    pub(crate) fn new() -> Self {
        // SAFETY: what HOLD_INTERRUPTS does; only the backend's own thread counts here.
        unsafe { pg_sys::InterruptHoldoffCount += 1 };
        Self(())
    }

    /// Forgets the guard after an error, which has reset the count.
    pub(crate) fn was_reset(self) {
        let _kept = std::mem::ManuallyDrop::new(self);
    }
}

impl Drop for InterruptsHeld {
    fn drop(&mut self) {
        // SAFETY: what RESUME_INTERRUPTS does. An error that was raised meanwhile has reset the count.
        unsafe {
            pg_sys::InterruptHoldoffCount = pg_sys::InterruptHoldoffCount.saturating_sub(1);
        }
    }
}

//! What a statement's requests cost, counted where they are made.
//!
//! Counting only: whoever asks may read at any time, from any thread.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::error::{Error, Kind};

/// The counters of one statement, shared by all of its requests.
#[derive(Debug, Default)]
pub struct Meter {
    /// HTTP attempts that were sent.
    pub calls: AtomicU64,
    /// Bytes of bodies received, after decompression.
    pub bytes: AtomicU64,
    /// Attempts that repeated an earlier one.
    pub retries: AtomicU64,
    /// Time spent waiting for rate limits and before retries, in microseconds.
    pub wait_us: AtomicU64,
    /// The most calls there may be; 0 for no bound.
    max_calls: u64,
}

impl Meter {
    /// A meter that lets at most `max_calls` attempts be sent, 0 for no bound.
    pub fn with_budget(max_calls: u64) -> Self {
        Self { max_calls, ..Self::default() }
    }

    /// Counts an attempt, or refuses it with [`Kind::Budget`].
    pub(super) fn begin(&self) -> Result<(), Error> {
        let within =
            |calls: u64| (self.max_calls == 0 || calls < self.max_calls).then(|| calls + 1);
        self.calls.fetch_update(Relaxed, Relaxed, within).map(drop).map_err(|calls| {
            Error::new(Kind::Budget, format!("the statement has made {calls} requests to Okta"))
                .hint("More than okta_fdw.max_requests are not allowed; narrow the query down.")
        })
    }

    /// Takes an attempt back that turned out not to have been sent.
    pub(super) fn unsent(&self) {
        self.calls.fetch_sub(1, Relaxed);
    }

    pub(super) fn received(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    pub(super) fn repeated(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(super) fn waited(&self, time: Duration) {
        self.wait_us.fetch_add(time.as_micros().try_into().unwrap_or(u64::MAX), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_never_exceeded() {
        let meter = Meter::with_budget(2);
        assert!(meter.begin().is_ok() && meter.begin().is_ok());
        assert_eq!(meter.begin().unwrap_err().kind, Kind::Budget);
        meter.unsent();
        assert!(meter.begin().is_ok());
        assert_eq!(meter.calls.load(Relaxed), 2);
        let free = Meter::default();
        assert!((0..1000).all(|_| free.begin().is_ok()));
    }
}

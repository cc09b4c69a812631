//! What requests cost, counted where they are made; and what was made, for whoever keeps a log.
//!
//! Counting only: whoever asks may read at any time, from any thread.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::{Error, Kind};

/// The counters of one consumer of answers: a scan, or a modification.
#[derive(Debug, Default)]
pub struct Meter {
    /// HTTP attempts that were sent.
    pub calls: AtomicU64,
    /// Bytes of bodies received, after decompression.
    pub bytes: AtomicU64,
    /// Attempts that repeated an earlier one.
    pub retries: AtomicU64,
    /// Time spent waiting for rate limits, in microseconds.
    pub wait_us: AtomicU64,
    /// Why the pause that ends last was made, and when it ends.
    paused: Mutex<Option<(Pause, Instant)>>,
    budget: Option<Arc<Budget>>,
    journal: Option<Mutex<Vec<LogEntry>>>,
}

/// Why nothing is sent for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// A rate limit is used up, or as much of it as this client may use.
    RateLimit,
    /// The last attempt has failed, and the next one comes after a back-off.
    Retry,
    /// Okta opens no new import session of a source yet.
    CoolDown,
}

/// The most calls that several meters may make together.
#[derive(Debug)]
pub struct Budget {
    most: u64,
    made: AtomicU64,
}

/// One attempt, as a log tells it. There is no secret in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Method and path, without the query.
    pub line: String,
    /// The HTTP status, or what went wrong.
    pub result: String,
    /// Time from sending to the end of the body.
    pub time: Duration,
    /// Bytes of the body, after decompression.
    pub bytes: usize,
    /// Counted from 1.
    pub attempt: u32,
    /// Okta's id of the request, when it answered.
    pub request_id: Option<String>,
}

impl Budget {
    /// A budget of at most `most` calls.
    pub fn new(most: u64) -> Self {
        Self { most, made: AtomicU64::new(0) }
    }

    fn take(&self) -> Result<(), Error> {
        let within = |made: u64| (made < self.most).then(|| made + 1);
        self.made.fetch_update(Relaxed, Relaxed, within).map(drop).map_err(|made| {
            Error::new(
                Kind::Budget,
                format!("the statement may make no more requests to Okta than {made}"),
            )
            .hint("Narrow the query down, or raise okta_fdw.max_requests.")
        })
    }
}

impl Meter {
    /// A meter whose calls count towards a budget, and that keeps a journal, as asked.
    pub fn new(budget: Option<Arc<Budget>>, keeps_journal: bool) -> Self {
        Self { budget, journal: keeps_journal.then(Mutex::default), ..Self::default() }
    }

    /// The attempts since the last call, in the order in which they ended.
    pub fn take_journal(&self) -> Vec<LogEntry> {
        self.journal.as_ref().map_or_else(Vec::new, |journal| {
            std::mem::take(&mut journal.lock().unwrap_or_else(PoisonError::into_inner))
        })
    }

    /// Counts an attempt, or refuses it with [`Kind::Budget`].
    pub(super) fn begin(&self) -> Result<(), Error> {
        if let Some(budget) = &self.budget {
            budget.take()?;
        }
        self.calls.fetch_add(1, Relaxed);
        Ok(())
    }

    /// Takes an attempt back that turned out not to have been sent.
    pub(super) fn unsent(&self) {
        self.calls.fetch_sub(1, Relaxed);
        if let Some(budget) = &self.budget {
            budget.made.fetch_sub(1, Relaxed);
        }
    }

    pub(super) fn received(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    pub(super) fn repeated(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    /// Returns why nothing is sent now, and for how long.
    pub fn pause_left(&self) -> Option<(Pause, Duration)> {
        let (pause, end) = (*self.paused.lock().unwrap_or_else(PoisonError::into_inner))?;
        let left = end.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some((pause, left))
    }

    /// Waits, and says why to whoever asks meanwhile.
    pub(crate) async fn pause(&self, pause: Pause, length: Duration) {
        let since = Instant::now();
        let end = since + length;
        {
            let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
            if paused.is_none_or(|(_, known)| known < end) {
                *paused = Some((pause, end));
            }
        }
        sleep(length).await;
        if pause == Pause::RateLimit {
            self.waited(since.elapsed());
        }
    }

    /// Counts time that was spent waiting for rate limits.
    pub(crate) fn waited(&self, time: Duration) {
        self.wait_us.fetch_add(time.as_micros().try_into().unwrap_or(u64::MAX), Relaxed);
    }

    /// Writes an attempt down, if anybody wants to know.
    pub(super) fn write_down(&self, entry: impl FnOnce() -> LogEntry) {
        if let Some(journal) = &self.journal {
            journal.lock().unwrap_or_else(PoisonError::into_inner).push(entry());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_never_exceeded() {
        let budget = Arc::new(Budget::new(2));
        let (one, other) =
            (Meter::new(Some(Arc::clone(&budget)), false), Meter::new(Some(budget), false));
        assert!(one.begin().is_ok() && other.begin().is_ok());
        assert_eq!(one.begin().unwrap_err().kind, Kind::Budget);
        one.unsent();
        assert!(other.begin().is_ok());
        assert_eq!(other.calls.load(Relaxed), 2);
        let free = Meter::default();
        assert!((0..1000).all(|_| free.begin().is_ok()));
    }

    #[test]
    fn a_journal_is_kept_only_when_asked_for() {
        let entry = || LogEntry {
            line: "GET /".into(),
            result: "200".into(),
            time: Duration::ZERO,
            bytes: 1,
            attempt: 1,
            request_id: None,
        };
        let (kept, not) = (Meter::new(None, true), Meter::default());
        kept.write_down(entry);
        not.write_down(entry);
        assert_eq!(kept.take_journal(), [entry()]);
        assert!(kept.take_journal().is_empty() && not.take_journal().is_empty());
    }
}

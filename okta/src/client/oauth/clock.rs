//! Okta's clock, as far as the local one is found to be wrong.
//!
//! The local clock counts until a signature has been refused: only then is the `Date` of that
//! answer believed instead, since signatures are dated.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use crate::client::gate::local_seconds;

/// The least difference, in seconds, that is taken for a wrong clock and not for a slow answer.
const WRONG: i64 = 10;

#[derive(Debug, Default)]
pub(super) struct Clock {
    /// How far Okta's clock is ahead, in seconds.
    ahead: AtomicI64,
}

impl Clock {
    /// Seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        local_seconds().saturating_add(self.ahead.load(Relaxed))
    }

    /// Takes over the `Date` of an answer that has just come. Whether that makes a difference.
    pub(super) fn learn(&self, date: Option<i64>) -> bool {
        let Some(date) = date else { return false };
        let ahead = date.saturating_sub(local_seconds());
        let wrong = ahead.abs_diff(self.ahead.load(Relaxed)) >= WRONG.unsigned_abs();
        if wrong {
            self.ahead.store(ahead, Relaxed);
        }
        wrong
    }

    /// How far Okta's clock is taken to be ahead.
    pub(super) fn ahead(&self) -> i64 {
        self.ahead.load(Relaxed)
    }

    /// Goes back to what [`Clock::ahead`] was, when what was learned did not help.
    pub(super) fn unlearn(&self, ahead: i64) {
        self.ahead.store(ahead, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_set_right() {
        let clock = Clock::default();
        let local = local_seconds();
        assert!(!clock.learn(None) && !clock.learn(Some(local + 3)));
        assert!((0..5).contains(&(clock.now() - local)));
        assert!(clock.learn(Some(local - 7200)));
        assert!((-7201..-7190).contains(&(clock.now() - local)));
        assert!(!clock.learn(Some(local - 7202)));
        assert!(clock.learn(Some(local)) && clock.now() - local < 5);
        let before = clock.ahead();
        assert!(clock.learn(Some(local + 7200)));
        clock.unlearn(before);
        assert!(clock.now() - local < 5);
        assert!(clock.learn(Some(i64::MIN)) && clock.learn(Some(i64::MAX)));
    }
}

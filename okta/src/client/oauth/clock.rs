//! Okta's clock, as far as the local one is found to be wrong.
//!
//! The local clock counts until a signature has been refused: only then is the `Date` of that
//! answer believed instead, since signatures are dated.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use jiff::Timestamp;

use crate::client::rate_limiter::local_seconds;

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

    /// Takes over the `Date` of an answer that has just come to what was asked at a local time, and returns
    /// whether the clock was wrong. It was right if the answer was made in between, as far as whole seconds
    /// tell.
    pub(super) fn learn(&self, date: Option<i64>, asked_at: Timestamp) -> bool {
        let Some(date) = date else { return false };
        let ahead = self.ahead.load(Relaxed).saturating_mul(1000);
        let ours = |at: Timestamp| at.as_millisecond().saturating_add(ahead);
        let (first, last) =
            (date.saturating_mul(1000), date.saturating_add(1).saturating_mul(1000));
        let wrong = last <= ours(asked_at) || first > ours(Timestamp::now());
        if wrong {
            self.ahead.store(date.saturating_sub(local_seconds()), Relaxed);
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
        let asked_at = Timestamp::now();
        let local = asked_at.as_second();
        let learn = |date| clock.learn(date, asked_at);
        assert!(!learn(None) && !learn(Some(local)) && clock.ahead() == 0);
        assert!(learn(Some(local - 7200)));
        assert!((-7201..-7190).contains(&(clock.now() - local)));
        assert!(learn(Some(local + 60)) && (55..70).contains(&(clock.now() - local)));
        let before = clock.ahead();
        assert!(learn(Some(local + 7200)));
        clock.unlearn(before);
        assert!((55..70).contains(&(clock.now() - local)));
        assert!(learn(Some(i64::MIN)) && learn(Some(i64::MAX)));
    }

    /// An answer that took long says nothing of the clock, a few seconds before the question do.
    #[test]
    fn a_slow_answer_is_no_wrong_clock() {
        let clock = Clock::default();
        let now = Timestamp::now();
        let asked_at = now - jiff::SignedDuration::from_secs(20);
        for age in [0, 5, 19] {
            assert!(!clock.learn(Some(now.as_second() - age), asked_at), "{age}");
        }
        assert!(clock.learn(Some(asked_at.as_second() - 3), asked_at));
    }
}

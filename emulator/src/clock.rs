//! What time it is in the emulated orgs.
//!
//! The clock of rate limits and of the `Date` header is not here: clients compare those with their
//! own clock, so they are always real.

use jiff::{SignedDuration, Timestamp};

/// 2026-01-05T09:00:00Z, when every run begins.
const START: i64 = 1_767_603_600;

#[derive(Debug)]
pub(crate) enum Clock {
    /// Moves one second with each successful write, and by order.
    Logical { now: Timestamp },
    /// Real time, moved ahead by order.
    Wall { ahead: SignedDuration },
}

impl Clock {
    pub(crate) fn logical() -> Clock {
        Clock::Logical { now: Timestamp::from_second(START).unwrap_or_default() }
    }

    pub(crate) fn wall() -> Clock {
        Clock::Wall { ahead: SignedDuration::ZERO }
    }

    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Clock::Logical { now } => *now,
            Clock::Wall { ahead } => later(Timestamp::now(), *ahead),
        }
    }

    /// A write has succeeded.
    pub(crate) fn tick(&mut self) {
        if let Clock::Logical { now } = self {
            *now = later(*now, SignedDuration::from_secs(1));
        }
    }

    pub(crate) fn advance(&mut self, seconds: i64) {
        let step = SignedDuration::from_secs(seconds);
        match self {
            Clock::Logical { now } => *now = later(*now, step),
            Clock::Wall { ahead } => *ahead = ahead.checked_add(step).unwrap_or(*ahead),
        }
    }
}

pub(crate) fn later(time: Timestamp, step: SignedDuration) -> Timestamp {
    time.checked_add(step).unwrap_or(Timestamp::MAX)
}

pub(crate) fn seconds_after(time: Timestamp, seconds: i64) -> Timestamp {
    later(time, SignedDuration::from_secs(seconds))
}

/// `2026-01-05T09:00:00.000Z`, the only form in which Okta writes a time.
pub(crate) fn wire(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logical_clock_starts_and_moves_as_documented() {
        let mut clock = Clock::logical();
        assert_eq!(wire(clock.now()), "2026-01-05T09:00:00.000Z");
        clock.tick();
        clock.advance(59);
        assert_eq!(wire(clock.now()), "2026-01-05T09:01:00.000Z");
    }
}

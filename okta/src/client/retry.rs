//! Whether a request is sent again, and after how long: a pure decision on facts.
//!
//! It knows no clock, no randomness and no connection; whoever asks brings them along.

use std::time::Duration;

use super::headers::Signals;

/// How often a request is repeated that Okta could not be sent, or never answered. Fewer than
/// `max_retries`, since each attempt may already have taken a whole time-out.
const TRANSPORT_RETRIES: u32 = 2;

/// The first pause after a fault; each next one is twice as long.
const BACK_OFF: Duration = Duration::from_millis(250);

/// The first pause when too many requests ran at once, or a 429 does not say until when.
const CROWDED_BACK_OFF: Duration = Duration::from_millis(500);

/// The most that resuming clients are spread over after a limit's reset.
const SPREAD: Duration = Duration::from_secs(1);

/// What a server's options allow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    pub(crate) max_retries: u32,
    pub(crate) max_wait: Duration,
}

/// An attempt that did not succeed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    /// Doing it twice leaves what doing it once leaves.
    pub(crate) repeatable: bool,
    /// 1 for the first attempt.
    pub(crate) number: u32,
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    /// No connection; `lasting` when trying again cannot help (a bad certificate).
    NotSent { lasting: bool },
    /// The connection or the time ended somewhere after sending began.
    Unclear,
    /// An answer of which nothing could be read; asking again would bring the same.
    Unreadable,
    /// An answer, complete enough to know its status.
    Answered { status: u16, signals: Signals },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// What happened is the result.
    Stop,
    /// Send it again after this pause.
    RetryAfter(Duration),
    /// Sending it again could help, but only after a pause longer than `max_wait`.
    TooLong(Duration),
}

/// Decides about an attempt.
///
/// `local` is the local time in seconds since 1970, for answers without a Date; `jitter`, from 0
/// to 1, keeps clients that failed together from coming back together.
///
/// Unknown outcomes stop: a retry must have a reason.
pub(crate) fn decide(policy: Policy, attempt: Attempt, local: i64, jitter: f64) -> Decision {
    let done = attempt.number.saturating_sub(1);
    let repeatable = attempt.repeatable;
    let backed_off = |first: Duration| {
        let pause = first.saturating_mul(1 << done.min(16));
        pause / 2 + (pause / 2).mul_f64(jitter.clamp(0.0, 1.0))
    };
    let (most, pause) = match attempt.outcome {
        Outcome::NotSent { lasting: true } => return Decision::Stop,
        Outcome::NotSent { lasting: false } => (TRANSPORT_RETRIES, backed_off(BACK_OFF)),
        Outcome::Unclear if repeatable => (TRANSPORT_RETRIES, backed_off(BACK_OFF)),
        // Refused before it was carried out: whatever the method, nothing was done.
        Outcome::Answered { status: 429, signals } => {
            let crowded = backed_off(CROWDED_BACK_OFF);
            let pause = match signals.until_reset(local) {
                Some(reset) if !signals.is_concurrency() => {
                    crowded.max(reset.saturating_add(SPREAD.mul_f64(jitter.clamp(0.0, 1.0))))
                }
                _ => crowded,
            };
            (u32::MAX, pause.max(signals.retry_after.unwrap_or_default()))
        }
        Outcome::Answered { status: 500 | 502 | 503 | 504, signals } if repeatable => {
            (u32::MAX, backed_off(BACK_OFF).max(signals.retry_after.unwrap_or_default()))
        }
        Outcome::Unclear | Outcome::Unreadable | Outcome::Answered { .. } => return Decision::Stop,
    };
    if done >= most.min(policy.max_retries) {
        Decision::Stop
    } else if pause > policy.max_wait {
        Decision::TooLong(pause)
    } else {
        Decision::RetryAfter(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Method;
    use Decision::{RetryAfter, Stop, TooLong};
    use Method::{Delete, Get, Patch, Post, Put};

    const POLICY: Policy = Policy { max_retries: 4, max_wait: Duration::from_secs(90) };

    fn decision(method: Method, number: u32, outcome: Outcome) -> Decision {
        let repeatable = method.is_repeatable();
        decide(POLICY, Attempt { repeatable, number, outcome }, 1000, 1.0)
    }

    fn answered(status: u16) -> Outcome {
        Outcome::Answered { status, signals: Signals::default() }
    }

    fn limited(limit: u64, reset: i64) -> Outcome {
        let signals = Signals {
            limit: Some(limit),
            remaining: Some(0),
            reset: Some(reset),
            date: Some(500),
            retry_after: None,
        };
        Outcome::Answered { status: 429, signals }
    }

    #[test]
    fn a_write_that_may_be_done_is_never_repeated() {
        for method in [Post, Patch] {
            assert_eq!(decision(method, 1, Outcome::Unclear), Stop);
            for status in [500, 502, 503, 504] {
                assert_eq!(decision(method, 1, answered(status)), Stop);
            }
            let unsent = Outcome::NotSent { lasting: false };
            assert!(matches!(decision(method, 1, unsent), RetryAfter(_)));
            assert!(matches!(decision(method, 1, answered(429)), RetryAfter(_)));
        }
    }

    #[test]
    fn what_is_the_same_twice_is_repeated() {
        for method in [Get, Put, Delete] {
            assert!(matches!(decision(method, 1, Outcome::Unclear), RetryAfter(_)));
            for status in [500, 502, 503, 504] {
                assert!(matches!(decision(method, 4, answered(status)), RetryAfter(_)));
                assert_eq!(decision(method, 5, answered(status)), Stop);
            }
            assert_eq!(decision(method, 3, Outcome::Unclear), Stop);
        }
    }

    #[test]
    fn a_refusal_is_final() {
        for status in [200, 302, 400, 401, 403, 404, 408, 409, 501, 505, 599] {
            assert_eq!(decision(Get, 1, answered(status)), Stop, "{status}");
        }
        assert_eq!(decision(Get, 1, Outcome::Unreadable), Stop);
        assert_eq!(decision(Get, 1, Outcome::NotSent { lasting: true }), Stop);
        assert_eq!(decision(Get, 3, Outcome::NotSent { lasting: false }), Stop);
    }

    #[test]
    fn pauses_grow_and_spread() {
        let ms = |n| RetryAfter(Duration::from_millis(n));
        let pauses: Vec<_> = (1..=4).map(|n| decision(Get, n, answered(503))).collect();
        assert_eq!(pauses, [ms(250), ms(500), ms(1000), ms(2000)]);
        let attempt = Attempt { repeatable: true, number: 1, outcome: answered(503) };
        assert_eq!(decide(POLICY, attempt, 0, 0.0), ms(125));
        let endless = Policy { max_retries: u32::MAX, max_wait: Duration::MAX };
        let late = Attempt { number: u32::MAX - 1, ..attempt };
        assert!(matches!(decide(endless, late, 0, 1.0), RetryAfter(_)));
    }

    #[test]
    fn a_rate_limit_waits_for_its_reset() {
        // By the server's Date (500), not by the local clock (1000); a second for rounding, and
        // up to one more to spread.
        assert_eq!(decision(Post, 1, limited(600, 551)), RetryAfter(Duration::from_secs(53)));
        assert_eq!(decision(Get, 1, limited(600, 400)), RetryAfter(Duration::from_secs(2)));
        assert_eq!(decision(Get, 5, limited(600, 551)), Stop);
        assert_eq!(decision(Get, 1, limited(600, 600)), TooLong(Duration::from_secs(102)));
    }

    #[test]
    fn too_many_at_once_waits_briefly() {
        assert_eq!(decision(Get, 1, limited(0, 9999)), RetryAfter(Duration::from_millis(500)));
        assert_eq!(decision(Get, 2, limited(0, 9999)), RetryAfter(Duration::from_secs(1)));
        assert_eq!(decision(Get, 1, answered(429)), RetryAfter(Duration::from_millis(500)));
    }

    #[test]
    fn retry_after_is_honoured() {
        let signals = Signals { retry_after: Some(Duration::from_secs(7)), ..Signals::default() };
        for status in [429, 503] {
            let outcome = Outcome::Answered { status, signals };
            assert_eq!(decision(Get, 1, outcome), RetryAfter(Duration::from_secs(7)));
        }
    }
}

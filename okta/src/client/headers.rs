//! What the headers of an answer say about limits and time.
//!
//! Nothing here decides anything; headers that cannot be read count as absent.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The facts that waiting and pacing rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signals {
    /// Requests that the bucket allows in a window.
    pub(crate) limit: Option<u64>,
    /// Requests that are left of them.
    pub(crate) remaining: Option<u64>,
    /// When the window ends: seconds since 1970, by the server's clock.
    pub(crate) reset: Option<i64>,
    /// When the answer was made, likewise.
    pub(crate) date: Option<i64>,
    /// What a proxy before Okta may ask for; Okta itself never sends it.
    pub(crate) retry_after: Option<Duration>,
}

impl Signals {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let limits = numbers(headers, "x-rate-limit-limit");
        let remainings = numbers(headers, "x-rate-limit-remaining");
        let resets = numbers(headers, "x-rate-limit-reset");
        let (limit, remaining, reset) = strictest(&limits, &remainings, &resets);
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let time = |text: &str| DateTimeParser::new().parse_timestamp(text).ok();
        let date = text(DATE).and_then(time).map(|date| date.as_second());
        // Seconds, or a date: how far off that is, the server's clock says.
        let until = |at: Timestamp| {
            let now = date.unwrap_or_else(|| Timestamp::now().as_second());
            at.as_second().saturating_sub(now).max(0).unsigned_abs()
        };
        let seconds = |text: &str| text.trim().parse().ok().or_else(|| time(text).map(until));
        Self {
            limit,
            remaining,
            reset: reset.and_then(|seconds| i64::try_from(seconds).ok()),
            date,
            retry_after: text(RETRY_AFTER).and_then(seconds).map(Duration::from_secs),
        }
    }

    /// Whether the answer is about requests at the same time, not requests per minute: then
    /// `reset` means nothing.
    pub(crate) fn is_concurrency(&self) -> bool {
        self.limit == Some(0) && self.remaining == Some(0)
    }

    /// How long until the window ends, from the moment of the answer.
    ///
    /// The server's own `Date` counts, since the local clock may be wrong; `local` (seconds since
    /// 1970) stands in when there is none. One second is added since both are whole seconds.
    pub(crate) fn until_reset(&self, local: i64) -> Option<Duration> {
        let left = self.reset?.saturating_sub(self.date.unwrap_or(local)).max(0);
        Some(Duration::from_secs(left.unsigned_abs().saturating_add(1)))
    }
}

/// Every number of a header, which may come as several lines or joined by commas.
fn numbers(headers: &HeaderMap, name: &str) -> Vec<u64> {
    let lines = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).filter_map(|item| item.trim().parse().ok()).collect()
}

/// Of several buckets that a request counts against, the one with the least left.
fn strictest(
    limits: &[u64],
    remainings: &[u64],
    resets: &[u64],
) -> (Option<u64>, Option<u64>, Option<u64>) {
    if limits.len() == remainings.len() && limits.len() == resets.len() {
        let buckets = limits.iter().zip(remainings).zip(resets);
        // Compared as fractions, remaining / limit, without dividing; a limit of 0 is the
        // strictest of all. Of equals the one that resets last.
        let strictest = buckets.min_by(|((la, ra), ta), ((lb, rb), tb)| {
            let left = |remaining: u64, other: u64| u128::from(remaining) * u128::from(other);
            let by_limit = (**la != 0).cmp(&(**lb != 0));
            by_limit.then(left(**ra, **lb).cmp(&left(**rb, **la))).then(tb.cmp(ta))
        });
        return strictest.map_or((None, None, None), |((&limit, &remaining), &reset)| {
            (Some(limit), Some(remaining), Some(reset))
        });
    }
    // They cannot be told apart into buckets: then the worst of each.
    let least = |values: &[u64]| values.iter().min().copied();
    (least(limits), least(remainings), resets.iter().max().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderName;

    fn signals(pairs: &[(&str, &str)]) -> Signals {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        Signals::of(&headers)
    }

    #[test]
    fn reads_what_okta_sends() {
        let s = signals(&[
            ("X-Rate-Limit-Limit", "600"),
            ("X-Rate-Limit-Remaining", "599"),
            ("X-Rate-Limit-Reset", "1776618296"),
            ("Date", "Sun, 19 Apr 2026 17:03:56 GMT"),
        ]);
        assert_eq!((s.limit, s.remaining), (Some(600), Some(599)));
        assert_eq!((s.reset, s.date), (Some(1_776_618_296), Some(1_776_618_236)));
        assert_eq!(s.until_reset(0), Some(Duration::from_secs(61)));
        assert!(!s.is_concurrency());
    }

    #[test]
    fn the_local_clock_stands_in() {
        let s = Signals { reset: Some(100), ..Signals::default() };
        assert_eq!(s.until_reset(70), Some(Duration::from_secs(31)));
        assert_eq!(s.until_reset(200), Some(Duration::from_secs(1)));
        assert_eq!(Signals::default().until_reset(0), None);
    }

    #[test]
    fn of_several_buckets_the_strictest_counts() {
        for (limit, remaining, reset) in [
            (vec!["600", "300"], vec!["100", "290"], vec!["10", "20"]),
            (vec!["300, 600"], vec!["290, 100"], vec!["20, 10"]),
        ] {
            let mut pairs = Vec::new();
            pairs.extend(limit.iter().map(|v| ("x-rate-limit-limit", *v)));
            pairs.extend(remaining.iter().map(|v| ("x-rate-limit-remaining", *v)));
            pairs.extend(reset.iter().map(|v| ("x-rate-limit-reset", *v)));
            let s = signals(&pairs);
            assert_eq!((s.limit, s.remaining, s.reset), (Some(600), Some(100), Some(10)));
        }
        let s = strictest(&[600, 0], &[100, 0], &[10, 20]);
        assert_eq!(s, (Some(0), Some(0), Some(20)));
        let s = strictest(&[600, 300], &[0, 0], &[10, 20]);
        assert_eq!(s, (Some(300), Some(0), Some(20)));
        assert_eq!(strictest(&[600], &[5, 3], &[10, 20]), (Some(600), Some(3), Some(20)));
    }

    #[test]
    fn nonsense_is_absent() {
        let s = signals(&[
            ("X-Rate-Limit-Limit", "many"),
            ("X-Rate-Limit-Reset", "99999999999999999999"),
            ("Date", "yesterday"),
            ("Retry-After", "soon"),
        ]);
        assert_eq!(s, Signals::default());
        let s = signals(&[("X-Rate-Limit-Reset", "18446744073709551615"), ("Retry-After", "7")]);
        assert_eq!((s.reset, s.retry_after), (None, Some(Duration::from_secs(7))));
    }

    #[test]
    fn a_retry_may_be_asked_for_by_date() {
        let after = |date: &str, retry: &str| {
            let s = signals(&[("Date", date), ("Retry-After", retry)]);
            s.retry_after.unwrap().as_secs()
        };
        let (date, later) = ("Sun, 19 Apr 2026 17:03:56 GMT", "Sun, 19 Apr 2026 17:04:26 GMT");
        assert_eq!(after(date, later), 30);
        assert_eq!(after(later, date), 0);
        assert!(after("yesterday", "Thu, 31 Dec 9998 23:59:59 GMT") > 1_000_000);
        assert_eq!(after("yesterday", later), 0);
    }

    #[test]
    fn zero_of_zero_is_too_many_at_once() {
        let s = signals(&[("X-Rate-Limit-Limit", "0"), ("X-Rate-Limit-Remaining", "0")]);
        assert!(s.is_concurrency());
    }
}

//! Rate limits: a bucket of requests per minute for each group of paths, in real time.
//!
//! Real even when the org's clock is not, since clients reckon with the `Date` header.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::pattern::glob;

const DEFAULT: Limit = Limit { limit: 10_000, window_seconds: 60 };

#[derive(Debug, Default)]
pub(crate) struct Rates {
    /// The rule set last wins.
    rules: Vec<(String, Limit)>,
    /// By org and bucket.
    windows: BTreeMap<(String, String), Window>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Limit {
    limit: u64,
    window_seconds: i64,
}

/// What the control API sets: `*` and `{…}` in the bucket's name stand for anything.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLimit {
    bucket: String,
    limit: u64,
    #[serde(default = "minute")]
    window_seconds: i64,
}

#[derive(Debug)]
struct Window {
    used: u64,
    /// Epoch seconds.
    end: i64,
}

/// What the three headers say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Standing {
    pub(crate) limit: u64,
    pub(crate) remaining: u64,
    /// Epoch seconds.
    pub(crate) reset: i64,
    /// The request is within the limit.
    pub(crate) allowed: bool,
}

impl Rates {
    /// Counts a request, and says whether it may pass.
    pub(crate) fn take(&mut self, org: &str, bucket: &str, now: Timestamp) -> Standing {
        let Limit { limit, window_seconds } = self.limit(bucket);
        let key = (org.to_owned(), bucket.to_owned());
        let fresh = || Window { used: 0, end: now.as_second().saturating_add(window_seconds) };
        let window = self.windows.entry(key).or_insert_with(fresh);
        if now.as_second() >= window.end {
            *window = fresh();
        }
        let allowed = window.used < limit;
        window.used += u64::from(allowed);
        Standing { limit, remaining: limit.saturating_sub(window.used), reset: window.end, allowed }
    }

    /// The new limit begins with a fresh window.
    pub(crate) fn set(&mut self, order: &NewLimit) {
        let pattern = wildcards(&order.bucket);
        let limit = Limit { limit: order.limit, window_seconds: order.window_seconds };
        self.windows.retain(|(_, bucket), _| !glob(pattern.as_bytes(), bucket.as_bytes()));
        self.rules.retain(|(other, _)| *other != pattern);
        self.rules.push((pattern, limit));
    }

    pub(crate) fn json(&self) -> Value {
        let windows = self.windows.iter().map(|((org, bucket), window)| {
            let Limit { limit, window_seconds } = self.limit(bucket);
            json!({
                "org": org, "bucket": bucket, "limit": limit, "used": window.used,
                "window_seconds": window_seconds, "reset": window.end,
            })
        });
        windows.collect()
    }

    fn limit(&self, bucket: &str) -> Limit {
        let rule = |(pattern, _): &&(String, _)| glob(pattern.as_bytes(), bucket.as_bytes());
        self.rules.iter().rev().find(rule).map_or(DEFAULT, |(_, limit)| *limit)
    }
}

/// `/api/v1/users/{id}` becomes `/api/v1/users/*`.
fn wildcards(bucket: &str) -> String {
    let mut pattern = String::new();
    let mut rest = bucket;
    while let Some((before, after)) = rest.split_once('{') {
        pattern.push_str(before);
        pattern.push('*');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    pattern + rest
}

fn minute() -> i64 {
    60
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(bucket: &str, limit: u64) -> NewLimit {
        NewLimit { bucket: bucket.to_owned(), limit, window_seconds: 60 }
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let mut rates = Rates::default();
        rates.set(&order("/api/v1/users", 2));
        let at = |second| Timestamp::from_second(second).unwrap();
        let take = |rates: &mut Rates, second| {
            let standing = rates.take("acme", "/api/v1/users", at(second));
            (standing.allowed, standing.remaining, standing.reset)
        };
        assert_eq!(take(&mut rates, 1000), (true, 1, 1060));
        assert_eq!(take(&mut rates, 1030), (true, 0, 1060));
        assert_eq!(take(&mut rates, 1059), (false, 0, 1060));
        assert_eq!(take(&mut rates, 1060), (true, 1, 1120));
        assert_eq!(rates.take("globex", "/api/v1/users", at(1061)).remaining, 1);
        assert_eq!(rates.take("acme", "/api/v1/users/{id}", at(1061)).limit, 10_000);
    }

    #[test]
    fn rules_name_buckets_with_placeholders() {
        let mut rates = Rates::default();
        rates.set(&order("/api/v1/identity-sources/{id}/sessions", 15));
        rates.set(&order("/api/v1/identity-sources/0oab/sessions", 1));
        assert_eq!(rates.limit("/api/v1/identity-sources/0oaa/sessions").limit, 15);
        assert_eq!(rates.limit("/api/v1/identity-sources/0oab/sessions").limit, 1);
        assert_eq!(rates.limit("/api/v1/identity-sources/0oaa/sessions/{id}/x").limit, 10_000);
    }
}

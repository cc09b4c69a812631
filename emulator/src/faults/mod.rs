//! Failures on demand: which requests they strike. What they do is the room `effect`.
//!
//! A fault stands between routing and answer: some take the place of the org's work, some spoil
//! its answer, some the connection.

mod bomb;
mod effect;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::pattern::Pattern;

#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    fault: Fault,
    when: When,
    /// Requests that matched, and how many of them were struck.
    seen: u64,
    struck: u64,
    random: u64,
}

/// A fault as the control API takes it. The numbers have defaults, and most faults need none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    r#match: Pattern,
    org: Option<String>,
    nth: Option<Nth>,
    every: Option<u64>,
    probability: Option<f64>,
    seed: Option<u64>,
    fault: Kind,
    /// `status`: the HTTP status, Okta's code and words, or a raw body in their place.
    code: Option<u16>,
    error_code: Option<String>,
    summary: Option<String>,
    body: Option<String>,
    /// `rate_limit`, `concurrency_limit`: until the limit resets.
    seconds: Option<i64>,
    /// A delay, which goes with any fault.
    ms: Option<u64>,
    bytes_per_second: Option<usize>,
    megabytes: Option<usize>,
    kilobytes: Option<usize>,
    depth: Option<usize>,
    /// `wrong_type`: the property to spoil in every row.
    field: Option<String>,
    /// `redirect`, `next_foreign`: where to.
    location: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    BadJson,
    ConcurrencyLimit,
    CutBody,
    DeepJson,
    DelayMs,
    EmptyPage,
    GzipBomb,
    HugeHeader,
    NextForeign,
    NextLoop,
    NextOtherPath,
    Oversized,
    RateLimit,
    Redirect,
    ResetAfter,
    ResetBefore,
    SlowBody,
    Status,
    WrongType,
}

/// The number of a request among those that match, from 1, or the first and the last of a range.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum Nth {
    One(u64),
    Range(u64, u64),
}

#[derive(Clone, Copy, Debug)]
enum When {
    Always,
    Between(u64, u64),
    Every(u64),
    Probably(f64),
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) -> Result<(), String> {
        let when = fault.when()?;
        let random = fault.seed.unwrap_or(1);
        self.rules.push(Rule { fault, when, seen: 0, struck: 0, random });
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The fault that strikes this request. All rules that match count it; the first that is due
    /// wins.
    pub(crate) fn strike(
        &mut self,
        org: &str,
        method: &str,
        path: &str,
        query: &str,
    ) -> Option<Fault> {
        let mut due = None;
        for rule in &mut self.rules {
            let fault = &rule.fault;
            let of_org = fault.org.as_deref().is_none_or(|wanted| wanted == org);
            if of_org
                && fault.r#match.matches(method, path, query)
                && rule.is_due()
                && due.is_none()
            {
                rule.struck += 1;
                due = Some(rule.fault.clone());
            }
        }
        due
    }

    pub(crate) fn json(&self) -> Value {
        let rules = self.rules.iter();
        let shown = rules.map(
            |rule| json!({ "fault": rule.fault.fault, "seen": rule.seen, "struck": rule.struck }),
        );
        shown.collect()
    }
}

impl Rule {
    fn is_due(&mut self) -> bool {
        self.seen += 1;
        match self.when {
            When::Always => true,
            When::Between(first, last) => (first..=last).contains(&self.seen),
            When::Every(step) => self.seen.is_multiple_of(step),
            When::Probably(probability) => self.draw() < probability,
        }
    }

    /// From 0 to below 1, the same for the same seed (splitmix64).
    fn draw(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl Fault {
    fn when(&self) -> Result<When, String> {
        match (self.nth, self.every, self.probability) {
            (None, None, None) => Ok(When::Always),
            (Some(Nth::One(n)), None, None) => Ok(When::Between(n, n)),
            (Some(Nth::Range(first, last)), None, None) => Ok(When::Between(first, last)),
            (None, Some(step), None) if step > 0 => Ok(When::Every(step)),
            (None, None, Some(p)) if (0.0..=1.0).contains(&p) => Ok(When::Probably(p)),
            _ => Err("give one of nth, every (from 1) and probability (0 to 1)".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(order: Value, requests: usize) -> Vec<usize> {
        let mut faults = Faults::default();
        faults.add(serde_json::from_value(order).unwrap()).unwrap();
        let strike = |n: &usize| faults.strike("acme", "GET", "/x", "").is_some() && *n > 0;
        (1..=requests).filter(strike).collect()
    }

    #[test]
    fn when_faults_strike() {
        let order = |more: Value| {
            let mut order = json!({ "match": "GET /x", "fault": "bad_json" });
            order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            order
        };
        assert_eq!(struck(order(json!({})), 2), [1, 2]);
        assert_eq!(struck(order(json!({ "nth": 2 })), 4), [2]);
        assert_eq!(struck(order(json!({ "nth": [2, 3] })), 4), [2, 3]);
        assert_eq!(struck(order(json!({ "every": 3 })), 7), [3, 6]);
        assert_eq!(struck(order(json!({ "org": "globex" })), 2), [0; 0]);
        let half = order(json!({ "probability": 0.5, "seed": 7 }));
        assert_eq!(struck(half.clone(), 1000), struck(half.clone(), 1000));
        assert!((400..600).contains(&struck(half, 1000).len()));
    }

    #[test]
    fn rules_that_say_two_things_are_refused() {
        let order = json!({ "match": "GET /x", "fault": "bad_json", "nth": 1, "every": 2 });
        assert!(Faults::default().add(serde_json::from_value(order).unwrap()).is_err());
        let order = json!({ "match": "GET /x", "fault": "bad_weather" });
        assert!(serde_json::from_value::<Fault>(order).is_err());
    }
}

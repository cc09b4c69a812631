//! The rate limits as answers showed them, and when the next request may go.
//!
//! Pure bookkeeping: `now` is the time since some origin that the caller keeps to, nothing waits
//! here. It knows this client's requests alone; others show only in what Okta says is left.

use std::collections::HashMap;
use std::time::Duration;

use super::headers::Signals;
use super::{Method, Request};

/// The most requests in flight in a bucket of which no answer of this window has told how much is
/// left: enough for a usual statement, few enough not to run into a small limit unseen.
const UNSEEN: u64 = 8;

/// The most buckets remembered; beyond, those whose window has passed are forgotten.
const MOST_BUCKETS: usize = 1024;

/// The most requests in flight per org that a recovering client returns to: Okta's own limit.
const CROWD: u64 = 75;

/// A rate limit that requests count against: an org's, for a method and a pattern of paths.
///
/// Okta does not say which bucket a request belongs to. Where the request itself does not know, the
/// pattern is a good guess: two buckets taken for one, or one for two, cost a pause or a 429 that is
/// retried, never a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bucket {
    org: String,
    pattern: String,
}

impl Bucket {
    pub(crate) fn of(request: &Request) -> Self {
        let known = request.bucket.clone();
        let pattern = known.unwrap_or_else(|| pattern(request.method, &request.path));
        Self { org: request.org.base().to_string(), pattern }
    }
}

/// A bucket's limit as an answer last showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The address of the org.
    pub org: String,
    /// Method and pattern of paths, e.g. `GET /api/v1/users/*`.
    pub bucket: String,
    /// Requests allowed in a window.
    pub limit: u64,
    /// Requests left of them.
    pub remaining: u64,
    /// The end of the window, in seconds since 1970 by Okta's clock.
    pub resets_at: i64,
}

/// Whether a request may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It may, and counts as in flight from here on.
    Go,
    /// Not before one that is in flight is done.
    AfterAnother,
    /// Not before the bucket's window ends.
    After { pause: Duration, resets_at: i64 },
}

/// How a request that had its turn ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Release {
    /// With an answer of this status.
    Answered(u16, Signals),
    /// Nobody knows whether Okta has counted it.
    Unclear,
    /// Before it was sent.
    Unsent,
}

/// Every bucket that this client has met.
#[derive(Debug)]
pub(crate) struct Buckets {
    /// Per cent of a bucket that this client may see used up.
    share: u64,
    seen: HashMap<Bucket, State>,
    orgs: HashMap<String, Crowd>,
}

#[derive(Debug, Default)]
struct State {
    in_flight: u64,
    window: Option<Window>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    limit: u64,
    remaining: u64,
    resets_at: i64,
    /// `resets_at` on the caller's clock.
    ends: Duration,
}

/// The requests in flight to an org, and how many there may be after it was too many.
#[derive(Debug, Default)]
struct Crowd {
    in_flight: u64,
    most: Option<u64>,
    /// Answers since `most` last changed.
    calm: u64,
}

impl Buckets {
    /// `share` is per cent, of 1 to 100.
    pub(crate) fn new(share: u8) -> Self {
        let share = u64::from(share.clamp(1, 100));
        Self { share, seen: HashMap::new(), orgs: HashMap::new() }
    }

    /// Asks for a turn; [`Turn::Go`] must be followed by one [`Buckets::leave`].
    pub(crate) fn enter(&mut self, now: Duration, bucket: &Bucket) -> Turn {
        self.forget(now);
        let crowd = self.orgs.entry(bucket.org.clone()).or_default();
        let state = self.seen.entry(bucket.clone()).or_default();
        if crowd.most.is_some_and(|most| crowd.in_flight >= most) {
            return Turn::AfterAnother;
        }
        let turn = state.turn(now, self.share);
        if turn == Turn::Go {
            state.in_flight += 1;
            crowd.in_flight += 1;
        }
        turn
    }

    /// A request is no longer in flight. `local` is the time in seconds since 1970.
    pub(crate) fn leave(&mut self, now: Duration, local: i64, bucket: &Bucket, release: Release) {
        if let Some(crowd) = self.orgs.get_mut(&bucket.org) {
            crowd.leave(release);
        }
        let Some(state) = self.seen.get_mut(bucket) else { return };
        state.in_flight = state.in_flight.saturating_sub(1);
        match release {
            Release::Answered(_, signals) => state.see(now, local, &signals),
            Release::Unclear => {
                if let Some(window) = &mut state.window {
                    window.remaining = window.remaining.saturating_sub(1);
                }
            }
            Release::Unsent => {}
        }
    }

    /// What answers last showed, in no order.
    pub(crate) fn shown(&self) -> Vec<RateLimit> {
        let shown = |(bucket, state): (&Bucket, &State)| {
            let Window { limit, remaining, resets_at, .. } = state.window?;
            let (org, bucket) = (bucket.org.clone(), bucket.pattern.clone());
            Some(RateLimit { org, bucket, limit, remaining, resets_at })
        };
        self.seen.iter().filter_map(shown).collect()
    }

    /// Keeps memory bounded: ids in patterns and orgs chosen by queries are without number.
    fn forget(&mut self, now: Duration) {
        if self.seen.len() >= MOST_BUCKETS {
            self.seen.retain(|_, state| {
                state.in_flight > 0 || state.window.is_some_and(|window| window.ends > now)
            });
            let seen = &self.seen;
            self.orgs.retain(|org, crowd| {
                crowd.in_flight > 0 || seen.keys().any(|bucket| &bucket.org == org)
            });
        }
    }
}

impl State {
    fn turn(&self, now: Duration, share: u64) -> Turn {
        let Some(window) = &self.window else {
            return if self.in_flight < UNSEEN { Turn::Go } else { Turn::AfterAnother };
        };
        let budget = (u128::from(window.limit) * u128::from(share) / 100).max(1);
        let (used, budget) = if now < window.ends {
            (window.limit.saturating_sub(window.remaining), budget)
        } else {
            // A new window, of which only its size is known.
            (0, budget.min(UNSEEN.into()))
        };
        if u128::from(used) >= budget {
            Turn::After { pause: window.ends - now, resets_at: window.resets_at }
        } else if u128::from(used) + u128::from(self.in_flight) >= budget {
            // What is in flight may or may not be in what Okta says is left.
            Turn::AfterAnother
        } else {
            Turn::Go
        }
    }

    fn see(&mut self, now: Duration, local: i64, signals: &Signals) {
        let (Some(limit), Some(remaining), Some(resets_at), Some(left)) =
            (signals.limit, signals.remaining, signals.reset, signals.until_reset(local))
        else {
            return;
        };
        if signals.is_concurrency() {
            return;
        }
        let new = Window { limit, remaining, resets_at, ends: now.saturating_add(left) };
        self.window = Some(match self.window {
            // Answers overtake each other: of one window the least left is the latest, and an
            // earlier window is over.
            Some(old) if old.resets_at == resets_at && now < old.ends => {
                Window { remaining: remaining.min(old.remaining), ends: old.ends, ..new }
            }
            Some(old) if old.resets_at > resets_at && now < old.ends => old,
            _ => new,
        });
    }
}

impl Crowd {
    fn leave(&mut self, release: Release) {
        match release {
            Release::Answered(429, signals) if signals.is_concurrency() => {
                self.most = Some((self.in_flight / 2).max(1));
                self.calm = 0;
            }
            Release::Answered(status, _) if status != 429 => {
                self.calm += 1;
                // One more after each full round without trouble.
                if let Some(most) = self.most.filter(|most| self.calm >= *most) {
                    self.most = Some(most + 1).filter(|most| *most < CROWD);
                    self.calm = 0;
                }
            }
            _ => {}
        }
        self.in_flight = self.in_flight.saturating_sub(1);
    }
}

/// The bucket's part of a path: ids are left out, since a bucket is about all of them.
fn pattern(method: Method, path: &str) -> String {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let versioned = |s: &&str| s.strip_prefix('v').is_some_and(|n| n.parse::<u8>().is_ok());
    let version = segments.iter().position(versioned);
    let mut out = method.to_string() + " ";
    for (n, segment) in segments.iter().enumerate() {
        // After the version collections and ids alternate: /users/{id}/groups/{id}.
        match version.map(|version| n.wrapping_sub(version + 1)) {
            Some(depth) if depth == 4 && n > version.unwrap_or_default() => break,
            Some(depth) if depth % 2 == 1 && n > version.unwrap_or_default() => out.push_str("/*"),
            _ => out.extend(["/", *segment]),
        }
    }
    out
}

#[cfg(test)]
mod tests;

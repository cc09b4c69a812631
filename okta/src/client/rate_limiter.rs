//! Where requests wait for their turn.
//!
//! The rules are [`limits`](super::limits)'s; this room adds the clock, the waiting and the
//! wake-up. A request that is dropped while it waits or runs gives its place back.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::headers::Signals;
use super::limits::{Bucket, Buckets, RateLimit, Release, Turn};
use super::{Meter, Pause, Request};
use crate::error::{Error, Kind};

#[derive(Debug)]
pub(super) struct RateLimiter {
    started: Instant,
    /// For messages.
    max_wait: Duration,
    buckets: Mutex<Buckets>,
    released: Notify,
}

impl RateLimiter {
    pub(super) fn new(share: u8, max_wait: Duration) -> Self {
        Self {
            started: Instant::now(),
            max_wait,
            buckets: Mutex::new(Buckets::new(share)),
            released: Notify::new(),
        }
    }

    /// Waits until the request may go; [`Kind::RateLimited`] when that is after a pause longer
    /// than `longest`.
    pub(super) async fn pass<'a>(
        &'a self,
        request: &Request,
        bucket: &'a Bucket,
        longest: Duration,
        meter: &Meter,
    ) -> Result<Permit<'a>, Error> {
        loop {
            let released = self.released.notified();
            tokio::pin!(released);
            // Before the look at the buckets, so that no one leaves unnoticed in between.
            released.as_mut().enable();
            let turn = self.buckets().enter(self.started.elapsed(), bucket);
            match turn {
                Turn::Go => return Ok(Permit { limiter: self, bucket, release: Release::Unclear }),
                Turn::AfterAnother => {
                    let since = Instant::now();
                    released.await;
                    meter.waited(since.elapsed());
                }
                Turn::After { pause, resets_at } if pause > longest => {
                    let error = used_up(request).detail(resets(resets_at, pause, self.max_wait));
                    return Err(Error { sendable_after: Some(pause), ..error });
                }
                Turn::After { pause, .. } => meter.pause(Pause::RateLimit, pause).await,
            }
        }
    }

    pub(super) fn shown(&self) -> Vec<RateLimit> {
        self.buckets().shown()
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        // The figures stay usable whatever happened to another holder.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request's place among those in flight.
#[derive(Debug)]
pub(super) struct Permit<'a> {
    limiter: &'a RateLimiter,
    bucket: &'a Bucket,
    release: Release,
}

impl Permit<'_> {
    /// Leaves with what the answer showed.
    pub(super) fn answered(mut self, status: u16, signals: Signals) {
        self.release = Release::Answered(status, signals);
    }

    /// Leaves without having been sent.
    pub(super) fn unsent(mut self) {
        self.release = Release::Unsent;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let now = self.limiter.started.elapsed();
        self.limiter.buckets().leave(now, local_seconds(), self.bucket, self.release);
        self.limiter.released.notify_waiters();
    }
}

/// The local clock, in seconds since 1970.
pub(super) fn local_seconds() -> i64 {
    Timestamp::now().as_second()
}

/// For a DETAIL: when a limit resets, and what is allowed.
pub(super) fn resets(at: i64, pause: Duration, max_wait: Duration) -> String {
    let when = Timestamp::from_second(at).map_or_else(|_| at.to_string(), |at| at.to_string());
    format!(
        "The limit resets at {when}, in {} s; max_wait is {} s.",
        pause.as_secs(),
        max_wait.as_secs()
    )
}

fn used_up(request: &Request) -> Error {
    let line = request.line();
    Error::new(Kind::RateLimited, format!("{line}: not sent, the rate limit's share is used up"))
        .hint("The server's options rate_limit_share and max_wait say how much and how long.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Method;
    use crate::org::OrgTemplate;
    use std::sync::atomic::Ordering::Relaxed;

    fn request() -> Request {
        let org = OrgTemplate::default().org(&"acme".parse().unwrap()).unwrap();
        Request::new(org, Method::Get, "/api/v1/users")
    }

    fn signals(remaining: u64, left: i64) -> Signals {
        let (limit, remaining) = (Some(10), Some(remaining));
        let reset = Some(1_776_618_236 + left);
        Signals { limit, remaining, reset, date: Some(1_776_618_236), retry_after: None }
    }

    const WAIT: Duration = Duration::from_secs(90);

    #[tokio::test(start_paused = true)]
    async fn waits_for_the_window_and_counts_it() {
        let (gate, request, meter) = (RateLimiter::new(80, WAIT), request(), Meter::default());
        let bucket = Bucket::of(&request);
        gate.pass(&request, &bucket, WAIT, &meter).await.unwrap().answered(200, signals(2, 5));
        let since = Instant::now();
        drop(gate.pass(&request, &bucket, WAIT, &meter).await.unwrap());
        assert!((5900..6200).contains(&since.elapsed().as_millis()), "{:?}", since.elapsed());
        assert!(meter.wait_us.load(Relaxed) >= 5_900_000);
    }

    #[tokio::test(start_paused = true)]
    async fn says_when_it_would_wait_too_long() {
        let (gate, request, meter) = (RateLimiter::new(80, WAIT), request(), Meter::default());
        let bucket = Bucket::of(&request);
        gate.pass(&request, &bucket, WAIT, &meter).await.unwrap().answered(200, signals(0, 300));
        let error = gate.pass(&request, &bucket, WAIT, &meter).await.unwrap_err();
        assert_eq!(error.kind, Kind::RateLimited);
        let detail = error.detail.unwrap();
        assert!(detail.starts_with("The limit resets at 2026-04-19T17:08:56Z, in "), "{detail}");
        assert!(detail.ends_with("max_wait is 90 s."), "{detail}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_is_given_back_by_drop() {
        let (gate, request, meter) = (RateLimiter::new(80, WAIT), request(), Meter::default());
        let bucket = Bucket::of(&request);
        let mut held = Vec::new();
        for _ in 0..8 {
            held.push(gate.pass(&request, &bucket, WAIT, &meter).await.unwrap());
        }
        let ninth = gate.pass(&request, &bucket, WAIT, &meter);
        tokio::pin!(ninth);
        let soon = tokio::time::timeout(Duration::from_secs(1), ninth.as_mut()).await;
        assert!(soon.is_err());
        held.pop();
        assert!(ninth.await.is_ok());
    }
}

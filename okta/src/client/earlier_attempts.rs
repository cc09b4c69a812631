//! What the earlier attempts of a request left behind.
//!
//! It remembers; what follows from it is decided elsewhere.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::attempt::Ended;
use super::refusal::REQUEST_ID;
use super::retry::Outcome;
use crate::error::Error;

const RETRY_COUNT: HeaderName = HeaderName::from_static("x-okta-retry-count");
const RETRY_FOR: HeaderName = HeaderName::from_static("x-okta-retry-for");

#[derive(Debug, Default)]
pub(super) struct EarlierAttempts {
    pub(super) attempts: u32,
    /// Whether an attempt may change something.
    changes: bool,
    /// An attempt ended so that Okta may have carried it out.
    pub(super) maybe_done: bool,
    /// The id of the first attempt that was answered.
    first: Option<HeaderValue>,
}

impl EarlierAttempts {
    /// Of a request that has not been sent yet.
    pub(super) fn new(changes: bool) -> Self {
        Self { changes, ..Self::default() }
    }

    pub(super) fn note(&mut self, ended: &Ended) {
        self.attempts += 1;
        let unclear = match ended.outcome {
            Outcome::Unclear | Outcome::Unreadable => true,
            Outcome::Answered { status, .. } => status >= 500,
            Outcome::NotSent { .. } => false,
        };
        self.maybe_done |= self.changes && unclear;
        if self.first.is_none()
            && let Ok(reply) = &ended.result
        {
            self.first = reply.headers.get(REQUEST_ID).cloned();
        }
    }

    /// Okta's own headers by which its log connects a retry with its first attempt.
    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.attempts > 0 {
            headers.insert(RETRY_COUNT, self.attempts.into());
            headers.extend(self.first.clone().map(|id| (RETRY_FOR, id)));
        }
        headers
    }

    /// Adds to the error of a write that an earlier attempt may have done what the last one was
    /// refused.
    pub(super) fn warn(&self, error: Error) -> Error {
        if self.maybe_done {
            let mut error =
                error.detail("An earlier attempt got no clear answer and may have been done.");
            error.maybe_done = Some(true);
            return error;
        }
        error
    }
}

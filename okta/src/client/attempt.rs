//! One attempt of a request: its turn at the rate limits, the sending, and how it ended.
//!
//! Whether there is another attempt, and with which credential, is decided elsewhere.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::answer::Reply;
use super::fault::{self, Fault};
use super::headers::Signals;
use super::limits::Bucket;
use super::rate_limiter::RateLimiter;
use super::retry::Outcome;
use super::{LogEntry, Meter, Method, Pause, Request, Settings};
use crate::error::{Error, Kind, excerpt};
use crate::secret::Secret;

/// What goes over the wire beside method and address.
pub(super) struct Wire {
    headers: HeaderMap,
    body: Option<String>,
    /// What of the body proves who asks.
    assertion: Option<Secret>,
}

impl Wire {
    /// The request as it is, without a credential.
    pub(super) fn of(request: &Request) -> Self {
        let (mut headers, body) = (HeaderMap::new(), request.body.clone());
        match (&body, request.method) {
            (Some(_), _) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
            // Okta answers 411 to a POST or PUT that does not say that its body is empty.
            (None, Method::Post | Method::Put | Method::Patch) => {
                headers.insert(CONTENT_LENGTH, 0.into());
            }
            (None, Method::Get | Method::Delete) => {}
        }
        Self { headers, body, assertion: None }
    }

    /// A form, as HTML's are sent, that holds an assertion.
    pub(super) fn form(body: String, assertion: Secret) -> Self {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, form)]);
        Self { headers, body: Some(body), assertion: Some(assertion) }
    }

    pub(super) fn with(mut self, headers: HeaderMap) -> Self {
        self.headers.extend(headers);
        self
    }

    /// The credentials in it, those of headers without their schemes.
    fn secrets(&mut self) -> Vec<Secret> {
        let sensitive = self.headers.values().filter(|value| value.is_sensitive());
        let words = sensitive.filter_map(|value| value.to_str().ok()?.rsplit(' ').next());
        let words = words.map(|word| Secret::new(word.to_owned()));
        words.chain(self.assertion.take()).collect()
    }
}

/// How an attempt ended: what the caller gets of it, and what decides about the next one.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) result: Result<Reply, Fault>,
    pub(super) outcome: Outcome,
    /// When it was signed, by the local clock.
    pub(super) asked_at: Timestamp,
}

impl Ended {
    /// Waits before the next attempt.
    pub(super) async fn pause(&self, length: Duration, meter: &Meter) {
        meter.repeated();
        let why = match self.outcome {
            Outcome::Answered { status: 429, .. } => Pause::RateLimit,
            _ => Pause::Retry,
        };
        meter.pause(why, length).await;
    }
}

/// The connections to the orgs of one server, and what is known of their rate limits.
pub(super) struct Connections {
    pub(super) http: reqwest::Client,
    pub(super) settings: Settings,
    pub(super) rate_limiter: RateLimiter,
}

impl Connections {
    /// Waits for the turn of the request's attempt of this number, and sends it. What it carries is
    /// made when its turn has come, since signatures do not keep.
    pub(super) async fn turn(
        &self,
        request: &Request,
        url: &Url,
        number: u32,
        wire: impl FnOnce() -> Result<Wire, Error>,
        longest: Duration,
        meter: &Meter,
    ) -> Result<Ended, Error> {
        let bucket = Bucket::of(request);
        let pass = self.rate_limiter.pass(request, &bucket, longest, meter).await?;
        let asked_at = Timestamp::now();
        let result = match wire().and_then(|wire| meter.begin().map(|()| wire)) {
            Ok(wire) => {
                let mut line =
                    LogLine { request, number, since: Instant::now(), meter, open: true };
                let result = self.attempt(request, url, wire, meter).await;
                line.close(&result);
                result
            }
            Err(error) => Err(Fault { error, lasting: true }),
        };
        let outcome = match &result {
            Ok(reply) => {
                let signals = Signals::of(&reply.headers);
                pass.answered(reply.status, signals);
                match reply.is_cut() {
                    true => Outcome::Unclear,
                    false => Outcome::Answered { status: reply.status, signals },
                }
            }
            Err(fault) if fault.error.kind == Kind::Lost => {
                drop(pass);
                Outcome::Unclear
            }
            Err(fault) if fault.error.kind == Kind::BadAnswer => {
                drop(pass);
                Outcome::Unreadable
            }
            Err(fault) => {
                pass.unsent();
                Outcome::NotSent { lasting: fault.lasting }
            }
        };
        Ok(Ended { result, outcome, asked_at })
    }

    /// From the first byte sent to the end of the body.
    async fn attempt(
        &self,
        request: &Request,
        url: &Url,
        mut wire: Wire,
        meter: &Meter,
    ) -> Result<Reply, Fault> {
        let secrets = wire.secrets();
        let mut http = self.http.request(http_method(request.method), url.clone());
        http = http.headers(wire.headers);
        if let Some(body) = wire.body {
            http = http.body(body);
        }
        let deadline = Instant::now() + self.settings.request_timeout;
        match timeout_at(deadline, http.send()).await {
            Ok(Ok(response)) => {
                let max_body = self.settings.max_body;
                Ok(Reply::read(request, response, max_body, deadline, meter)
                    .await
                    .without(&secrets))
            }
            Ok(Err(error)) => {
                let fault = Fault::of(request, &error, &self.settings);
                if fault.error.kind == Kind::Connect {
                    meter.unsent();
                }
                Err(fault)
            }
            Err(_) => {
                let why = format!("no answer: {}", fault::within(self.settings.request_timeout));
                Err(Fault { error: fault::silence(request, &why), lasting: false })
            }
        }
    }
}

/// The line that a log will have of an attempt, also when nobody waits for its end.
struct LogLine<'a> {
    request: &'a Request,
    number: u32,
    since: Instant,
    meter: &'a Meter,
    open: bool,
}

impl LogLine<'_> {
    fn close(&mut self, result: &Result<Reply, Fault>) {
        self.open = false;
        let time = self.since.elapsed();
        self.meter.write_down(|| entry(self.request, self.number, time, result));
    }
}

impl Drop for LogLine<'_> {
    fn drop(&mut self) {
        if self.open {
            self.meter.write_down(|| LogEntry {
                line: self.request.line(),
                result: "given up".to_owned(),
                time: self.since.elapsed(),
                bytes: 0,
                attempt: self.number,
                request_id: None,
            });
        }
    }
}

/// What a log tells of an attempt.
fn entry(
    request: &Request,
    attempt: u32,
    time: Duration,
    result: &Result<Reply, Fault>,
) -> LogEntry {
    let line = request.line();
    let (text, bytes, request_id) = match result {
        Ok(reply) if reply.is_cut() => {
            (format!("{}, cut", reply.status), reply.body_bytes(), reply.request_id())
        }
        Ok(reply) => (reply.status.to_string(), reply.body_bytes(), reply.request_id()),
        Err(Fault { error, .. }) => {
            let why = error.message.strip_prefix(&line).unwrap_or(&error.message);
            (why.trim_start_matches(": ").to_owned(), 0, None)
        }
    };
    let request_id = request_id.map(|id| excerpt(&id, 80));
    LogEntry { line, result: text, time, bytes, attempt, request_id }
}

fn http_method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_proves_who_asks_is_kept_out_of_errors() {
        let mut token = HeaderValue::from_static("DPoP hunter2");
        let mut proof = HeaderValue::from_static("hunter3");
        token.set_sensitive(true);
        proof.set_sensitive(true);
        let headers = [("authorization", token), ("dpop", proof)];
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), value));
        let wire = Wire::form("client_assertion=hunter4".into(), Secret::new("hunter4".into()));
        let secrets = wire.with(HeaderMap::from_iter(headers)).secrets();
        let mut secrets: Vec<_> = secrets.iter().map(Secret::expose).collect();
        secrets.sort_unstable();
        assert_eq!(secrets, ["hunter2", "hunter3", "hunter4"]);
    }
}

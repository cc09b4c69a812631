//! Okta over HTTP: one request in, one answer out, with the waiting and the retries in between.
//!
//! Nothing here decides what is asked or reads what a body means, follows a redirect, takes a
//! proxy from the environment, or sends a credential to another host than the org's.

mod answer;
mod auth;
mod fault;
mod gate;
mod headers;
mod limits;
mod link;
mod meter;
mod request;
mod retry;
mod tls;

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

pub use self::answer::Answer;
pub use self::auth::Credential;
pub use self::limits::RateLimit;
pub use self::meter::Meter;
pub use self::request::{Method, Request};

use self::answer::Reply;
use self::fault::Fault;
use self::gate::Gate;
use self::headers::Signals;
use self::limits::Bucket;
use self::retry::{Attempt, Decision, Outcome, Policy};
use crate::error::{Error, Kind, REQUEST_ID};

/// How long an idle connection is kept. Short, since a POST on a connection that the other side
/// has just closed fails, and may not be repeated.
const IDLE: Duration = Duration::from_secs(20);

/// Bounds and patience of a client: a server's options.
#[derive(Clone, Debug)]
pub struct Settings {
    /// For name resolution, TCP and TLS together.
    pub connect_timeout: Duration,
    /// For one HTTP attempt, from its start to the last byte of its body.
    pub request_timeout: Duration,
    /// Repeats of one request.
    pub max_retries: u32,
    /// The longest single pause, for a rate limit or before a retry.
    pub max_wait: Duration,
    /// Bytes of a body, after decompression.
    pub max_body: usize,
    /// Per cent of each rate-limit bucket that may be used up, of 1 to 100.
    pub rate_limit_share: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            max_retries: 4,
            max_wait: Duration::from_secs(90),
            max_body: 64 * 1024 * 1024,
            rate_limit_share: 80,
        }
    }
}

/// The connections to the orgs of one server, as one credential.
///
/// Shared by all requests of a server and a user, so that connections and the knowledge of rate
/// limits outlive a statement. Must be used within a tokio runtime.
pub struct Client {
    http: reqwest::Client,
    settings: Settings,
    credential: Credential,
    gate: Gate,
    /// Why TLS cannot work on this machine.
    no_tls: Option<String>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("settings", &self.settings)
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client that has not connected yet.
    ///
    /// [`Kind::OptionValue`] when the credential cannot be sent; [`Kind::Connect`] when TLS
    /// cannot be set up at all.
    pub fn new(settings: Settings, credential: Credential) -> Result<Self, Error> {
        credential.header()?;
        let unusable = |error: &dyn fmt::Display| {
            Error::new(Kind::Connect, format!("the HTTP client cannot be set up: {error}"))
        };
        let (tls, no_tls) = tls::config().map_err(|error| unusable(&error))?;
        let accept = HeaderValue::from_static("application/json");
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("okta_fdw/", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter([(ACCEPT, accept)]))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .gzip(true)
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(IDLE)
            .build()
            .map_err(|error| unusable(&error.without_url()))?;
        let gate = Gate::new(settings.rate_limit_share);
        Ok(Self { http, settings, credential, gate, no_tls })
    }

    /// Sends a request, waits for its turn and repeats it as its method allows, until there is a
    /// successful answer or an error.
    ///
    /// Dropping the future gives the request up at any point: nothing runs on.
    pub async fn send(&self, request: &Request, meter: &Meter) -> Result<Answer, Error> {
        let url = request.url()?;
        self.check_tls(request, &url)?;
        let bucket = Bucket::of(request);
        let mut past = Past::default();
        loop {
            let pass = self.gate.pass(request, &bucket, self.settings.max_wait, meter).await?;
            let ended = self.attempt(request, &url, &past, meter).await;
            let outcome = match &ended {
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
                Err(fault) => {
                    pass.unsent();
                    Outcome::NotSent { lasting: fault.lasting }
                }
            };
            let attempt = Attempt { method: request.method, number: past.attempts + 1, outcome };
            match self.decide(attempt) {
                Decision::RetryAfter(pause) => {
                    past.note(outcome, ended.as_ref().ok());
                    meter.repeated();
                    let since = Instant::now();
                    sleep(pause).await;
                    meter.waited(since.elapsed());
                }
                decision => return self.end(request, ended, outcome, decision, &past),
            }
        }
    }

    /// What answers last showed of each rate limit that this client met.
    pub fn rate_limits(&self) -> Vec<RateLimit> {
        self.gate.shown()
    }

    fn check_tls(&self, request: &Request, url: &Url) -> Result<(), Error> {
        match &self.no_tls {
            Some(why) if url.scheme() == "https" => Err(Error::new(
                Kind::Connect,
                format!("{}: the system's root certificates cannot be read: {why}", request.line()),
            )
            .hint("Install them on the database server (often the package ca-certificates).")),
            _ => Ok(()),
        }
    }

    fn decide(&self, attempt: Attempt) -> Decision {
        let Settings { max_retries, max_wait, .. } = self.settings;
        retry::decide(Policy { max_retries, max_wait }, attempt, gate::local_seconds(), jitter())
    }

    /// One attempt, from the credential to the end of the body.
    async fn attempt(
        &self,
        request: &Request,
        url: &Url,
        past: &Past,
        meter: &Meter,
    ) -> Result<Reply, Fault> {
        let failed = |error| Fault { error, lasting: true };
        let authorization = self.credential.authorize(request).await.map_err(failed)?;
        let mut http = self.http.request(http_method(request.method), url.clone());
        for (name, value) in authorization {
            http = http.header(name, value);
        }
        http = match (&request.body, request.method) {
            (Some(body), _) => http.header(CONTENT_TYPE, "application/json").body(body.clone()),
            // Okta answers 411 to a POST or PUT that does not say that its body is empty.
            (None, Method::Post | Method::Put | Method::Patch) => http.header(CONTENT_LENGTH, 0),
            (None, Method::Get | Method::Delete) => http,
        };
        http = http.headers(past.headers());
        meter.begin().map_err(failed)?;
        let deadline = Instant::now() + self.settings.request_timeout;
        match timeout_at(deadline, http.send()).await {
            Ok(Ok(response)) => {
                let max_body = self.settings.max_body;
                Ok(Reply::read(request, response, max_body, deadline, meter).await)
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

    /// The result of the last attempt.
    fn end(
        &self,
        request: &Request,
        ended: Result<Reply, Fault>,
        outcome: Outcome,
        decision: Decision,
        past: &Past,
    ) -> Result<Answer, Error> {
        let reply = ended.map_err(|fault| past.warn(request, fault.error))?;
        if past.maybe_done && request.method == Method::Delete && reply.status == 404 {
            return Ok(Answer::deleted(&reply));
        }
        let max_wait = self.settings.max_wait;
        reply.into_answer(request).map_err(|mut error| {
            if let Outcome::Answered { status: 429, signals } = outcome
                && !signals.is_concurrency()
                && let Some((at, pause)) =
                    signals.reset.zip(signals.until_reset(gate::local_seconds()))
            {
                error = error.detail(gate::resets(at, pause, max_wait));
            } else if let Decision::TooLong(pause) = decision {
                error = error.detail(format!(
                    "The other side asks for a pause of {} s; max_wait is {} s.",
                    pause.as_secs(),
                    max_wait.as_secs()
                ));
            }
            past.warn(request, error)
        })
    }
}

/// What the earlier attempts of a request left behind.
#[derive(Debug, Default)]
struct Past {
    attempts: u32,
    /// An attempt ended so that Okta may have carried it out.
    maybe_done: bool,
    /// The id of the first attempt that was answered.
    first: Option<HeaderValue>,
}

impl Past {
    fn note(&mut self, outcome: Outcome, reply: Option<&Reply>) {
        self.attempts += 1;
        self.maybe_done |= match outcome {
            Outcome::Unclear => true,
            Outcome::Answered { status, .. } => status >= 500,
            Outcome::NotSent { .. } => false,
        };
        if self.first.is_none() {
            self.first = reply.and_then(|reply| reply.headers.get(REQUEST_ID).cloned());
        }
    }

    /// Okta's own headers by which its log connects a retry with its first attempt.
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.attempts > 0 {
            headers.insert("x-okta-retry-count", self.attempts.into());
            headers.extend(self.first.clone().map(|id| (RETRY_FOR, id)));
        }
        headers
    }

    /// Adds to the error of a write that an earlier attempt may have done what the last one was
    /// refused.
    fn warn(&self, request: &Request, error: Error) -> Error {
        if self.maybe_done && request.method != Method::Get {
            return error.detail("An earlier attempt got no clear answer and may have been done.");
        }
        error
    }
}

const RETRY_FOR: reqwest::header::HeaderName =
    reqwest::header::HeaderName::from_static("x-okta-retry-for");

fn http_method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// A number of 0 to 1. Chance enough to spread clients; secrets do not depend on it.
fn jitter() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    f64::from((random >> 32) as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests;

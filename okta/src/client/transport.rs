//! Sending: one request after another of its attempts, until there is an answer or an error.
//!
//! It knows rate limits and retries, and no credential: what an attempt carries, an [`Exchange`] says.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue};
use url::Url;

use super::attempt::{Connections, Ended, Wire};
use super::earlier_attempts::EarlierAttempts;
use super::rate_limiter::{self, RateLimiter};
use super::retry::{self, Attempt, Decision, Outcome, Policy};
use super::{Answer, Meter, Method, Request, Settings, proxy, tls};
use crate::error::{Error, Kind};

/// How long an idle connection is kept. Short, since a POST on a connection that the other side
/// has just closed fails, and may not be repeated.
const IDLE: Duration = Duration::from_secs(20);

/// The way to the orgs of one server.
pub(super) struct Transport {
    pub(super) connections: Connections,
    /// Whether Okta has refused the credential.
    pub(super) refused: AtomicBool,
    /// Why TLS cannot work on this machine.
    no_tls: Option<String>,
}

/// What is particular to a request: how its attempts are authorized, and what a refusal means.
pub(super) trait Exchange {
    /// Returns whether Okta may have changed something when an attempt gets no clear answer.
    fn changes_something(&self) -> bool;

    /// Returns whether to send it twice does no harm, whatever its method is.
    fn is_repeatable(&self) -> bool;

    /// Gets what the next attempt needs.
    async fn prepare(&mut self, meter: &Meter) -> Result<(), Error>;

    /// Makes what the attempt carries. It is made when the attempt's turn has come, since signatures do not
    /// keep.
    fn wire(&self, url: &Url, earlier: &EarlierAttempts) -> Result<Wire, Error>;

    /// Returns whether a refused attempt may be made again at once.
    fn has_remedy(&mut self, ended: &Ended) -> bool;
}

impl Transport {
    /// Connections that are not open yet.
    ///
    /// # Errors
    /// [`Kind::OptionValue`] when certificates or proxy cannot be used; [`Kind::Connect`] when TLS cannot be
    /// set up at all.
    pub(super) fn new(settings: Settings) -> Result<Self, Error> {
        let unusable = |error: &dyn fmt::Display| {
            Error::new(Kind::Connect, format!("the HTTP client cannot be set up: {error}"))
        };
        let (tls, no_tls) = tls::config(settings.ca_certificates.as_deref())?;
        let accept = HeaderValue::from_static("application/json");
        let mut http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("okta_fdw/", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter([
                (ACCEPT, accept),
                (ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
            ]))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(IDLE);
        if let Some(proxy) = &settings.proxy {
            let mut tunnel = proxy::tunnel(proxy)?;
            if let Some((user, password)) = &settings.proxy_login {
                tunnel = tunnel.basic_auth(user, password.expose());
            }
            http = http.proxy(tunnel);
        }
        let http = http.build().map_err(|error| unusable(&error.without_url()))?;
        let rate_limiter = RateLimiter::new(settings.rate_limit_share, settings.max_wait);
        let connections = Connections { http, settings, rate_limiter };
        Ok(Self { connections, refused: AtomicBool::new(false), no_tls })
    }

    /// Bounds and patience.
    pub(super) fn settings(&self) -> &Settings {
        &self.connections.settings
    }

    /// Sends a request, waits for its turn and repeats it as far as that does no harm. A pause longer than
    /// `longest` is an error that knows it.
    ///
    /// # Errors
    /// That of the last attempt.
    pub(super) async fn send(
        &self,
        request: &Request,
        longest: Duration,
        meter: &Meter,
        exchange: &mut impl Exchange,
    ) -> Result<Answer, Error> {
        let url = request.url()?;
        self.check_tls(request, &url)?;
        let (mut earlier, mut number) = (EarlierAttempts::new(exchange.changes_something()), 0);
        loop {
            number += 1;
            let warned = |error| earlier.warn(error);
            exchange.prepare(meter).await.map_err(warned)?;
            let wire = || exchange.wire(&url, &earlier);
            let ended = self
                .connections
                .turn(request, &url, number, wire, longest, meter)
                .await
                .map_err(warned)?;
            if exchange.has_remedy(&ended) {
                meter.repeated();
                continue;
            }
            match self.decide(exchange.is_repeatable(), longest, &earlier, &ended) {
                Decision::RetryAfter(pause) => {
                    earlier.note(&ended);
                    ended.pause(pause, meter).await;
                }
                decision => return self.end(request, ended, decision, &earlier),
            }
        }
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

    fn decide(
        &self,
        repeatable: bool,
        longest: Duration,
        earlier: &EarlierAttempts,
        ended: &Ended,
    ) -> Decision {
        let policy = Policy { max_retries: self.settings().max_retries, max_wait: longest };
        let attempt = Attempt { repeatable, number: earlier.attempts + 1, outcome: ended.outcome };
        retry::decide(policy, attempt, rate_limiter::local_seconds(), jitter())
    }

    /// The result of the last attempt.
    fn end(
        &self,
        request: &Request,
        ended: Ended,
        decision: Decision,
        earlier: &EarlierAttempts,
    ) -> Result<Answer, Error> {
        let reply = ended.result.map_err(|fault| earlier.warn(fault.error))?;
        if earlier.maybe_done && request.method == Method::Delete && reply.status == 404 {
            return Ok(Answer::deleted(&reply));
        }
        let max_wait = self.settings().max_wait;
        reply.into_answer(request).map_err(|mut error| {
            if error.kind == Kind::Unauthorized {
                self.refused.store(true, Relaxed);
            }
            if let Decision::TooLong(pause) = decision {
                error.sendable_after = Some(pause);
            }
            if let Outcome::Answered { status: 429, signals } = ended.outcome
                && !signals.is_concurrency()
                && let Some((at, pause)) =
                    signals.reset.zip(signals.until_reset(rate_limiter::local_seconds()))
            {
                error = error.detail(rate_limiter::resets(at, pause, max_wait));
            } else if let Decision::TooLong(pause) = decision {
                error = error.detail(format!(
                    "The other side asks for a pause of {} s; max_wait is {} s.",
                    pause.as_secs(),
                    max_wait.as_secs()
                ));
            }
            earlier.warn(error)
        })
    }
}

/// A number of 0 to 1. Chance enough to spread clients; secrets do not depend on it.
fn jitter() -> f64 {
    fastrand::f64()
}

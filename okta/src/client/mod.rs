//! Okta over HTTP: one request in, one answer out, with the waiting and the retries in between.
//!
//! Nothing here decides what is asked or reads what a body means, follows a redirect, takes a
//! proxy from the environment, or sends a credential to another host than the org's.

mod answer;
mod attempt;
mod auth;
mod authorization;
mod body;
mod earlier_attempts;
mod fault;
mod headers;
mod limits;
mod link;
mod meter;
mod oauth;
mod proxy;
mod rate_limiter;
mod refusal;
mod request;
mod retry;
mod tls;

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue};
use url::Url;

pub use self::answer::Answer;
pub use self::auth::Credential;
pub use self::limits::RateLimit;
pub use self::meter::{Budget, LogEntry, Meter, Pause};
pub use self::oauth::{ClientCredentials, Dpop, PrivateKey};
pub use self::proxy::proxy_url;
pub use self::refusal::refusal;
pub use self::request::{Method, Request};

use self::attempt::{Ended, Wire};
use self::earlier_attempts::EarlierAttempts;
use self::oauth::{Remedies, Tokens};
use self::rate_limiter::RateLimiter;
use self::retry::{Attempt, Decision, Outcome, Policy};
use crate::error::{Error, Kind};
use crate::secret::Secret;

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
    /// Root certificates in PEM that are trusted beside the system's.
    pub ca_certificates: Option<Vec<u8>>,
    /// An HTTP proxy, by which TLS connections are tunnelled: `http://host:port`.
    pub proxy: Option<Url>,
    /// The user name and the password for the proxy.
    pub proxy_login: Option<(String, Secret)>,
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
            ca_certificates: None,
            proxy: None,
            proxy_login: None,
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
    tokens: Tokens,
    rate_limiter: RateLimiter,
    /// Whether Okta has refused the credential.
    refused: AtomicBool,
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
    /// [`Kind::OptionValue`] when credential, certificates or proxy cannot be used;
    /// [`Kind::Connect`] when TLS cannot be set up at all.
    pub fn new(settings: Settings, credential: Credential) -> Result<Self, Error> {
        credential.check()?;
        let tokens = match &credential {
            Credential::Client(who) => Tokens::new(who)?,
            Credential::ApiToken(_) | Credential::AccessToken(_) => Tokens::default(),
        };
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
        Ok(Self {
            http,
            settings,
            credential,
            tokens,
            rate_limiter,
            refused: AtomicBool::new(false),
            no_tls,
        })
    }

    /// Sends a request, waits for its turn and repeats it as its method allows, until there is a
    /// successful answer or an error.
    ///
    /// Dropping the future gives the request up at any point: nothing runs on.
    pub async fn send(&self, request: &Request, meter: &Meter) -> Result<Answer, Error> {
        self.send_within(self.settings.max_wait, request, meter).await
    }

    /// As [`send`](Self::send) does, but a pause longer than `longest` is an error that knows it, also
    /// where `max_wait` allows more.
    pub(crate) async fn send_within(
        &self,
        longest: Duration,
        request: &Request,
        meter: &Meter,
    ) -> Result<Answer, Error> {
        let end = self.send_to_org(longest, request, meter).await;
        end.map_err(|error| request.org.name_in(error))
    }

    async fn send_to_org(
        &self,
        longest: Duration,
        request: &Request,
        meter: &Meter,
    ) -> Result<Answer, Error> {
        let url = request.url()?;
        self.check_tls(request, &url)?;
        let (mut earlier, mut tried, mut number) =
            (EarlierAttempts::default(), Remedies::default(), 0);
        loop {
            number += 1;
            let warned = |error| earlier.warn(request, error);
            let grant = self.grant(request, meter).await.map_err(warned)?;
            let wire = || {
                let authorization = self.authorization(&grant, request, &url)?;
                Ok(Wire::of(request).with(authorization).with(earlier.headers()))
            };
            let ended =
                self.turn(request, &url, number, wire, longest, meter).await.map_err(warned)?;
            if self.has_remedy(request, &grant, &ended, &mut tried) {
                meter.repeated();
                continue;
            }
            match self.decide(request.method.is_repeatable(), longest, &earlier, &ended) {
                Decision::RetryAfter(pause) => {
                    earlier.note(&ended);
                    ended.pause(pause, meter).await;
                }
                decision => return self.end(request, ended, decision, &earlier),
            }
        }
    }

    /// What answers last showed of each rate limit that this client met.
    pub fn rate_limits(&self) -> Vec<RateLimit> {
        self.rate_limiter.shown()
    }

    /// Whether Okta has refused the credential: a new client may have a better one.
    pub fn is_refused(&self) -> bool {
        self.refused.load(Relaxed)
    }

    /// Bounds and patience.
    pub fn settings(&self) -> &Settings {
        &self.settings
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
        let policy = Policy { max_retries: self.settings.max_retries, max_wait: longest };
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
        let reply = ended.result.map_err(|fault| earlier.warn(request, fault.error))?;
        if earlier.maybe_done && request.method == Method::Delete && reply.status == 404 {
            return Ok(Answer::deleted(&reply));
        }
        let max_wait = self.settings.max_wait;
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
            earlier.warn(request, error)
        })
    }
}

/// A number of 0 to 1. Chance enough to spread clients; secrets do not depend on it.
fn jitter() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    f64::from((random >> 32) as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests;

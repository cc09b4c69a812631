//! Okta over HTTP: one request in, one answer out, with the waiting and the retries in between.
//!
//! Nothing here decides what is asked or reads what a body means, follows a redirect, takes a
//! proxy from the environment, or sends a credential to another host than the org's.

mod answer;
mod attempt;
mod auth;
mod authorization;
mod body;
mod caller;
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
mod transport;

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use url::Url;

pub use self::answer::Answer;
pub use self::auth::Credential;
pub use self::caller::Caller;
pub use self::limits::RateLimit;
pub use self::meter::{Budget, LogEntry, Meter, Pause};
pub use self::oauth::{ClientCredentials, Dpop, PrivateKey};
pub use self::proxy::proxy_url;
pub use self::refusal::refusal;
pub use self::request::{Accepts, Method, Request};

use self::attempt::{Ended, Wire};
use self::earlier_attempts::EarlierAttempts;
use self::oauth::{Grant, Remedies, Tokens};
use self::transport::{Exchange, Transport};
use crate::error::Error;
use crate::secret::Secret;

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
    transport: Transport,
    credential: Credential,
    tokens: Tokens,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("settings", self.settings())
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client that has not connected yet.
    ///
    /// # Errors
    /// [`Kind::OptionValue`](crate::error::Kind::OptionValue) when credential, certificates or proxy cannot
    /// be used; [`Kind::Connect`](crate::error::Kind::Connect) when TLS cannot be set up at all.
    pub fn new(settings: Settings, credential: Credential) -> Result<Self, Error> {
        credential.check()?;
        let tokens = match &credential {
            Credential::Client(who) => Tokens::new(who)?,
            Credential::ApiToken(_) | Credential::AccessToken(_) => Tokens::default(),
        };
        Ok(Self { transport: Transport::new(settings)?, credential, tokens })
    }

    /// Sends a request, waits for its turn and repeats it as its method allows, until there is a
    /// successful answer or an error.
    ///
    /// Dropping the future gives the request up at any point: nothing runs on.
    ///
    /// # Errors
    /// What the last attempt came to, by [`Kind`](crate::error::Kind).
    pub async fn send(&self, request: &Request, meter: &Meter) -> Result<Answer, Error> {
        self.send_within(self.settings().max_wait, request, meter).await
    }

    /// As [`send`](Self::send) does, but a pause longer than `longest` is an error that knows it, also
    /// where `max_wait` allows more.
    pub(crate) async fn send_within(
        &self,
        longest: Duration,
        request: &Request,
        meter: &Meter,
    ) -> Result<Answer, Error> {
        let mut call = ApiCall { client: self, request, grant: None, tried: Remedies::default() };
        let end = self.transport.send(request, longest, meter, &mut call).await;
        end.map_err(|error| request.org.name_in(error))
    }

    /// What answers last showed of each rate limit that this client met.
    pub fn rate_limits(&self) -> Vec<RateLimit> {
        self.transport.connections.rate_limiter.shown()
    }

    /// Whether Okta has refused the credential: a new client may have a better one.
    pub fn is_refused(&self) -> bool {
        self.transport.refused.load(Relaxed)
    }

    /// Bounds and patience.
    pub fn settings(&self) -> &Settings {
        self.transport.settings()
    }
}

/// A call of Okta's API, as the client's credential.
struct ApiCall<'a> {
    client: &'a Client,
    request: &'a Request,
    grant: Option<Grant>,
    tried: Remedies,
}

impl Exchange for ApiCall<'_> {
    fn changes_something(&self) -> bool {
        self.request.method != Method::Get
    }

    fn is_repeatable(&self) -> bool {
        self.request.method.is_repeatable()
    }

    async fn prepare(&mut self, meter: &Meter) -> Result<(), Error> {
        self.grant = self.client.grant(self.request, meter).await?;
        Ok(())
    }

    fn wire(&self, url: &Url, earlier: &EarlierAttempts) -> Result<Wire, Error> {
        let wire = Wire::of(self.request).with(earlier.headers());
        match &self.grant {
            Some(grant) => {
                Ok(wire.with(self.client.tokens.authorization(grant, self.request, url)?))
            }
            None => Ok(wire),
        }
    }

    fn has_remedy(&mut self, ended: &Ended) -> bool {
        let tokens = &self.client.tokens;
        let remedy = |grant| tokens.has_remedy(self.request, grant, ended, &mut self.tried);
        self.grant.as_ref().is_some_and(remedy)
    }
}

#[cfg(test)]
mod tests;

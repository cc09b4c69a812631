//! The access tokens of a client: one for each org, shared by all requests until shortly before it
//! ends.
//!
//! How one is asked for is the business of [`token_request`](super::token_request). A token is renewed by whoever needs
//! it first; the others wait for that one renewal, and share its failure.

use std::collections::HashMap;
use std::mem::replace;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use tokio::time::Instant;
use url::Url;

use super::clock::Clock;
use super::dpop::{About, Nonce, PROOF, ProofKey};
use super::{ClientCredentials, Dpop};
use crate::client::attempt::Ended;
use crate::client::headers::Signals;
use crate::client::transport::Transport;
use crate::client::{Meter, Request, authorization};
use crate::error::{Error, Kind};
use crate::org::Org;
use crate::secret::Secret;

/// How long before its end a token is renewed: longer than a request usually waits and takes.
const MARGIN: Duration = Duration::from_secs(300);

/// The most orgs remembered; beyond, those without a token are forgotten.
const MOST_ORGS: usize = 256;

/// What all tokens of a client have in common.
#[derive(Debug, Default)]
pub(in crate::client) struct Tokens {
    pub(super) clock: Clock,
    pub(super) key: Option<ProofKey>,
    orgs: Mutex<HashMap<String, Arc<OrgToken>>>,
}

/// The token of an org, and what the org wants to be proved.
#[derive(Debug, Default)]
pub(in crate::client) struct OrgToken {
    current: Mutex<Option<Arc<Token>>>,
    /// Held during a renewal. The last one's failure, for those who waited for it.
    renewal: tokio::sync::Mutex<Option<(Instant, Error)>>,
    /// The org demands proofs of possession.
    pub(super) demands_proof: AtomicBool,
    /// For proofs to the authorization server.
    pub(super) nonce: Nonce,
    /// For proofs to the API.
    api_nonce: Nonce,
}

#[derive(Debug)]
pub(in crate::client) struct Token {
    pub(super) secret: Secret,
    /// It is bound to the client's proof key.
    pub(super) bound: bool,
    /// When it is to be renewed.
    pub(super) renew_at: Instant,
}

impl Token {
    /// When a token is to be renewed that was asked for then and is good for so long.
    pub(super) fn renew_at(asked: Instant, life: Duration) -> Instant {
        asked + life.saturating_sub(MARGIN.min(life / 4))
    }
}

/// What authorises an attempt.
#[derive(Debug)]
pub(in crate::client) enum Grant {
    Fixed(HeaderValue),
    Token(Arc<OrgToken>, Arc<Token>),
}

/// What has been tried after a refusal; each remedy is tried once.
#[derive(Debug, Default)]
pub(in crate::client) struct Remedies {
    nonce: bool,
    token: bool,
}

impl Tokens {
    pub(in crate::client) fn new(who: &ClientCredentials) -> Result<Self, Error> {
        let key = (who.dpop != Dpop::Never).then(ProofKey::generate).transpose()?;
        Ok(Self { key, ..Self::default() })
    }

    fn org_token(&self, org: &Org) -> Arc<OrgToken> {
        let mut orgs = locked(&self.orgs);
        if orgs.len() >= MOST_ORGS {
            orgs.retain(|_, org_token| {
                Arc::strong_count(org_token) > 1 || org_token.token().is_some()
            });
        }
        Arc::clone(orgs.entry(org.base().to_string()).or_default())
    }
}

impl OrgToken {
    /// The token, unless it is to be renewed.
    fn token(&self) -> Option<Arc<Token>> {
        let current = locked(&self.current);
        current.as_ref().filter(|token| Instant::now() < token.renew_at).map(Arc::clone)
    }

    /// Gives a token up that was refused, unless another one has taken its place.
    fn reject(&self, refused: &Arc<Token>) {
        locked(&self.current).take_if(|token| Arc::ptr_eq(token, refused));
    }
}

impl Tokens {
    /// A token for the org: the one at hand, or a new one.
    pub(in crate::client) async fn token(
        &self,
        transport: &Transport,
        who: &ClientCredentials,
        org: &Org,
        meter: &Meter,
    ) -> Result<Grant, Error> {
        let org_token = self.org_token(org);
        let at_hand = |org_token: &Arc<OrgToken>| {
            Some(Grant::Token(Arc::clone(org_token), org_token.token()?))
        };
        if let Some(grant) = at_hand(&org_token) {
            return Ok(grant);
        }
        let since = Instant::now();
        let mut failure = org_token.renewal.lock().await;
        if let Some(grant) = at_hand(&org_token) {
            return Ok(grant);
        }
        if let Some((at, error)) = &*failure
            && *at >= since
        {
            return Err(error.clone());
        }
        match self.ask(transport, who, &org_token, org, meter).await {
            Ok(token) => {
                let token = Arc::new(token);
                *failure = None;
                *locked(&org_token.current) = Some(Arc::clone(&token));
                Ok(Grant::Token(Arc::clone(&org_token), token))
            }
            Err(error) => {
                // A budget is the statement's own.
                *failure = (error.kind != Kind::Budget).then(|| (Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// The headers that authorise one attempt.
    pub(in crate::client) fn authorization(
        &self,
        grant: &Grant,
        request: &Request,
        url: &Url,
    ) -> Result<HeaderMap, Error> {
        let (org_token, token) = match grant {
            Grant::Fixed(value) => {
                return Ok(HeaderMap::from_iter([(AUTHORIZATION, value.clone())]));
            }
            Grant::Token(org_token, token) => (org_token, token),
        };
        let scheme = if token.bound { "DPoP" } else { "Bearer" };
        let mut headers =
            HeaderMap::from_iter([(AUTHORIZATION, authorization::header(scheme, &token.secret)?)]);
        if token.bound
            && let Some(key) = &self.key
        {
            let (nonce, now) = (org_token.api_nonce.get(), self.clock.now());
            let (method, token) = (request.method, Some(&token.secret));
            headers.insert(PROOF, key.prove(About { method, url, token, nonce, now })?);
        }
        Ok(headers)
    }

    /// Whether a request that was refused may be sent once more, with another nonce or token.
    /// Okta has not carried out what it answers 401 to, whatever the method.
    pub(in crate::client) fn has_remedy(
        &self,
        request: &Request,
        grant: &Grant,
        ended: &Ended,
        tried: &mut Remedies,
    ) -> bool {
        let (Grant::Token(org_token, token), Ok(reply)) = (grant, &ended.result) else {
            return false;
        };
        let other_nonce = token.bound && org_token.api_nonce.note(&reply.headers);
        if reply.status != 401 {
            return false;
        }
        if other_nonce && !replace(&mut tried.nonce, true) {
            return true;
        }
        // A feature that the org lacks, not a token that is bad.
        let lacks = reply.refusal(request).kind == Kind::NotOffered;
        if lacks || replace(&mut tried.token, true) {
            return false;
        }
        if token.bound {
            self.clock.learn(Signals::of(&reply.headers).date, ended.asked_at);
        }
        org_token.reject(token);
        true
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each holder leaves what it guards whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

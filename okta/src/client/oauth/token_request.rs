//! Asking an org's authorization server for a token, and what its refusals mean.
//!
//! Asked as any other request: with its turn, its retries and its count. Each question is signed
//! anew, since Okta takes no assertion twice, not even one that it has refused for another reason.

use std::borrow::Cow;
use std::mem::replace;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use jiff::Timestamp;
use jsonwebtoken::Header;
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use url::{Url, form_urlencoded};
use zeroize::Zeroize;

use super::dpop::{About, PROOF};
use super::jwt;
use super::tokens::{OrgToken, Token, Tokens};
use super::{ClientCredentials, Dpop};
use crate::client::answer::Reply;
use crate::client::attempt::{Ended, Wire};
use crate::client::earlier_attempts::EarlierAttempts;
use crate::client::headers::Signals;
use crate::client::transport::{Exchange, Transport};
use crate::client::{Answer, Meter, Method, Request};
use crate::error::{Error, Kind};
use crate::org::Org;
use crate::secret::Secret;

const PATH: &str = "/oauth2/v1/token";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion is good for, in seconds. Okta allows an hour.
const ASSERTION_LIFE: i64 = 300;

/// The life of a token that does not say how long it is, and the longest that is believed.
const SHORT_LIFE: u64 = 300;
const LONG_LIFE: u64 = 24 * 3600;

#[derive(Serialize)]
struct AssertionClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
}

/// RFC 6749 §5.1
#[derive(Deserialize)]
struct Granted<'a> {
    #[serde(borrow)]
    token_type: Cow<'a, str>,
    #[serde(borrow)]
    access_token: Cow<'a, str>,
    expires_in: Option<u64>,
}

/// What has been tried after a refusal; each remedy is tried once.
#[derive(Debug, Default)]
struct TokenRemedies {
    clock: bool,
    nonce: bool,
    proof: bool,
}

/// A question for a token. To ask twice does no harm, although it is a POST.
struct TokenRequest<'a> {
    tokens: &'a Tokens,
    who: &'a ClientCredentials,
    org_token: &'a OrgToken,
    request: &'a Request,
    /// When the last attempt began, and whether it carries a proof of possession.
    asked: Instant,
    proves: bool,
    tried: TokenRemedies,
}

impl Tokens {
    /// A new token. Its errors are about the call that needed it, which was not made.
    pub(super) async fn ask(
        &self,
        transport: &Transport,
        who: &ClientCredentials,
        org_token: &OrgToken,
        org: &Org,
        meter: &Meter,
    ) -> Result<Token, Error> {
        let request = Request::new(org.clone(), Method::Post, PATH);
        let ahead = self.clock.ahead();
        let mut question = TokenRequest {
            tokens: self,
            who,
            org_token,
            request: &request,
            asked: Instant::now(),
            proves: false,
            tried: TokenRemedies::default(),
        };
        let longest = transport.settings().max_wait;
        let answer = transport.send(&request, longest, meter, &mut question).await;
        let (proves, asked) = (question.proves, question.asked);
        answer.and_then(|answer| read(who, &request, answer, proves, asked)).map_err(|error| {
            self.clock.unlearn(ahead);
            refused(error, who)
        })
    }
}

impl Exchange for TokenRequest<'_> {
    fn changes_something(&self) -> bool {
        false
    }

    fn is_repeatable(&self) -> bool {
        true
    }

    async fn prepare(&mut self, _: &Meter) -> Result<(), Error> {
        let Self { who, org_token, .. } = self;
        self.asked = Instant::now();
        self.proves = who.dpop == Dpop::Always
            || (who.dpop == Dpop::Auto && org_token.demands_proof.load(Relaxed));
        Ok(())
    }

    fn wire(&self, url: &Url, _: &EarlierAttempts) -> Result<Wire, Error> {
        self.question(url)
    }

    fn has_remedy(&mut self, ended: &Ended) -> bool {
        ended.result.as_ref().is_ok_and(|reply| self.has_token_remedy(reply, ended.asked_at))
    }
}

impl TokenRequest<'_> {
    /// A question, signed for this moment.
    fn question(&self, url: &Url) -> Result<Wire, Error> {
        let Self { who, org_token, proves, .. } = *self;
        let now = self.tokens.clock.now();
        let claims = AssertionClaims {
            iss: &who.client_id,
            sub: &who.client_id,
            aud: url.as_str(),
            iat: now,
            exp: now.saturating_add(ASSERTION_LIFE),
            jti: jwt::unique()?,
        };
        let kid = who.key_id().map(str::to_owned);
        let assertion =
            who.private_key.signer().sign(Header { kid, ..Header::default() }, &claims)?;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("scope", &who.scopes.join(" "))
            .append_pair("client_assertion_type", ASSERTION_TYPE)
            .append_pair("client_assertion", &assertion)
            .finish();
        let mut headers = HeaderMap::new();
        if proves && let Some(key) = &self.tokens.key {
            let (method, nonce) = (Method::Post, org_token.nonce.get());
            headers.insert(PROOF, key.prove(About { method, url, token: None, nonce, now })?);
        }
        Ok(Wire::form(form, Secret::new(assertion)).with(headers))
    }

    /// Whether a question that was refused may be asked once more: with a proof, with another
    /// nonce, or by the server's clock.
    fn has_token_remedy(&mut self, reply: &Reply, asked_at: Timestamp) -> bool {
        let Self { who, org_token, request, proves: proved, .. } = *self;
        let tried = &mut self.tried;
        let other_nonce = org_token.nonce.note(&reply.headers);
        if !matches!(reply.status, 400 | 401) {
            return false;
        }
        let code = reply.refusal(request).code.unwrap_or_default();
        let about_proof = matches!(code.as_str(), "use_dpop_nonce" | "invalid_dpop_proof");
        if about_proof && !proved {
            let may = who.dpop == Dpop::Auto && !replace(&mut tried.proof, true);
            org_token.demands_proof.fetch_or(may, Relaxed);
            return may;
        }
        if about_proof && other_nonce && !replace(&mut tried.nonce, true) {
            return true;
        }
        let date = Signals::of(&reply.headers).date;
        !tried.clock && self.tokens.clock.learn(date, asked_at) && !replace(&mut tried.clock, true)
    }
}

/// The token of an answer. No part of the answer gets into an error.
fn read(
    who: &ClientCredentials,
    request: &Request,
    answer: Answer,
    proved: bool,
    asked: Instant,
) -> Result<Token, Error> {
    let strange = |why: &str| {
        Error::new(Kind::BadAnswer, format!("{}: the answer {why}", request.line()))
            .hint("Check org_url and subdomain: this may not be an Okta org.")
    };
    let token = {
        let granted: Granted<'_> =
            serde_json::from_slice(&answer.body).map_err(|_| strange("is no token"))?;
        let bound = granted.token_type.eq_ignore_ascii_case("DPoP");
        if !bound && !granted.token_type.eq_ignore_ascii_case("Bearer") {
            return Err(strange("is a token of an unknown type"));
        }
        if bound && !proved {
            return Err(strange("is a token that is bound to no key of this client"));
        }
        if !bound && who.dpop == Dpop::Always {
            let message = "the org gives a token that is not bound to a key, but dpop is always";
            return Err(Error::new(Kind::Unauthorized, message)
                .hint("Let the app require DPoP in Okta, or set dpop to auto."));
        }
        let secret = Secret::new(granted.access_token.into_owned());
        if !secret.is_token() {
            return Err(strange("is a token that cannot be sent"));
        }
        let life = granted.expires_in.unwrap_or(SHORT_LIFE).min(LONG_LIFE);
        let renew_at = Token::renew_at(asked, Duration::from_secs(life));
        Token { secret, bound, renew_at }
    };
    // As far as it is ours: the connection's own buffers are not.
    if let Ok(mut body) = answer.body.try_into_mut() {
        body.as_mut().zeroize();
    }
    Ok(token)
}

/// What a failure means for the call that needed the token: it was not sent, and the reason is in
/// the credential or the app.
fn refused(mut error: Error, who: &ClientCredentials) -> Error {
    error.maybe_done = Some(false);
    let hint = match error.kind {
        Kind::Lost => None,
        Kind::ServerFault => Some(
            "Okta's authorization server has a fault of its own: try again later. \
             See https://status.okta.com.",
        ),
        Kind::Conflict | Kind::Forbidden | Kind::Invalid | Kind::NotFound => {
            error.kind = Kind::Unauthorized;
            Some(advice(&error, who))
        }
        Kind::Unauthorized if error.status.is_some() => Some(advice(&error, who)),
        _ => return error,
    };
    error.hint = hint.map(str::to_owned);
    error
}

fn advice(error: &Error, who: &ClientCredentials) -> &'static str {
    match (error.code.as_deref(), error.status) {
        (_, Some(404 | 410)) => {
            "Check org_url and subdomain: no authorization server answers there."
        }
        (Some("invalid_client" | "invalid_grant"), _) => {
            "Check client_id, private_key and key_id: the app must be active, authenticate with \
             public key / private key, and have the public half of this very key."
        }
        (Some("invalid_scope"), _) => {
            "Check scopes: each must be granted to the app in Okta (Okta API Scopes)."
        }
        (Some("invalid_dpop_proof" | "use_dpop_nonce"), _) if who.dpop == Dpop::Never => {
            "The app requires DPoP: set dpop to auto."
        }
        (Some("unauthorized_client" | "unsupported_grant_type" | "access_denied"), _) => {
            "The app must be an API services app, whose grant type is client credentials."
        }
        _ => "Check client_id, private_key, key_id and scopes against the app in Okta.",
    }
}

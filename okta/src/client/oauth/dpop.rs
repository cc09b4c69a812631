//! Proofs of possession (DPoP, RFC 9449): a signature with each request, by the key that the token
//! is bound to.
//!
//! The key lives in memory alone and is never the one that the app authenticates with. Whether
//! proofs are wanted is not decided here.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Header;
use jsonwebtoken::jwk::Jwk;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use url::Url;

use super::jwt::{self, Signer};
use crate::client::Method;
use crate::error::{Error, Kind};
use crate::secret::Secret;

pub(super) const PROOF: HeaderName = HeaderName::from_static("dpop");
const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

#[derive(Debug)]
pub(super) struct ProofKey {
    signer: Signer,
    public: Jwk,
}

/// What a proof is about.
#[derive(Debug)]
pub(super) struct About<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    /// The token sent along.
    pub(super) token: Option<&'a Secret>,
    pub(super) nonce: Option<String>,
    /// The time, in seconds since 1970.
    pub(super) now: i64,
}

#[derive(Serialize)]
struct ProofClaims<'a> {
    jti: String,
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
}

impl ProofKey {
    pub(super) fn generate() -> Result<Self, Error> {
        Signer::generate().map(|(signer, public)| Self { signer, public })
    }

    /// The value of a header that proves possession for one request.
    pub(super) fn prove(&self, about: About<'_>) -> Result<HeaderValue, Error> {
        let mut url = about.url.clone();
        url.set_query(None);
        url.set_fragment(None);
        let hash = |token: &Secret| digest(&SHA256, token.expose().as_bytes());
        let claims = ProofClaims {
            jti: jwt::unique()?,
            htm: about.method.as_str(),
            htu: url.as_str(),
            iat: about.now,
            ath: about.token.map(|token| URL_SAFE_NO_PAD.encode(hash(token))),
            nonce: about.nonce,
        };
        let (typ, jwk) = (Some("dpop+jwt".to_owned()), Some(self.public.clone()));
        let proof = self.signer.sign(Header { typ, jwk, ..Header::default() }, &claims)?;
        let mut value = HeaderValue::try_from(proof)
            .map_err(|_| Error::new(Kind::CannotAsk, "a proof of possession cannot be sent"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// The nonce that a server wants in the next proof.
#[derive(Debug, Default)]
pub(super) struct Nonce(Mutex<Option<String>>);

impl Nonce {
    pub(super) fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps the nonce of an answer. Whether it is another one.
    pub(super) fn note(&self, headers: &HeaderMap) -> bool {
        let Some(new) = headers.get(NONCE).and_then(|value| value.to_str().ok()) else {
            return false;
        };
        let mut nonce = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let other = nonce.as_deref() != Some(new);
        if other {
            *nonce = Some(new.to_owned());
        }
        other
    }
}

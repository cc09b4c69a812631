//! DPoP proofs (RFC 9449): that whoever sends a token holds the key that it was made for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::jws::{Jws, hash, thumbprint};

/// How old or how early a proof may be, in seconds.
const MAX_AGE: i64 = 300;

#[derive(Debug, Default)]
pub(crate) struct Proofs {
    /// Every proof is good for one request.
    seen: BTreeSet<String>,
}

/// A proof that holds.
#[derive(Debug)]
pub(crate) struct Proof {
    /// The thumbprint of the key.
    pub(crate) key: String,
    pub(crate) nonce: Option<String>,
}

/// What the proof must be about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    pub(crate) method: &'a str,
    /// Without query and fragment.
    pub(crate) url: &'a str,
    /// The access token sent along.
    pub(crate) token: Option<&'a str>,
}

impl Proofs {
    /// The error says what is wrong with the proof.
    pub(crate) fn check(
        &mut self,
        compact: &str,
        about: About<'_>,
        now: i64,
    ) -> Result<Proof, String> {
        let jws = Jws::parse(compact).ok_or("The DPoP proof JWT is malformed.")?;
        let header = |name: &str| jws.header.get(name);
        if header("typ").and_then(Value::as_str) != Some("dpop+jwt") {
            return Err("The DPoP proof JWT must have the type dpop+jwt.".to_owned());
        }
        let jwk = header("jwk").filter(|jwk| jwk.get("d").is_none());
        let jwk = jwk.ok_or("The DPoP proof JWT must have a public jwk in its header.")?;
        if !jws.verify(jwk) {
            return Err("The DPoP proof JWT signature is invalid.".to_owned());
        }
        if jws.claim("htm") != Some(about.method) {
            return Err("The DPoP proof JWT claim htm is not the method of the request.".to_owned());
        }
        if jws.claim("htu") != Some(about.url) {
            return Err("The DPoP proof JWT claim htu is not the URL of the request.".to_owned());
        }
        let issued = jws.claims.get("iat").and_then(Value::as_i64);
        if issued.is_none_or(|issued| (now - issued).abs() > MAX_AGE) {
            return Err("The DPoP proof JWT claim iat is missing or too far away.".to_owned());
        }
        if let Some(token) = about.token
            && jws.claim("ath") != Some(hash(token).as_str())
        {
            return Err("The DPoP proof JWT claim ath is not the hash of the token.".to_owned());
        }
        let id = jws.claim("jti").ok_or("The DPoP proof JWT must have a jti.")?;
        if !self.seen.insert(id.to_owned()) {
            return Err("The DPoP proof JWT has been used before.".to_owned());
        }
        let key = thumbprint(jwk).ok_or("The key type of the DPoP proof is not supported.")?;
        Ok(Proof { key, nonce: jws.claim("nonce").map(str::to_owned) })
    }
}

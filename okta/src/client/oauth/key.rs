//! Private keys as people have them: a PEM of PKCS#1, PKCS#8 or SEC 1, or a JWK.
//!
//! A key is read at once, so that a bad one is an error when it is set, not when it is used. No message
//! repeats any part of it, and each copy made on the way is wiped. A key under a password is refused: the
//! password would have to lie beside it.
//!
//! PEM is read here, since `rustls::pki_types` takes none whose line breaks are lost or written out, skips
//! keys of another kind without a word, and leaves the text in memory.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rsa::{KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{EcdsaKeyPair, RsaKeyPair};
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::{Engine, decoded_len_estimate};
use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use super::jwt::{Curve, Signer};
use crate::error::{Error, Kind};
use crate::secret::Secret;

/// The private half of a key whose public half Okta knows.
#[derive(Clone)]
pub struct PrivateKey {
    signer: Arc<Signer>,
    id: Option<Box<str>>,
}

impl PrivateKey {
    /// Reads a PEM or a JWK.
    ///
    /// # Errors
    /// [`Kind::OptionValue`], in the name of the option `private_key`, when it is no key that Okta takes:
    /// RSA of 2048 to 8192 bits, or EC on P-256, P-384 or P-521.
    pub fn parse(text: &Secret) -> Result<Self, Error> {
        let text = text.expose().trim();
        match text.starts_with('{') {
            true => from_jwk(text),
            false => from_pem(text).map(|signer| Self { signer: Arc::new(signer), id: None }),
        }
    }

    /// The algorithm that it signs with, e.g. `RS256`.
    pub fn algorithm(&self) -> &'static str {
        self.signer.algorithm()
    }

    /// The id that a JWK carries.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    pub(super) fn signer(&self) -> &Signer {
        &self.signer
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.signer, f)
    }
}

type Bytes = Zeroizing<Vec<u8>>;

fn bad(why: &str) -> Error {
    Error::new(Kind::OptionValue, format!("private_key {why}")).hint(
        "A private_key is a PEM (it begins with -----BEGIN PRIVATE KEY-----, -----BEGIN RSA \
         PRIVATE KEY----- or -----BEGIN EC PRIVATE KEY-----), or a JWK with its private part (d).",
    )
}

fn not_taken() -> Error {
    bad("is neither an RSA key of 2048 to 8192 bits nor an EC key on P-256, P-384 or P-521")
}

fn from_pem(text: &str) -> Result<Signer, Error> {
    let (label, body) = section(text)?;
    if label.contains("ENCRYPTED") || body.contains("ENCRYPTED") {
        return Err(bad("is under a password")
            .hint("Take it off (openssl pkey -in key.pem -out plain.pem)."));
    }
    let der = || digits(body).ok_or_else(|| bad("has a PEM whose text is damaged"));
    match label {
        "PRIVATE KEY" => {
            let der = der()?;
            let rsa = RsaKeyPair::from_pkcs8(&der).ok();
            rsa.and_then(|key| Signer::rsa(Algorithm::RS256, &key)).or_else(|| ec(&der))
        }
        "RSA PRIVATE KEY" => {
            let key = RsaKeyPair::from_der(&der()?).ok();
            key.and_then(|key| Signer::rsa(Algorithm::RS256, &key))
        }
        "EC PRIVATE KEY" => ec(&der()?),
        "CERTIFICATE" => return Err(bad("is a certificate, not a private key")),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => return Err(bad("is a public key, not a private one")),
        _ => return Err(bad("is a PEM of another kind")),
    }
    .ok_or_else(not_taken)
}

fn ec(der: &[u8]) -> Option<Signer> {
    Curve::ALL.into_iter().find_map(|curve| {
        Signer::ec(curve, EcdsaKeyPair::from_private_key_der(curve.signing(), der).ok()?)
    })
}

/// Returns the label and the text of the first section of a PEM that may be a key. Skips other text, and
/// the parameters that openssl writes before an EC key.
fn section(text: &str) -> Result<(&str, &str), Error> {
    let none = || bad("is neither a PEM nor a JWK");
    let mut rest = text;
    loop {
        let (_, after) = rest.split_once("-----BEGIN ").ok_or_else(none)?;
        let (label, after) = after.split_once("-----").ok_or_else(none)?;
        let cut = || bad("has a PEM without its end");
        let (body, after) = after.split_once("-----END ").ok_or_else(cut)?;
        let (end, after) = after.split_once("-----").ok_or_else(cut)?;
        match (label == end, label.ends_with(" PARAMETERS")) {
            (false, _) => return Err(cut()),
            (true, true) => rest = after,
            (true, false) => return Ok((label, body)),
        }
    }
}

/// Decodes the text of a PEM. On the way into an option its line breaks may have been changed, lost, or
/// written out as `\n`.
fn digits(body: &str) -> Option<Bytes> {
    let mut digits = Zeroizing::new(String::with_capacity(body.len()));
    for line in body.split("\\n") {
        digits.extend(line.chars().filter(|c| !c.is_ascii_whitespace()));
    }
    decoded(&STANDARD, &digits)
}

/// Decodes base64 into a vector that need not grow: one that grows leaves copies behind.
fn decoded(engine: &impl Engine, text: &str) -> Option<Bytes> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(decoded_len_estimate(text.len())));
    engine.decode_vec(text, &mut bytes).ok()?;
    Some(bytes)
}

/// RFC 7517 and 7518, as far as they are about private RSA and EC keys. Numbers are not copied:
/// they are what is secret.
#[derive(Deserialize)]
struct Jwk<'a> {
    #[serde(borrow)]
    kty: Option<Cow<'a, str>>,
    #[serde(borrow)]
    crv: Option<Cow<'a, str>>,
    #[serde(borrow)]
    alg: Option<Cow<'a, str>>,
    #[serde(borrow)]
    kid: Option<Cow<'a, str>>,
    keys: Option<IgnoredAny>,
    n: Option<&'a str>,
    e: Option<&'a str>,
    d: Option<&'a str>,
    p: Option<&'a str>,
    q: Option<&'a str>,
    dp: Option<&'a str>,
    dq: Option<&'a str>,
    qi: Option<&'a str>,
    x: Option<&'a str>,
    y: Option<&'a str>,
}

fn from_jwk(text: &str) -> Result<PrivateKey, Error> {
    // Its error might quote a part of the key.
    let jwk: Jwk<'_> = serde_json::from_str(text).map_err(|_| bad("is a JWK that is damaged"))?;
    if jwk.keys.is_some() {
        return Err(bad("is a set of JWKs: give one of them"));
    }
    let signer = match jwk.kty.as_deref() {
        None => return Err(bad("is JSON, but no JWK: it has no kty")),
        Some("RSA" | "EC") if jwk.d.is_none() => {
            return Err(bad("is a public JWK: its private part (d) is missing"));
        }
        Some("RSA") => rsa_jwk(&jwk)?,
        Some("EC") => ec_jwk(&jwk)?,
        Some(_) => return Err(not_taken()),
    };
    let id = jwk.kid.map(|id| id.into_owned().into_boxed_str());
    Ok(PrivateKey { signer: Arc::new(signer), id })
}

fn rsa_jwk(jwk: &Jwk<'_>) -> Result<Signer, Error> {
    let algorithm = match jwk.alg.as_deref() {
        None | Some("RS256") => Algorithm::RS256,
        Some("RS384") => Algorithm::RS384,
        Some("RS512") => Algorithm::RS512,
        Some(_) => return Err(bad("is an RSA JWK whose alg is not RS256, RS384 or RS512")),
    };
    let number = |text: Option<&str>| {
        let text =
            text.ok_or_else(|| bad("is an RSA JWK without one of n, e, p, q, dp, dq, qi"))?;
        decoded(&URL_SAFE_NO_PAD, text.trim_end_matches('=')).ok_or_else(damaged)
    };
    let components = KeyPairComponents {
        public_key: PublicKeyComponents {
            n: unpadded(&number(jwk.n)?),
            e: unpadded(&number(jwk.e)?),
        },
        d: number(jwk.d)?,
        p: number(jwk.p)?,
        q: number(jwk.q)?,
        dP: number(jwk.dp)?,
        dQ: number(jwk.dq)?,
        qInv: number(jwk.qi)?,
    };
    let key = RsaKeyPair::from_components(&components).ok();
    key.and_then(|key| Signer::rsa(algorithm, &key)).ok_or_else(not_taken)
}

fn ec_jwk(jwk: &Jwk<'_>) -> Result<Signer, Error> {
    let (curve, size) = match jwk.crv.as_deref() {
        Some("P-256") => (Curve::P256, 32),
        Some("P-384") => (Curve::P384, 48),
        Some("P-521") => (Curve::P521, 66),
        _ => return Err(not_taken()),
    };
    if jwk.alg.as_deref().is_some_and(|alg| alg != curve.algorithm()) {
        return Err(bad("is an EC JWK whose alg is not that of its curve"));
    }
    let number = |text: Option<&str>| {
        let text = text.ok_or_else(|| bad("is an EC JWK without x or y"))?;
        let bytes = decoded(&URL_SAFE_NO_PAD, text.trim_end_matches('='));
        bytes.and_then(|bytes| padded(&bytes, size)).ok_or_else(damaged)
    };
    let (d, x, y) = (number(jwk.d)?, number(jwk.x)?, number(jwk.y)?);
    // The uncompressed form of a point.
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let key = EcdsaKeyPair::from_private_key_and_public_key(curve.signing(), &d, &point).ok();
    key.and_then(|key| Signer::ec(curve, key))
        .ok_or_else(|| bad("is a JWK that contradicts itself"))
}

fn damaged() -> Error {
    bad("is a JWK with a number that is damaged")
}

/// Without the zeros before a number.
fn unpadded(bytes: &Bytes) -> Bytes {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Zeroizing::new(bytes.iter().copied().skip(zeros).collect())
}

/// With zeros before it, up to a size; `None` when it is longer.
fn padded(bytes: &[u8], size: usize) -> Option<Bytes> {
    let zeros = size.checked_sub(bytes.len())?;
    let mut padded = Zeroizing::new(Vec::with_capacity(size));
    padded.resize(zeros, 0);
    padded.extend_from_slice(bytes);
    Some(padded)
}

#[cfg(test)]
pub(super) mod tests;

//! Signed JWTs: which key signs with which algorithm, and what makes each JWT another one.
//!
//! What the claims say is for the callers to know. `jsonwebtoken` signs; only ES512, which it
//! lacks, is signed here, with the same library beneath.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use pkcs8::PrivateKeyInfoRef;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Kind};

/// The elliptic curves that Okta takes keys on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// The name of the one algorithm that keys on the curve sign with.
    pub(super) fn algorithm(self) -> &'static str {
        match self {
            Self::P256 => "ES256",
            Self::P384 => "ES384",
            Self::P521 => "ES512",
        }
    }

    pub(super) fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
            Self::P521 => &ECDSA_P521_SHA512_FIXED_SIGNING,
        }
    }
}

/// A private key that has been read, and the algorithm that it signs with. Both libraries wipe
/// their keys when they are dropped.
pub(super) enum Signer {
    Common(Algorithm, EncodingKey),
    Es512(EcdsaKeyPair),
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [redacted]", self.algorithm())
    }
}

impl Signer {
    /// `None` when the library refuses to give the key's parts.
    pub(super) fn rsa(algorithm: Algorithm, key: &RsaKeyPair) -> Option<Self> {
        let pkcs8: Pkcs8V1Der<'_> = key.as_der().ok()?;
        // `jsonwebtoken` wants what PKCS#8 wraps.
        let inner = PrivateKeyInfoRef::try_from(pkcs8.as_ref()).ok()?.private_key;
        Some(Self::Common(algorithm, EncodingKey::from_rsa_der(inner.as_bytes())))
    }

    /// `None` likewise.
    pub(super) fn ec(curve: Curve, key: EcdsaKeyPair) -> Option<Self> {
        let algorithm = match curve {
            Curve::P256 => Algorithm::ES256,
            Curve::P384 => Algorithm::ES384,
            Curve::P521 => return Some(Self::Es512(key)),
        };
        let pkcs8 = key.to_pkcs8v1().ok()?;
        Some(Self::Common(algorithm, EncodingKey::from_ec_der(pkcs8.as_ref())))
    }

    /// A new key, and its public half: P-256, which signs in a fraction of the time of RSA.
    pub(super) fn generate() -> Result<(Self, Jwk), Error> {
        let made = || {
            let key = EcdsaKeyPair::generate(Curve::P256.signing()).ok()?;
            let signer = Self::ec(Curve::P256, key)?;
            let Self::Common(algorithm, key) = &signer else { return None };
            let public = Jwk::from_encoding_key(key, *algorithm).ok()?;
            Some((signer, public))
        };
        made().ok_or_else(|| failed("make a key"))
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match self {
            Self::Common(Algorithm::RS256, _) => "RS256",
            Self::Common(Algorithm::RS384, _) => "RS384",
            Self::Common(Algorithm::RS512, _) => "RS512",
            Self::Common(Algorithm::ES384, _) => Curve::P384.algorithm(),
            Self::Common(..) => Curve::P256.algorithm(),
            Self::Es512(_) => Curve::P521.algorithm(),
        }
    }

    /// A JWT of these claims. The header's algorithm is the key's, whatever it says.
    pub(super) fn sign(&self, header: Header, claims: &impl Serialize) -> Result<String, Error> {
        match self {
            Self::Common(algorithm, key) => {
                let header = Header { alg: *algorithm, ..header };
                jsonwebtoken::encode(&header, claims, key).map_err(|_| failed("sign"))
            }
            Self::Es512(key) => es512(key, &header, claims).ok_or_else(|| failed("sign")),
        }
    }
}

fn es512(key: &EcdsaKeyPair, header: &Header, claims: &impl Serialize) -> Option<String> {
    let mut header = serde_json::to_value(header).ok()?;
    *header.get_mut("alg")? = Value::from(Curve::P521.algorithm());
    let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
    let header = part(serde_json::to_vec(&header).ok()?);
    let claims = part(serde_json::to_vec(claims).ok()?);
    let message = format!("{header}.{claims}");
    let signature = key.sign(&SystemRandom::new(), message.as_bytes()).ok()?;
    Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// An id that no other JWT has: 128 random bits.
pub(super) fn unique() -> Result<String, Error> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| failed("make a random number"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Only a machine without randomness or memory gets here.
fn failed(what: &str) -> Error {
    Error::new(Kind::Connect, format!("the cryptographic library could not {what}"))
}

//! Signed JWTs: taking one apart, and checking its signature with a public JWK.
//!
//! Only what Okta takes from clients: RSA and ECDSA. `ring` checks all but ES512, which it lacks.
//! What the claims must say is for the callers to know.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p521::ecdsa::signature::Verifier;
use ring::digest::{SHA256, digest};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::{Value, json};

#[derive(Debug)]
pub(crate) struct Jws {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

impl Jws {
    /// Takes a compact JWT apart. Nothing in it is to be believed before `verify`.
    pub(crate) fn parse(compact: &str) -> Option<Jws> {
        let (signed, signature) = compact.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let object = |part: &str| -> Option<Value> {
            let value: Value = serde_json::from_slice(&decode(part)?).ok()?;
            value.is_object().then_some(value)
        };
        Some(Jws {
            header: object(header)?,
            claims: object(claims)?,
            signed: signed.as_bytes().to_vec(),
            signature: decode(signature)?,
        })
    }

    pub(crate) fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// Whether this key signed it, with the algorithm that the header names.
    pub(crate) fn verify(&self, jwk: &Value) -> bool {
        let algorithm = self.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        if jwk.get("alg").and_then(Value::as_str).is_some_and(|alg| alg != algorithm) {
            return false;
        }
        let verified = match algorithm {
            "RS256" => self.rsa(jwk, &RSA_PKCS1_2048_8192_SHA256),
            "RS384" => self.rsa(jwk, &RSA_PKCS1_2048_8192_SHA384),
            "RS512" => self.rsa(jwk, &RSA_PKCS1_2048_8192_SHA512),
            "ES256" => self.ecdsa(jwk, "P-256", &ECDSA_P256_SHA256_FIXED),
            "ES384" => self.ecdsa(jwk, "P-384", &ECDSA_P384_SHA384_FIXED),
            "ES512" => self.ecdsa_p521(jwk),
            _ => None,
        };
        verified.is_some()
    }

    fn rsa(&self, jwk: &Value, parameters: &RsaParameters) -> Option<()> {
        let (n, e) = (part(jwk, "n")?, part(jwk, "e")?);
        let key = RsaPublicKeyComponents { n, e };
        key.verify(parameters, &self.signed, &self.signature).ok()
    }

    fn ecdsa(
        &self,
        jwk: &Value,
        curve: &str,
        algorithm: &'static dyn VerificationAlgorithm,
    ) -> Option<()> {
        let key = UnparsedPublicKey::new(algorithm, point(jwk, curve)?);
        key.verify(&self.signed, &self.signature).ok()
    }

    fn ecdsa_p521(&self, jwk: &Value) -> Option<()> {
        let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(&point(jwk, "P-521")?).ok()?;
        let signature = p521::ecdsa::Signature::from_slice(&self.signature).ok()?;
        key.verify(&self.signed, &signature).ok()
    }
}

/// The public point of an elliptic-curve key, uncompressed.
fn point(jwk: &Value, curve: &str) -> Option<Vec<u8>> {
    let is_curve = jwk.get("crv").and_then(Value::as_str) == Some(curve);
    let mut point = is_curve.then(|| vec![4])?;
    point.extend(part(jwk, "x")?);
    point.extend(part(jwk, "y")?);
    Some(point)
}

fn part(jwk: &Value, name: &str) -> Option<Vec<u8>> {
    decode(jwk.get(name)?.as_str()?)
}

/// RFC 7638: the members that make the key, in order, hashed.
pub(crate) fn thumbprint(jwk: &Value) -> Option<String> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    // serde_json writes the members sorted, as the RFC wants them.
    let canonical = match text("kty")? {
        "RSA" => json!({ "e": text("e")?, "kty": "RSA", "n": text("n")? }),
        "EC" => json!({ "crv": text("crv")?, "kty": "EC", "x": text("x")?, "y": text("y")? }),
        _ => return None,
    };
    Some(hash(&canonical.to_string()))
}

/// SHA-256 in base64url.
pub(crate) fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

//! Token requests and proofs, signed here with keys made for the test. The RSA key beside this file
//! is known to everybody and good for nothing else.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p521::ecdsa::signature::Signer as _;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RsaEncoding, RsaKeyPair, RsaPublicKeyComponents,
};

use super::*;

const SCOPES: [&str; 2] = ["okta.users.read", "okta.identitySources.manage"];

enum Key {
    Ec(EcdsaKeyPair),
    Ec521(p521::ecdsa::SigningKey),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
}

struct Signer {
    alg: &'static str,
    key: Key,
}

impl Signer {
    fn new(alg: &'static str) -> Signer {
        let ec = |algorithm: &'static EcdsaSigningAlgorithm| {
            let random = SystemRandom::new();
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
            Key::Ec(EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap())
        };
        let rsa = |encoding| {
            let text = include_str!("rsa_test_key.txt").split_whitespace().collect::<String>();
            let der = STANDARD.decode(text).unwrap();
            Key::Rsa(RsaKeyPair::from_pkcs8(&der).unwrap(), encoding)
        };
        let key = match alg {
            "ES256" => ec(&ECDSA_P256_SHA256_FIXED_SIGNING),
            "ES384" => ec(&ECDSA_P384_SHA384_FIXED_SIGNING),
            "ES512" => Key::Ec521(p521::ecdsa::SigningKey::from_slice(&[1; 66]).unwrap()),
            "RS256" => rsa(&RSA_PKCS1_SHA256),
            "RS384" => rsa(&RSA_PKCS1_SHA384),
            _ => rsa(&RSA_PKCS1_SHA512),
        };
        Signer { alg, key }
    }

    fn jwk(&self) -> Value {
        let ec = |crv: &str, point: &[u8]| {
            let (x, y) = point[1..].split_at(point.len() / 2);
            json!({ "kty": "EC", "crv": crv, "x": encode(x), "y": encode(y) })
        };
        match &self.key {
            Key::Ec(key) if self.alg == "ES256" => ec("P-256", key.public_key().as_ref()),
            Key::Ec(key) => ec("P-384", key.public_key().as_ref()),
            Key::Ec521(key) => {
                let public = p521::ecdsa::VerifyingKey::from(key);
                ec("P-521", public.to_encoded_point(false).as_bytes())
            }
            Key::Rsa(key, _) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({ "kty": "RSA", "n": encode(public.n), "e": encode(public.e) })
            }
        }
    }

    fn sign(&self, mut header: Value, claims: &Value) -> String {
        header["alg"] = json!(self.alg);
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match &self.key {
            Key::Ec(key) => key.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
            Key::Ec521(key) => {
                let signature: p521::ecdsa::Signature = key.sign(signed.as_bytes());
                signature.to_vec()
            }
            Key::Rsa(key, encoding) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(*encoding, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
        };
        format!("{signed}.{}", encode(signature))
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn now() -> i64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64
}

impl Okta {
    fn register(&self, signer: &Signer, dpop: bool) {
        let mut jwk = signer.jwk();
        jwk["kid"] = json!("k1");
        self.admin(
            "POST",
            "orgs/acme/clients",
            json!({
                "client_id": "0oaservice0000000001", "jwks": { "keys": [jwk] },
                "scopes": SCOPES, "dpop": dpop,
            }),
        );
    }

    fn claims(&self, jti: &str) -> Value {
        json!({
            "iss": "0oaservice0000000001", "sub": "0oaservice0000000001", "jti": jti,
            "aud": format!("{}/oauth2/v1/token", self.url()), "iat": now(), "exp": now() + 300,
        })
    }

    fn token(&self, assertion: &str, scope: &str, proof: Option<&str>) -> Reply {
        let form = format!(
            "grant_type=client_credentials&scope={}&client_assertion_type={}&client_assertion={}",
            scope.replace(' ', "+"),
            "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
            assertion
        );
        let mut headers = vec![("Content-Type", "application/x-www-form-urlencoded")];
        headers.extend(proof.map(|proof| ("DPoP", proof)));
        self.call_with("POST", "/oauth2/v1/token", &form, &headers).unwrap()
    }

    fn with(&self, path: &str, authorization: &str, proof: Option<&str>) -> Reply {
        let mut headers = vec![("Authorization", authorization)];
        headers.extend(proof.map(|proof| ("DPoP", proof)));
        self.call_with("GET", path, "", &headers).unwrap()
    }
}

fn error(reply: &Reply) -> (u16, String) {
    (reply.status, reply.json()["error"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn tokens_for_every_algorithm() {
    for alg in ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512"] {
        let okta = Okta::start();
        let signer = Signer::new(alg);
        okta.register(&signer, false);
        let assertion = signer.sign(json!({ "kid": "k1" }), &okta.claims("j1"));
        let reply = okta.token(&assertion, "okta.users.read", None);
        assert_eq!(reply.status, 200, "{alg}: {}", reply.text());
        let body = reply.json();
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3600)));
        assert!(reply.header("dpop-nonce").is_empty());
        let bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
        assert_eq!(okta.with("/api/v1/users", &bearer, None).status, 200);
        let missing = okta.with(&format!("{HR}/sessions"), &bearer, None);
        assert_eq!(code(&missing), (403, "E0000006".to_owned()));
        okta.admin("DELETE", "orgs/acme/access_tokens", json!({}));
        let revoked = okta.with("/api/v1/users", &bearer, None);
        assert_eq!(code(&revoked), (401, "E0000011".to_owned()));
    }
}

#[test]
fn assertions_are_checked() {
    let okta = Okta::start();
    let signer = Signer::new("ES256");
    okta.register(&signer, false);
    let ask = |name: &str, value: Value| {
        let mut claims = okta.claims(&format!("jti of {name}"));
        claims[name] = value;
        error(&okta.token(&signer.sign(json!({ "kid": "k1" }), &claims), SCOPES[0], None))
    };
    let denied = (401, "invalid_client".to_owned());
    assert_eq!(ask("extra", json!(1)).0, 200);
    assert_eq!(ask("aud", json!(okta.url())), denied);
    assert_eq!(ask("exp", json!(now() - 1)), denied);
    assert_eq!(ask("exp", json!(now() + 7200)), denied);
    assert_eq!(ask("iss", json!("somebody")), denied);
    let stranger = Signer::new("ES256").sign(json!({ "kid": "k1" }), &okta.claims("s"));
    assert_eq!(error(&okta.token(&stranger, SCOPES[0], None)), denied);
    let other_key = signer.sign(json!({ "kid": "k2" }), &okta.claims("o"));
    assert_eq!(error(&okta.token(&other_key, SCOPES[0], None)), denied);
    assert_eq!(error(&okta.token("x.y.z", SCOPES[0], None)), denied);
    let twice = signer.sign(json!({ "kid": "k1" }), &okta.claims("twice"));
    assert_eq!(okta.token(&twice, SCOPES[0], None).status, 200);
    assert_eq!(error(&okta.token(&twice, SCOPES[0], None)), denied);
    let scopes = signer.sign(json!({ "kid": "k1" }), &okta.claims("scopes"));
    let reply = okta.token(&scopes, "okta.users.read okta.logs.read", None);
    assert_eq!(error(&reply), (400, "invalid_scope".to_owned()));
}

#[test]
fn tokens_expire() {
    let okta = Okta::start();
    let signer = Signer::new("ES256");
    okta.register(&signer, false);
    okta.admin("POST", "orgs/acme/settings", json!({ "token_seconds": 0 }));
    let assertion = signer.sign(json!({ "kid": "k1" }), &okta.claims("j1"));
    let body = okta.token(&assertion, SCOPES[0], None).json();
    let bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    let expired = okta.with("/api/v1/users", &bearer, None);
    assert_eq!(expired.status, 401);
    assert!(expired.header("www-authenticate")[0].contains("invalid_token"));
}

#[test]
fn the_dpop_dance() {
    let okta = Okta::start();
    let (signer, prover) = (Signer::new("RS256"), Signer::new("RS256"));
    okta.register(&signer, true);
    let assertion = |jti: &str| signer.sign(json!({ "kid": "k1" }), &okta.claims(jti));
    let header = json!({ "typ": "dpop+jwt", "jwk": prover.jwk() });
    let proof = |claims: Value| prover.sign(header.clone(), &claims);
    let url = format!("{}/oauth2/v1/token", okta.url());
    let mut claims = json!({ "htm": "POST", "htu": url, "iat": now(), "jti": "p1" });

    let without = okta.token(&assertion("j1"), SCOPES[0], None);
    assert_eq!(error(&without), (400, "invalid_dpop_proof".to_owned()));
    let first = okta.token(&assertion("j2"), SCOPES[0], Some(&proof(claims.clone())));
    assert_eq!(error(&first), (400, "use_dpop_nonce".to_owned()));
    let nonce = first.header("dpop-nonce")[0].to_owned();
    claims["nonce"] = json!(nonce);
    claims["jti"] = json!("p2");
    let stale = okta.token(&assertion("j2"), SCOPES[0], Some(&proof(claims.clone())));
    assert_eq!(error(&stale), (401, "invalid_client".to_owned()), "the assertion was used up");
    let reply = okta.token(&assertion("j3"), SCOPES[0], Some(&proof(claims.clone())));
    let granted = reply.json();
    assert_eq!(granted["token_type"], "DPoP", "{granted}");
    assert_eq!(reply.header("dpop-nonce"), [nonce]);

    let token = granted["access_token"].as_str().unwrap().to_owned();
    let path = "/api/v1/users?limit=2";
    let about = |jti: &str| {
        json!({
            "htm": "GET", "htu": format!("{}/api/v1/users", okta.url()), "iat": now(), "jti": jti,
            "ath": encode(digest(&SHA256, token.as_bytes())),
        })
    };
    let with = |claims: Value| okta.with(path, &format!("DPoP {token}"), Some(&proof(claims)));
    assert_eq!(with(about("a1")).status, 200);
    assert_eq!(with(about("a1")).status, 401, "a proof is good for one request");
    let mut wrong = about("a2");
    wrong["ath"] = json!(encode(digest(&SHA256, b"other")));
    assert_eq!(with(wrong).status, 401);
    let mut wrong = about("a3");
    wrong["htu"] = json!(format!("{}{path}", okta.url()));
    assert_eq!(with(wrong).status, 401);
    assert_eq!(okta.with(path, &format!("Bearer {token}"), None).status, 401);
    assert_eq!(okta.with(path, &format!("DPoP {token}"), None).status, 401);
}

use aws_lc_rs::encoding::{AsDer, EcPrivateKeyRfc5915Der, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256K1_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P521_SHA512_FIXED, Ed25519KeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
    VerificationAlgorithm,
};
use jsonwebtoken::Header;
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::UintRef;
use pkcs8::der::{Decode, Reader, SliceReader};
use serde_json::{Value, json};

use super::*;

/// A new key on P-256.
pub(in crate::client::oauth) fn pem() -> String {
    let key = EcdsaKeyPair::generate(Curve::P256.signing()).unwrap();
    armoured("PRIVATE KEY", key.to_pkcs8v1().unwrap().as_ref())
}

fn armoured(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> =
        text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line)).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn parse(text: &str) -> Result<PrivateKey, Error> {
    PrivateKey::parse(&Secret::new(text.to_owned()))
}

/// Signs, and checks the signature with the public half of the key that it should be.
fn assert_signs(key: &PrivateKey, algorithm: &str, public: &[u8]) {
    let verification: &'static dyn VerificationAlgorithm = match algorithm {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "RS384" => &RSA_PKCS1_2048_8192_SHA384,
        "RS512" => &RSA_PKCS1_2048_8192_SHA512,
        "ES256" => &ECDSA_P256_SHA256_FIXED,
        "ES384" => &ECDSA_P384_SHA384_FIXED,
        _ => &ECDSA_P521_SHA512_FIXED,
    };
    assert_eq!(key.algorithm(), algorithm);
    let header = Header { kid: Some("k".to_owned()), ..Header::default() };
    let jwt = key.signer().sign(header, &json!({ "a": 1 })).unwrap();
    let (message, signature) = jwt.rsplit_once('.').unwrap();
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let key = UnparsedPublicKey::new(verification, public);
    key.verify(message.as_bytes(), &bytes(signature)).unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&bytes(header)).unwrap();
    assert_eq!(header, json!({ "typ": "JWT", "alg": algorithm, "kid": "k" }));
    assert_eq!(bytes(claims), br#"{"a":1}"#);
}

/// A new RSA key: its public half, its PKCS#8, its PKCS#1.
fn rsa() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let pkcs8: Pkcs8V1Der<'_> = key.as_der().unwrap();
    let inner = PrivateKeyInfoRef::try_from(pkcs8.as_ref()).unwrap().private_key;
    (key.public_key().as_ref().to_vec(), pkcs8.as_ref().to_vec(), inner.as_bytes().to_vec())
}

fn rsa_jwk(pkcs1: &[u8]) -> Value {
    let mut reader = SliceReader::new(pkcs1).unwrap();
    let numbers = reader.sequence(|reader| {
        u8::decode(reader)?;
        (0..8)
            .map(|_| UintRef::decode(reader).map(|n| URL_SAFE_NO_PAD.encode(n.as_bytes())))
            .collect::<pkcs8::der::Result<Vec<String>>>()
    });
    let numbers = numbers.unwrap();
    let mut jwk = json!({ "kty": "RSA", "kid": "first", "use": "sig", "key_ops": ["sign"] });
    for (name, number) in ["n", "e", "d", "p", "q", "dp", "dq", "qi"].into_iter().zip(numbers) {
        jwk[name] = number.into();
    }
    jwk
}

fn ec_jwk(curve: Curve, key: &EcdsaKeyPair) -> Value {
    let sec1: EcPrivateKeyRfc5915Der<'_> = key.private_key().as_der().unwrap();
    let mut reader = SliceReader::new(sec1.as_ref()).unwrap();
    let d = reader.sequence(|reader| {
        u8::decode(reader)?;
        let d = <&pkcs8::der::asn1::OctetStringRef>::decode(reader)?.as_bytes().to_vec();
        while !reader.is_finished() {
            pkcs8::der::AnyRef::decode(reader)?;
        }
        Ok::<_, pkcs8::der::Error>(d)
    });
    let point = &key.public_key().as_ref()[1..];
    let (x, y) = point.split_at(point.len() / 2);
    let crv = ["P-256", "P-384", "P-521"][curve as usize];
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({ "kty": "EC", "crv": crv, "d": number(&d.unwrap()), "x": number(x), "y": number(y) })
}

#[test]
fn rsa_keys_come_in_three_forms() {
    let (public, pkcs8, pkcs1) = rsa();
    for pem in [armoured("PRIVATE KEY", &pkcs8), armoured("RSA PRIVATE KEY", &pkcs1)] {
        assert_signs(&parse(&pem).unwrap(), "RS256", &public);
    }
    let mut jwk = rsa_jwk(&pkcs1);
    let key = parse(&jwk.to_string()).unwrap();
    assert_signs(&key, "RS256", &public);
    assert_eq!(key.id(), Some("first"));
    for algorithm in ["RS256", "RS384", "RS512"] {
        jwk["alg"] = algorithm.into();
        assert_signs(&parse(&jwk.to_string()).unwrap(), algorithm, &public);
    }
    // As some libraries write numbers: with a zero before, or padded.
    let n = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    jwk["n"] = base64::engine::general_purpose::URL_SAFE.encode([&[0], &n[..]].concat()).into();
    assert_signs(&parse(&jwk.to_string()).unwrap(), "RS512", &public);
}

#[test]
fn ec_keys_come_in_three_forms_on_three_curves() {
    for curve in Curve::ALL {
        let key = EcdsaKeyPair::generate(curve.signing()).unwrap();
        let (public, algorithm) = (key.public_key().as_ref().to_vec(), curve.algorithm());
        let pkcs8 = key.to_pkcs8v1().unwrap();
        let sec1: EcPrivateKeyRfc5915Der<'_> = key.private_key().as_der().unwrap();
        let parameters = armoured("EC PARAMETERS", &[6, 1, 1]);
        let sec1 = parameters + &armoured("EC PRIVATE KEY", sec1.as_ref());
        let jwk = ec_jwk(curve, &key);
        for text in [armoured("PRIVATE KEY", pkcs8.as_ref()), sec1, jwk.to_string()] {
            assert_signs(&parse(&text).unwrap(), algorithm, &public);
        }
    }
}

#[test]
fn a_number_of_a_curve_may_lack_its_zeros() {
    let padded = padded(&[1, 2], 4).unwrap();
    assert_eq!((&padded[..], super::padded(&[1, 2], 1)), (&[0, 0, 1, 2][..], None));
    assert_eq!(&unpadded(&Zeroizing::new(vec![0, 0, 1, 0]))[..], [1, 0]);
}

#[test]
fn a_pem_survives_the_way_into_an_option() {
    let pem = pem();
    let around = format!("Bag Attributes\n friendlyName: x\n{pem}\n-- the end");
    for text in [
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\\n"),
        pem.replace('\n', " "),
        format!("\n\t{pem}\n\n"),
        around,
    ] {
        assert_eq!(parse(&text).unwrap().algorithm(), "ES256", "{text}");
    }
}

#[test]
fn what_is_no_key_is_told_and_not_shown() {
    let random = SystemRandom::new();
    let ed25519 = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
    let k1 = EcdsaKeyPair::generate(&ECDSA_P256K1_SHA256_ASN1_SIGNING).unwrap();
    let (_, _, pkcs1) = rsa();
    let changed = |name: &str, value: Value| {
        let mut jwk = rsa_jwk(&pkcs1);
        jwk[name] = value;
        jwk.to_string()
    };
    let ec = ec_jwk(Curve::P256, &EcdsaKeyPair::generate(Curve::P256.signing()).unwrap());
    let other = ec_jwk(Curve::P256, &EcdsaKeyPair::generate(Curve::P256.signing()).unwrap());
    let ec = |name: &str, value: &Value| {
        let mut jwk = ec.clone();
        jwk[name] = value.clone();
        jwk.to_string()
    };
    let under = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: \
                 AES-128-CBC,00\n\nhunter2\n-----END RSA PRIVATE KEY-----";
    for (text, why) in [
        (String::new(), "neither a PEM nor a JWK"),
        ("hunter2".to_owned(), "neither a PEM nor a JWK"),
        ("-----BEGIN PRIVATE KEY-----\nhunter2".to_owned(), "without its end"),
        (armoured("PRIVATE KEY", b"hunter2"), "neither an RSA key"),
        (armoured("RSA PRIVATE KEY", b"hunter2"), "neither an RSA key"),
        (armoured("EC PRIVATE KEY", b"hunter2"), "neither an RSA key"),
        (pem().replace("\nM", "\n!hunter2"), "damaged"),
        (armoured("PRIVATE KEY", ed25519.as_ref()), "neither an RSA key"),
        (armoured("PRIVATE KEY", k1.to_pkcs8v1().unwrap().as_ref()), "neither an RSA key"),
        (armoured("ENCRYPTED PRIVATE KEY", b"hunter2"), "under a password"),
        (under.to_owned(), "under a password"),
        (armoured("PUBLIC KEY", b"hunter2"), "a public key"),
        (armoured("CERTIFICATE", b"hunter2"), "a certificate"),
        (armoured("OPENSSH PRIVATE KEY", b"hunter2"), "of another kind"),
        ("{\"kty\": \"hunter2".to_owned(), "damaged"),
        ("{\"hunter2\": 1}".to_owned(), "no kty"),
        ("{\"kty\": \"oct\", \"k\": \"hunter2\"}".to_owned(), "neither an RSA key"),
        ("{\"kty\": \"OKP\", \"d\": \"hunter2\"}".to_owned(), "neither an RSA key"),
        ("{\"keys\": [\"hunter2\"]}".to_owned(), "a set"),
        (changed("d", Value::Null), "a public JWK"),
        (changed("d", "hunter2A".into()), "neither an RSA key"),
        (changed("d", "!hunter2".into()), "damaged"),
        (changed("q", Value::Null), "without one of"),
        (changed("alg", "PS256".into()), "whose alg is not"),
        (ec("alg", &"ES384".into()), "whose alg is not"),
        (ec("x", &Value::Null), "without x or y"),
        (ec("x", &other["x"]), "contradicts itself"),
        (ec("d", &other["d"]), "contradicts itself"),
        (ec("crv", &"P-384".into()), "contradicts itself"),
        (ec("crv", &"secp256k1".into()), "neither an RSA key"),
    ] {
        let error = parse(&text).unwrap_err();
        assert_eq!(error.kind, Kind::OptionValue, "{text}");
        assert!(
            error.message.starts_with("private_key ") && error.message.contains(why),
            "{error}"
        );
        assert!(!format!("{error:?}").contains("hunter2") && error.hint.is_some(), "{error:?}");
    }
}

#[test]
fn nothing_prints_a_key() {
    assert_eq!(format!("{:?}", parse(&pem()).unwrap()), "ES256 [redacted]");
}

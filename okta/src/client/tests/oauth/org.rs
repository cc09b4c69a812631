//! An org whose authorization server checks all that Okta checks, and whose API takes its tokens.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::form_urlencoded;

use crate::client::tests::server::{read, request_to};
use crate::client::{
    Client, ClientCredentials, Credential, Dpop, Method, PrivateKey, Request, Settings,
};
use crate::secret::Secret;

pub(super) const TOKEN: &str = "/oauth2/v1/token";

/// How an org behaves.
pub(super) struct Rules {
    /// Seconds that a token is good for.
    pub(super) life: u64,
    /// The app must prove possession of a key.
    pub(super) dpop: bool,
    /// What the API demands in proofs, besides.
    pub(super) api_nonce: Option<&'static str>,
    /// How far its clock is ahead.
    pub(super) ahead: i64,
    /// How long it takes to answer for a token.
    pub(super) pause: Duration,
    /// The API refuses all tokens, with this body.
    pub(super) refuses: Option<&'static str>,
    /// What it answers for a token before it does as it should.
    pub(super) first: VecDeque<Vec<u8>>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            life: 3600,
            dpop: false,
            api_nonce: None,
            ahead: 0,
            pause: Duration::ZERO,
            refuses: None,
            first: VecDeque::new(),
        }
    }
}

pub(super) struct State {
    pub(super) rules: Rules,
    /// What came, head and body.
    pub(super) requests: Vec<String>,
    /// Ids of assertions and proofs.
    seen: HashSet<String>,
    /// Tokens given, what they are bound to, and when they end.
    tokens: Vec<(String, Option<Value>, Instant)>,
    nonce: u32,
    key: Vec<u8>,
}

pub(super) struct Org {
    origin: String,
    pair: EcdsaKeyPair,
    key: PrivateKey,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Drop for Org {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Org {
    /// With an app that has a key on P-256.
    pub(super) async fn start(rules: Rules) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self::with_key(rules, key).await
    }

    /// With the app of another org.
    pub(super) async fn like(other: &Self) -> Self {
        Self::with_key(Rules::default(), other.pair.clone()).await
    }

    async fn with_key(rules: Rules, key: EcdsaKeyPair) -> Self {
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
            base64::engine::general_purpose::STANDARD.encode(key.to_pkcs8v1().unwrap())
        );
        let state = State {
            rules,
            requests: Vec::new(),
            seen: HashSet::new(),
            tokens: Vec::new(),
            nonce: 1,
            key: key.public_key().as_ref().to_vec(),
        };
        let state = Arc::new(Mutex::new(state));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (shared, here) = (Arc::clone(&state), origin.clone());
        let task = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (shared, here) = (Arc::clone(&shared), here.clone());
                tokio::spawn(async move {
                    let request = read(&mut stream).await;
                    // Whoever gave up while connecting asks for nothing.
                    if request.is_empty() {
                        return;
                    }
                    let pause = shared.lock().unwrap().rules.pause;
                    if request.contains(TOKEN) {
                        tokio::time::sleep(pause).await;
                    }
                    let answer = shared.lock().unwrap().answer(&here, &request);
                    let _ = stream.write_all(&answer).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        let (pair, key) = (key, PrivateKey::parse(&Secret::new(pem)).unwrap());
        Self { origin, pair, key, state, task }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The requests for tokens.
    pub(super) fn asked(&self) -> Vec<String> {
        self.requests(|line| line.contains(TOKEN))
    }

    /// The other requests.
    pub(super) fn called(&self) -> Vec<String> {
        self.requests(|line| !line.contains(TOKEN))
    }

    fn requests(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let state = self.state();
        let wanted = |request: &&String| wanted(request.lines().next().unwrap());
        state.requests.iter().filter(wanted).cloned().collect()
    }

    pub(super) fn who(&self) -> ClientCredentials {
        ClientCredentials {
            client_id: "0oaclient".to_owned(),
            private_key: self.key.clone(),
            key_id: Some("key-1".to_owned()),
            scopes: vec!["okta.users.read".to_owned(), "okta.apps.read".to_owned()],
            dpop: Dpop::Auto,
        }
    }

    pub(super) fn client(&self) -> Client {
        self.client_with(|_| {})
    }

    pub(super) fn client_with(&self, change: impl FnOnce(&mut ClientCredentials)) -> Client {
        let mut who = self.who();
        change(&mut who);
        Client::new(Settings::default(), Credential::Client(who)).unwrap()
    }

    pub(super) fn request(&self, method: Method) -> Request {
        let mut request = request_to(&self.origin, method, "/api/v1/users");
        request.query.push(("limit".to_owned(), "2".to_owned()));
        request
    }
}

impl State {
    fn answer(&mut self, origin: &str, request: &str) -> Vec<u8> {
        let now = Timestamp::now().as_second() + self.rules.ahead;
        let asks = request.starts_with(&format!("POST /org{TOKEN} HTTP"));
        self.requests.push(request.to_owned());
        if asks && let Some(first) = self.rules.first.pop_front() {
            return first;
        }
        let (status, nonce, body) = match asks {
            true => self.token(origin, request, now),
            false => self.api(origin, request, now),
        };
        let date = Timestamp::from_second(now).unwrap().strftime("%a, %d %b %Y %H:%M:%S GMT");
        let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ndate: {date}\r\n");
        head += &format!("content-length: {}\r\n", body.len());
        if let Some(nonce) = nonce {
            head += &format!("dpop-nonce: {nonce}\r\n");
        }
        (head + "\r\n" + &body).into_bytes()
    }

    fn token(&mut self, origin: &str, request: &str, now: i64) -> (u16, Option<String>, String) {
        let url = format!("{origin}/org{TOKEN}");
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let form: Vec<(String, String)> =
            form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let field = |name: &str| form.iter().find(|(n, _)| n == name).unwrap().1.as_str();
        assert!(!head.contains("authorization"), "{head}");
        assert!(head.contains("content-type: application/x-www-form-urlencoded\r\n"), "{head}");
        assert_eq!(field("grant_type"), "client_credentials");
        assert_eq!(field("scope"), "okta.users.read okta.apps.read");
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        assert_eq!((field("client_assertion_type"), form.len()), (kind, 4));
        let no = |status, error: &str| (status, None, json!({ "error": error }).to_string());
        let (header, claims) = checked(field("client_assertion"), &self.key);
        assert_eq!(header, json!({ "typ": "JWT", "alg": "ES256", "kid": "key-1" }));
        let number = |name: &str| claims[name].as_i64().unwrap();
        assert_eq!(
            (&claims["iss"], &claims["sub"], &claims["aud"]),
            (&json!("0oaclient"), &json!("0oaclient"), &json!(url))
        );
        if number("exp") <= now || number("exp") > now + 3600 || number("iat") > now + 5 {
            return no(401, "invalid_client");
        }
        // Also one that is refused below is used up.
        assert!(self.seen.insert(claims["jti"].as_str().unwrap().to_owned()), "{claims}");
        let proof = proof(head);
        let mut bound = None;
        if let Some(proof) = proof {
            let (jwk, claims) = self.proven(proof, "POST", &url, now);
            assert!(claims.get("ath").is_none());
            let nonce = format!("nonce{}", self.nonce);
            if claims.get("nonce") != Some(&json!(nonce)) {
                let (status, _, body) = no(400, "use_dpop_nonce");
                return (status, Some(nonce), body);
            }
            bound = Some(jwk);
        } else if self.rules.dpop {
            return no(400, "invalid_dpop_proof");
        }
        let kind = if bound.is_some() { "DPoP" } else { "Bearer" };
        let (_, port) = origin.rsplit_once(':').unwrap();
        let token = format!("t0ken-{port}-{}", self.tokens.len());
        let end = Instant::now() + Duration::from_secs(self.rules.life);
        self.tokens.push((token.clone(), bound, end));
        let life = self.rules.life;
        let body = json!({ "token_type": kind, "expires_in": life, "access_token": token });
        (200, None, body.to_string())
    }

    fn api(&mut self, origin: &str, request: &str, now: i64) -> (u16, Option<String>, String) {
        let no = || (401, None, r#"{"errorCode":"E0000011","errorSummary":"Invalid token"}"#);
        let told =
            |(status, nonce, body): (_, Option<String>, &str)| (status, nonce, body.to_owned());
        let (head, _) = request.split_once("\r\n\r\n").unwrap();
        let value = head.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap();
        let (scheme, token) = value.split_once(' ').unwrap();
        let known = self.tokens.iter().find(|(t, _, end)| t == token && *end > Instant::now());
        let Some((_, bound, _)) = known.cloned() else { return told(no()) };
        if let Some(body) = self.rules.refuses {
            return (401, None, body.to_owned());
        }
        let method = head.split(' ').next().unwrap();
        if let Some(bound) = bound {
            assert_eq!(scheme, "DPoP");
            let url = format!("{origin}/org/api/v1/users");
            let (jwk, claims) = self.proven(proof(head).unwrap(), method, &url, now);
            let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()));
            assert_eq!((jwk, &claims["ath"]), (bound, &json!(hash)));
            let wanted = self.rules.api_nonce;
            if wanted.is_some() && claims.get("nonce").and_then(Value::as_str) != wanted {
                let (status, _, body) = told((401, None, r#"{"error":"use_dpop_nonce"}"#));
                return (status, wanted.map(str::to_owned), body);
            }
        } else {
            assert_eq!((scheme, proof(head)), ("Bearer", None));
        }
        (200, None, "[]".to_owned())
    }

    /// The key and the claims of a proof that holds.
    fn proven(&mut self, proof: &str, method: &str, url: &str, now: i64) -> (Value, Value) {
        let (header, _) = parts(proof);
        let jwk = header["jwk"].clone();
        let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
        let point = [vec![4], number("x"), number("y")].concat();
        let (header, claims) = checked(proof, &point);
        assert_eq!((&header["typ"], &header["alg"]), (&json!("dpop+jwt"), &json!("ES256")));
        assert_eq!((&jwk["kty"], &jwk["crv"], jwk.get("d")), (&json!("EC"), &json!("P-256"), None));
        assert_eq!((&claims["htm"], &claims["htu"]), (&json!(method), &json!(url)));
        assert!((claims["iat"].as_i64().unwrap() - now).abs() < 60, "{claims}");
        assert!(self.seen.insert(claims["jti"].as_str().unwrap().to_owned()), "{claims}");
        (jwk, claims)
    }

    pub(super) fn renew_nonce(&mut self) {
        self.nonce += 1;
    }

    pub(super) fn revoke(&mut self) {
        self.tokens.clear();
        // So that names stay unique.
        self.tokens.push((String::new(), None, Instant::now()));
    }
}

pub(super) fn proof(head: &str) -> Option<&str> {
    head.lines().find_map(|line| line.strip_prefix("dpop: "))
}

pub(super) fn parts(jwt: &str) -> (Value, Value) {
    let mut parts = jwt.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let mut json = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (json(), json())
}

fn checked(jwt: &str, key: &[u8]) -> (Value, Value) {
    let (message, signature) = jwt.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
    key.verify(message.as_bytes(), &signature).unwrap();
    parts(jwt)
}

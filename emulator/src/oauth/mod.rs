//! The org authorization server's token endpoint, for service apps: client credentials with
//! `private_key_jwt`, and DPoP where the app or the client wants it.
//!
//! Times are real here, since clients sign theirs. No other grant, and no tokens for people.

pub(crate) mod dpop;
pub(crate) mod jws;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::api::Call;
use crate::refusal::Refusal;
use crate::request::{Request, decode_query};
use crate::seed::ClientSeed;

use dpop::About;
use jws::Jws;

pub(crate) const PATH: &str = "/oauth2/v1/token";

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The furthest that an assertion's `exp` may be ahead, in seconds, and a minute for slow clocks.
const MAX_LIFE: i64 = 3600 + 60;

/// Service apps, by client id.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    clients: BTreeMap<String, Client>,
    nonces: u64,
}

#[derive(Debug)]
struct Client {
    keys: Vec<Value>,
    scopes: BTreeSet<String>,
    dpop: bool,
    /// Assertions with an id are good for one request, even for one that is refused later.
    seen: BTreeSet<String>,
}

/// An error in the shape of OAuth 2.0, which is not that of Okta's API.
struct Denied {
    status: u16,
    error: &'static str,
    description: String,
}

/// What the token is to be.
struct Grant {
    scopes: Vec<String>,
    key: Option<String>,
}

pub(crate) fn token(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let now = Timestamp::now().as_second();
    let (mut answer, names_nonce) = match grant(call, now) {
        Ok(grant) => {
            let life = call.org.settings.token_seconds;
            let scope = grant.scopes.join(" ");
            let kind = if grant.key.is_some() { "DPoP" } else { "Bearer" };
            let token =
                call.org.credentials.issue(grant.scopes, grant.key, now.saturating_add(life));
            let body = json!({
                "token_type": kind, "expires_in": life, "access_token": token, "scope": scope,
            });
            (Answer::ok(body), kind == "DPoP")
        }
        Err(denied) => {
            let body = json!({ "error": denied.error, "error_description": denied.description });
            (Answer::json(denied.status, body), denied.error == "use_dpop_nonce")
        }
    };
    if names_nonce {
        answer.headers.push(("dpop-nonce", call.org.clients.nonce()));
    }
    answer.headers.push(("cache-control", "no-cache, no-store".to_owned()));
    Ok(answer)
}

fn grant(call: &mut Call<'_>, now: i64) -> Result<Grant, Denied> {
    let form = decode_query(&String::from_utf8_lossy(&call.request.body));
    let field = |name: &str| form.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
    if field("grant_type") != "client_credentials" {
        let description = "The authorization grant type is not supported.";
        return Err(Denied::new(400, "unsupported_grant_type", description));
    }
    if field("client_assertion_type") != ASSERTION {
        let description = "Client Credentials requests to the Org Authorization Server must use \
                           the private_key_jwt token_endpoint_auth_method.";
        return Err(Denied::client(description));
    }
    let url = format!("{}{}", call.request.base, PATH);
    let id = call.org.clients.authenticate(field("client_assertion"), &url, now)?;
    let proof = match call.request.header("dpop") {
        Some(proof) => {
            let about = About { method: "POST", url: &url, token: None };
            let checked = call.org.credentials.proofs.check(proof, about, now);
            Some(checked.map_err(|e| Denied::new(400, "invalid_dpop_proof", &e))?)
        }
        None => None,
    };
    let clients = &call.org.clients;
    let client = clients.clients.get(&id).ok_or_else(|| Denied::client("Unknown client."))?;
    match &proof {
        None if client.dpop => {
            let description = "The DPoP proof JWT header is missing.";
            return Err(Denied::new(400, "invalid_dpop_proof", description));
        }
        Some(proof) if proof.nonce.as_ref() != Some(&clients.nonce()) => {
            let description = "Authorization server requires nonce in DPoP proof.";
            return Err(Denied::new(400, "use_dpop_nonce", description));
        }
        _ => {}
    }
    let scopes: Vec<String> = field("scope").split_whitespace().map(str::to_owned).collect();
    if scopes.is_empty() || scopes.iter().any(|scope| !client.scopes.contains(scope)) {
        let description = "One or more scopes are not granted to the client.";
        return Err(Denied::new(400, "invalid_scope", description));
    }
    Ok(Grant { scopes, key: proof.map(|proof| proof.key) })
}

impl Clients {
    pub(crate) fn from_seed(seed: &[ClientSeed]) -> Clients {
        let mut clients = Clients::default();
        for client in seed {
            clients.add(client);
        }
        clients
    }

    /// Adds a client, or puts another in its place.
    pub(crate) fn add(&mut self, seed: &ClientSeed) {
        let client = Client {
            keys: seed.jwks.keys.clone(),
            scopes: seed.scopes.iter().cloned().collect(),
            dpop: seed.dpop,
            seen: BTreeSet::new(),
        };
        self.clients.insert(seed.client_id.clone(), client);
    }

    /// The nonce that proofs for tokens must carry now.
    pub(crate) fn nonce(&self) -> String {
        format!("nonce-{:016}", self.nonces)
    }

    pub(crate) fn renew_nonce(&mut self) {
        self.nonces += 1;
    }

    /// The id of the client that made this assertion.
    fn authenticate(&mut self, assertion: &str, url: &str, now: i64) -> Result<String, Denied> {
        let jws = Jws::parse(assertion);
        let jws = jws.ok_or_else(|| Denied::client("The client_assertion is malformed."))?;
        let id = jws.claim("sub").filter(|sub| jws.claim("iss") == Some(sub));
        let id = id.ok_or_else(|| Denied::client("iss and sub must both be the client id."))?;
        let client = self.clients.get_mut(id);
        let client = client.ok_or_else(|| Denied::client("The client id is unknown."))?;
        let key = client.key(&jws);
        if !key.is_some_and(|key| jws.verify(key)) {
            return Err(Denied::client("The client_assertion signature is invalid."));
        }
        let audience = jws.claims.get("aud");
        let names = |value: &Value| value.as_str() == Some(url);
        let among = |value: &Value| value.as_array().is_some_and(|list| list.iter().any(names));
        if !audience.is_some_and(|audience| names(audience) || among(audience)) {
            return Err(Denied::client(&format!("The audience claim must be {url}.")));
        }
        match jws.claims.get("exp").and_then(Value::as_i64) {
            Some(expiry) if expiry <= now => {
                return Err(Denied::client("The client_assertion token is expired."));
            }
            Some(expiry) if expiry <= now + MAX_LIFE => {}
            _ => {
                let description = "The client_assertion must expire within an hour.";
                return Err(Denied::client(description));
            }
        }
        if let Some(jti) = jws.claim("jti")
            && !client.seen.insert(jti.to_owned())
        {
            return Err(Denied::client("The client_assertion has been used before."));
        }
        Ok(id.to_owned())
    }
}

impl Client {
    /// The key that the assertion names. It need not name the only one.
    fn key(&self, jws: &Jws) -> Option<&Value> {
        match jws.header.get("kid") {
            Some(kid) => self.keys.iter().find(|key| key.get("kid") == Some(kid)),
            None if self.keys.len() == 1 => self.keys.first(),
            None => None,
        }
    }
}

impl Denied {
    fn new(status: u16, error: &'static str, description: &str) -> Denied {
        Denied { status, error, description: description.to_owned() }
    }

    fn client(description: &str) -> Denied {
        Denied::new(401, "invalid_client", description)
    }
}

/// The URL that a proof must name: that of the request, without its query.
pub(crate) fn proven_url(request: &Request) -> String {
    format!("{}{}", request.base, request.path)
}

//! Service apps and what they sign: assertions (`private_key_jwt`), and DPoP proofs.
//!
//! Times are real here, since clients sign theirs. The token endpoint itself is `api::token`.

pub(crate) mod dpop;
pub(crate) mod jws;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::request::OrgRequest;
use crate::seed::ClientSeed;

use jws::Jws;

/// The furthest that an assertion's `exp` may be ahead, in seconds, and a minute for slow clocks.
const MAX_LIFE: i64 = 3600 + 60;

/// Service apps, by client id.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    clients: BTreeMap<String, Client>,
    nonces: u64,
}

#[derive(Debug)]
pub(crate) struct Client {
    keys: Vec<Value>,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) dpop: bool,
    /// Assertions with an id are good for one request, even for one that is refused later.
    seen: BTreeSet<String>,
}

/// An error in the shape of OAuth 2.0, which is not that of Okta's API.
pub(crate) struct Denied {
    pub(crate) status: u16,
    pub(crate) error: &'static str,
    pub(crate) description: String,
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

    /// The client of an id.
    pub(crate) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.get(id)
    }

    /// The id of the client that made this assertion.
    pub(crate) fn authenticate(
        &mut self,
        assertion: &str,
        url: &str,
        now: i64,
    ) -> Result<String, Denied> {
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
    pub(crate) fn new(status: u16, error: &'static str, description: &str) -> Denied {
        Denied { status, error, description: description.to_owned() }
    }

    pub(crate) fn client(description: &str) -> Denied {
        Denied::new(401, "invalid_client", description)
    }
}

/// The URL that a proof must name: that of the request, without its query.
pub(crate) fn proven_url(request: &OrgRequest) -> String {
    format!("{}{}", request.base, request.path)
}

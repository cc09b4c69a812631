//! The org authorization server's token endpoint, for service apps: client credentials with
//! `private_key_jwt`, and DPoP where the app or the client wants it.
//!
//! No other grant, and no tokens for people.

use jiff::Timestamp;
use serde_json::json;

use super::Call;
use crate::answer::Answer;
use crate::oauth::Denied;
use crate::oauth::dpop::About;
use crate::refusal::Refusal;
use crate::request::decode_query;

pub(crate) const PATH: &str = "/oauth2/v1/token";

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

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
    let client = clients.client(&id).ok_or_else(|| Denied::client("Unknown client."))?;
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

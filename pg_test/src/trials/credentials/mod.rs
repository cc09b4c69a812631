//! Credentials: the tokens of a service app over time, and that no secret shows anywhere.

pub(super) mod odd_options;
pub(super) mod secrets;
pub(super) mod tokens;

use libtest_mimic::Failed;
use postgres::Client;
use serde_json::json;

use crate::ctx::Ctx;
use crate::trials::Outcome;

const CLIENT_ID: &str = "0oaservice0000000001";

/// A key that stands here for everybody to read, and is good for nothing else.
const PRIVATE_KEY: &str = r#"{"kty":"EC","crv":"P-256","kid":"k1",
 "x":"s9Cjx_714cyPEbFM-RrzA20H_M-tKjpvbSGvJ3lTpzo","y":"V6ya8XuhOoIoQcGytP9WnXCEUtYEzMUB2KFchM84adg",
 "d":"fqICxhojsUDGfhAarNcA8vpSjFAjZ9-2T7-bL8v9KZ0"}"#;

const SCOPES: &str = "okta.users.read okta.identitySources.manage";

/// Makes an org know the app; one that demands proofs of possession, or one that does not.
fn register(ctx: &Ctx, org: &str, demands_proof: bool) -> Outcome {
    let mut key: serde_json::Value = serde_json::from_str(PRIVATE_KEY)?;
    if let Some(key) = key.as_object_mut() {
        key.remove("d");
    }
    let scopes: Vec<_> = SCOPES.split(' ').collect();
    let app = json!({ "client_id": CLIENT_ID, "jwks": { "keys": [key] }, "scopes": scopes,
                      "dpop": demands_proof });
    ctx.emulator().admin("POST", &format!("orgs/{org}/clients"), Some(&app)).map(drop)
}

/// Gives the user of a connection this credential and no other.
fn map(client: &mut Client, options: &str) -> Outcome {
    client.batch_execute(&format!(
        "DROP USER MAPPING IF EXISTS FOR CURRENT_USER SERVER okta;
         CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS ({options})"
    ))?;
    Ok(())
}

/// The options of the app, with one more.
fn app_options(dpop: &str) -> String {
    format!(
        "client_id '{CLIENT_ID}', private_key '{PRIVATE_KEY}', scopes '{SCOPES}', dpop '{dpop}'"
    )
}

/// How an org's requests since the last time were answered: those for tokens, and the others.
fn answers(ctx: &Ctx) -> Result<(Vec<u16>, Vec<u16>), Failed> {
    let log = ctx.emulator().take_log()?;
    let (tokens, calls): (Vec<_>, Vec<_>) =
        log.into_iter().partition(|request| request.path == "/oauth2/v1/token");
    let statuses = |requests: Vec<crate::okta::Request>| {
        requests.into_iter().filter_map(|request| request.status).collect()
    };
    Ok((statuses(tokens), statuses(calls)))
}

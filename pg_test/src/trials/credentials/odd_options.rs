//! Odd values for every option, given to the validator as CREATE and ALTER give them.

use std::time::{Duration, Instant};

use okta_fuzz::{Rng, input};

use crate::ctx::Ctx;
use crate::trials::{Outcome, check};

const CATALOGS: &[&str] = &[
    "pg_foreign_server",
    "pg_foreign_table",
    "pg_user_mapping",
    "pg_attribute",
    "pg_foreign_data_wrapper",
];

const NAMES: &[&str] = &[
    "org_url",
    "subdomain",
    "subdomains",
    "connect_timeout",
    "request_timeout",
    "max_retries",
    "max_wait",
    "rate_limit_share",
    "max_concurrency",
    "page_size",
    "updatable",
    "resource",
    "estimated_rows",
    "fdw_startup_cost",
    "fdw_tuple_cost",
    "field",
    "ca_file",
    "proxy",
    "api_token",
    "api_token_file",
    "access_token",
    "client_id",
    "private_key",
    "private_key_file",
    "key_id",
    "scopes",
    "dpop",
    "identity_source_id",
];

/// Values that are right for some option, to be spoilt.
const VALUES: &[&str] = &[
    "https://{subdomain}.okta.com",
    "http://127.0.0.1:1/x",
    "acme",
    "acme, globex",
    "10",
    "0.5",
    "true",
    "users.users",
    "identity_sources.sessions",
    "profile.costCenter",
    "$",
    "/etc/okta.pem",
    "http://proxy.example.com:3128",
    "00hunter2",
    "okta.users.read, okta.apps.read",
    "always",
    "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"hunter2\"}",
];

const SECRETS: &[&str] = &["api_token", "access_token", "private_key"];

/// Whatever a value is, it is taken or refused, never repeated when it is a secret, and the backend lives.
pub(in crate::trials) fn refused_or_taken(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    let backend = check::text(&mut client, "SELECT pg_backend_pid()")?;
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(2);
    let (began, mut cases, mut taken) = (Instant::now(), 0, 0);
    let mut rng = Rng::new();
    while began.elapsed() < Duration::from_secs(seconds) {
        let catalog = one(&mut rng, CATALOGS);
        let (names, options): (Vec<_>, Vec<_>) =
            (0..rng.usize(1..4)).map(|_| option(&mut rng)).unzip();
        let sql = format!("SELECT okta_fdw_validator($1, '{catalog}'::regclass)");
        cases += 1;
        let Err(error) = client.execute(&sql, &[&options]) else {
            taken += 1;
            continue;
        };
        let code = error.code().map(|code| code.code().to_owned()).unwrap_or_default();
        // 22021 is PostgreSQL's own, for what is no text.
        if !["HV00D", "HV024", "42501", "22021"].contains(&code.as_str()) {
            return Err(format!("{options:?} on {catalog}: {error:?}").into());
        }
        let secret = names.iter().all(|name| SECRETS.contains(name));
        if secret && format!("{error:?}").contains("hunter2") {
            return Err(format!("{options:?} on {catalog} shows a secret: {error:?}").into());
        }
    }
    check::equal("backend", &check::text(&mut client, "SELECT pg_backend_pid()")?, &backend)?;
    ctx.note(&format!("{cases} sets of options, {taken} of them taken"));
    Ok(())
}

fn one(rng: &mut Rng, of: &[&'static str]) -> &'static str {
    of.get(rng.usize(..of.len().max(1))).copied().unwrap_or_default()
}

/// The name of an option, and `name=value`.
fn option(rng: &mut Rng) -> (&'static str, String) {
    let name = one(rng, NAMES);
    let good = one(rng, VALUES);
    let value = match rng.u8(..4) {
        0 => input::text(rng),
        1 => good.to_owned(),
        _ => input::mutated(rng, good),
    };
    (name, format!("{name}={}", value.replace('\0', "")))
}

//! The SQL functions that tell about the wrapper: its tables, its clients, what they saw, and whether they
//! work.
//!
//! None of them shows a secret. What the catalogue says of tables is told in `tables` and `comment`.

mod comment;
mod tables;

pub(crate) use comment::comment;
pub(crate) use tables::tables;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use okta::catalog;
use okta::client::{Caller, Client, Method, Request};
use okta::plan::Defaults;
use okta::{Error, Kind};
use pgrx::pg_sys;

use super::clients::{self, Connection};
use super::{options, statement};
use crate::pg::foreign::{self, Server};
use crate::pg::role;

/// Properties and values for a bug report. With a server, one cheap call finds out whether Okta accepts
/// its credential; that asks for USAGE of the server or a mapping of one's own, as else a mapping of PUBLIC
/// would be everybody's to use without a table.
pub(crate) fn diag(server: Option<&str>) -> Result<Vec<(&'static str, String)>, Error> {
    let mut found = vec![
        ("okta_fdw", env!("CARGO_PKG_VERSION").to_owned()),
        ("PostgreSQL", foreign::server_version()),
        ("tables", catalog::resources().count().to_string()),
    ];
    if let Some(name) = server {
        let server = foreign::server(foreign::server_named(name));
        role::require_usage(&server);
        found.push(("server", server.name.clone()));
        found.extend(server_properties(&server)?);
    }
    Ok(found)
}

fn server_properties(server: &Server) -> Result<Vec<(&'static str, String)>, Error> {
    let defaults = options::org_defaults(&server.options)?;
    let mut found = Vec::new();
    match defaults.org() {
        Ok(org) => found.push(("org_url", org.base().to_string())),
        Err(error) => found.push(("org_url", error.message)),
    }
    let user = role::current_user();
    found.push(("user", role::role_name(user)));
    let mapping = foreign::mapping(user, server.oid);
    let kind = mapping.as_ref().and_then(|mapping| options::credential_kind(&mapping.options));
    found.push(("credential", kind.unwrap_or("none").to_owned()));
    found.push(("accepted", accepted(server, &defaults)));
    Ok(found)
}

/// Whether Okta accepts the credential: a refusal of this one call for want of a right shows that it does.
fn accepted(server: &Server, defaults: &Defaults) -> String {
    let asked = clients::client(server, role::current_user()).and_then(|client| {
        let request = Request {
            query: vec![("limit".to_owned(), "1".to_owned())],
            scope: Some("okta.apps.read"),
            ..Request::new(defaults.org()?, Method::Get, "/api/v1/apps")
        };
        ask(client, request)
    });
    match asked {
        Ok(()) => "yes".to_owned(),
        Err(error) if error.kind == Kind::Forbidden => format!("yes, but {}", error.message),
        Err(error) => {
            let hint = error.hint.map(|hint| format!(". {hint}")).unwrap_or_default();
            format!("no: {}{hint}", error.message)
        }
    }
}

fn ask(client: Arc<Client>, request: Request) -> Result<(), Error> {
    let caller = Caller::new(client, statement::meter());
    statement::call(&caller, |caller| async move { caller.send(&request).await.map(drop) })
}

/// What this backend last saw of each rate limit: server, bucket, limit, remaining, and the second since
/// 1970 in which it resets.
pub(crate) fn rate_limits() -> Vec<(String, String, i64, i64, f64)> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let seen = |connection: Connection| {
        let limits = connection.client.rate_limits().into_iter();
        let server = connection.server;
        limits.map(move |limit| {
            let bucket = format!("{} of {}", limit.bucket, limit.org);
            let (most, left) = (number(limit.limit), number(limit.remaining));
            (server.clone(), bucket, most, left, limit.resets_at as f64)
        })
    };
    clients::all().into_iter().flat_map(seen).collect()
}

/// This backend's clients: server, user, and the second since 1970 since which each is idle.
pub(crate) fn connections() -> Vec<(String, String, f64)> {
    let seconds =
        |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    let shown = |c: Connection| (c.server, role::role_name(c.user), seconds(c.used));
    clients::all().into_iter().map(shown).collect()
}

/// Waits until an import session has ended, and returns its status.
pub(crate) fn wait_for_import(
    sessions: pg_sys::Oid,
    id: &str,
    longest: Duration,
) -> Result<String, Error> {
    super::load::wait::wait(sessions, id, longest)
}

/// Closes the clients of a server, or all of them.
pub(crate) fn disconnect(server: Option<&str>) -> bool {
    clients::close(server)
}

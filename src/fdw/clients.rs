//! The backend's HTTP clients: one for each server and user mapping, kept while neither changes.
//!
//! Credentials are read from the user mapping here and go no further than the client, which lives on the
//! I/O thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use okta::client::Client;
use okta::{Error, Kind};
use pgrx::pg_sys;

use super::options;
use crate::io;
use crate::pg::callbacks;
use crate::pg::foreign::{self, Mapping, Server};
use crate::pg::role;

/// A client, and whose it is.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) server: String,
    pub(crate) user: pg_sys::Oid,
    pub(crate) client: Arc<Client>,
    /// When it was last asked for.
    pub(crate) used: SystemTime,
    server_oid: pg_sys::Oid,
    /// Of the options that it was made with.
    fingerprint: u64,
}

thread_local! {
    /// By user mapping, which knows its server.
    static CLIENTS: RefCell<HashMap<pg_sys::Oid, Connection>> = RefCell::default();
}

/// The client with which a role speaks to a server.
///
/// # Errors
/// [`Kind::Unauthorized`] when the role has no user mapping, or one without a credential.
pub(crate) fn client(server: &Server, user: pg_sys::Oid) -> Result<Arc<Client>, Error> {
    drop_outdated();
    let mapping = foreign::mapping(user, server.oid).ok_or_else(|| no_mapping(server, user))?;
    let fingerprint = fingerprint(server, &mapping);
    let known = CLIENTS.with_borrow_mut(|clients| {
        // After a refusal a file may hold another secret.
        let good = |c: &&mut Connection| c.fingerprint == fingerprint && !c.client.is_refused();
        let connection = clients.get_mut(&mapping.oid).filter(good)?;
        connection.used = SystemTime::now();
        Some(Arc::clone(&connection.client))
    });
    if let Some(client) = known {
        return Ok(client);
    }
    take(|known, _| *known == mapping.oid);
    let mut settings = options::settings(&server.options)?;
    settings.proxy_login = options::proxy_login(&mapping.options);
    let credential = options::credential(&mapping.options)?;
    let client = io::wait_for(async move { Client::new(settings, credential) }, || None)?;
    let client = Arc::new(client);
    let connection = Connection {
        server: server.name.clone(),
        user,
        client: Arc::clone(&client),
        used: SystemTime::now(),
        server_oid: server.oid,
        fingerprint,
    };
    CLIENTS.with_borrow_mut(|clients| clients.insert(mapping.oid, connection));
    Ok(client)
}

fn no_mapping(server: &Server, user: pg_sys::Oid) -> Error {
    let (role, server) = (role::role_name(user), &server.name);
    let message = format!("role \"{role}\" has no user mapping for server \"{server}\"");
    Error::new(Kind::Unauthorized, message)
        .hint(format!("CREATE USER MAPPING FOR … SERVER {server} OPTIONS (api_token '…')."))
}

/// A number that changes with the server or the mapping; no secret can be told from it.
fn fingerprint(server: &Server, mapping: &Mapping) -> u64 {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEYS.hash_one((&server.name, &server.options, &mapping.options))
}

/// Closes the clients whose server or mapping is gone or has changed, so that no credential outlives its
/// mapping. DDL of others leaves them, and the tokens that they hold.
fn drop_outdated() {
    if !callbacks::catalogs_changed() {
        return;
    }
    let known: Vec<_> = CLIENTS.with_borrow(|clients| {
        clients.iter().map(|(mapping, c)| (*mapping, c.server_oid, c.user, c.fingerprint)).collect()
    });
    let is_current = |mapping_oid, server_oid, user, known: u64| {
        let server = foreign::server_if_any(server_oid)?;
        let mapping = foreign::mapping(user, server_oid)?;
        (mapping.oid == mapping_oid && fingerprint(&server, &mapping) == known).then_some(())
    };
    let outdated = known.into_iter().filter(|(m, s, u, f)| is_current(*m, *s, *u, *f).is_none());
    let outdated: Vec<_> = outdated.map(|(mapping, ..)| mapping).collect();
    take(|mapping, _| outdated.contains(mapping));
}

/// The clients that there are.
pub(crate) fn all() -> Vec<Connection> {
    drop_outdated();
    CLIENTS.with_borrow(|clients| clients.values().cloned().collect())
}

/// Closes the clients of a server, or all of them, and returns whether there were any. A statement that
/// is using one keeps it until its end.
pub(crate) fn close(server: Option<&str>) -> bool {
    take(|_, connection| server.is_none_or(|server| connection.server == server))
}

fn take(which: impl Fn(&pg_sys::Oid, &Connection) -> bool) -> bool {
    let closed: Vec<Connection> = CLIENTS.with_borrow_mut(|clients| {
        clients
            .extract_if(|mapping, connection| which(mapping, connection))
            .map(|(_, c)| c)
            .collect()
    });
    let any = !closed.is_empty();
    if any {
        io::dispose(closed);
    }
    any
}

//! The backend's HTTP clients: one for each server and user mapping, kept while neither changes.
//!
//! Credentials are read from the user mapping here and go no further than the client, which lives on the
//! I/O thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use okta::client::Client;
use okta::{Error, Kind};
use pgrx::pg_sys;

use super::options;
use crate::io;
use crate::pg::callbacks;
use crate::pg::foreign::{self, Server};

/// A client, and whose it is.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) server: String,
    pub(crate) user: pg_sys::Oid,
    pub(crate) client: Arc<Client>,
    /// When it was last asked for.
    pub(crate) used: SystemTime,
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
    if callbacks::catalogs_changed() {
        close(None);
    }
    let mapping = foreign::mapping(user, server.oid).ok_or_else(|| no_mapping(server, user))?;
    let known = CLIENTS.with_borrow_mut(|clients| {
        let connection = clients.get_mut(&mapping.oid)?;
        connection.used = SystemTime::now();
        Some(Arc::clone(&connection.client))
    });
    if let Some(client) = known {
        return Ok(client);
    }
    let settings = options::settings(&server.options)?;
    let credential = options::credential(&mapping.options)?;
    let client = io::wait_for(async move { Client::new(settings, credential) }, || None)?;
    let client = Arc::new(client);
    let connection = Connection {
        server: server.name.clone(),
        user,
        client: Arc::clone(&client),
        used: SystemTime::now(),
    };
    CLIENTS.with_borrow_mut(|clients| clients.insert(mapping.oid, connection));
    Ok(client)
}

fn no_mapping(server: &Server, user: pg_sys::Oid) -> Error {
    let (role, server) = (foreign::role_name(user), &server.name);
    let message = format!("role \"{role}\" has no user mapping for server \"{server}\"");
    Error::new(Kind::Unauthorized, message)
        .hint(format!("CREATE USER MAPPING FOR … SERVER {server} OPTIONS (api_token '…')."))
}

/// The clients that there are.
pub(crate) fn all() -> Vec<Connection> {
    CLIENTS.with_borrow(|clients| clients.values().cloned().collect())
}

/// Closes the clients of a server, or all of them. Whether there were any is returned. A statement that
/// is using one keeps it until its end.
pub(crate) fn close(server: Option<&str>) -> bool {
    let closed: Vec<Connection> = CLIENTS.with_borrow_mut(|clients| {
        let named = |c: &Connection| server.is_none_or(|server| c.server == server);
        clients.extract_if(|_, connection| named(connection)).map(|(_, c)| c).collect()
    });
    let any = !closed.is_empty();
    if any {
        io::dispose(closed);
    }
    any
}

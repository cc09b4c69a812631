//! The backend's HTTP clients: one for each server and user mapping, kept while neither changes.
//!
//! Credentials are read from the user mapping here and go no further than the client.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use okta::client::Client;
use okta::{Error, Kind};
use pgrx::pg_sys;

use super::{options, undone};
use crate::io;
use crate::pg::callbacks;
use crate::pg::foreign::{self, Server};

thread_local! {
    /// By user mapping, which knows its server.
    static CLIENTS: RefCell<HashMap<pg_sys::Oid, Arc<Client>>> = RefCell::default();
}

/// Registers what PostgreSQL must call for the clients' sake. Loading the library starts nothing: it may
/// be the postmaster that loads it.
pub(crate) fn register_hooks() {
    callbacks::register(undone::at_end, io::stop);
}

/// The client with which a role speaks to a server.
///
/// # Errors
/// [`Kind::Unauthorized`] when the role has no user mapping, or one without a credential.
pub(crate) fn client(server: &Server, user: pg_sys::Oid) -> Result<Arc<Client>, Error> {
    if callbacks::catalogs_changed() {
        CLIENTS.with_borrow_mut(HashMap::clear);
    }
    let mapping = foreign::mapping(user, server.oid).ok_or_else(|| {
        let (role, server) = (foreign::role_name(user), &server.name);
        Error::new(
            Kind::Unauthorized,
            format!("role \"{role}\" has no user mapping for server \"{server}\""),
        )
        .hint(format!("CREATE USER MAPPING FOR … SERVER {server} OPTIONS (api_token '…')."))
    })?;
    if let Some(client) = CLIENTS.with_borrow(|clients| clients.get(&mapping.oid).map(Arc::clone)) {
        return Ok(client);
    }
    let settings = options::settings(&server.options)?;
    let client = Arc::new(Client::new(settings, options::credential(&mapping.options)?)?);
    CLIENTS.with_borrow_mut(|clients| clients.insert(mapping.oid, Arc::clone(&client)));
    Ok(client)
}

//! The requests of writes.
//!
//! One row is one request. Whether it may be sent, and what a failure means, is not decided here.

use std::borrow::Cow;

use super::path;
use crate::catalog::{Load, Resource, Write};
use crate::client::{Method, Request};
use crate::error::{Error, Kind};
use crate::org::Org;

/// The request of a write for the object whose path parameters `key` gives.
///
/// # Errors
/// [`Kind::CannotAsk`] when a parameter has no value, [`Kind::Invalid`] when it has one that no object
/// can have.
pub fn request<'a>(
    resource: &Resource,
    write: &Write,
    org: Org,
    key: impl Fn(&str) -> Option<&'a str>,
) -> Result<Request, Error> {
    for name in path::parameters(write.path) {
        let Some(value) = key(name) else {
            let message = format!("{} {} needs a value for {name}", write.method, write.path);
            return Err(Error::new(Kind::CannotAsk, message)
                .hint(format!("Give the column {name} a value.")));
        };
        path::check_key(name, value)?;
    }
    Ok(Request {
        org,
        method: write.method,
        path: path::fill(write.path, |name| key(name).map(Cow::Borrowed)),
        query: Vec::new(),
        body: None,
        scope: Some(resource.write_scope),
    })
}

/// The request of a batch, without its body. Every parameter must have a usable value.
pub fn load<'a>(
    resource: &Resource,
    load: &Load,
    org: Org,
    key: impl Fn(&str) -> Option<&'a str>,
) -> Request {
    Request {
        org,
        method: Method::Post,
        path: path::fill(load.path, |name| key(name).map(Cow::Borrowed)),
        query: Vec::new(),
        body: None,
        scope: Some(resource.write_scope),
    }
}

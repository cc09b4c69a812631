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
    let fill = |template| path::fill(template, |name| key(name).map(Cow::Borrowed));
    Ok(Request {
        scope: Some(resource.write_scope),
        wrong_state: write.wrong_state,
        bucket: write.bucket.map(fill),
        ..Request::new(org, write.method, fill(write.path))
    })
}

/// The request of a batch, without its body. Every parameter must have a usable value.
pub fn load<'a>(
    resource: &Resource,
    load: &Load,
    org: Org,
    key: impl Fn(&str) -> Option<&'a str>,
) -> Request {
    let fill = |template| path::fill(template, |name| key(name).map(Cow::Borrowed));
    Request {
        scope: Some(resource.write_scope),
        bucket: resource.bucket.map(fill),
        ..Request::new(org, Method::Post, fill(load.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::find;
    use crate::org::OrgTemplate;

    #[test]
    fn the_calls_of_a_session_share_a_bucket_and_its_steps_do_not() {
        let org = OrgTemplate::default().org(&"acme".parse().unwrap()).unwrap();
        let sessions = find("identity_sources.sessions").unwrap();
        let bucket = |write: &Write| {
            let key = |name: &str| Some(if name == "id" { "aps1" } else { "0oa1" });
            request(sessions, write, org.clone(), key).unwrap().bucket.unwrap()
        };
        let open = bucket(&sessions.insert.unwrap());
        assert_eq!(open, "/api/v1/identity-sources/0oa1/sessions");
        assert_eq!(bucket(&sessions.delete.unwrap()), open);
        let start = "/api/v1/identity-sources/0oa1/start-import";
        assert_eq!(bucket(&sessions.updates[0].write), start);
        let upsert = find("identity_sources.bulk_upsert").unwrap();
        let load = load(upsert, upsert.load.as_ref().unwrap(), org, |_| Some("0oa1"));
        assert_eq!(load.bucket.as_deref(), Some("/api/v1/identity-sources/0oa1/bulk-upsert"));
    }
}

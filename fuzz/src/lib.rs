//! Fuzz targets: what reads others' bytes, and what makes requests of others' values, with odd input.
//!
//! A target is a function that makes a case of the choices of an [`Input`] and panics when something does
//! not hold. `fuzz_targets/` gives it to libFuzzer, `tests/fuzz/` runs the same cases of it every time.

#![allow(
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a case fails by panicking"
)]

pub mod answers;
pub mod input;
pub mod links;
pub mod options;
pub mod requests;

pub use fastrand::Rng;
pub use input::Input;

use okta::client::{Method, Request};
use okta::org::OrgTemplate;

/// A GET of an org under one of several kinds of base.
fn request(input: &mut Input<'_>, path: &str) -> Request {
    let templates = [
        "https://{subdomain}.okta.com",
        "https://id.{subdomain}.example:8443/base/path",
        "http://127.0.0.1:8080/orgs/{subdomain}",
        "http://[::1]/x/{subdomain}/y",
    ];
    request_to(input.one_of(&templates), path)
}

fn request_to(template: &str, path: &str) -> Request {
    let org = template.parse::<OrgTemplate>().unwrap().org(&"acme".parse().unwrap()).unwrap();
    Request::new(org, Method::Get, path)
}

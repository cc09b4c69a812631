//! What reads others' bytes, and what makes requests of others' values, with odd input.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and clippy exempts only functions marked as tests"
)]

mod answers;
mod links;
mod options;
mod requests;

use okta::client::{Method, Request};
use okta::org::OrgTemplate;
use okta_fuzz::Rng;

/// A GET of an org under one of several kinds of base.
fn request(rng: &mut Rng, path: &str) -> Request {
    let templates = [
        "https://{subdomain}.okta.com",
        "https://id.{subdomain}.example:8443/base/path",
        "http://127.0.0.1:8080/orgs/{subdomain}",
        "http://[::1]/x/{subdomain}/y",
    ];
    request_to(templates[rng.usize(..templates.len())], path)
}

fn request_to(template: &str, path: &str) -> Request {
    let org = template.parse::<OrgTemplate>().unwrap().org(&"acme".parse().unwrap()).unwrap();
    let path = path.to_owned();
    Request { org, method: Method::Get, path, query: Vec::new(), body: None, scope: None }
}

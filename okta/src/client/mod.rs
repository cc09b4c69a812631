//! Okta over HTTP.
//!
//! Nothing here decides what is asked or what an answer means.

mod request;

pub use request::{Method, Request};

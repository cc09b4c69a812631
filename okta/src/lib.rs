//! Okta without PostgreSQL: its resources as data, the plan of a question, and the client that asks.
//!
//! Nothing here knows what a Datum, a Node or a SQLSTATE is; the extension crate translates both ways.
#![forbid(unsafe_code)]

pub mod catalog;
pub mod client;
pub mod decode;
pub mod error;
pub mod import_session;
pub mod org;
pub mod plan;
pub mod scan;
pub mod secret;

pub use error::{Error, Kind};

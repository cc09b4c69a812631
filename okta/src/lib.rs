//! Okta without PostgreSQL: its resources as data, the plan of a question, and the client that asks.
//!
//! Nothing here knows what a Datum, a Node or a SQLSTATE is; the extension crate translates both ways.
//!
//! From a question to its requests:
//!
//! ```
//! use okta::catalog;
//! use okta::plan::{Defaults, Needs, Op, Predicate, PredicateValue, choose};
//!
//! let users = catalog::find("users.users")?;
//! let login = Predicate {
//!     column: "login".to_owned(),
//!     op: Op::Like,
//!     value: PredicateValue::Known(vec!["ada%".to_owned()]),
//! };
//! let plan = choose(users, vec![login], Needs::default(), |_| false)?;
//! let defaults = Defaults { subdomain: Some("acme".parse()?), ..Defaults::default() };
//! let asked = plan.bind(&[], &defaults)?;
//! let requests: Vec<_> = asked
//!     .iter()
//!     .flat_map(|fetches| fetches.iter())
//!     .map(|fetch| fetch.request(Some(200)).to_string())
//!     .collect();
//! assert_eq!(requests, [r#"GET /api/v1/users?search=profile.login sw "ada"&limit=200"#]);
//! # Ok::<(), okta::Error>(())
//! ```
//!
//! From an answer to its rows:
//!
//! ```
//! use okta::decode::{Form, Page, Wanted};
//!
//! let mut wanted = Wanted::default();
//! let login = wanted.add("profile.login", Form::Text);
//! let page = Page::list(br#"[{"id": "00u1", "profile": {"login": "ada"}}]"#, &wanted)?;
//! assert_eq!((page.len(), page.cell(0, login)), (1, Some("ada")));
//! # Ok::<(), serde_json::Error>(())
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

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

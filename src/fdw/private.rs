//! What a plan carries from the planner to the executor: plain data without pointers or secrets, so that
//! plans can be copied, cached and executed again.

use okta::plan::ScanPlan;
use okta::{Error, Kind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The private data of a scan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ScanPrivate {
    pub(crate) plan: ScanPlan,
    /// The attributes that the query needs; the others are left NULL.
    pub(crate) attnums: Vec<i16>,
    /// Rows of a page, where it differs from the table's.
    pub(crate) page_size: Option<u32>,
    /// Whether the plan's predicates are all that the query demands of the table.
    pub(crate) complete: bool,
}

/// The private data of a modification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ModifyPrivate {
    Insert,
    /// The number of the resource's update, and the columns that the statement sets.
    Update {
        number: usize,
        attnums: Vec<i16>,
    },
    Delete,
}

/// The private data of a modification that needs no rows to be read first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DirectPrivate {
    pub(crate) scan: ScanPrivate,
    pub(crate) modify: ModifyPrivate,
    pub(crate) body: Option<String>,
    /// Whether the statement counts the rows, and wants to see them.
    pub(crate) counts: bool,
    pub(crate) returns: bool,
}

/// Private data as text.
pub(crate) fn encode(private: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(private).map_err(|error| broken(&error))
}

/// Private data from its text.
///
/// # Errors
/// When the text is missing or another build's.
pub(crate) fn decode<T: DeserializeOwned>(text: Option<String>) -> Result<T, Error> {
    serde_json::from_str(&text.unwrap_or_default()).map_err(|error| broken(&error))
}

fn broken(error: &serde_json::Error) -> Error {
    Error::new(Kind::CannotAsk, format!("the plan's private data is broken: {error}"))
        .hint("Plan the statement again.")
}

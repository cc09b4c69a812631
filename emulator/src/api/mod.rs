//! The operations of the API, a room a resource: parameters in, answer out.
//!
//! Who may call, how often and how fast was decided before a handler runs.

pub(crate) mod apps;
pub(crate) mod groups;
pub(crate) mod sessions;
pub(crate) mod source_groups;
pub(crate) mod source_users;
pub(crate) mod token;
pub(crate) mod users;

use jiff::Timestamp;

use crate::ids::Ids;
use crate::org::Org;
use crate::refusal::Refusal;
use crate::request::OrgRequest;

/// What a handler works with.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) org: &'a mut Org,
    pub(crate) ids: &'a mut Ids,
    pub(crate) now: Timestamp,
    pub(crate) request: &'a OrgRequest,
    pub(crate) parameters: &'a [String],
}

impl<'a> Call<'a> {
    /// What the path has in place of the n-th `{}`.
    pub(crate) fn path(&self, n: usize) -> &'a str {
        self.parameters.get(n).map_or("", String::as_str)
    }
}

/// What `q` does everywhere: a prefix, without regard to case.
fn starts_with(text: &str, prefix: &str) -> bool {
    text.to_lowercase().starts_with(&prefix.to_lowercase())
}

fn invalid_filter(cause: String) -> Refusal {
    Refusal::new(400, "E0000053", "Invalid SCIM filter.").because(cause)
}

fn invalid_search(cause: String) -> Refusal {
    Refusal::new(400, "E0000031", "Invalid search criteria.").because(cause)
}

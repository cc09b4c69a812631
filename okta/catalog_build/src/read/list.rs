//! The shape of what reads: one object, or a list with its pages and filters.

use indexmap::IndexMap;
use serde::Deserialize;

use super::Text;
use crate::words::Path;

/// Query parameters with their values, in which `{column}` stands for the value of a column.
pub(crate) type Query = IndexMap<String, String>;

/// How one object is asked for, or several ways to do so.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a path, { path = …, query = …, exact = … }, or a list of them"
)]
pub(crate) enum Gets {
    One(PathOrGet),
    Several(Vec<PathOrGet>),
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum PathOrGet {
    Path(Path),
    Get(Get),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Get {
    pub(crate) path: Path,
    #[serde(default)]
    pub(crate) query: Query,
    #[serde(default = "yes")]
    pub(crate) exact: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    pub(crate) path: Path,
    pub(crate) also: Option<Path>,
    #[serde(default)]
    pub(crate) query: Query,
    pub(crate) wrapped: Option<String>,
    pub(crate) page: Option<u32>,
    pub(crate) max: Option<u32>,
    #[serde(default = "limit")]
    pub(crate) limit: String,
    #[serde(default)]
    pub(crate) next: Next,
    #[serde(default)]
    pub(crate) fields: bool,
    #[serde(default = "typical")]
    pub(crate) typical: u32,
    pub(crate) differs: Option<String>,
}

/// The parameter that most lists have for the size of a page.
fn limit() -> String {
    "limit".to_owned()
}

/// Rows that a list is taken to have when nobody knows.
const fn typical() -> u32 {
    100
}

/// Where the address of the next page is found.
#[derive(Deserialize, Default, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Next {
    #[default]
    Link,
    Body,
}

/// A query parameter of a list: one that takes an expression, or one with a meaning of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    #[serde(default)]
    pub(crate) combines: bool,
    pub(crate) all: Option<String>,
    pub(crate) sort: Option<Sort>,
    pub(crate) open: Option<String>,
    pub(crate) equals: Option<Text>,
    pub(crate) from: Option<Text>,
    pub(crate) before: Option<Text>,
    #[serde(default)]
    pub(crate) prefix: Vec<Text>,
}

impl Filter {
    /// Whether it takes an expression.
    pub(crate) fn is_expression(&self) -> bool {
        self.columns().next().is_none()
    }

    /// The columns that it compares where it takes no expression, each after how.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&'static str, &Text)> {
        let one = [("Equals", &self.equals), ("From", &self.from), ("Before", &self.before)];
        let one = one.into_iter().filter_map(|(how, column)| Some((how, column.as_ref()?)));
        one.chain(self.prefix.iter().map(|column| ("Prefix", column)))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sort {
    pub(crate) by: Option<String>,
    pub(crate) order: String,
    #[serde(default = "ascending")]
    pub(crate) ascending: String,
    #[serde(default = "descending")]
    pub(crate) descending: String,
    pub(crate) all: Option<String>,
}

fn ascending() -> String {
    "asc".to_owned()
}

fn descending() -> String {
    "desc".to_owned()
}

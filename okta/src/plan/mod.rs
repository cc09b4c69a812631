//! The plan of a scan: which requests answer a question, and which of its predicates Okta applies.
//!
//! It decides and renders; it neither sends anything nor reads an option. A plan is plain data: it can be
//! copied, cached and executed many times with other values.

mod bind;
mod choose;
mod filter;
pub mod path;
pub mod time;
pub mod write;

pub use bind::{Defaults, Fetch};
pub use choose::choose;

use serde::{Deserialize, Serialize};

use crate::catalog::{self, Resource};
use crate::error::Error;

/// Something the query demands of a column, and that PostgreSQL will check again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predicate {
    /// Catalogue name of the column.
    pub column: String,
    pub op: Op,
    pub value: Value,
}

/// A comparison. All of them are strict: a NULL makes them not true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// Equal to the value, or to one of the values of a list.
    Eq,
    Lt,
    Le,
    Gt,
    Ge,
}

/// The right-hand side of a predicate. Points in time are RFC 3339 in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Known when the query is planned; several for a list, none for a NULL.
    Known(Vec<String>),
    /// The n-th value that is known when the query runs.
    Slot(usize),
}

/// The n-th value of a run, NULLs left out: one element for a scalar, any number for an array.
pub type Slots = [Vec<String>];

/// How a resource will be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanPlan {
    #[serde(rename = "v")]
    version: u8,
    resource: String,
    /// Whether single objects are asked for instead of a collection.
    pub item: bool,
    /// The predicates that choose requests or are sent along.
    pub predicates: Vec<Predicate>,
    /// A number of rows after which nobody will ask for more, when that is certain.
    pub limit: Option<u32>,
}

impl ScanPlan {
    const VERSION: u8 = 1;

    fn new(resource: &Resource, item: bool, predicates: Vec<Predicate>) -> Self {
        Self { version: Self::VERSION, resource: resource.name(), item, predicates, limit: None }
    }

    /// The resource that is read.
    ///
    /// # Errors
    /// When this build's catalogue does not have it.
    pub fn resource(&self) -> Result<&'static Resource, Error> {
        catalog::find(&self.resource)
    }

    /// The path that is asked, with its parameters.
    pub fn path(&self, resource: &Resource) -> &'static str {
        let collection = resource.collection.as_ref().map(|collection| collection.path);
        if self.item { resource.item } else { collection }.unwrap_or_default()
    }

    /// How many objects an item plan asks for, as far as it is known before it runs.
    pub fn item_count(&self) -> f64 {
        let known = self.predicates.iter().map(|predicate| match &predicate.value {
            Value::Known(values) => values.len().max(1) as f64,
            Value::Slot(_) => 1.0,
        });
        known.product()
    }

    fn on<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a Predicate> {
        self.predicates.iter().filter(move |predicate| predicate.column == column)
    }
}

impl Value {
    /// The values, looked up when they are known only now.
    pub fn resolve<'a>(&'a self, slots: &'a Slots) -> &'a [String] {
        match self {
            Self::Known(values) => values,
            Self::Slot(n) => slots.get(*n).map_or(&[], Vec::as_slice),
        }
    }
}

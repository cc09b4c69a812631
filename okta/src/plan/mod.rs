//! The plan of a scan: which requests answer a question, and which of its predicates Okta applies.
//!
//! It decides and renders; it neither sends anything nor reads an option. A plan is plain data: it can be
//! copied, cached and executed many times with other values.

mod bind;
pub mod body;
mod choose;
mod defaults;
mod fetch;
mod filter;
mod key_lists;
mod keys;
pub mod load;
pub mod path;
pub mod time;
pub mod write;

pub use choose::choose;
pub use defaults::{Bound, Defaults, wrong_partition};
pub use fetch::{Fetch, Fetches};

use serde::{Deserialize, Serialize};

use crate::catalog::{self, Item, Resource, Write};
use crate::error::Error;

/// Something the query demands of a column, and that PostgreSQL will check again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predicate {
    /// Catalogue name of the column.
    pub column: String,
    /// The comparison.
    pub op: Op,
    /// The right-hand side.
    pub value: PredicateValue,
}

/// A comparison. All of them are strict: a NULL makes them not true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// Equal to the value, or to one of the values of a list.
    Eq,
    /// Like a pattern, or one of several, as LIKE reads them with `\` for its escape.
    Like,
    /// The same, whatever the case.
    ILike,
    /// Before.
    Lt,
    /// Before, or equal.
    Le,
    /// After.
    Gt,
    /// After, or equal.
    Ge,
}

/// The right-hand side of a predicate. Points in time are RFC 3339 in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PredicateValue {
    /// Known when the query is planned; several for a list, none for a NULL.
    Known(Vec<String>),
    /// The n-th value that is known when the query runs.
    Param(usize),
    /// The same, an array.
    List(usize),
}

/// The n-th value of a run, NULLs left out: one element for a scalar, any number for an array.
pub type Params = [Vec<String>];

/// How a resource will be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanPlan {
    #[serde(rename = "v")]
    version: u8,
    resource: String,
    /// Whether single objects are asked for instead of a collection.
    pub item: bool,
    /// Whether they are asked for by the other of their names.
    other_item: bool,
    /// The predicates that choose requests or are sent along.
    pub predicates: Vec<Predicate>,
    /// Lists of which one predicate at least must hold; sent along.
    any_of: Vec<Vec<Predicate>>,
    /// Columns that the query restricts, perhaps without naming values: what an option gives for them does
    /// not hold then.
    pub restricted: Vec<String>,
    /// What else the query demands, of each list that one predicate at least holds. PostgreSQL alone
    /// checks it, but nothing is asked when it contradicts the rest.
    local_conditions: Vec<Vec<Predicate>>,
    /// Whether nothing that the query names can be asked for: an error once a row is wanted.
    pub asks_nothing: bool,
    /// Pages that the whole collection is expected to have, where that is known.
    pub whole_pages: Option<u32>,
    /// A number of rows after which nobody will ask for more, when that is certain.
    pub limit: Option<u32>,
    /// Whether few rows will probably do: then one request is made at a time.
    pub patient: bool,
    /// Whether every row will certainly be wanted: then the next page is asked for at once.
    pub eager: bool,
    /// The order that Okta is asked for.
    pub order: Option<Order>,
}

/// An order by one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Catalogue name of the column.
    pub column: String,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What a plan costs Okta, as far as it is known before it runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Requests before the first row can come.
    pub startup_calls: f64,
    /// All requests.
    pub calls: f64,
    /// Rows that Okta sends.
    pub rows: f64,
}

/// Parents that a fan-out is taken to have.
const TYPICAL_PARENTS: f64 = 4.0;

impl ScanPlan {
    const VERSION: u8 = 1;

    fn new(resource: &Resource, item: bool, predicates: Vec<Predicate>) -> Self {
        Self {
            version: Self::VERSION,
            resource: resource.name.to_owned(),
            item,
            other_item: false,
            predicates,
            any_of: Vec::new(),
            restricted: Vec::new(),
            local_conditions: Vec::new(),
            asks_nothing: false,
            whole_pages: None,
            limit: None,
            patient: false,
            eager: false,
            order: None,
        }
    }

    /// A plan for a query that names nothing that Okta can be asked for.
    pub fn of_nothing(resource: &Resource, demands: Vec<Vec<Predicate>>) -> Self {
        let plan = Self::new(resource, false, Vec::new());
        Self { local_conditions: demands, asks_nothing: true, ..plan }
    }

    /// Takes over a list of predicates of which one at least must hold. Okta filters by it, if it can by
    /// all of them.
    pub fn filter_by_any(&mut self, resource: &Resource, list: Vec<Predicate>) {
        let filter = resource.collection.as_ref().and_then(|collection| collection.filter.as_ref());
        let combines = filter.is_some_and(|filter| filter.combines);
        if !self.item && combines && list.iter().all(|p| filter::understands(resource, p)) {
            self.any_of.push(list);
        } else {
            self.local_conditions.push(list);
        }
    }

    /// How many of the query's demands choose requests or are sent along.
    pub fn demands(&self) -> usize {
        self.predicates.len() + self.any_of.len()
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
        let item = self.item_of(resource).map(|item| item.path);
        let collection = resource.collection.as_ref().map(|collection| collection.path);
        if self.item { item } else { collection }.unwrap_or_default()
    }

    /// The path of a write to the objects that the plan reads: of those that are named by the other of
    /// their names, it is their own path where it is otherwise that of an object.
    pub fn write_path(&self, resource: &Resource, write: &Write) -> &'static str {
        match (resource.item, resource.other_item) {
            (Some(item), Some(other)) if self.other_item && item.path == write.path => other.path,
            _ => write.path,
        }
    }

    /// Returns whether the query names objects without a doubt, where an endpoint takes either of two names:
    /// Okta's own ids have a form, and what has another one is the other name. What an option names, or what
    /// is known only when the query runs, is in doubt.
    pub fn names_one_way(&self, resource: &Resource) -> bool {
        let (Some(item), Some(other)) = (resource.item, resource.other_item) else { return true };
        let is_name = |p: &&Predicate| {
            let column = p.column.as_str();
            item.key.contains(&column) || other.key.contains(&column)
        };
        let in_doubt = |p: &Predicate| {
            let own_id = other.key.contains(&p.column.as_str());
            let PredicateValue::Known(values) = &p.value else { return true };
            values.iter().any(|value| path::is_okta_id(value) != own_id)
        };
        let mut names = self.predicates.iter().filter(is_name).peekable();
        names.peek().is_some() && !names.any(in_doubt)
    }

    /// The parameters that tell the objects that are asked for from others; none of a list.
    pub fn own_key(&self, resource: &Resource) -> &'static [&'static str] {
        self.item_of(resource).map_or(&[], |item| item.key)
    }

    fn item_of(&self, resource: &Resource) -> Option<Item> {
        let item = if self.other_item { resource.other_item } else { resource.item };
        item.filter(|_| self.item)
    }

    /// What the plan costs. `rows` are those of all the collections that can be asked for; `share` of them
    /// satisfy what Okta filters; `page` rows come in one answer.
    pub fn cost(
        &self,
        resource: &Resource,
        defaults: &Defaults,
        rows: f64,
        share: f64,
        page: Option<u32>,
    ) -> Cost {
        let orgs =
            resource.org_column().map_or(1.0, |column| self.org_count(column.name, defaults));
        let (mut asked, mut parents) = (orgs, 0.0);
        for name in path::parameters(self.path(resource)) {
            let given = defaults.gives(name) && !self.restricts(name);
            if given || self.on(name).next().is_some() {
                asked *= self.value_count(name);
            } else {
                parents = orgs;
                asked *= TYPICAL_PARENTS;
            }
        }
        if self.item {
            return Cost { startup_calls: 1.0 + parents, calls: asked + parents, rows: asked };
        }
        let filtered = !self.any_of.is_empty()
            || self.predicates.iter().any(|p| filter::understands(resource, p));
        let whole = if path::parameters(self.path(resource)).next().is_some() {
            rows / TYPICAL_PARENTS * asked
        } else {
            rows * asked
        };
        let sent = if filtered { whole * share } else { whole };
        let pages = page.map_or(1.0, |page| (sent / asked / f64::from(page)).ceil().max(1.0));
        Cost { startup_calls: 1.0 + parents, calls: asked * pages + parents, rows: sent }
    }

    /// Whether the query restricts a column without naming values.
    fn restricts(&self, column: &str) -> bool {
        self.restricted.iter().any(|name| name == column) && self.on(column).next().is_none()
    }

    /// Whether it is known which orgs to ask.
    pub fn knows_orgs(&self, resource: &Resource, defaults: &Defaults) -> bool {
        let open = |name: &str| self.restricts(name) && !defaults.bound.listed.contains_key(name);
        let known = defaults.allowed.is_some() || defaults.org_url.is_pinned();
        known || resource.org_column().is_none_or(|column| !open(column.name))
    }

    /// How many orgs are asked, one at least.
    fn org_count(&self, column: &str, defaults: &Defaults) -> f64 {
        let listed = defaults.bound.listed.get(column).map(Vec::len);
        let allowed = defaults.allowed.as_ref().map(Vec::len).filter(|_| self.restricts(column));
        match listed.or(allowed) {
            Some(most) if self.on(column).next().is_none() => most.max(1) as f64,
            _ => self.value_count(column),
        }
    }

    /// How many values a column is compared with, one at least.
    fn value_count(&self, column: &str) -> f64 {
        let counts = self.on(column).map(|predicate| match &predicate.value {
            PredicateValue::Known(values) => values.len().max(1) as f64,
            PredicateValue::Param(_) | PredicateValue::List(_) => 1.0,
        });
        counts.reduce(f64::min).unwrap_or(1.0)
    }

    /// Whether the plan's predicates, besides those on the org, are equalities on the keys of a path, and
    /// every key has one or an option.
    pub fn names_exactly(
        &self,
        resource: &Resource,
        template: &'static str,
        given: impl Fn(&str) -> bool,
    ) -> bool {
        let org = resource.org_column().map(|column| column.name);
        let keys: Vec<_> = path::parameters(template).collect();
        self.any_of.is_empty()
            && !self.asks_nothing
            && self.predicates.iter().all(|p| {
                p.op == Op::Eq
                    && (keys.contains(&p.column.as_str()) || org == Some(p.column.as_str()))
            })
            && keys.iter().all(|key| given(key) || self.on(key).next().is_some())
    }

    /// Whether the plan lists all that options let it list.
    pub fn is_whole(&self) -> bool {
        !self.item && !self.asks_nothing && self.demands() == 0 && self.restricted.is_empty()
    }

    /// Whether all rows come from one list, whatever values the plan runs with.
    pub fn is_one_list(&self, resource: &Resource, defaults: &Defaults) -> bool {
        let org = resource.org_column().map(|column| column.name);
        let single = |name: &str| {
            self.on(name)
                .all(|p| matches!(&p.value, PredicateValue::Known(values) if values.len() <= 1))
        };
        !self.item
            && org.is_none_or(|name| single(name) && self.org_count(name, defaults) == 1.0)
            && !(defaults.bound.cuts_orgs && defaults.allowed.is_some())
            && path::parameters(self.path(resource))
                .all(|name| single(name) && self.on(name).next().is_some())
    }

    /// The attribute by which Okta can sort the rows of this plan as PostgreSQL would sort the column.
    pub fn sorts_by(&self, resource: &Resource, column: &str, defaults: &Defaults) -> bool {
        let sorts = resource.collection.as_ref().and_then(|c| c.filter.as_ref()?.sort.as_ref());
        sorts.is_some()
            && self.is_one_list(resource, defaults)
            && resource.attribute(column).is_some_and(|attribute| attribute.sorts)
    }

    fn on<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a Predicate> {
        self.predicates.iter().filter(move |predicate| predicate.column == column)
    }
}

impl PredicateValue {
    /// The values, looked up when they are known only now.
    pub fn resolve<'a>(&'a self, params: &'a Params) -> &'a [String] {
        match self {
            Self::Known(values) => values,
            Self::Param(n) | Self::List(n) => params.get(*n).map_or(&[], Vec::as_slice),
        }
    }
}

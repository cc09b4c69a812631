//! The plan of a scan: which requests answer a question, and which of its predicates Okta applies.
//!
//! It decides and renders; it neither sends anything nor reads an option. A plan is plain data: it can be
//! copied, cached and executed many times with other values.

mod bind;
pub mod body;
mod choose;
mod cost;
mod defaults;
mod fetch;
mod filter;
mod key_lists;
mod keys;
pub mod load;
pub(crate) mod parents;
pub mod path;
mod query;
mod show;
pub mod time;
pub mod write;

pub use choose::{Needs, choose};
pub use cost::Cost;
pub use defaults::{Bound, Defaults, wrong_partition};
pub use fetch::{Fetch, Fetches};

use serde::{Deserialize, Serialize};

use crate::catalog::{Collection, Filter, Item, Query, Resource, Write};

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
    #[serde(with = "by_name")]
    resource: &'static Resource,
    access: Access,
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
    /// What Okta is asked to embed.
    pub expand: Vec<String>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Access {
    /// The list.
    List,
    /// The list of the longer path, which has fewer rows.
    Sublist,
    /// Single objects.
    Item,
    /// Single objects, by the other of their names.
    OtherItem,
    /// The list, and each of its objects by itself, for what a list does not have.
    EachItem,
}

/// A resource as its name.
mod by_name {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::catalog::{self, Resource};

    pub(super) fn serialize<S: Serializer>(
        resource: &&'static Resource,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(resource.name)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<&'static Resource, D::Error> {
        let name = String::deserialize(from)?;
        catalog::find(&name).map_err(|error| D::Error::custom(error.message))
    }
}

/// An order by one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Catalogue name of the column.
    pub column: String,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl ScanPlan {
    fn new(resource: &'static Resource, access: Access) -> Self {
        Self {
            resource,
            access,
            predicates: Vec::new(),
            any_of: Vec::new(),
            restricted: Vec::new(),
            local_conditions: Vec::new(),
            asks_nothing: false,
            whole_pages: None,
            limit: None,
            patient: false,
            eager: false,
            order: None,
            expand: Vec::new(),
        }
    }

    /// A plan for a query that names nothing that Okta can be asked for.
    pub fn of_nothing(resource: &'static Resource, demands: Vec<Vec<Predicate>>) -> Self {
        let plan = Self::new(resource, Access::List);
        Self { local_conditions: demands, asks_nothing: true, ..plan }
    }

    /// Takes over a list of predicates of which one at least must hold. Okta filters by it, if it can by
    /// all of them.
    pub fn filter_by_any(&mut self, list: Vec<Predicate>) {
        let combines = self.filter().is_some_and(|filter| filter.combines);
        if combines && list.iter().all(|p| filter::understands(self.resource, p)) {
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
    pub fn resource(&self) -> &'static Resource {
        self.resource
    }

    /// Whether single objects are asked for instead of a list.
    pub fn is_item(&self) -> bool {
        matches!(self.access, Access::Item | Access::OtherItem | Access::EachItem)
    }

    /// The path that is asked, with its parameters.
    pub fn path(&self) -> &'static str {
        let list = self.resource.collection.as_ref();
        let path = match self.access {
            Access::List => list.map(|list| list.path),
            Access::Sublist => list.and_then(|list| list.also),
            Access::Item | Access::OtherItem | Access::EachItem => {
                self.item().map(|item| item.path)
            }
        };
        path.unwrap_or_default()
    }

    /// The query that is always sent, with its parameters.
    fn query(&self) -> Query {
        match self.item() {
            Some(item) => item.query,
            None => self.list().map_or(&[], |list| list.query),
        }
    }

    /// Every parameter that must have a value before anything can be asked.
    fn parameters(&self) -> impl Iterator<Item = &'static str> {
        demanded(self.resource, self.path(), self.query())
    }

    /// The list that is read; `None` where objects are named.
    fn list(&self) -> Option<&'static Collection> {
        let named = matches!(self.access, Access::Item | Access::OtherItem);
        self.resource.collection.as_ref().filter(|_| !named)
    }

    /// What that list can filter.
    fn filter(&self) -> Option<&'static Filter> {
        self.list()?.filter.as_ref()
    }

    /// The path of a write to the objects that the plan reads: of those that are named by the other of
    /// their names, it is their own path where it is otherwise that of an object.
    pub fn write_path(&self, write: &Write) -> &'static str {
        let by_other = self.access == Access::OtherItem;
        match (self.resource.item, self.resource.other_item) {
            (Some(item), Some(other)) if by_other && item.path == write.path => other.path,
            _ => write.path,
        }
    }

    /// Returns whether the query names objects without a doubt, where an endpoint takes either of two names:
    /// Okta's own ids have a form, and what has another one is the other name. What an option names, or what
    /// is known only when the query runs, is in doubt.
    pub fn names_one_way(&self) -> bool {
        let (Some(item), Some(other)) = (self.resource.item, self.resource.other_item) else {
            return true;
        };
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
    pub fn own_key(&self) -> &'static [&'static str] {
        self.item().map_or(&[], |item| item.key)
    }

    /// What every row of the list has in a column: a get could answer with another object.
    pub fn constants(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let list = self.resource.collection.as_ref().filter(|_| self.is_item());
        let fixed =
            list.into_iter().flat_map(|list| list.query).filter(|(_, text)| !text.contains('{'));
        fixed.filter_map(|(name, text)| Some((self.resource.column(name)?.name, *text)))
    }

    fn item(&self) -> Option<Item> {
        match self.access {
            Access::List | Access::Sublist => None,
            Access::Item | Access::EachItem => self.resource.item,
            Access::OtherItem => self.resource.other_item,
        }
    }

    /// Whether the query restricts a column without naming values.
    fn restricts(&self, column: &str) -> bool {
        self.restricted.iter().any(|name| name == column) && self.on(column).next().is_none()
    }

    /// Whether it is known which orgs to ask.
    pub fn knows_orgs(&self, defaults: &Defaults) -> bool {
        let open = |name: &str| self.restricts(name) && !defaults.bound.listed.contains_key(name);
        let known = defaults.allowed.is_some() || defaults.org_url.is_pinned();
        known || self.resource.org_column().is_none_or(|column| !open(column.name))
    }

    /// Whether the plan's predicates, besides those on the org, are equalities on the keys of a path, and
    /// every key has one or an option.
    pub fn names_exactly(&self, template: &'static str, given: impl Fn(&str) -> bool) -> bool {
        let org = self.resource.org_column().map(|column| column.name);
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
        !self.is_item() && !self.asks_nothing && self.demands() == 0 && self.restricted.is_empty()
    }

    /// Whether all rows come from one list, whatever values the plan runs with.
    fn is_one_list(&self, defaults: &Defaults) -> bool {
        let org = self.resource.org_column().map(|column| column.name);
        let single = |name: &str| {
            self.on(name)
                .all(|p| matches!(&p.value, PredicateValue::Known(values) if values.len() <= 1))
        };
        !self.is_item()
            && org.is_none_or(|name| single(name) && self.org_count(name, defaults) == 1.0)
            && !(defaults.bound.cuts_orgs && defaults.allowed.is_some())
            && self.parameters().all(|name| single(name) && self.on(name).next().is_some())
    }

    /// The attribute by which Okta can sort the rows of this plan as PostgreSQL would sort the column.
    pub fn sorts_by(&self, column: &str, defaults: &Defaults) -> bool {
        self.filter().is_some_and(|filter| filter.sort.is_some())
            && self.is_one_list(defaults)
            && self.resource.attribute(column).is_some_and(|attribute| attribute.sorts)
    }

    fn on<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a Predicate> {
        self.predicates.iter().filter(move |predicate| predicate.column == column)
    }
}

/// Every parameter of a path and its query that must have a value. A column that is a parameter of the query
/// alone need not.
fn demanded(
    resource: &Resource,
    path: &'static str,
    query: Query,
) -> impl Iterator<Item = &'static str> {
    let demanded = |name: &&str| resource.parameters.contains(name);
    path::parameters(path).chain(path::query_parameters(query).filter(demanded))
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

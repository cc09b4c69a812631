//! How a resource is read: one object, a list with its pages and filters, and the parents in its paths.

use super::Resource;

/// Query parameters with their texts, in which `{column}` stands for a value.
pub type Query = &'static [(&'static str, &'static str)];

/// How one object is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// Its `{parameters}` are column names.
    pub path: &'static str,
    /// Query parameters that are sent; `{column}` stands for its value.
    pub query: Query,
    /// The parameters that tell one object from another within its collection: neither the collection's own
    /// nor those that have a parent. Without any there is one object, for the org or for each parent.
    pub key: &'static [&'static str],
    /// Whether the object has the very key that it was asked for by. Where it answers to other names, too,
    /// nothing may be written by a key that was not read.
    pub exact: bool,
}

/// How a resource is listed.
#[derive(Debug)]
pub struct Collection {
    /// The path, with `{parameters}` that are column names.
    pub path: &'static str,
    /// A longer path with fewer rows, for when the values of its parameters are known.
    pub also: Option<&'static str>,
    /// Query parameters that are always sent; `{column}` stands for its value.
    pub query: Query,
    /// The property that holds the rows, where the answer is not the list itself.
    pub wrapped: Option<&'static str>,
    /// Where the address of the next page is found.
    pub next: Next,
    /// Sizes of a page, where the endpoint has pages.
    pub page: Option<PageLimit>,
    /// The parameter that takes expressions, where there is one.
    pub filter: Option<Filter>,
    /// Parameters that take a value.
    pub filter_parameters: &'static [FilterParameter],
    /// Whether the parameter `fields` chooses properties.
    pub fields: bool,
    /// Rows to expect when nothing better is known; only the planner's costs depend on it.
    pub typical_rows: u32,
}

/// Where the address of the next page is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// In the header `Link`, if it is there.
    Link,
    /// In the answer's `_links.next.href`.
    Body,
}

/// Sizes of a page, as Okta documents them.
#[derive(Debug, Clone, Copy)]
pub struct PageLimit {
    /// Query parameter that asks for a size.
    pub parameter: &'static str,
    /// What is asked when no option says otherwise: the largest size that Okta recommends.
    pub default: u32,
    /// The most rows that Okta allows in a page.
    pub max: u32,
}

/// What an endpoint can filter.
#[derive(Debug)]
pub struct Filter {
    /// Query parameter that carries the expression.
    pub parameter: &'static str,
    /// Expression to send when no predicate can be: some endpoints leave out rows without one.
    pub all: Option<&'static str>,
    /// The attributes that an expression may name.
    pub attributes: &'static [FilterAttribute],
    /// The property below which an expression may name any attribute, those of the org's own among them.
    pub open: Option<&'static str>,
    /// Whether expressions can be combined with `and` and `or`.
    pub combines: bool,
    /// How a filtered list is sorted, where it can be.
    pub sort: Option<Sort>,
}

/// The query parameters that sort a list.
#[derive(Debug)]
pub struct Sort {
    /// Parameter that names the attribute, where there is a choice.
    pub by: Option<&'static str>,
    /// Parameter that says in which direction.
    pub order: &'static str,
    /// The value for the order from the least.
    pub ascending: &'static str,
    /// The value for the order from the greatest.
    pub descending: &'static str,
    /// Expression to sort with when there is no other: some endpoints sort only what they filter.
    pub all: Option<&'static str>,
}

/// An attribute that a filter may name.
#[derive(Debug)]
pub struct FilterAttribute {
    /// The column, by its name in the catalogue.
    pub column: &'static str,
    /// Okta's name of it in an expression (case-sensitive there).
    pub name: &'static str,
    /// Whether `eq` is understood.
    pub equals: bool,
    /// Whether `ne` is.
    pub differs: bool,
    /// Whether `gt`, `ge`, `lt` and `le` are.
    pub ranges: bool,
    /// Whether `sw` is.
    pub prefixes: bool,
    /// Whether `co` is.
    pub contains: bool,
    /// Whether Okta sorts by it as PostgreSQL would: points in time that every object has. Text sorts by
    /// other rules in Okta than in any collation of PostgreSQL's.
    pub sorts: bool,
}

/// A query parameter of a list that takes a value and no expression.
#[derive(Debug)]
pub struct FilterParameter {
    /// Its name.
    pub name: &'static str,
    /// How rows are compared with the value.
    pub comparison: Comparison,
    /// The columns that are compared, of which one at least must fit.
    pub columns: &'static [&'static str],
    /// What to send when no predicate can be. `now` and `90 days ago` are points in time.
    pub all: Option<&'static str>,
}

/// How a list compares its rows with the value of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The column is equal to it.
    Equals,
    /// The column is not before it.
    From,
    /// The column is before it.
    Before,
    /// The column begins with it, in whatever case.
    Prefix,
}

/// A parameter, and the column of another resource that lists its values.
#[derive(Debug)]
pub struct ParentColumn {
    /// The parameter, a column of the child.
    pub parameter: &'static str,
    /// The parent.
    pub resource: &'static Resource,
    /// The parent's column.
    pub column: &'static str,
}

impl Collection {
    /// The parameter that takes expressions, where there is one.
    pub fn filter_parameter(&self) -> Option<&'static str> {
        self.filter.as_ref().map(|filter| filter.parameter)
    }
}

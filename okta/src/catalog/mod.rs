//! Okta's resources as data: what each table's columns, paths, filters and writes are.
//!
//! The data stand in `okta/catalog`, a file a service. The build script checks them and makes the statics
//! of them that are included here.

mod column;
pub mod names;

pub use self::column::{Column, Rule, Source, Type};
use crate::client::Method;
use crate::error::{Error, Kind};

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

/// One table of the catalogue.
#[derive(Debug)]
pub struct Resource {
    /// `service.table`, the value of the table option `resource`.
    pub name: &'static str,
    /// Okta's service, which is the remote schema of IMPORT FOREIGN SCHEMA.
    pub service: &'static str,
    /// Name within the service.
    pub table: &'static str,
    /// What the table is, in a line.
    pub about: &'static str,
    /// The columns, in the order in which IMPORT creates them.
    pub columns: &'static [Column],
    /// Every path parameter, the org left out: what a table option may give.
    pub parameters: &'static [&'static str],
    /// How one object is asked for.
    pub item: Option<Item>,
    /// The same by another of its names.
    pub other_item: Option<Item>,
    /// How its objects are listed, where they can be.
    pub collection: Option<Collection>,
    /// Where to find the values of the collection's path parameter when a query gives none.
    pub parent: Option<Parent>,
    /// The call of an INSERT.
    pub insert: Option<Write>,
    /// How rows are loaded into an import session, for a table that does nothing else.
    pub load: Option<Load>,
    /// The calls of an UPDATE.
    pub updates: &'static [Update],
    /// The call of a DELETE.
    pub delete: Option<Write>,
    /// The rate limit that calls count against, as a path with parameters, where it is not one for each
    /// method and pattern of paths.
    pub bucket: Option<&'static str>,
    /// OAuth scope that reads need.
    pub read_scope: &'static str,
    /// OAuth scope that writes need.
    pub write_scope: &'static str,
}

/// How one object is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// Its `{parameters}` are column names.
    pub path: &'static str,
    /// The parameters that tell one object from another within its collection: neither the collection's own
    /// nor the one that has a parent.
    pub key: &'static [&'static str],
}

/// How a resource is listed.
#[derive(Debug)]
pub struct Collection {
    /// The path, with `{parameters}` that are column names.
    pub path: &'static str,
    /// The property that holds the rows, where the answer is not the list itself.
    pub wrapped: Option<&'static str>,
    /// Sizes of a page, where the endpoint has pages.
    pub page: Option<PageLimit>,
    /// What the endpoint filters, where it does.
    pub filter: Option<Filter>,
    /// Rows to expect when nothing better is known; only the planner's costs depend on it.
    pub typical_rows: u32,
}

/// Sizes of a page, as Okta documents them.
#[derive(Debug, Clone, Copy)]
pub struct PageLimit {
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
    /// Whether expressions can be combined with `and` and `or`.
    pub combines: bool,
    /// How a filtered list is sorted, where it can be.
    pub sort: Option<Sort>,
}

/// The query parameters that sort a list.
#[derive(Debug)]
pub struct Sort {
    /// Parameter that names the attribute.
    pub by: &'static str,
    /// Parameter that says in which direction.
    pub order: &'static str,
    /// The value for the order from the least.
    pub ascending: &'static str,
    /// The value for the order from the greatest.
    pub descending: &'static str,
}

/// An attribute that a filter may name.
#[derive(Debug)]
pub struct FilterAttribute {
    /// The column, by its name in the catalogue.
    pub column: &'static str,
    /// Okta's name of it in an expression (case-sensitive there).
    pub name: &'static str,
    /// Whether `gt`, `ge`, `lt` and `le` are understood besides `eq`.
    pub ranges: bool,
    /// Whether `sw` is.
    pub prefixes: bool,
    /// Whether Okta sorts by it as PostgreSQL would: points in time that every object has. Text sorts by
    /// other rules in Okta than in any collation of PostgreSQL's.
    pub sorts: bool,
}

/// A collection that enumerates the values of a path parameter.
#[derive(Debug)]
pub struct Parent {
    /// The path parameter, a column of the child.
    pub parameter: &'static str,
    /// What one such parent is called in a message.
    pub noun: &'static str,
    /// The path of the list.
    pub path: &'static str,
    /// Query parameters of the list.
    pub query: &'static [(&'static str, &'static str)],
    /// Property of the listed object that is the value.
    pub field: &'static str,
    /// Property of the listed object that people know it by.
    pub label: &'static str,
    /// OAuth scope that the list needs.
    pub scope: &'static str,
}

/// One kind of write.
#[derive(Debug, Clone, Copy)]
pub struct Write {
    /// The HTTP method.
    pub method: Method,
    /// The path, with `{parameters}` that are column names.
    pub path: &'static str,
    /// What is sent.
    pub body: Body,
    /// What the write has done, for the list of what a rollback cannot undo.
    pub done: &'static str,
    /// For a call without anything that could be invalid: what to do when Okta says that it is. Then the
    /// state of the object does not allow it.
    pub wrong_state: Option<&'static str>,
    /// The rate limit that it counts against, as a resource has it.
    pub bucket: Option<&'static str>,
}

/// What a write sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// The object of the row's written columns; of an UPDATE those that it sets, and these.
    Object {
        /// Columns that an UPDATE sends whatever it sets.
        always: &'static [&'static str],
    },
    /// An object with the value of one column.
    Value {
        /// The one property of the object.
        property: &'static str,
        /// The column that gives its value.
        column: &'static str,
    },
}

/// An endpoint that takes many rows of an import session at once.
#[derive(Debug)]
pub struct Load {
    /// The path of the POST.
    pub path: &'static str,
    /// The body up to the first entry, and after the last.
    pub open: &'static str,
    /// The body after the last entry.
    pub close: &'static str,
    /// What an entry looks like.
    pub entry: EntryShape,
    /// What is loaded, for the report of an import: one and many.
    pub nouns: (&'static str, &'static str),
    /// Whether it takes away, so that Okta ignores what it does not know.
    pub deletes: bool,
    /// The table whose rows undo those of this one, so that their order counts.
    pub opposite: &'static str,
}

/// The shape of an entry in the body of a [`Load`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryShape {
    /// An object of the row's properties.
    Object,
    /// The value of one column by itself.
    Value {
        /// The column that gives the value.
        column: &'static str,
    },
    /// An object for all rows that have the same value in one column: that value, and the list of their
    /// values in another.
    Grouped {
        /// The column that rows of one object share.
        by: &'static str,
        /// The column whose values the object lists.
        members: &'static str,
    },
}

/// An UPDATE that Okta offers.
#[derive(Debug)]
pub struct Update {
    /// For an action: the one column that is set, and the one value.
    pub sets: Option<(&'static str, &'static str)>,
    /// The call.
    pub write: Write,
}

/// Import sessions, which the loading tables fill.
pub static SESSIONS: &Resource = &IDENTITY_SOURCES_SESSIONS;

/// Finds a resource by its name `service.table`.
///
/// # Errors
/// [`Kind::OptionValue`] when there is none; the hint names the nearest one.
pub fn find(name: &str) -> Result<&'static Resource, Error> {
    let found = BY_NAME.binary_search_by_key(&name, |resource| resource.name);
    found.ok().and_then(|number| BY_NAME.get(number).copied()).ok_or_else(|| {
        let known = RESOURCES.iter().map(|resource| resource.name);
        Error::new(Kind::OptionValue, format!("Okta resource \"{name}\" does not exist"))
            .hint(names::did_you_mean(name, known))
    })
}

/// The resources of a service, none when there is no such service.
pub fn service(name: &str) -> impl Iterator<Item = &'static Resource> {
    RESOURCES.iter().copied().filter(move |resource| resource.service == name)
}

impl Resource {
    /// The column that a foreign table's column of this name stands for, ignoring case and underscores.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| names::is_same(name, column.folded))
    }

    /// The column whose value is the org.
    pub fn org_column(&self) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.source == Source::Org)
    }

    /// Whether paths of the service name objects by what a column holds.
    pub fn is_key(&self, column: &str) -> bool {
        service(self.service).any(|resource| resource.parameters.contains(&column))
    }

    /// The attribute that the endpoint's filter has for a column.
    pub fn attribute(&self, column: &str) -> Option<&'static FilterAttribute> {
        let filter = self.collection.as_ref()?.filter.as_ref()?;
        filter.attributes.iter().find(|attribute| attribute.column == column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_is_found() {
        for resource in RESOURCES {
            assert!(std::ptr::eq(find(resource.name).unwrap(), *resource));
            assert!(resource.org_column().is_some(), "{}", resource.name);
        }
    }

    #[test]
    fn an_unknown_resource_names_the_nearest() {
        let error = find("identity_sources.session").unwrap_err();
        assert!(error.hint.unwrap().contains("identity_sources.sessions"));
    }
}

//! Okta's resources as data: what each table's columns, paths, filters and writes are.
//!
//! A new resource is a new constant in one of the service files. No code here, or anywhere else, asks
//! which resource it is handling.

mod apps;
mod column;
mod identity_sources;
pub mod names;
mod users;

pub use self::column::{Column, Rule, Source, Type};
use self::column::{SUBDOMAIN, json, parameter, text, timestamp};
use crate::client::Method;
use crate::error::{Error, Kind};
use crate::plan::path;

/// One table of the catalogue.
#[derive(Debug)]
pub struct Resource {
    /// Okta's service, which is the remote schema of IMPORT FOREIGN SCHEMA.
    pub service: &'static str,
    /// Name within the service.
    pub table: &'static str,
    /// What the table is, in a line.
    pub about: &'static str,
    pub columns: &'static [Column],
    /// Path of one object; its `{parameters}` are column names.
    pub item: Option<&'static str>,
    /// Another path of the same object, by another of its names.
    pub other_item: Option<&'static str>,
    pub collection: Option<Collection>,
    /// Where to find the values of the collection's path parameter when a query gives none.
    pub parent: Option<Parent>,
    pub insert: Option<Write>,
    /// How many rows travel at once into an import session, for a table that does nothing else.
    pub load: Option<Load>,
    pub updates: &'static [Update],
    pub delete: Option<Write>,
    /// OAuth scope that reads need.
    pub read_scope: &'static str,
    /// OAuth scope that writes need.
    pub write_scope: &'static str,
}

/// How a resource is listed.
#[derive(Debug)]
pub struct Collection {
    pub path: &'static str,
    /// The property that holds the rows, where the answer is not the list itself.
    pub wrapped: Option<&'static str>,
    pub page: Option<PageLimit>,
    pub filter: Option<Filter>,
    /// Rows to expect when nothing better is known; only the planner's costs depend on it.
    pub typical_rows: u32,
}

/// Sizes of a page, as Okta documents them.
#[derive(Debug, Clone, Copy)]
pub struct PageLimit {
    /// What is asked when no option says otherwise: the largest size that Okta recommends.
    pub default: u32,
    pub max: u32,
}

/// What an endpoint can filter.
#[derive(Debug)]
pub struct Filter {
    /// Query parameter that carries the expression.
    pub parameter: &'static str,
    /// Expression to send when no predicate can be: some endpoints leave out rows without one.
    pub all: Option<&'static str>,
    pub attributes: &'static [Attribute],
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
    pub ascending: &'static str,
    pub descending: &'static str,
}

/// An attribute that a filter may name.
#[derive(Debug)]
pub struct Attribute {
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
    pub path: &'static str,
    pub query: &'static [(&'static str, &'static str)],
    /// Property of the listed object that is the value.
    pub field: &'static str,
    /// Property of the listed object that people know it by.
    pub label: &'static str,
    pub scope: &'static str,
}

/// One kind of write.
#[derive(Debug, Clone, Copy)]
pub struct Write {
    pub method: Method,
    pub path: &'static str,
    pub body: Body,
    /// What the write has done, for the list of what a rollback cannot undo.
    pub done: &'static str,
}

/// What a write sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    None,
    /// The object of the row's written columns; of an UPDATE those that it sets, and these.
    Object {
        always: &'static [&'static str],
    },
    /// An object with the value of one column.
    Value {
        property: &'static str,
        column: &'static str,
    },
}

/// An endpoint that takes many rows of an import session at once.
#[derive(Debug)]
pub struct Load {
    pub path: &'static str,
    /// The body up to the first entry, and after the last.
    pub open: &'static str,
    pub close: &'static str,
    pub entry: Entry,
    /// What is loaded, for the report of an import: one and many.
    pub nouns: (&'static str, &'static str),
    /// Whether it takes away, so that Okta ignores what it does not know.
    pub deletes: bool,
    /// The table whose rows undo those of this one, so that their order counts.
    pub opposite: &'static str,
}

/// The shape of an entry in the body of a [`Load`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// An object of the row's properties.
    Object,
    /// The value of one column by itself.
    Value { column: &'static str },
    /// An object for all rows that have the same value in one column: that value, and the list of their
    /// values in another.
    Grouped { by: &'static str, members: &'static str },
}

/// An UPDATE that Okta offers.
#[derive(Debug)]
pub struct Update {
    /// For an action: the one column that is set, and the one value.
    pub sets: Option<(&'static str, &'static str)>,
    pub write: Write,
}

/// Import sessions, which the loading tables fill.
pub static SESSIONS: &Resource = &identity_sources::SESSIONS;

/// Every resource, in the order in which IMPORT FOREIGN SCHEMA creates them.
pub static RESOURCES: &[&Resource] = &[
    &identity_sources::SESSIONS,
    &identity_sources::rows::USERS,
    &identity_sources::rows::GROUPS,
    &identity_sources::rows::GROUP_MEMBERSHIPS,
    &identity_sources::bulk::UPSERT,
    &identity_sources::bulk::DELETE,
    &identity_sources::bulk::GROUPS_UPSERT,
    &identity_sources::bulk::GROUPS_DELETE,
    &identity_sources::bulk::GROUP_MEMBERSHIPS_UPSERT,
    &identity_sources::bulk::GROUP_MEMBERSHIPS_DELETE,
    &users::USERS,
    &apps::APPS,
];

/// Finds a resource by its name `service.table`.
///
/// # Errors
/// [`Kind::OptionValue`] when there is none; the hint names the nearest one.
pub fn find(name: &str) -> Result<&'static Resource, Error> {
    RESOURCES.iter().copied().find(|resource| resource.is_named(name)).ok_or_else(|| {
        let known = RESOURCES.iter().map(|resource| resource.name());
        Error::new(Kind::OptionValue, format!("Okta resource \"{name}\" does not exist"))
            .hint(names::did_you_mean(name, known))
    })
}

/// The resources of a service, none when there is no such service.
pub fn service(name: &str) -> impl Iterator<Item = &'static Resource> {
    RESOURCES.iter().copied().filter(move |resource| resource.service == name)
}

impl Resource {
    /// `service.table`, the value of the table option `resource`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.service, self.table)
    }

    fn is_named(&self, name: &str) -> bool {
        name.split_once('.') == Some((self.service, self.table))
    }

    /// The column that a foreign table's column of this name stands for, ignoring case and underscores.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| names::same(column.name, name))
    }

    /// The column whose value is the org.
    pub fn org_column(&self) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.source == Source::Org)
    }

    /// Every path parameter of the resource, the org left out: what a table option may give.
    pub fn parameters(&self) -> Vec<&'static str> {
        let collection = self.collection.as_ref().map(|collection| collection.path);
        let mut found: Vec<&'static str> = Vec::new();
        let writes = self.insert.into_iter().chain(self.delete).map(|write| write.path);
        let load = self.load.as_ref().map(|load| load.path);
        let items = self.item.into_iter().chain(self.other_item);
        for path in items.chain(collection).chain(writes).chain(load) {
            for parameter in path::parameters(path) {
                if !found.contains(&parameter) {
                    found.push(parameter);
                }
            }
        }
        found
    }

    /// The parameters of an item path that tell one object from another within its collection: neither
    /// the collection's own nor the one that has a parent.
    pub fn own_key(&self, item: &'static str) -> Vec<&'static str> {
        let of_collection = self.collection.as_ref().map_or("", |collection| collection.path);
        let shared: Vec<_> = path::parameters(of_collection).collect();
        let parent = self.parent.as_ref().map(|parent| parent.parameter);
        path::parameters(item)
            .filter(|name| !shared.contains(name) && parent != Some(*name))
            .collect()
    }

    /// Whether paths of the service name objects by what a column holds.
    pub fn is_key(&self, column: &str) -> bool {
        service(self.service).any(|resource| resource.parameters().contains(&column))
    }

    /// The attribute that the endpoint's filter has for a column.
    pub fn attribute(&self, column: &str) -> Option<&'static Attribute> {
        let filter = self.collection.as_ref()?.filter.as_ref()?;
        filter.attributes.iter().find(|attribute| attribute.column == column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_is_consistent() {
        for resource in RESOURCES {
            let name = resource.name();
            assert_eq!(find(&name).unwrap().name(), name);
            for (i, column) in resource.columns.iter().enumerate() {
                let twin = resource.columns[..i].iter().find(|c| names::same(c.name, column.name));
                assert!(twin.is_none(), "{name}.{} stands twice", column.name);
            }
            for parameter in resource.parameters() {
                assert!(resource.column(parameter).is_some(), "{name} lacks {parameter}");
            }
            assert!(resource.org_column().is_some(), "{name} has no org column");
            let writes = resource.insert.iter().chain(&resource.delete);
            for write in writes.chain(resource.updates.iter().map(|update| &update.write)) {
                for parameter in path::parameters(write.path) {
                    assert!(resource.column(parameter).is_some(), "{name} lacks {parameter}");
                }
            }
            for update in resource.updates {
                assert!(update.sets.is_none_or(|(column, _)| resource.column(column).is_some()));
            }
            if let Some(filter) = resource.collection.as_ref().and_then(|c| c.filter.as_ref()) {
                for attribute in filter.attributes {
                    assert!(resource.column(attribute.column).is_some(), "{}", attribute.column);
                }
            }
        }
    }

    #[test]
    fn an_unknown_resource_names_the_nearest() {
        let error = find("identity_sources.session").unwrap_err();
        assert!(error.hint.unwrap().contains("identity_sources.sessions"));
    }

    #[test]
    fn own_key_is_what_the_collection_lacks() {
        for name in ["identity_sources.sessions", "users.users"] {
            let resource = find(name).unwrap();
            assert_eq!(resource.own_key(resource.item.unwrap()), ["id"]);
        }
    }
}

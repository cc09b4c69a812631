//! Okta's resources as data: what each table's columns, paths, filters and writes are.
//!
//! The data stand in `okta/catalog`, a file a service. The build script checks them and makes the statics
//! of them that are included here. `served.rs` says what of them the rest of the code can use today.

mod column;
mod list;
pub mod names;
mod offer;
mod schema;
mod served;
mod write;

use std::hash::{Hash, Hasher};

pub use self::column::{Column, Read, Rule, Source, Type};
pub use self::list::{
    Collection, Comparison, Filter, FilterAttribute, FilterParameter, Item, Next, PageLimit,
    ParentColumn, Query, Sort,
};
pub use self::offer::{Conditions, States};
pub use self::schema::{OKTA, RemoteTable, remote_schemas, remote_tables};
pub use self::write::{Body, EntryShape, Load, Update, Write};
use crate::client::{Accepts, Method};
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
    /// What one row is called in a message.
    pub noun: &'static str,
    /// The column that people know a row by, where there is one.
    pub label: Option<&'static str>,
    /// Other names within the service, which the table option may give, too.
    pub aliases: &'static [&'static str],
    /// The columns, in the order in which IMPORT creates them.
    pub columns: &'static [Column],
    /// Every parameter that chooses what is asked for, the org left out: what a table option may give.
    pub parameters: &'static [&'static str],
    /// How one object is asked for.
    pub item: Option<Item>,
    /// The same by another of its names.
    pub other_item: Option<Item>,
    /// How its objects are listed, where they can be.
    pub collection: Option<Collection>,
    /// Where to find the values of each parameter that a query may leave out. Parents may have parents;
    /// a parameter of theirs that is one of this resource, too, has the same name here.
    pub parents: &'static [ParentColumn],
    /// Codes of errors that mean that there is no row.
    pub none: &'static [&'static str],
    /// The call of an INSERT.
    pub insert: Option<Write>,
    /// How rows are loaded into an import session, for a table that does nothing else.
    pub load: Option<Load>,
    /// The calls of an UPDATE.
    pub updates: &'static [Update],
    /// The call of a DELETE.
    pub delete: Option<Write>,
    /// Path of the JSON schema that has the org's own attributes.
    pub schema: Option<&'static str>,
    /// The rate limit that calls count against, as a path with parameters, where it is not one for each
    /// method and pattern of paths.
    pub bucket: Option<&'static str>,
    /// The label that stands before the org's in the host's name, where the host is not the org's own.
    pub host: Option<&'static str>,
    /// OAuth scopes that reads need, separated by spaces.
    pub read_scope: &'static str,
    /// OAuth scopes that writes need, separated by spaces.
    pub write_scope: &'static str,
    /// The credentials that Okta accepts.
    pub credential: Accepts,
    /// How far Okta has released it.
    pub lifecycle: Lifecycle,
    /// The product that an org must have, where not every org has it.
    pub sku: Option<&'static str>,
}

/// How far Okta has released something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    /// For everybody.
    Ga,
    /// For the orgs that have it.
    LimitedGa,
    /// For the orgs that ask for it.
    Ea,
    /// For trying it out.
    Beta,
}

/// One resource is there for each name.
impl PartialEq for Resource {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Resource {}

impl Hash for Resource {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// Import sessions, which the loading tables fill.
pub static SESSIONS: &Resource = &IDENTITY_SOURCES_SESSIONS;

/// Every resource, in the order in which IMPORT FOREIGN SCHEMA creates them.
pub fn all() -> impl Iterator<Item = &'static Resource> {
    ALL.iter().copied()
}

/// Every resource that is served, in the order in which IMPORT FOREIGN SCHEMA creates them.
pub fn resources() -> impl Iterator<Item = &'static Resource> {
    ALL.iter().copied().filter(|resource| resource.is_served())
}

/// Finds a resource by its name `service.table`, or by an alias, ignoring case and underscores.
///
/// # Errors
/// [`Kind::OptionValue`] when there is none; the hint names the nearest ones.
pub fn find(name: &str) -> Result<&'static Resource, Error> {
    let exact = || BY_NAME.binary_search_by_key(&name, |(known, _)| *known).ok();
    let alike = || {
        let folded = names::folded(name);
        BY_NAME.iter().position(|(known, _)| names::is_same(known, &folded))
    };
    let found = exact().or_else(alike).and_then(|number| BY_NAME.get(number));
    found.map(|(_, resource)| *resource).filter(|resource| resource.is_served()).ok_or_else(|| {
        let known = resources().map(|resource| resource.name);
        Error::new(Kind::OptionValue, format!("Okta resource \"{name}\" does not exist"))
            .hint(names::did_you_mean(name, known))
    })
}

/// The resources of a service, none when there is no such service. Case and underscores do not count.
pub fn service(name: &str) -> impl Iterator<Item = &'static Resource> {
    let folded = names::folded(name);
    resources().filter(move |resource| names::is_same(resource.service, &folded))
}

impl Resource {
    /// The column that a foreign table's column of this name stands for, ignoring case and underscores.
    /// The name of a column goes before that of a property, and this before that of a path parameter.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        let name = names::folded(name);
        let same = |other: &str| names::is_same(other, &name);
        let mut columns = self.served_columns();
        let named = columns.find(|column| column.folded == name);
        named
            .or_else(|| self.served_columns().find(|column| same(column.camel)))
            .or_else(|| self.served_columns().find(|column| column.alias.is_some_and(same)))
    }

    /// The column whose value is the org.
    pub fn org_column(&self) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.source == Source::Org)
    }

    /// Every value that a column is known to have, of one by its name in the catalogue.
    pub fn known_values(&self, column: &str) -> &'static [&'static str] {
        let found = self.columns.iter().find(|known| known.name == column);
        found.map_or(&[], |column| column.values)
    }

    /// The column of another resource that lists the values of a parameter.
    pub fn parent(&self, parameter: &str) -> Option<&'static ParentColumn> {
        self.parents.iter().find(|parent| parent.parameter == parameter)
    }

    /// Whether paths of the service name objects by what a column holds.
    pub fn is_key(&self, column: &str) -> bool {
        service(self.service).any(|resource| resource.parameters.contains(&column))
    }

    /// Whether the list can be filtered by a column in some way.
    pub fn filters_by(&self, column: &str) -> bool {
        let list = self.collection.as_ref();
        let mut parameters = list.into_iter().flat_map(|list| list.filter_parameters);
        self.attribute(column).is_some()
            || parameters.any(|parameter| parameter.columns.contains(&column))
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
        for resource in resources() {
            assert!(std::ptr::eq(find(resource.name).unwrap(), resource));
            assert!(resource.org_column().is_some(), "{}", resource.name);
        }
    }

    #[test]
    fn an_unknown_resource_names_the_nearest() {
        let error = find("identity_sources.session").unwrap_err();
        assert!(error.hint.unwrap().contains("identity_sources.sessions"));
    }
}

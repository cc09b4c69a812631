//! A column of a foreign table: what of Okta's it holds.
//!
//! Its values are converted elsewhere.

use okta::catalog::{self, Resource, Source, names};
use okta::{Error, Kind};
use pgrx::pg_sys;

use super::options;
use crate::pg::foreign;
use crate::pg::relation::Attribute;

/// A column of a foreign table.
pub(crate) struct TableColumn {
    pub(crate) attribute: Attribute,
    pub(crate) meaning: Meaning,
}

/// What a column holds.
pub(crate) enum Meaning {
    /// The org that was asked.
    Org,
    /// A property, as a dotted path.
    Property(String),
    /// The last segment of the address in a property, which is a dotted path.
    Link(&'static str),
    /// A parameter of the path or query, by its catalogue name.
    Parameter(&'static str),
}

impl Meaning {
    fn of(column: &catalog::Column) -> Self {
        match column.source {
            Source::Org => Self::Org,
            Source::Parameter | Source::Query(_) => Self::Parameter(column.name),
            Source::Link(path) => Self::Link(path),
            Source::Property(path) => Self::Property(path.to_owned()),
        }
    }

    /// What the option `field` names: a column of the catalogue, or any other property.
    fn of_field(resource: &'static Resource, field: &str) -> Self {
        resource.by_field(field).map_or_else(|| Self::Property(field.to_owned()), Self::of)
    }
}

impl TableColumn {
    pub(super) fn understand(
        relation: pg_sys::Oid,
        resource: &'static Resource,
        attribute: Attribute,
    ) -> Result<Self, Error> {
        if attribute.generated {
            return Err(generated_column(relation, &attribute.name));
        }
        let options = foreign::column_options(relation, attribute.attnum);
        let meaning = match options::find(&options, "field") {
            Some(field) => Meaning::of_field(resource, field),
            None => match resource.column(&attribute.name) {
                Some(column) => Meaning::of(column),
                None => return Err(unknown_column(relation, resource, &attribute.name)),
            },
        };
        Ok(Self { attribute, meaning })
    }

    /// The catalogue's name of what the column holds, when the catalogue has it.
    pub(crate) fn catalogue_name(&self, resource: &Resource) -> Option<&'static str> {
        self.known(resource).map(|column| column.name)
    }

    /// The column of the catalogue that it is, when the catalogue has it.
    pub(crate) fn known(&self, resource: &Resource) -> Option<&'static catalog::Column> {
        let same = |column: &catalog::Column| match &self.meaning {
            Meaning::Org => column.source == Source::Org,
            Meaning::Link(path) => column.source == Source::Link(path),
            Meaning::Parameter(name) => column.name == *name,
            Meaning::Property(path) => column.property() == Some(path),
        };
        resource.columns.iter().find(|column| same(column))
    }
}

fn generated_column(relation: pg_sys::Oid, name: &str) -> Error {
    let table = foreign::relation_name(relation);
    Error::new(
        Kind::OptionValue,
        format!(
            "column \"{name}\" of foreign table \"{table}\" is generated, and Okta cannot store it"
        ),
    )
    .hint("Drop the column, and compute it in a view.")
}

fn unknown_column(relation: pg_sys::Oid, resource: &Resource, name: &str) -> Error {
    let table = foreign::relation_name(relation);
    let known = resource.served_columns().map(|column| column.name);
    Error::new(
        Kind::OptionValue,
        format!(
            "column \"{name}\" of foreign table \"{table}\" is no property of {}",
            resource.name
        ),
    )
    .hint(format!(
        "{} Another property is named by the column option \"field\".",
        names::did_you_mean(name, known)
    ))
}

//! okta_fdw_comment(): COMMENTs that say what the foreign tables of a schema and their columns are.
//!
//! They are commands like those of the caller, with the same privileges.

use okta::Error;
use okta::catalog::{Column, Read, Resource, Source};
use pgrx::PgLogLevel;

use super::tables::{keys, parent_name};
use crate::error::sqlstate;
use crate::fdw::column::{Meaning, TableColumn};
use crate::fdw::table::Table;
use crate::pg::import_schema::{literal, quoted};
use crate::pg::report::tell;
use crate::pg::{foreign, relation, spi};

/// Comments on the tables of a schema, and returns how many they are. Warns of a table that is not as the
/// wrapper can use it, and passes it by.
pub(crate) fn comment(schema: &str) -> i64 {
    let mut commented = 0;
    for oid in spi::wrapped_tables(foreign::schema_named(schema)) {
        relation::lock(oid);
        if !foreign::is_table(oid) {
            continue;
        }
        match Table::open(oid) {
            Ok(table) => {
                on_table(schema, &table);
                commented += 1;
            }
            Err(error) => warn(&foreign::relation_name(oid), error),
        }
    }
    commented
}

fn warn(table: &str, error: Error) {
    let message = format!("foreign table \"{table}\" gets no comment: {}", error.message);
    tell(PgLogLevel::WARNING, sqlstate(error.kind), message, error.hint);
}

fn on_table(schema: &str, table: &Table) {
    let resource = table.resource;
    let name = format!("{}.{}", quoted(schema), quoted(&table.name()));
    let about = literal(&format!("{} ({})", resource.about, resource.name));
    spi::run(&format!("COMMENT ON FOREIGN TABLE {name} IS {about}"));
    for column in &table.columns {
        let about = literal(&about_column(resource, column));
        let column = quoted(&column.attribute.name);
        spi::run(&format!("COMMENT ON COLUMN {name}.{column} IS {about}"));
    }
}

fn about_column(resource: &Resource, column: &TableColumn) -> String {
    let name = column.catalogue_name(resource);
    match (name.and_then(|name| resource.column(name)), &column.meaning) {
        (Some(known), _) => about_known(resource, known),
        (None, Meaning::Property(path)) => property(path),
        (None, _) => "no property".to_owned(),
    }
}

fn about_known(resource: &Resource, column: &Column) -> String {
    let name = column.name;
    let mut about = vec![source(column)];
    if keys(resource).any(|key| key == name) {
        about.push("key".to_owned());
    }
    if let Some(parent) = resource.parents.iter().find(|parent| parent.parameter == name) {
        about.push(format!("its values come from {}", parent_name(parent)));
    }
    if let Some(kinds) = resource.conditions().get(name) {
        about.push(format!("filtered by Okta: {}", kinds.join(", ")));
    }
    let notes = [
        (resource.sorted().any(|sorted| sorted == name), "sorted by Okta"),
        (resource.required().any(|required| required.name == name), "INSERT needs it"),
        (column.is_write_only(), "written only"),
        (column.read == Read::Insert, "shown by RETURNING of INSERT only"),
        (resource.shows_secret(column), "secret"),
    ];
    let notes = notes.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| note.to_owned());
    about.extend(notes);
    about.join("; ")
}

fn source(column: &Column) -> String {
    match column.source {
        Source::Org => "the org".to_owned(),
        Source::Property(path) => property(path),
        Source::Link(path) => format!("last segment of the link {path}"),
        Source::Parameter => format!("path parameter {}", column.alias.unwrap_or(column.camel)),
        Source::Query(parameter) => format!("query parameter {parameter}"),
    }
}

fn property(path: &str) -> String {
    if path == "$" { "the whole object".to_owned() } else { format!("property {path}") }
}

//! The rows of okta_fdw_tables(): what the catalogue says of each table.

use okta::catalog::{self, Resource};
use okta::plan::path;
use pgrx::JsonB;

use crate::pg::encoding;

/// A table, in the order of the columns of the SQL function.
pub(crate) type TableRow = (
    String,         // service
    String,         // table
    Vec<String>,    // columns
    Vec<String>,    // keys
    Vec<String>,    // verbs
    Vec<String>,    // scopes
    String,         // about
    String,         // flat_name
    Vec<String>,    // aliases
    bool,           // singleton
    JsonB,          // parents
    Vec<String>,    // required
    JsonB,          // states
    JsonB,          // filtered
    Vec<String>,    // sorted
    Vec<String>,    // credentials
    String,         // lifecycle
    Option<String>, // sku
    Option<i64>,    // max_page
    Option<i64>,    // typical_calls
);

/// Every table of the catalogue.
pub(crate) fn tables() -> impl Iterator<Item = TableRow> {
    catalog::resources().map(row)
}

fn row(resource: &'static Resource) -> TableRow {
    let verbs = resource.verbs();
    let max_page = resource.collection.as_ref().and_then(|list| list.page).map(|page| page.max);
    (
        resource.service.to_owned(),
        resource.table.to_owned(),
        owned(resource.served_columns().map(|column| column.name)),
        owned(keys(resource)),
        owned(verbs.iter().copied()),
        owned(scopes(resource, &verbs)),
        encoding::message(resource.about.to_owned()),
        resource.flat_name(),
        owned(resource.aliases.iter().copied()),
        resource.is_singleton(),
        object(resource.parents.iter().map(|parent| (parent.parameter, parent_name(parent)))),
        owned(resource.required().map(|column| column.name)),
        object(
            resource.states().into_iter().map(|(column, states)| {
                (column, states.into_iter().collect::<serde_json::Value>())
            }),
        ),
        object(resource.conditions().into_iter()),
        owned(resource.sorted()),
        owned(resource.credential.kinds().iter().copied()),
        resource.lifecycle.word().to_owned(),
        resource.sku.map(str::to_owned),
        max_page.map(i64::from),
        resource.typical_calls().map(|calls| i64::try_from(calls).unwrap_or(i64::MAX)),
    )
}

/// The columns that name one row in a path.
pub(super) fn keys(resource: &Resource) -> impl Iterator<Item = &'static str> {
    let path = resource.item.map(|item| item.path).or(resource.delete.map(|write| write.path));
    path.into_iter().flat_map(path::parameters)
}

/// The relation and its column that list the values of a parameter.
pub(super) fn parent_name(parent: &catalog::ParentColumn) -> String {
    format!("{}.{}", parent.resource.name, parent.column)
}

fn scopes(resource: &Resource, verbs: &[&str]) -> Vec<&'static str> {
    let reads = verbs.contains(&"SELECT").then_some(resource.read_scope);
    let writes = verbs.iter().any(|verb| *verb != "SELECT").then_some(resource.write_scope);
    // Calls without OAuth have none.
    reads.into_iter().chain(writes).filter(|scope| !scope.is_empty()).collect()
}

fn owned<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

fn object(
    entries: impl Iterator<Item = (impl Into<String>, impl Into<serde_json::Value>)>,
) -> JsonB {
    JsonB(entries.collect())
}

//! IMPORT FOREIGN SCHEMA: the tables of one of Okta's services, or of all, as CREATE FOREIGN TABLE commands.
//!
//! They are written from the catalogue; Okta is not asked. PostgreSQL drops the commands for tables that
//! LIMIT TO and EXCEPT leave out; here they say which tables the options are for.

use okta::Error;
use okta::catalog::{self, RemoteTable, Resource, names};
use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::options::{self, Import};
use crate::pg::import_schema::{Filter, ImportStatement, literal, quoted};
use crate::pg::report::{raise_as, tell};

/// The commands for a remote schema.
///
/// # Errors
/// Those of [`options::import`]; that there is no such schema is raised as HV00Q.
pub(crate) fn commands(statement: &ImportStatement) -> Result<Vec<String>, Error> {
    let tables = catalog::remote_tables(&statement.remote_schema);
    if tables.is_empty() {
        unknown_schema(&statement.remote_schema);
    }
    warn_of_unknown_tables(statement, &tables);
    let chosen: Vec<_> = tables.iter().flat_map(|table| chosen(table, &statement.filter)).collect();
    let resources: Vec<_> = chosen.iter().map(|(_, resource)| *resource).collect();
    let options = options::import(&statement.options, &resources)?;
    let commands = chosen.iter().map(|(name, r)| create(name, r, &statement.server, &options));
    Ok(commands.collect())
}

fn unknown_schema(name: &str) -> ! {
    let hint = names::did_you_mean(name, catalog::remote_schemas().into_iter());
    raise_as(
        PgSqlErrorCode::ERRCODE_FDW_SCHEMA_NOT_FOUND,
        format!("Okta has no service \"{name}\""),
        Some(format!("{hint} The schema \"{}\" has the tables of every service.", catalog::OKTA)),
    )
}

/// The names under which a table is imported. An alias is one only where LIMIT TO says so.
fn chosen<'a>(
    table: &'a RemoteTable,
    filter: &'a Filter,
) -> impl Iterator<Item = (&'a str, &'static Resource)> {
    let names = std::iter::once(&table.name).chain(&table.aliases).map(String::as_str);
    let names: Vec<_> = match filter {
        Filter::None => vec![table.name.as_str()],
        Filter::LimitTo(wanted) => names.filter(|name| has(wanted, name)).collect(),
        Filter::Except(unwanted) if names.clone().any(|name| has(unwanted, name)) => Vec::new(),
        Filter::Except(_) => vec![table.name.as_str()],
    };
    names.into_iter().map(|name| (name, table.resource))
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|other| other == name)
}

/// Warns of tables that LIMIT TO or EXCEPT names and that are not there. To PostgreSQL they are no error.
fn warn_of_unknown_tables(statement: &ImportStatement, tables: &[RemoteTable]) {
    let known = || tables.iter().flat_map(|t| std::iter::once(&t.name).chain(&t.aliases));
    for name in statement.filter.names() {
        if known().all(|other| other != name) {
            tell(
                PgLogLevel::WARNING,
                PgSqlErrorCode::ERRCODE_FDW_TABLE_NOT_FOUND,
                format!("remote schema \"{}\" has no table \"{name}\"", statement.remote_schema),
                Some(names::did_you_mean(name, known())),
            );
        }
    }
}

fn create(name: &str, resource: &Resource, server: &str, import: &Import) -> String {
    let columns = resource.spelled(import.style).into_iter();
    let columns = columns.filter(|(_, column)| import.secrets || !resource.shows_secret(column));
    let columns = columns.map(|(name, column)| {
        // Also where the name would do: it may be changed later.
        let field = literal(resource.field(column));
        format!("    {} {} OPTIONS (field {field})", quoted(&name), column.kind.sql_name())
    });
    let columns: Vec<_> = columns.collect();
    let mut options = vec![format!("resource {}", literal(resource.name))];
    let own = resource.parameters;
    let own = import.parameters.iter().filter(|(name, _)| own.contains(&name.as_str()));
    options.extend(own.map(|(name, value)| format!("{} {}", quoted(name), literal(value))));
    format!(
        "CREATE FOREIGN TABLE {} (\n{}\n) SERVER {server} OPTIONS ({})",
        quoted(name),
        columns.join(",\n"),
        options.join(", ")
    )
}

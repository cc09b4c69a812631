//! IMPORT FOREIGN SCHEMA: the tables of one of Okta's services as CREATE FOREIGN TABLE commands.
//!
//! They are written from the catalogue; Okta is not asked.

use okta::Error;
use okta::catalog::{self, Resource, names};
use pgrx::PgSqlErrorCode;

use super::options;
use crate::pg::foreign::Options;
use crate::pg::import_schema::{ImportStatement, literal, quoted};
use crate::pg::report::raise_as;

/// The commands for a service.
///
/// # Errors
/// Those of [`options::import`]; that there is no such service is raised as HV00Q.
pub(crate) fn commands(statement: &ImportStatement) -> Result<Vec<String>, Error> {
    let (style, parameters) = options::import(&statement.options)?;
    let resources: Vec<_> = catalog::service(&statement.remote_schema).collect();
    if resources.is_empty() {
        let mut known: Vec<_> = catalog::resources().map(|resource| resource.service).collect();
        known.dedup();
        raise_as(
            PgSqlErrorCode::ERRCODE_FDW_SCHEMA_NOT_FOUND,
            format!("Okta has no service \"{}\"", statement.remote_schema),
            Some(names::did_you_mean(&statement.remote_schema, known.into_iter())),
        );
    }
    Ok(resources.into_iter().map(|r| create(r, statement, style, &parameters)).collect())
}

fn create(
    resource: &Resource,
    statement: &ImportStatement,
    style: names::Style,
    given: &Options,
) -> String {
    let columns = resource.served_columns().map(|column| {
        // Also where the name would do: it may be changed later.
        let field = literal(column.property().unwrap_or(column.name));
        let name = quoted(&column.spell(style));
        format!("    {name} {} OPTIONS (field {field})", column.kind.sql_name())
    });
    let columns: Vec<_> = columns.collect();
    let mut options = vec![format!("resource {}", literal(resource.name))];
    let own = resource.parameters;
    let ours = given.iter().filter(|(name, _)| own.contains(&name.as_str()));
    options.extend(ours.map(|(name, value)| format!("{} {}", quoted(name), literal(value))));
    format!(
        "CREATE FOREIGN TABLE {} (\n{}\n) SERVER {} OPTIONS ({})",
        quoted(resource.table),
        columns.join(",\n"),
        statement.server,
        options.join(", ")
    )
}

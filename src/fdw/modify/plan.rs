//! Planning of INSERT, UPDATE and DELETE: what Okta offers for a statement, or that it offers nothing.
//!
//! No request is made here.

use okta::Error;
use okta::Kind;
use okta::catalog::{self, Resource, Update};
use okta::plan::body::{self, Subject};
use okta::plan::path;
use pgrx::{PgSqlErrorCode, pg_sys};
use serde_json::Value;

use super::super::column::{Meaning, TableColumn};
use super::super::options;
use super::super::private::ModifyPrivate;
use super::super::rows::constant_value;
use super::super::table::Table;
use crate::pg::foreign;
use crate::pg::modify_plan::{ModifyRequest, Operation, UpdateTarget};
use crate::pg::report::raise_as;

/// The writes that the catalogue and the options allow, as IsForeignRelUpdatable's bits. An ill-declared
/// table allows none: `information_schema` looks at every table, so that one must not fail it.
pub(crate) fn updatable(relation: pg_sys::Oid) -> i32 {
    let table = foreign::table(relation);
    let Some(server) = foreign::server_if_any(table.server) else { return 0 };
    let resource = options::find(&table.options, "resource").map(catalog::find);
    let updatable = options::updatable(&server.options, &table.options);
    let (Some(Ok(resource)), Ok(true)) = (resource, updatable) else { return 0 };
    let offers = [
        (Operation::Insert, resource.insert.is_some() || resource.load.is_some()),
        (Operation::Update, !resource.updates.is_empty()),
        (Operation::Delete, resource.delete.is_some()),
    ];
    let allowed = offers.iter().filter(|(_, offered)| *offered && resource.is_written());
    allowed.map(|(operation, _)| operation.bit()).sum()
}

/// Adds junk columns for the keys of each row, by which Okta names it.
pub(crate) fn add_targets(target: UpdateTarget) -> Result<(), Error> {
    let table = Table::open(target.relation())?;
    if let Some(name) = missing_key(&table) {
        let message = format!("foreign table \"{}\" has no column {name}", table.name());
        return Err(Error::new(Kind::CannotAsk, message)
            .hint("Okta names the rows to write by it: add the column, or leave it to a table that has it."));
    }
    for (name, column) in key_columns(&table) {
        let attribute = &column.attribute;
        let name = junk_name(name, column);
        target.add_column(attribute.attnum, attribute.type_oid, attribute.typmod, &name);
    }
    if target.returns_deleted() {
        target.add_whole_row();
    }
    Ok(())
}

/// A key that neither a column nor an option of the table gives.
fn missing_key(table: &Table) -> Option<&'static str> {
    let write = table.resource.delete.or(table.resource.updates.first().map(|u| u.write));
    path::parameters(write?.path)
        .find(|name| table.column_for(name).is_none() && !table.defaults.gives(name))
}

/// The columns of the table that tell its rows apart, by catalogue name.
pub(super) fn key_columns(table: &Table) -> impl Iterator<Item = (&'static str, &TableColumn)> {
    let org = table.resource.org_column().map(|column| column.name);
    let names = table.resource.parameters.iter().copied().chain(org);
    names.filter_map(|name| Some((name, table.column_for(name)?)))
}

/// PostgreSQL shares junk columns among partitions by name, and wants those of a name to be the
/// same column.
pub(super) fn junk_name(name: &str, column: &TableColumn) -> String {
    let attribute = &column.attribute;
    format!("okta {name} {} {} {}", attribute.attnum, attribute.type_oid.to_u32(), attribute.typmod)
}

/// Plans a modification.
///
/// # Errors
/// [`Kind::Invalid`] for a constant that Okta would refuse, before anything is read; what Okta does not
/// offer is raised as 0A000.
pub(crate) fn plan(request: ModifyRequest) -> Result<ModifyPrivate, Error> {
    let table = Table::open(request.relation())?;
    if request.on_conflict() {
        raise_as(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            format!("foreign table \"{}\" does not support ON CONFLICT", table.name()),
            Some("Okta has no such request. Look first, or handle the error.".to_owned()),
        );
    }
    Ok(match request.operation() {
        Some(Operation::Update) => planned_update(&table, request)?,
        Some(Operation::Delete) => ModifyPrivate::Delete,
        _ => ModifyPrivate::Insert,
    })
}

/// The update of the catalogue that an UPDATE statement asks for. A value that is known only when the
/// row comes is looked at then.
fn planned_update(table: &Table, request: ModifyRequest) -> Result<ModifyPrivate, Error> {
    let attnums = request.assigned();
    let updates = table.resource.updates.iter();
    let fits = |update: &Update| match update.sets {
        Some(action) => is_action(table, request, &attnums, action),
        None => attnums.iter().all(|attnum| is_sent(table, update, *attnum)),
    };
    let number = updates.clone().position(fits).unwrap_or_else(|| refuse_update(table));
    body::object(table.resource, constants(table, request)?, Vec::new(), Subject::Known(None))?;
    Ok(ModifyPrivate::Update { number, attnums })
}

/// The constants that an UPDATE sets properties to. Those of types that have a form of their own at Okta
/// are brought into it when the row comes.
pub(crate) fn constants(
    table: &Table,
    request: ModifyRequest,
) -> Result<Vec<(String, Value)>, Error> {
    let mut constants = Vec::new();
    for attnum in request.assigned() {
        if let Some((column, constant)) = table.column(attnum).zip(request.constant(attnum))
            && let Meaning::Property(property) = &column.meaning
            && let Some(value) = constant_value(table.resource, column, constant.0.as_deref())?
        {
            constants.push((property.clone(), value));
        }
    }
    Ok(constants)
}

/// Whether a statement sets the one column of an action, and nothing else that is known not to be its
/// value.
fn is_action(
    table: &Table,
    request: ModifyRequest,
    attnums: &[i16],
    (column, value): (&str, &str),
) -> bool {
    let [attnum] = attnums else { return false };
    let name = table.column(*attnum).and_then(|column| column.catalogue_name(table.resource));
    let constant = request.constant(*attnum);
    name == Some(column) && constant.is_none_or(|given| given.0.as_deref() == Some(value))
}

/// Whether an update sends a column, and does not name its object by it.
fn is_sent(table: &Table, update: &Update, attnum: i16) -> bool {
    let Some(column) = table.column(attnum) else { return false };
    let key = column
        .catalogue_name(table.resource)
        .is_some_and(|name| path::parameters(update.write.path).any(|parameter| parameter == name));
    !key && is_written(table.resource, column)
}

/// Whether a column is part of what is written: the catalogue says so, or it is a property within one
/// that is.
pub(super) fn is_written(resource: &Resource, column: &TableColumn) -> bool {
    let Meaning::Property(property) = &column.meaning else { return false };
    let known = resource.columns.iter().find(|c| c.property() == Some(property));
    match known {
        Some(known) => known.rule.written,
        None => resource.columns.iter().any(|c| {
            let holds =
                |path: &str| property.strip_prefix(path).is_some_and(|p| p.starts_with('.'));
            c.rule.written && c.property().is_some_and(holds)
        }),
    }
}

/// Raises that Okta has no request for an UPDATE.
pub(super) fn refuse_update(table: &Table) -> ! {
    let offered = table.resource.updates.iter().map(|update| match update.sets {
        Some((column, value)) => format!("SET {column} = '{value}'"),
        None => {
            let sent = table.columns.iter().filter(|c| is_sent(table, update, c.attribute.attnum));
            let names: Vec<_> = sent.map(|column| column.attribute.name.as_str()).collect();
            format!("SET of {}", names.join(", "))
        }
    });
    let offered: Vec<_> = offered.collect();
    raise_as(
        PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
        format!("Okta offers no such update of {}", table.resource.name),
        (!offered.is_empty()).then(|| format!("It offers: {}.", offered.join(", "))),
    )
}

/// The write of the catalogue that a modification makes.
pub(crate) fn write_of(resource: &Resource, what: &ModifyPrivate) -> Option<catalog::Write> {
    match what {
        ModifyPrivate::Insert => resource.insert,
        ModifyPrivate::Update { number, .. } => {
            resource.updates.get(*number).map(|update| update.write)
        }
        ModifyPrivate::Delete => resource.delete,
    }
}

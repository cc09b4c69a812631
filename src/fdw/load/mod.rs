//! INSERT into the tables that load an import session: rows become entries, and entries calls.
//!
//! It reads and checks rows. Sessions and calls are the transaction's, in `transaction`.

mod end;
mod report;
mod session;
pub(crate) mod transaction;
pub(crate) mod wait;

use std::sync::Arc;

use okta::Error;
use okta::catalog::Load;
use okta::client::Meter;
use okta::plan::load::LoadRow;
use okta::plan::path;
use pgrx::pg_sys;

use super::column::Meaning;
use super::rows::json_value;
use super::statement;
use super::table::Table;
use crate::pg::modify::ResultRel;
use crate::pg::slot::Slot;
use transaction::LoadTarget;

/// An INSERT into a loading table, in execution.
pub(crate) struct Loading {
    table: Table,
    load: &'static Load,
    user: pg_sys::Oid,
    meter: Arc<Meter>,
}

impl Loading {
    /// Prepares an INSERT, if the resource is one that loads. No request is made.
    pub(crate) fn begin(rel: ResultRel) -> Result<Option<Self>, Error> {
        let table = Table::open(rel.relation())?;
        let Some(load) = table.resource.load.as_ref() else { return Ok(None) };
        Ok(Some(Self { load, user: rel.user(), meter: statement::meter(), table }))
    }

    /// What the statement has cost so far.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Takes a row. It is sent when its batch is full, or at the end.
    pub(crate) fn insert(&self, slot: Slot) -> Result<(), Error> {
        let row = self.row(slot)?;
        let target = LoadTarget {
            server: &self.table.server,
            user: self.user,
            resource: self.table.resource,
            load: self.load,
            org: self.org(slot)?,
            source: self.parameter(slot, "identity_source_id")?,
            session: self.parameter(slot, "session_id")?,
        };
        transaction::add(&target, row, &self.meter)
    }

    /// Ends the statement: what goes into a session that it named itself is sent now.
    pub(crate) fn end(&self) -> Result<(), Error> {
        transaction::end_statement(&self.meter)
    }

    fn org(&self, slot: Slot) -> Result<okta::org::Org, Error> {
        let column = self.table.columns.iter().find(|c| matches!(c.meaning, Meaning::Org));
        let name = column.and_then(|column| slot.text(column.attribute.attnum));
        self.table.row_org(name.as_deref())
    }

    /// The value of a path parameter: that of the row, else that of an option.
    fn parameter(&self, slot: Slot, name: &str) -> Result<Option<String>, Error> {
        let column = self.table.column_for(name);
        let value = column.and_then(|column| slot.text(column.attribute.attnum));
        value.iter().try_for_each(|value| path::check_key(name, value))?;
        Ok(value.or_else(|| self.table.defaults.parameter(name).map(str::to_owned)))
    }

    /// The row's entry, checked by Okta's rules.
    fn row(&self, slot: Slot) -> Result<LoadRow, Error> {
        let mut values = Vec::new();
        for column in &self.table.columns {
            if let Meaning::Property(path) = &column.meaning
                && let Some(value) = json_value(self.table.resource, column, slot)?
            {
                values.push((path.clone(), value));
            }
        }
        LoadRow::build(self.table.resource, self.load, values)
    }
}

//! What an INSERT, UPDATE or DELETE is carried out by: requests row by row, or batches into a session.
//!
//! The catalogue says which of the two a resource has.

use okta::Error;
use okta::client::Meter;
use okta::plan::load::MOST_ENTRIES;

use super::load::Loading;
use super::modify::Modify;
use super::private::ModifyPrivate;
use super::table::Table;
use crate::pg::modify::ResultRel;
use crate::pg::slot::Slot;

/// A write in execution.
pub(crate) enum Writer {
    Rows(Box<Modify>),
    Loading(Box<Loading>),
}

/// The rows that PostgreSQL may hand over at once: as many as one call takes, unless somebody looks at
/// each of them.
pub(crate) fn batch_size(rel: ResultRel) -> Result<i32, Error> {
    let loads = Table::open(rel.relation())?.resource.load.is_some();
    let most = i32::try_from(MOST_ENTRIES).unwrap_or(1);
    Ok(if loads && !rel.shows_row() && !rel.has_insert_triggers() { most } else { 1 })
}

impl Writer {
    /// Prepares a write. No request is made.
    pub(crate) fn begin(
        rel: ResultRel,
        what: ModifyPrivate,
        junk_column: impl Fn(&str) -> Option<i16>,
        whole_row: Option<i16>,
    ) -> Result<Self, Error> {
        if let Some(loading) = Loading::begin(rel)? {
            return Ok(Self::Loading(Box::new(loading)));
        }
        Ok(Self::Rows(Box::new(Modify::begin(rel, what, junk_column, whole_row)?)))
    }

    /// What the write has cost so far.
    pub(crate) fn meter(&self) -> &Meter {
        match self {
            Self::Rows(modify) => modify.meter(),
            Self::Loading(loading) => loading.meter(),
        }
    }

    /// Inserts a row.
    pub(crate) fn insert(&mut self, rel: ResultRel, slot: Slot) -> Result<(), Error> {
        match self {
            Self::Rows(modify) => modify.insert(rel, slot),
            Self::Loading(loading) => rel.in_row_memory(|| loading.insert(slot)),
        }
    }

    /// Updates or deletes a row, and returns whether there was one.
    pub(crate) fn change(&mut self, rel: ResultRel, slot: Slot, from: Slot) -> Result<bool, Error> {
        match self {
            Self::Rows(modify) => modify.change(rel, slot, from),
            Self::Loading(_) => Ok(false),
        }
    }

    /// Ends the statement.
    pub(crate) fn end(&self) -> Result<(), Error> {
        match self {
            Self::Rows(_) => Ok(()),
            Self::Loading(loading) => loading.end(),
        }
    }
}

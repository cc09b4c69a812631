//! INSERT, UPDATE and DELETE row by row: a row is a request, and its answer the row as it is afterwards.
//!
//! Which requests a resource has stands in the catalogue. A write is sent once, when its row comes.

mod plan;
mod send;

use std::collections::HashSet;

use okta::catalog::{self, Body};
use okta::client::{Answer, Caller, Meter, Request};
use okta::org::Org;
use okta::plan::body::{self, Subject};
use okta::plan::{path, write};
use okta::scan;
use okta::{Error, Kind};
use pgrx::PgSqlErrorCode;
use serde_json::Value;

pub(crate) use self::plan::{add_targets, constants, plan, updatable, write_of};
use self::plan::{is_written, junk_name, key_columns, refuse_update};
pub(crate) use self::send::{decode, gone_is_no_row, send_writes};
use super::column::Meaning;
use super::private::ModifyPrivate;
use super::rows::{Outputs, json_value};
use super::table::Table;
use super::{clients, statement};
use crate::pg::modify::{ResultRel, store_whole_row};
use crate::pg::report::raise_as;
use crate::pg::slot::Slot;

/// A modification in execution.
pub(crate) struct Modify {
    table: Table,
    what: ModifyPrivate,
    caller: Caller,
    outputs: Option<Outputs>,
    /// The junk columns that hold the keys, by catalogue name.
    keys: Vec<(&'static str, i16)>,
    whole_row: Option<i16>,
    /// The only parent of each org, looked up once a statement.
    parents: Vec<(Org, String)>,
    /// Org and path of each row that was updated or deleted.
    changed: HashSet<(String, String)>,
}

impl Modify {
    /// Prepares a modification. No request is made. `junk_column` finds the column of a name in the rows
    /// that the modification will be given.
    pub(crate) fn begin(
        rel: ResultRel,
        what: ModifyPrivate,
        junk_column: impl Fn(&str) -> Option<i16>,
        whole_row: Option<i16>,
    ) -> Result<Self, Error> {
        let table = Table::open(rel.relation())?;
        let keys = key_columns(&table);
        let keys = keys.filter_map(|(name, c)| Some((name, junk_column(&junk_name(name, c))?)));
        let keys = keys.collect();
        let client = clients::client(&table.server, rel.user())?;
        let caller = Caller::new(client, statement::meter());
        let (outputs, parents) = (None, Vec::new());
        let changed = HashSet::new();
        Ok(Self { table, what, caller, outputs, keys, whole_row, parents, changed })
    }

    /// What the modification has cost so far.
    pub(crate) fn meter(&self) -> &Meter {
        self.caller.meter()
    }

    /// Inserts the row in the slot, which holds it as Okta made it afterwards.
    pub(crate) fn insert(&mut self, rel: ResultRel, slot: Slot) -> Result<(), Error> {
        let resource = self.table.resource;
        let Some(insert) = resource.insert else { return Err(not_offered(&self.table)) };
        self.refuse_generated(slot, &insert);
        // Before a parent is looked for: nothing is sent for a row that cannot be.
        let body = self.body(&insert, slot, None)?;
        let name = self.value(slot, resource.org_column().map_or("", |c| c.name));
        let org = self.table.row_org(name.as_deref())?;
        let mut key = Vec::new();
        for name in path::parameters(insert.path) {
            let given = self.value(slot, name);
            let preset = || self.table.defaults.parameter(name).map(str::to_owned);
            let value = match given.or_else(preset) {
                Some(value) => value,
                None => self.only_parent(&org, name)?,
            };
            key.push((name, value));
        }
        let lookup = |name: &str| key.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        let mut request = write::request(resource, &insert, org.clone(), lookup)?;
        request.body = body;
        if statement::is_dry_run(&request) {
            return Ok(());
        }
        let answer = self.send(&request, insert.done)?;
        let Some(outputs) = self.shown(rel) else { return Ok(()) };
        show(outputs, slot, &request, &answer, &org, lookup)
    }

    /// Updates or deletes the row whose keys are junk columns of `from`, and returns whether there was one: a row
    /// that several rows of a join change is changed by the first of them, as PostgreSQL's own are.
    pub(crate) fn change(&mut self, rel: ResultRel, slot: Slot, from: Slot) -> Result<bool, Error> {
        self.check_action(slot);
        let write = write_of(self.table.resource, &self.what);
        let Some(write) = write else { return Err(not_offered(&self.table)) };
        let keys = self.keys.iter().filter_map(|(name, n)| Some((*name, from.text(*n)?)));
        let keys: Vec<(&str, String)> = keys.collect();
        let find = |name: &str| keys.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        let org = self.table.resource.org_column().and_then(|column| find(column.name));
        let org = self.table.row_org(org)?;
        let defaults = self.table.defaults.clone();
        let lookup = |name: &str| find(name).or_else(|| defaults.parameter(name));
        let mut request = write::request(self.table.resource, &write, org.clone(), lookup)?;
        if !self.changed.insert((org.name().to_owned(), request.path.clone())) {
            return Ok(false);
        }
        if let ModifyPrivate::Update { attnums, .. } = &self.what {
            request.body = self.body(&write, slot, Some(attnums))?;
        }
        let answer = if statement::is_dry_run(&request) {
            None
        } else {
            match gone_is_no_row(self.send(&request, write.done))? {
                Some(answer) => Some(answer),
                None => return Ok(false),
            }
        };
        if self.what == ModifyPrivate::Delete {
            self.whole_row.inspect(|whole_row| store_whole_row(from, *whole_row, slot));
        } else if let (Some(outputs), Some(answer)) = (self.shown(rel), answer) {
            show(outputs, slot, &request, &answer, &org, lookup)?;
        }
        Ok(true)
    }

    /// Raises unless the new value is the one that an action is for.
    fn check_action(&self, slot: Slot) {
        let ModifyPrivate::Update { number, .. } = &self.what else { return };
        let update = self.table.resource.updates.get(*number);
        if let Some((column, value)) = update.and_then(|update| update.sets)
            && self.value(slot, column).as_deref() != Some(value)
        {
            refuse_update(&self.table);
        }
    }

    /// What a write sends of a row: everything that is written, or what an UPDATE sets and what Okta wants
    /// with it. A column that is set to NULL is sent as such.
    fn body(
        &self,
        write: &catalog::Write,
        slot: Slot,
        set: Option<&Vec<i16>>,
    ) -> Result<Option<String>, Error> {
        let resource = self.table.resource;
        match write.body {
            Body::None | Body::List { .. } | Body::Column { .. } => Ok(None),
            Body::Value { property, column } => {
                let value = self.value(slot, column).ok_or_else(|| {
                    Error::new(Kind::Invalid, format!("column {column} must have a value"))
                })?;
                if resource.is_key(column) {
                    path::check_key(column, &value)?;
                }
                Ok(Some(serde_json::json!({ property: value }).to_string()))
            }
            Body::Object { always } => {
                let (mut values, mut kept) = (Vec::new(), Vec::new());
                for column in &self.table.columns {
                    let Meaning::Property(property) = &column.meaning else { continue };
                    let name = column.catalogue_name(resource);
                    let sets = set.is_some_and(|set| set.contains(&column.attribute.attnum));
                    let keeps = set.is_some() && name.is_some_and(|name| always.contains(&name));
                    if !(sets || keeps || set.is_none() && is_written(resource, column)) {
                        continue;
                    }
                    let value = json_value(resource, column, slot)?;
                    let value = value.or(sets.then_some(Value::Null));
                    let target = if keeps && !sets { &mut kept } else { &mut values };
                    target.extend(value.map(|value| (property.clone(), value)));
                }
                let key =
                    path::parameters(write.path).last().and_then(|name| self.value(slot, name));
                let subject =
                    if set.is_some() { Subject::Known(key.as_deref()) } else { Subject::New };
                Ok(Some(body::object(resource, values, kept, subject)?.to_string()))
            }
        }
    }

    /// The value that a row has for a column of the catalogue.
    fn value(&self, slot: Slot, name: &str) -> Option<String> {
        slot.text(self.table.column_for(name)?.attribute.attnum)
    }

    /// Raises when a row brings a value for a column that Okta fills.
    fn refuse_generated(&self, slot: Slot, insert: &catalog::Write) {
        let org = self.table.resource.org_column().map(|column| column.name);
        for column in &self.table.columns {
            let name = column.catalogue_name(self.table.resource);
            let sent = match insert.body {
                Body::None | Body::List { .. } | Body::Column { .. } => false,
                Body::Object { .. } => is_written(self.table.resource, column),
                Body::Value { column, .. } => name == Some(column),
            };
            let accepted =
                sent || name == org || path::parameters(insert.path).any(|n| Some(n) == name);
            if !accepted && slot.datum(column.attribute.attnum).is_some() {
                raise_as(
                    PgSqlErrorCode::ERRCODE_GENERATED_ALWAYS,
                    format!("column \"{}\" gets its value from Okta", column.attribute.name),
                    Some("Leave it out of the INSERT.".to_owned()),
                );
            }
        }
    }

    /// The org's only parent that a path parameter can stand for.
    fn only_parent(&mut self, org: &Org, parameter: &str) -> Result<String, Error> {
        let same = |known: &&(Org, String)| known.0.name() == org.name();
        if let Some((_, value)) = self.parents.iter().find(same) {
            return Ok(value.clone());
        }
        let (asked, resource, named) = (org.clone(), self.table.resource, parameter.to_owned());
        let value = statement::call(&self.caller, |caller| async move {
            scan::only_parent(&caller, &asked, resource, &named).await
        })?;
        self.parents.push((org.clone(), value.clone()));
        Ok(value)
    }

    /// Sends a write and notes what it did.
    fn send(&self, request: &Request, done: &str) -> Result<Answer, Error> {
        let mut ends = send_writes(&self.caller, std::slice::from_ref(request), done)?;
        ends.pop().unwrap_or_else(|| Err(Error::new(Kind::Lost, "no answer")))
    }

    /// The outputs of the row that somebody will look at after the write. Whether somebody will is known
    /// only when rows come: PostgreSQL prepares RETURNING after the modification.
    fn shown(&mut self, rel: ResultRel) -> Option<&mut Outputs> {
        if !rel.shows_row() {
            return None;
        }
        Some(self.outputs.get_or_insert_with(|| Outputs::of(&self.table, |_| true)))
    }
}

/// Puts the row that an answer holds into a slot.
fn show<'a>(
    outputs: &mut Outputs,
    slot: Slot,
    request: &Request,
    answer: &Answer,
    org: &Org,
    parameter: impl Fn(&str) -> Option<&'a str>,
) -> Result<(), Error> {
    // Some answers are empty: then the row is what was sent.
    if answer.body.is_empty() {
        outputs.complete(slot, org.name(), parameter);
        return Ok(());
    }
    let page = decode(request, answer, &outputs.wanted())?;
    outputs.store(slot, &page, 0, org.name(), parameter);
    Ok(())
}

fn not_offered(table: &Table) -> Error {
    Error::new(Kind::CannotAsk, format!("Okta offers no such write of {}", table.resource.name))
}

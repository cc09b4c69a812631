//! INSERT, UPDATE and DELETE row by row: a row is a request, and its answer the row as it is afterwards.
//!
//! Which requests a resource has stands in the catalogue. A write is sent once, when its row comes.

use std::sync::Arc;

use okta::catalog::{self, Body, Resource, Update};
use okta::client::{Answer, Client, Meter, Request};
use okta::decode::{Form, Page, Wanted};
use okta::org::Org;
use okta::plan::{body, path, write};
use okta::scan;
use okta::{Error, Kind};
use pgrx::{PgSqlErrorCode, pg_sys};
use serde_json::Value;

use super::private::ModifyPrivate;
use super::rows::{Outputs, json_value};
use super::table::{Column, Meaning, Table};
use super::{clients, statement, undone};
use crate::error::raise_as;
use crate::io;
use crate::pg::modify::{ModifyRequest, Operation, ResultRel, Target, store_travelled};
use crate::pg::slot::Slot;

/// A modification in execution.
pub(crate) struct Modify {
    table: Table,
    what: ModifyPrivate,
    client: Arc<Client>,
    meter: Arc<Meter>,
    outputs: Option<Outputs>,
    /// Where the key columns and the whole row travel, by catalogue name.
    keys: Vec<(&'static str, i16)>,
    whole_row: Option<i16>,
    /// The only parent of each org, looked up once a statement.
    parents: Vec<(Org, String)>,
}

/// The writes that the catalogue and the options allow, as IsForeignRelUpdatable's bits.
pub(crate) fn updatable(relation: pg_sys::Oid) -> Result<i32, Error> {
    let table = Table::open(relation)?;
    let resource = table.resource;
    let offers = [
        (Operation::Insert, resource.insert.is_some() || resource.load.is_some()),
        (Operation::Update, !resource.updates.is_empty()),
        (Operation::Delete, resource.delete.is_some()),
    ];
    let allowed = offers.iter().filter(|(_, offered)| table.updatable && *offered);
    Ok(allowed.map(|(operation, _)| operation.bit()).sum())
}

/// Has the keys of each row travel to the modification.
pub(crate) fn add_targets(target: Target) -> Result<(), Error> {
    let table = Table::open(target.relation())?;
    if let Some(name) = missing_key(&table) {
        let message = format!("foreign table \"{}\" has no column {name}", table.name());
        return Err(Error::new(Kind::CannotAsk, message)
            .hint("Okta names the rows to write by it: add the column, or leave it to a table that has it."));
    }
    for (name, column) in key_columns(&table) {
        let attribute = &column.attribute;
        let name = travelling_name(name, column);
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
    path::parameters(write?.path).find(|name| {
        table.column_for(name).is_none() && !table.defaults.parameters.contains_key(*name)
    })
}

/// The columns of the table that tell its rows apart, by catalogue name.
fn key_columns(table: &Table) -> impl Iterator<Item = (&'static str, &Column)> {
    let org = table.resource.org_column().map(|column| column.name);
    let names = table.resource.parameters().into_iter().chain(org);
    names.filter_map(|name| Some((name, table.column_for(name)?)))
}

/// PostgreSQL shares travelling columns among partitions by name, and wants those of a name to be the
/// same column.
fn travelling_name(name: &str, column: &Column) -> String {
    let attribute = &column.attribute;
    format!("okta {name} {} {} {}", attribute.attnum, attribute.type_oid.to_u32(), attribute.typmod)
}

/// Plans a modification.
///
/// # Errors
/// None of its own; what Okta does not offer is raised as 0A000.
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
        Some(Operation::Update) => planned_update(&table, request),
        Some(Operation::Delete) => ModifyPrivate::Delete,
        _ => ModifyPrivate::Insert,
    })
}

/// The update of the catalogue that an UPDATE statement asks for. A value that is known only when the
/// row comes is looked at then.
fn planned_update(table: &Table, request: ModifyRequest) -> ModifyPrivate {
    let attnums = request.assigned();
    let updates = table.resource.updates.iter();
    let fits = |update: &Update| match update.sets {
        Some(action) => is_action(table, request, &attnums, action),
        None => attnums.iter().all(|attnum| is_sent(table, update, *attnum)),
    };
    let number = updates.clone().position(fits).unwrap_or_else(|| refuse_update(table));
    ModifyPrivate::Update { number, attnums }
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
    name == Some(column) && constant.is_none_or(|given| given.as_deref() == Some(value))
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
fn is_written(resource: &Resource, column: &Column) -> bool {
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
fn refuse_update(table: &Table) -> ! {
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
        format!("Okta offers no such update of {}", table.resource.name()),
        Some(format!("It offers: {}.", offered.join(", "))),
    )
}

impl Modify {
    /// Prepares a modification. No request is made. `travelling` finds the column of a name in the rows
    /// that the modification will be given.
    pub(crate) fn begin(
        rel: ResultRel,
        what: ModifyPrivate,
        travelling: impl Fn(&str) -> Option<i16>,
        whole_row: Option<i16>,
    ) -> Result<Self, Error> {
        let table = Table::open(rel.relation())?;
        let keys = key_columns(&table);
        let keys =
            keys.filter_map(|(name, c)| Some((name, travelling(&travelling_name(name, c))?)));
        let keys = keys.collect();
        let client = clients::client(&table.server, rel.user())?;
        let (meter, outputs, parents) = (statement::meter(), None, Vec::new());
        Ok(Self { table, what, client, meter, outputs, keys, whole_row, parents })
    }

    /// What the modification has cost so far.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Inserts the row in the slot, which holds it as Okta made it afterwards.
    pub(crate) fn insert(&mut self, rel: ResultRel, slot: Slot) -> Result<(), Error> {
        let resource = self.table.resource;
        let Some(insert) = resource.insert else { return Err(not_offered(&self.table)) };
        self.refuse_generated(slot, &insert);
        let org = self.org(self.value(slot, resource.org_column().map_or("", |c| c.name)))?;
        let mut key = Vec::new();
        for name in path::parameters(insert.path) {
            let given = self.value(slot, name);
            let value = match given.or_else(|| self.table.defaults.parameters.get(name).cloned()) {
                Some(value) => value,
                None => self.only_parent(&org, name)?,
            };
            key.push((name, value));
        }
        let lookup = |name: &str| key.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        let mut request = write::request(resource, &insert, org.clone(), lookup)?;
        request.body = self.body(&insert, slot, None)?;
        if statement::is_dry_run(&request) {
            return Ok(());
        }
        let answer = self.send(&request, insert.done)?;
        let Some(outputs) = self.shown(rel) else { return Ok(()) };
        show(outputs, slot, &request, &answer, &org, lookup)
    }

    /// Updates or deletes the row whose keys travel in `from`. Whether there was one is returned.
    pub(crate) fn change(&mut self, rel: ResultRel, slot: Slot, from: Slot) -> Result<bool, Error> {
        self.check_action(slot);
        let write = write_of(self.table.resource, &self.what);
        let Some(write) = write else { return Err(not_offered(&self.table)) };
        let keys = self.keys.iter().filter_map(|(name, n)| Some((*name, from.text(*n)?)));
        let keys: Vec<(&str, String)> = keys.collect();
        let find = |name: &str| keys.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        let org = self.table.resource.org_column().and_then(|column| find(column.name));
        let org = self.org(org.map(str::to_owned))?;
        let defaults = self.table.defaults.parameters.clone();
        let lookup = |name: &str| find(name).or_else(|| defaults.get(name).map(String::as_str));
        let mut request = write::request(self.table.resource, &write, org.clone(), lookup)?;
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
            self.whole_row.inspect(|whole_row| store_travelled(from, *whole_row, slot));
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
            Body::None => Ok(None),
            Body::Value { property, column } => {
                let value = self.value(slot, column).ok_or_else(|| {
                    Error::new(Kind::Invalid, format!("column {column} must have a value"))
                })?;
                Ok(Some(serde_json::json!({ property: value }).to_string()))
            }
            Body::Object { always } => {
                let mut values = Vec::new();
                for column in &self.table.columns {
                    let Meaning::Property(property) = &column.meaning else { continue };
                    let name = column.catalogue_name(resource);
                    let sets = set.is_some_and(|set| set.contains(&column.attribute.attnum));
                    let sent = match set {
                        Some(_) => sets || name.is_some_and(|name| always.contains(&name)),
                        None => is_written(resource, column),
                    };
                    match json_value(column, slot)?.filter(|_| sent) {
                        Some(value) => values.push((property.clone(), value)),
                        None if sets => values.push((property.clone(), Value::Null)),
                        None => {}
                    }
                }
                Ok(Some(body::object(resource, values, set.is_none())?.to_string()))
            }
        }
    }

    /// The value that a row has for a column of the catalogue.
    fn value(&self, slot: Slot, name: &str) -> Option<String> {
        slot.text(self.table.column_for(name)?.attribute.attnum)
    }

    fn org(&self, name: Option<String>) -> Result<Org, Error> {
        let Some(name) = name else { return self.table.defaults.org() };
        self.table.defaults.required_org(&name)
    }

    /// Raises when a row brings a value for a column that Okta fills.
    fn refuse_generated(&self, slot: Slot, insert: &catalog::Write) {
        let org = self.table.resource.org_column().map(|column| column.name);
        for column in &self.table.columns {
            let name = column.catalogue_name(self.table.resource);
            let sent = match insert.body {
                Body::None => false,
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
        let parent = scan::parent_of(self.table.resource, parameter)?;
        let (client, meter, asked) =
            (Arc::clone(&self.client), Arc::clone(&self.meter), org.clone());
        let task = async move { scan::only_parent(&client, &meter, &asked, parent).await };
        let value = io::wait_for(task, || statement::progress(&self.meter, 0));
        statement::log(&self.meter);
        let value = value?;
        self.parents.push((org.clone(), value.clone()));
        Ok(value)
    }

    /// Sends a write and notes what it did.
    fn send(&self, request: &Request, done: &str) -> Result<Answer, Error> {
        let mut ends = send_writes(&self.client, &self.meter, vec![request.clone()], done)?;
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

/// Sends writes at the same time, waits for all their answers and notes what they did.
pub(super) fn send_writes(
    client: &Arc<Client>,
    meter: &Arc<Meter>,
    requests: Vec<Request>,
    done: &str,
) -> Result<Vec<Result<Answer, Error>>, Error> {
    let writes: Vec<_> = requests.iter().map(|r| undone::about_to(&r.line())).collect();
    let (sender, counted, sent) = (Arc::clone(client), Arc::clone(meter), requests.clone());
    let task = async move { Ok(sender.send_all(&sent, &counted).await) };
    let ends = io::wait_for(task, || statement::progress(meter, 0))?;
    statement::log(meter);
    for ((write, request), end) in writes.into_iter().zip(&requests).zip(&ends) {
        note(write, request, done, end);
    }
    Ok(ends)
}

/// Notes what a write has done.
fn note(write: undone::Write, request: &Request, done: &str, end: &Result<Answer, Error>) {
    match end {
        Ok(answer) => write.has_done(format!("{} ({done}{})", request.line(), id_of(answer))),
        Err(error) if error.may_have_been_done() => {}
        Err(_) => write.has_failed(),
    }
}

/// The id in an answer, for the list of what was done.
fn id_of(answer: &Answer) -> String {
    let mut wanted = Wanted::default();
    let id = wanted.add("id", Form::Text);
    let page = Page::object(&answer.body, &wanted).ok();
    page.and_then(|page| page.cell(0, id).map(|id| format!(": {id}"))).unwrap_or_default()
}

/// The object in an answer.
pub(super) fn decode(request: &Request, answer: &Answer, wanted: &Wanted) -> Result<Page, Error> {
    Page::object(&answer.body, wanted).map_err(|error| scan::bad_shape(request, answer, &error))
}

/// The answer to a write of an object; `None` when Okta says that there is none.
pub(super) fn gone_is_no_row(answer: Result<Answer, Error>) -> Result<Option<Answer>, Error> {
    match answer {
        Err(error) if error.is_missing_object() => Ok(None),
        answer => answer.map(Some),
    }
}

fn not_offered(table: &Table) -> Error {
    Error::new(Kind::CannotAsk, format!("Okta offers no such write of {}", table.resource.name()))
}

/// The write of the catalogue that a modification makes.
pub(super) fn write_of(resource: &Resource, what: &ModifyPrivate) -> Option<catalog::Write> {
    match what {
        ModifyPrivate::Insert => resource.insert,
        ModifyPrivate::Update { number, .. } => {
            resource.updates.get(*number).map(|update| update.write)
        }
        ModifyPrivate::Delete => resource.delete,
    }
}

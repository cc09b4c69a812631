//! From decoded answers to rows in slots, and from slots to what is written: shared by scans and writes.
//!
//! It moves values; which rows there are is decided elsewhere.

use okta::catalog::{Resource, Type};
use okta::decode::{Form, Page, Wanted};
use okta::plan::path;
use okta::{Error, Kind};
use pgrx::pg_sys;
use serde_json::Value;

use super::column::TableColumn;
use super::table::{Cell, Table};
use crate::convert;
use crate::pg::slot::Slot;
use crate::pg::value::Input;

/// The columns that a statement needs, and how their values become Datums.
pub(crate) struct Outputs {
    table: String,
    outputs: Vec<Output>,
    /// The number of the output of each attribute that has one; attributes are numbered from 1.
    numbers: Vec<Option<usize>>,
    wanted: Wanted,
    /// The key of the resource's rows, and its cell: what errors tell rows by.
    key: Vec<(&'static str, usize)>,
}

struct Output {
    attnum: i16,
    name: String,
    cell: Cell,
    input: Input,
}

impl Outputs {
    /// The outputs for some columns of a table.
    pub(crate) fn of(table: &Table, needed: impl Fn(i16) -> bool) -> Self {
        let mut wanted = Wanted::default();
        let columns = table.columns.iter().filter(|column| needed(column.attribute.attnum));
        let outputs = columns.map(|column| Output {
            attnum: column.attribute.attnum,
            name: column.attribute.name.clone(),
            cell: table.want(column, &mut wanted),
            input: Input::of(column.attribute.type_oid, column.attribute.typmod),
        });
        let outputs: Vec<_> = outputs.collect();
        let mut numbers = Vec::new();
        for (number, output) in outputs.iter().enumerate() {
            // Attributes are in their order, with gaps.
            numbers.resize(usize::try_from(output.attnum).unwrap_or_default(), None);
            numbers.push(Some(number));
        }
        let key = key_cells(table, &mut wanted);
        Self { table: table.name(), outputs, numbers, wanted, key }
    }

    /// What must be decoded of an answer.
    pub(crate) fn wanted(&self) -> Wanted {
        self.wanted.clone()
    }

    /// Fills a row that was written with what Okta has been asked with: for answers without a row.
    pub(crate) fn complete<'a>(
        &mut self,
        slot: Slot,
        org: &str,
        parameter: impl Fn(&str) -> Option<&'a str>,
    ) {
        let given: Vec<_> = self.outputs.iter().map(|output| slot.text(output.attnum)).collect();
        let (table, numbers, outputs) = (&self.table, &self.numbers, &mut self.outputs);
        slot.store(|attnum| {
            let number = number_of(numbers, attnum)?;
            let output = outputs.get_mut(number)?;
            let asked = match output.cell {
                Cell::Org => Some(org),
                Cell::Parameter(name) => parameter(name),
                Cell::Property { parameter: name, .. } => name.and_then(&parameter),
            };
            let text = given.get(number)?.as_deref().or(asked)?;
            let name = &output.name;
            let place = || format!("column \"{name}\" of foreign table \"{table}\"");
            convert::datum(&mut output.input, text, place)
        });
    }

    /// Puts a row of a page into a slot. `parameter` gives the path parameters that were asked with.
    pub(crate) fn store<'a>(
        &mut self,
        slot: Slot,
        page: &Page,
        row: usize,
        org: &str,
        parameter: impl Fn(&str) -> Option<&'a str>,
    ) {
        let text = |cell| match cell {
            Cell::Org => Some(org),
            Cell::Parameter(name) => parameter(name),
            Cell::Property { cell, parameter: name } => {
                page.cell(row, cell).or_else(|| name.and_then(&parameter))
            }
        };
        let (table, key, numbers) = (&self.table, &self.key, &self.numbers);
        let outputs = &mut self.outputs;
        slot.store(|attnum| {
            let output = outputs.get_mut(number_of(numbers, attnum)?)?;
            let name = &output.name;
            let place = || {
                let key = key.iter().filter_map(|(key, cell)| {
                    Some(format!(", {key} \"{}\"", page.cell(row, *cell)?))
                });
                let key: String = key.collect();
                format!("column \"{name}\" of foreign table \"{table}\"{key}")
            };
            if let Cell::Property { cell, .. } = output.cell
                && page.is_broken(row, cell)
            {
                convert::raise_broken(place());
            }
            convert::datum(&mut output.input, text(output.cell)?, place)
        });
    }
}

/// The number of the output of an attribute.
fn number_of(numbers: &[Option<usize>], attnum: i16) -> Option<usize> {
    *numbers.get(usize::try_from(attnum).ok()?)?
}

/// The cells of a resource's key, which is in each of its objects.
fn key_cells(table: &Table, wanted: &mut Wanted) -> Vec<(&'static str, usize)> {
    let resource = table.resource;
    let deleted = resource.delete.map(|write| path::parameters(write.path).collect());
    let names = resource.item.map(|item| item.key.to_vec()).or(deleted).unwrap_or_default();
    let cells = names.into_iter().filter_map(|name| {
        let property = resource.column(name)?.property()?;
        Some((name, wanted.add(property, Form::Text)))
    });
    cells.collect()
}

/// The value of a column as Okta takes it: text in ISO form, or JSON.
pub(super) fn json_value(
    resource: &Resource,
    column: &TableColumn,
    slot: Slot,
) -> Result<Option<Value>, Error> {
    let attnum = column.attribute.attnum;
    if column.attribute.is_array {
        return slot.array_json(attnum).map(|text| parsed(column, &text)).transpose();
    }
    if !holds_json(resource, column) {
        return Ok(slot.iso_text(attnum).map(Value::String));
    }
    slot.text(attnum).map(|text| parsed(column, &text)).transpose()
}

/// The value of a constant that a column is set to, where its text is Okta's form of it.
pub(super) fn constant_value(
    resource: &Resource,
    column: &TableColumn,
    constant: Option<&str>,
) -> Result<Option<Value>, Error> {
    let Some(text) = constant else { return Ok(Some(Value::Null)) };
    if holds_json(resource, column) {
        return parsed(column, text).map(Some);
    }
    let is_text = column.attribute.type_oid == pg_sys::TEXTOID;
    Ok(is_text.then(|| Value::String(text.to_owned())))
}

/// Whether the text of a column's values is JSON: by its type, or by what it holds.
fn holds_json(resource: &Resource, column: &TableColumn) -> bool {
    let name = column.catalogue_name(resource).unwrap_or_default();
    let known = resource.column(name).is_some_and(|known| known.kind == Type::Json);
    known || matches!(column.attribute.base, pg_sys::JSONOID | pg_sys::JSONBOID)
}

fn parsed(column: &TableColumn, text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(Kind::Invalid, format!("column {} is not JSON: {error}", column.attribute.name))
    })
}

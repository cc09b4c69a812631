//! From decoded answers to rows in slots, and from slots to what is written: shared by scans and writes.
//!
//! It moves values; which rows there are is decided elsewhere.

use okta::decode::{Page, Wanted};
use okta::{Error, Kind};
use pgrx::pg_sys;
use serde_json::Value;

use super::table::{Cell, Column, Table};
use crate::convert;
use crate::pg::slot::Slot;
use crate::pg::value::Input;

/// The columns that a statement needs, and how their values become Datums.
pub(crate) struct Outputs {
    table: String,
    outputs: Vec<Output>,
    wanted: Wanted,
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
        let outputs = outputs.collect();
        Self { table: table.name(), outputs, wanted }
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
        let table = &self.table;
        let outputs = &mut self.outputs;
        slot.store(|attnum| {
            let number = outputs.iter().position(|output| output.attnum == attnum)?;
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
        let table = &self.table;
        let outputs = &mut self.outputs;
        slot.store(|attnum| {
            let output = outputs.iter_mut().find(|output| output.attnum == attnum)?;
            let name = &output.name;
            let place = || format!("column \"{name}\" of foreign table \"{table}\"");
            convert::datum(&mut output.input, text(output.cell)?, place)
        });
    }
}

/// The value of a column as Okta takes it: text in ISO form, or JSON.
pub(super) fn json_value(column: &Column, slot: Slot) -> Result<Option<Value>, Error> {
    let attribute = &column.attribute;
    if !matches!(attribute.type_oid, pg_sys::JSONOID | pg_sys::JSONBOID) {
        return Ok(slot.iso_text(attribute.attnum).map(Value::String));
    }
    let Some(text) = slot.text(attribute.attnum) else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| {
        Error::new(Kind::Invalid, format!("column {} is not JSON: {error}", attribute.name))
    })
}

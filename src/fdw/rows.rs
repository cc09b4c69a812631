//! From decoded answers to rows in slots: shared by scans and by what writes return.
//!
//! It moves values; which rows there are is decided elsewhere.

use okta::decode::{Page, Wanted};

use super::table::{Cell, Table};
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

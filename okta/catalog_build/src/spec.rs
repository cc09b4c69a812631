//! The catalogue beside Okta's specification: where they differ, and where the catalogue says that they do
//! and they do not.
//!
//! The specification is given as the two tables of `emulator/spec`, whose README.md says what they hold.

mod compare;
mod draft;
mod operation;
mod schema;

use self::compare::Comparison;
pub use self::draft::draft;
use self::operation::Operation;
use self::schema::Schemas;
use crate::{File, Mistake, Service, services};

/// Okta's specification, cut down to what the catalogue can be compared with.
#[derive(Debug)]
pub struct Spec {
    operations: Vec<Operation>,
    schemas: Schemas,
}

impl Spec {
    /// Reads the two tables.
    pub fn read(operations: &str, properties: &str) -> Self {
        Self {
            operations: operations.lines().skip(1).filter_map(Operation::read).collect(),
            schemas: Schemas::read(properties),
        }
    }
}

/// What the catalogue says otherwise than the specification, by file and line.
///
/// # Errors
/// The mistakes of the text itself.
pub fn differences(files: Vec<File>, spec: &Spec) -> Result<Vec<Mistake>, Vec<Mistake>> {
    let services = services(files)?;
    let mut found = Vec::new();
    for service in &services {
        for (name, table) in &service.tables {
            Comparison { spec, service, name, table, found: &mut found }.table();
        }
    }
    found.sort_by_key(|mistake: &Mistake| (mistake.file.clone(), mistake.line));
    Ok(found)
}

/// How many relations, columns and calls the catalogue has.
///
/// # Errors
/// The mistakes of the text itself.
pub fn counts(files: Vec<File>) -> Result<(usize, usize, usize), Vec<Mistake>> {
    let services = services(files)?;
    let tables = || services.iter().flat_map(Service::tables).map(|(.., table)| table);
    // Each has the column of the org, whether the text names it or not.
    let columns = tables()
        .map(|table| table.columns.keys().filter(|name| name.get_ref() != "subdomain").count() + 1);
    let calls = tables().map(|table| table.paths().count());
    Ok((tables().count(), columns.sum(), calls.sum()))
}

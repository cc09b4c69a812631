//! The options of IMPORT FOREIGN SCHEMA.
//!
//! What their values may be stands in `spec`, with all the others.

use okta::catalog::Resource;
use okta::catalog::names::Style;
use okta::{Error, Kind};

use super::spec::{On, SPECS};
use super::{bad_value, check, parameter_value, unknown};
use crate::pg::foreign::Options;

/// How tables are to be imported.
pub(crate) struct Import {
    /// How columns are spelled.
    pub(crate) style: Style,
    /// Whether columns that hold a secret are imported.
    pub(crate) secrets: bool,
    /// Path parameters, which become options of the tables that have them.
    pub(crate) parameters: Options,
}

/// Reads the options of an import of tables.
///
/// # Errors
/// [`Kind::OptionName`] for one that does not exist, is given twice, or is a parameter of none of the
/// tables; [`Kind::OptionValue`] for a bad value.
pub(crate) fn import(options: &Options, tables: &[&Resource]) -> Result<Import, Error> {
    let mut import = Import { style: Style::default(), secrets: true, parameters: Options::new() };
    for (number, (name, value)) in options.iter().enumerate() {
        if options.iter().take(number).any(|(other, _)| other == name) {
            let message = format!("option \"{name}\" provided more than once");
            return Err(Error::new(Kind::OptionName, message));
        }
        let mut specs = SPECS.iter().filter(|spec| spec.on.contains(&On::Import));
        if let Some(spec) = specs.find(|spec| spec.name == name) {
            spec.check(value).map_err(|error| bad_value(spec, value, error))?;
        }
        match name.as_str() {
            "column_names" => import.style = check::column_names(value)?,
            "secrets" => import.secrets = check::boolean(value)?,
            _ if tables.iter().any(|table| table.parameters.contains(&name.as_str())) => {
                parameter_value(name, value)?;
                import.parameters.push((name.clone(), value.clone()));
            }
            _ => return Err(unknown_here(name, tables)),
        }
    }
    Ok(import)
}

/// The error for an option that is none, nor a parameter of any of the tables.
fn unknown_here(name: &str, tables: &[&Resource]) -> Error {
    let mut parameters: Vec<_> =
        tables.iter().flat_map(|table| table.parameters).copied().collect();
    parameters.sort_unstable();
    parameters.dedup();
    unknown(name, On::Import, &parameters)
}

//! IMPORT FOREIGN SCHEMA: its statement, and the commands that it gives back.
//!
//! Which tables there are is not known here; PostgreSQL filters and executes the commands.

use pgrx::list::old_list::PgList;
use pgrx::pg_sys;

use super::foreign::{self, Options};
use super::text::{c_string, owned};

/// What the statement asks for.
#[derive(Debug)]
pub(crate) struct ImportStatement {
    pub(crate) remote_schema: String,
    /// The name of the server, quoted where SQL needs it.
    pub(crate) server: String,
    pub(crate) filter: Filter,
    pub(crate) options: Options,
}

/// Which tables the statement asks for, by the names that they are to have.
#[derive(Debug)]
pub(crate) enum Filter {
    None,
    LimitTo(Vec<String>),
    Except(Vec<String>),
}

impl Filter {
    /// The names that the statement gives.
    pub(crate) fn names(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::LimitTo(names) | Self::Except(names) => names,
        }
    }

    /// Copies the filter of a statement.
    ///
    /// # Safety
    /// The statement is valid.
    unsafe fn read(statement: *mut pg_sys::ImportForeignSchemaStmt) -> Self {
        use pg_sys::ImportForeignSchemaType as Kind;
        // SAFETY: the caller's; the list has RangeVar nodes, each with a name.
        let (kind, names) = unsafe {
            let tables = PgList::<pg_sys::RangeVar>::from_pg((*statement).table_list);
            let names = tables.iter_ptr().map(|table| owned((*table).relname)).collect();
            ((*statement).list_type, names)
        };
        match kind {
            Kind::FDW_IMPORT_SCHEMA_LIMIT_TO => Self::LimitTo(names),
            Kind::FDW_IMPORT_SCHEMA_EXCEPT => Self::Except(names),
            _ => Self::None,
        }
    }
}

impl ImportStatement {
    /// Copies a statement.
    ///
    /// # Safety
    /// The statement is valid, and the server exists.
    pub(crate) unsafe fn read(
        statement: *mut pg_sys::ImportForeignSchemaStmt,
        server: pg_sys::Oid,
    ) -> Self {
        // SAFETY: the caller's.
        unsafe {
            Self {
                remote_schema: owned((*statement).remote_schema),
                server: quoted(&foreign::server(server).name),
                filter: Filter::read(statement),
                options: foreign::options((*statement).options),
            }
        }
    }
}

/// A list of the commands, as PostgreSQL wants it.
pub(crate) fn commands(commands: Vec<String>) -> *mut pg_sys::List {
    // SAFETY: pstrdup copies into the current context, where the caller expects the list.
    unsafe {
        let mut list = PgList::<std::ffi::c_char>::new();
        for command in commands {
            let command = c_string(&command);
            list.push(pg_sys::pstrdup(command.as_ptr()));
        }
        list.into_pg()
    }
}

/// An identifier, quoted where SQL needs it.
pub(crate) fn quoted(name: &str) -> String {
    let name = c_string(name);
    // SAFETY: quote_identifier returns its argument or a palloc'd copy, both C strings.
    unsafe { owned(pg_sys::quote_identifier(name.as_ptr())) }
}

/// A literal, quoted.
pub(crate) fn literal(value: &str) -> String {
    let value = c_string(value);
    // SAFETY: quote_literal_cstr returns a palloc'd C string.
    unsafe { owned(pg_sys::quote_literal_cstr(value.as_ptr())) }
}

//! SQL that runs inside a function of SQL, as the role that called it.
//!
//! What a command is for is known by whoever runs it.

use pgrx::spi::SpiResult;
use pgrx::{PgSqlErrorCode, Spi, pg_sys};

use super::report::raise_as;
use super::text::c_string;

/// The foreign tables of this wrapper in a schema. Another wrapper has another handler.
const TABLES: &str = "SELECT c.oid FROM pg_catalog.pg_class c \
    JOIN pg_catalog.pg_foreign_table t ON t.ftrelid OPERATOR(pg_catalog.=) c.oid \
    JOIN pg_catalog.pg_foreign_server s ON s.oid OPERATOR(pg_catalog.=) t.ftserver \
    JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid OPERATOR(pg_catalog.=) s.srvfdw \
    JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) w.fdwhandler \
    WHERE c.relnamespace OPERATOR(pg_catalog.=) $1 \
    AND p.prosrc OPERATOR(pg_catalog.=) 'okta_fdw_handler_wrapper' ORDER BY c.relname";

/// The foreign tables of this wrapper in a schema, by name.
pub(crate) fn wrapped_tables(schema: pg_sys::Oid) -> Vec<pg_sys::Oid> {
    let found: SpiResult<_> = Spi::connect(|client| {
        let rows = client.select(TABLES, None, &[schema.into()])?;
        rows.filter_map(|row| row.get::<pg_sys::Oid>(1).transpose()).collect()
    });
    found.unwrap_or_else(|error| {
        raise_as(PgSqlErrorCode::ERRCODE_INTERNAL_ERROR, error.to_string(), None)
    })
}

/// Runs a command. Unlike pgrx's own, it takes text of any encoding.
pub(crate) fn run(command: &str) {
    let command = c_string(command);
    Spi::connect_mut(|_| {
        // SAFETY: a connection to SPI is open; the text is a C string for the length of the call, which
        // raises where the command fails.
        unsafe { pg_sys::SPI_execute(command.as_ptr(), false, 0) };
    });
}

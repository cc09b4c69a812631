//! okta_fdw: Okta as a set of PostgreSQL tables.
//!
//! This crate is the PostgreSQL side; what Okta is stands in the crate `okta`.
#![allow(unsafe_code)]

mod convert;
mod error;
mod fdw;
mod guc;
mod io;
mod pg;

use std::ffi::CStr;
use std::time::Duration;

use pgrx::prelude::*;

use crate::error::OrRaise as _;
use crate::pg::{encoding, text};

pgrx::pg_module_magic!(name, version);

#[pg_guard]
extern "C-unwind" fn _PG_init() {
    pg::backtrace::forbid();
    guc::define();
    fdw::register_hooks();
    pg::compat::reserve_guc_prefix(c"okta_fdw");
}

/// The wrapper's handler.
#[pg_extern]
fn okta_fdw_handler() -> PgBox<pg_sys::FdwRoutine, AllocatedByRust> {
    fdw::routine()
}

/// The validator of the options of servers, tables, columns and user mappings.
#[pg_extern]
#[expect(clippy::needless_pass_by_value, reason = "PostgreSQL passes arrays by value")]
fn okta_fdw_validator(options: Array<'_, &[u8]>, catalog: pg_sys::Oid) {
    let options: Vec<_> = options.iter().map(|option| option.map(text::text_of_bytes)).collect();
    fdw::options::validate_stored(&options, catalog).or_raise();
}

/// A row for each table of the catalogue.
#[pg_extern]
#[allow(clippy::type_complexity, reason = "it is the type of the SQL function's rows")]
fn okta_fdw_tables() -> TableIterator<
    'static,
    (
        name!(service, String),
        name!(table, String),
        name!(columns, Vec<String>),
        name!(keys, Vec<String>),
        name!(verbs, Vec<String>),
        name!(scopes, Vec<String>),
        name!(about, String),
        name!(flat_name, String),
        name!(aliases, Vec<String>),
        name!(singleton, bool),
        name!(parents, pgrx::JsonB),
        name!(required, Vec<String>),
        name!(states, pgrx::JsonB),
        name!(filtered, pgrx::JsonB),
        name!(sorted, Vec<String>),
        name!(credentials, Vec<String>),
        name!(lifecycle, String),
        name!(sku, Option<String>),
        name!(max_page, Option<i64>),
        name!(typical_calls, Option<i64>),
    ),
> {
    TableIterator::new(fdw::functions::tables())
}

/// Puts COMMENTs on the wrapper's foreign tables of a schema.
#[pg_extern]
fn okta_fdw_comment(schema: &CStr) -> i64 {
    fdw::functions::comment(&text::text_of_bytes(schema.to_bytes()))
}

/// What to paste into a bug report; with a server, whether Okta accepts its credential.
#[pg_extern]
fn okta_fdw_diag(
    server: Option<&CStr>,
) -> TableIterator<'static, (name!(property, String), name!(value, String))> {
    let found = fdw::functions::diag(text_of(server).as_deref()).or_raise().into_iter();
    TableIterator::new(
        found.map(|(property, value)| (property.to_owned(), encoding::message(value))),
    )
}

/// What this backend last saw of each rate limit.
#[pg_extern]
fn okta_fdw_rate_limits() -> TableIterator<
    'static,
    (
        name!(server, String),
        name!(bucket, String),
        name!(limit, i64),
        name!(remaining, i64),
        name!(resets_at, TimestampWithTimeZone),
    ),
> {
    let seen = fdw::functions::rate_limits().into_iter();
    TableIterator::new(seen.map(|(server, bucket, limit, remaining, at)| {
        let [server, bucket] = [server, bucket].map(encoding::message);
        (server, bucket, limit, remaining, to_timestamp(at))
    }))
}

/// This backend's HTTP clients.
#[pg_extern]
fn okta_fdw_connections() -> TableIterator<
    'static,
    (name!(server, String), name!(user, String), name!(idle_since, TimestampWithTimeZone)),
> {
    let open = fdw::functions::connections().into_iter();
    TableIterator::new(open.map(|(server, user, since)| {
        (encoding::message(server), encoding::message(user), to_timestamp(since))
    }))
}

/// Closes this backend's HTTP clients.
#[pg_extern]
fn okta_fdw_disconnect(server: Option<&CStr>) -> bool {
    fdw::functions::disconnect(text_of(server).as_deref())
}

/// Waits until an import session has ended, and returns its status.
#[pg_extern]
fn okta_fdw_wait_for_import(sessions: pg_sys::Oid, id: &[u8], timeout: Interval) -> String {
    let microseconds = u64::try_from(timeout.as_micros()).unwrap_or(0);
    let longest = Duration::from_micros(microseconds);
    let id = text::text_of_bytes(id);
    encoding::message(fdw::functions::wait_for_import(sessions, &id, longest).or_raise())
}

/// The text of an SQL `name`, which is a C string.
fn text_of(name: Option<&CStr>) -> Option<String> {
    name.map(|name| text::text_of_bytes(name.to_bytes()))
}

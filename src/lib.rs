//! okta_fdw: Okta as a set of PostgreSQL tables.
//!
//! This crate is the PostgreSQL side; what Okta is stands in the crate `okta`.
#![allow(unsafe_code)]

mod convert;
mod error;
mod fdw;
mod io;
mod pg;

use pgrx::prelude::*;

use crate::error::OrRaise as _;

pgrx::pg_module_magic!(name, version);

#[pg_guard]
extern "C-unwind" fn _PG_init() {
    fdw::clients::register_hooks();
    pg::compat::reserve_guc_prefix(c"okta_fdw");
}

/// The wrapper's handler.
#[pg_extern]
fn okta_fdw_handler() -> PgBox<pg_sys::FdwRoutine, AllocatedByRust> {
    fdw::routine()
}

/// The validator of the options of servers, tables, columns and user mappings.
#[pg_extern]
fn okta_fdw_validator(options: Vec<Option<String>>, catalog: pg_sys::Oid) {
    fdw::options::validate_stored(&options, catalog).or_raise();
}

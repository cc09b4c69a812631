//! The rest of Okta's API, as its specification describes it: what no room written by hand answers.
//!
//! It reads `emulator/spec`, and nothing that a client of the emulator reads: a path that is wrong there is
//! refused here.

mod generate;
mod query;
mod read;
mod spec;
mod store;

pub(crate) use self::read::answer;
pub(crate) use self::spec::{Credential, Operation, find, names_more};
pub(crate) use self::store::Store;

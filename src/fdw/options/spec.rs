//! The table of options: where each belongs, what its values may be, and its default.

use std::ops::RangeInclusive;
use std::time::Duration;

use okta::Error;
use okta::catalog;
use okta::client::proxy_url;
use okta::org::{OrgTemplate, Subdomain};
use pgrx::pg_sys;

use super::check::{boolean, column_names, cost, field, invalid, path, subdomains};
use super::{credential, find};
use crate::pg::foreign::Options;

/// What options can stand on: the entries of some catalogs, and a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Column,
    Import,
    Mapping,
    Server,
    Table,
    Wrapper,
}

impl On {
    /// The place that options of a system catalog stand for.
    pub(super) fn catalog(catalog: pg_sys::Oid) -> Self {
        match catalog {
            pg_sys::AttributeRelationId => Self::Column,
            pg_sys::ForeignServerRelationId => Self::Server,
            pg_sys::ForeignTableRelationId => Self::Table,
            pg_sys::UserMappingRelationId => Self::Mapping,
            _ => Self::Wrapper,
        }
    }

    /// What it is, with an article where it has one.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Column => "a column",
            Self::Import => "IMPORT FOREIGN SCHEMA",
            Self::Mapping => "a user mapping",
            Self::Server => "a server",
            Self::Table => "a foreign table",
            Self::Wrapper => "a foreign-data wrapper",
        }
    }
}

/// What is known of an option.
pub(super) struct Spec {
    pub(super) name: &'static str,
    pub(super) on: &'static [On],
    check: Check,
}

/// What the values of an option may be.
enum Check {
    Number(&'static Number),
    /// The error's message is replaced by one that names the option.
    Other(fn(&str) -> Result<(), Error>),
}

/// An option that is a whole number.
pub(super) struct Number {
    name: &'static str,
    range: RangeInclusive<u32>,
    default: u32,
}

/// Seconds.
pub(super) const CONNECT_TIMEOUT: Number =
    Number { name: "connect_timeout", range: 1..=600, default: 10 };
/// Seconds.
pub(super) const REQUEST_TIMEOUT: Number =
    Number { name: "request_timeout", range: 1..=3600, default: 60 };
/// Seconds.
pub(super) const MAX_WAIT: Number = Number { name: "max_wait", range: 0..=3600, default: 90 };
pub(super) const MAX_RETRIES: Number = Number { name: "max_retries", range: 0..=20, default: 4 };
/// Per cent.
pub(super) const RATE_LIMIT_SHARE: Number =
    Number { name: "rate_limit_share", range: 1..=100, default: 80 };
pub(super) const MAX_CONCURRENCY: Number =
    Number { name: "max_concurrency", range: 1..=75, default: 8 };
/// Parents that one scan may ask on its own; 0 for no bound.
pub(super) const MAX_FAN_OUT: Number =
    Number { name: "max_fan_out", range: 0..=1_000_000_000, default: 1000 };
/// Without the option, the endpoint has its own size.
pub(super) const PAGE_SIZE: Number = Number { name: "page_size", range: 1..=10_000, default: 0 };
/// Without the option, rows are counted or guessed.
pub(super) const ESTIMATED_ROWS: Number =
    Number { name: "estimated_rows", range: 1..=1_000_000_000, default: 0 };

/// The default of `fdw_startup_cost`: a round trip outweighs anything local.
pub(super) const COST_OF_CALL: f64 = 1000.0;
/// The default of `fdw_tuple_cost`.
pub(super) const COST_OF_ROW: f64 = 0.01;

const IMPORT: &[On] = &[On::Import];
const SERVER: &[On] = &[On::Server];
const MAPPING: &[On] = &[On::Mapping];
const SERVER_AND_TABLE: &[On] = &[On::Server, On::Table];

const fn number(number: &'static Number, on: &'static [On]) -> Spec {
    Spec { name: number.name, on, check: Check::Number(number) }
}

const fn other(
    name: &'static str,
    on: &'static [On],
    check: fn(&str) -> Result<(), Error>,
) -> Spec {
    Spec { name, on, check: Check::Other(check) }
}

pub(super) const SPECS: &[Spec] = &[
    other("org_url", SERVER, |v| v.parse::<OrgTemplate>().map(drop)),
    other("subdomain", SERVER, |v| v.parse::<Subdomain>().map(drop)),
    other("subdomains", SERVER, |v| subdomains(v).map(drop)),
    number(&CONNECT_TIMEOUT, SERVER),
    number(&REQUEST_TIMEOUT, SERVER),
    number(&MAX_RETRIES, SERVER),
    number(&MAX_WAIT, SERVER),
    number(&RATE_LIMIT_SHARE, SERVER),
    number(&MAX_CONCURRENCY, SERVER),
    number(&MAX_FAN_OUT, SERVER_AND_TABLE),
    number(&PAGE_SIZE, SERVER_AND_TABLE),
    other("updatable", SERVER_AND_TABLE, |v| boolean(v).map(drop)),
    other("analyze", SERVER_AND_TABLE, |v| boolean(v).map(drop)),
    other("resource", &[On::Table], |v| catalog::find(v).map(drop)),
    number(&ESTIMATED_ROWS, &[On::Table]),
    other("fdw_startup_cost", SERVER, |v| cost(v).map(drop)),
    other("fdw_tuple_cost", SERVER, |v| cost(v).map(drop)),
    other("field", &[On::Column], field),
    other("column_names", IMPORT, |v| column_names(v).map(drop)),
    other("secrets", IMPORT, |v| boolean(v).map(drop)),
    other("ca_file", SERVER, path),
    other("proxy", SERVER, |v| proxy_url(v).map(drop)),
    other("api_token", MAPPING, credential::token),
    other("api_token_file", MAPPING, path),
    other("access_token", MAPPING, credential::token),
    other("client_id", MAPPING, credential::token),
    other("private_key", MAPPING, credential::key),
    other("private_key_file", MAPPING, path),
    other("key_id", MAPPING, credential::token),
    other("scopes", MAPPING, credential::scopes),
    other("dpop", MAPPING, credential::dpop),
    other("proxy_user", MAPPING, credential::proxy_user),
    other("proxy_password", MAPPING, credential::proxy_password),
];

impl Spec {
    /// Checks a value.
    ///
    /// # Errors
    /// [`OptionValue`](okta::Kind::OptionValue) with a hint.
    pub(super) fn check(&self, value: &str) -> Result<(), Error> {
        match self.check {
            Check::Number(number) => number.read(value).map(drop),
            Check::Other(check) => check(value),
        }
    }
}

impl Number {
    /// The value that options give.
    pub(super) fn given(&self, options: &Options) -> Result<Option<u32>, Error> {
        find(options, self.name).map(|value| self.read(value)).transpose()
    }

    /// The value that options give, or the default.
    pub(super) fn of(&self, options: &Options) -> Result<u32, Error> {
        Ok(self.given(options)?.unwrap_or(self.default))
    }

    /// The same in seconds.
    pub(super) fn seconds(&self, options: &Options) -> Result<Duration, Error> {
        self.of(options).map(|seconds| Duration::from_secs(seconds.into()))
    }

    fn read(&self, value: &str) -> Result<u32, Error> {
        let number = value.trim().parse().ok().filter(|number| self.range.contains(number));
        let (least, most) = (self.range.start(), self.range.end());
        number.ok_or_else(|| invalid(format!("It must be a whole number from {least} to {most}.")))
    }
}

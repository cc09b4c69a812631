//! The options of servers, tables, columns and user mappings: the validator, and what is read of them.
//!
//! Which options there are, with their ranges and defaults, is the table in `spec`. What the options of a
//! user mapping are made into stands in `credential`.

mod check;
mod credential;
mod import;
mod spec;

pub(crate) use credential::{credential, kind as credential_kind, proxy_login};
pub(crate) use import::{Import, import};

use okta::catalog::{self, Resource, names};
use okta::client::{Settings, proxy_url};
use okta::org::OrgTemplate;
use okta::plan::Defaults;
use okta::{Error, Kind};
use pgrx::pg_sys;

use self::check::{INVALID, subdomains};
use self::spec::{
    CONNECT_TIMEOUT, COST_OF_CALL, COST_OF_ROW, ESTIMATED_ROWS, MAX_CONCURRENCY, MAX_FAN_OUT,
    MAX_RETRIES, MAX_WAIT, On, PAGE_SIZE, RATE_LIMIT_SHARE, REQUEST_TIMEOUT, SPECS, Spec,
};
use crate::pg::foreign::Options;
use crate::pg::role;

/// Options that name a file which the database server reads: for superusers only, or any role could have
/// it read what the role itself may not.
const FILES: &[&str] = &["api_token_file", "ca_file", "private_key_file"];

/// Checks the options of an object as PostgreSQL hands them to the validator: `name=value` each.
///
/// # Errors
/// Those of [`validate`].
pub(crate) fn validate_stored(
    options: &[Option<String>],
    catalog: pg_sys::Oid,
) -> Result<(), Error> {
    let pairs = options.iter().flatten().filter_map(|option| option.split_once('='));
    let options = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    validate(&options, On::catalog(catalog))
}

/// Checks the options of an object.
///
/// # Errors
/// [`Kind::OptionName`] for one that does not exist, or not there; [`Kind::OptionValue`] for a bad value.
pub(crate) fn validate(options: &Options, on: On) -> Result<(), Error> {
    let resource = match find(options, "resource") {
        Some(name) if on == On::Table => Some(catalog::find(name)?),
        _ => None,
    };
    for (name, value) in options {
        let parameter = on == On::Table && is_parameter(resource, name);
        match SPECS.iter().find(|spec| spec.name == name) {
            Some(spec) if spec.on.contains(&on) => {
                spec.check(value).map_err(|error| bad_value(spec, value, error))?;
            }
            _ if parameter => parameter_value(name, value)?,
            Some(spec) => return Err(misplaced(spec, on)),
            None => {
                let parameters = resource.map_or(&[][..], |resource| resource.parameters);
                return Err(unknown(name, on, parameters));
            }
        }
    }
    if let Some(name) = FILES.iter().find(|name| find(options, name).is_some())
        && !role::is_superuser()
    {
        let message = format!("only a superuser may set the option \"{name}\"");
        return Err(Error::new(Kind::NotAllowed, message));
    }
    if on == On::Mapping {
        credential::check_kinds(options)?;
    }
    Ok(())
}

/// The value of an option.
pub(crate) fn find<'a>(options: &'a Options, name: &str) -> Option<&'a str> {
    options.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn is_parameter(resource: Option<&Resource>, name: &str) -> bool {
    match resource {
        Some(resource) => resource.parameters.contains(&name),
        None => catalog::resources().any(|resource| resource.parameters.contains(&name)),
    }
}

fn parameter_value(name: &str, value: &str) -> Result<(), Error> {
    if okta::plan::path::addressable(value) {
        return Ok(());
    }
    Err(Error::new(Kind::OptionValue, format!("invalid value for option \"{name}\": \"{value}\""))
        .hint("It must be an id of Okta's."))
}

/// The error for a value that the check of its option has refused. Nothing of a secret is shown, nor of a
/// URL that holds one.
fn bad_value(spec: &Spec, value: &str, cause: Error) -> Error {
    let secret = spec.on.contains(&On::Mapping) || value.contains('@');
    let shown = if secret { String::new() } else { format!(": \"{value}\"") };
    let message = format!("invalid value for option \"{}\"{shown}", spec.name);
    let error = Error::new(Kind::OptionValue, message);
    match cause.hint {
        Some(hint) if cause.message != INVALID => error.detail(cause.message).hint(hint),
        Some(hint) => error.hint(hint),
        None => error.hint(cause.message),
    }
}

fn misplaced(spec: &Spec, on: On) -> Error {
    let places: Vec<_> = spec.on.iter().map(|on| on.noun()).collect();
    Error::new(
        Kind::OptionName,
        format!("option \"{}\" does not belong on {}", spec.name, on.noun()),
    )
    .hint(format!("It is an option of {}.", places.join(" or ")))
}

fn unknown(name: &str, on: On, parameters: &[&str]) -> Error {
    let here = SPECS.iter().filter(|spec| spec.on.contains(&on)).map(|spec| spec.name);
    let known: Vec<_> = here.chain(parameters.iter().copied()).collect();
    let error = Error::new(Kind::OptionName, format!("invalid option \"{name}\""));
    if known.is_empty() {
        error.hint(format!("There are no options of {}.", on.noun()))
    } else {
        error.hint(names::did_you_mean(name, known.into_iter()))
    }
}

/// The options of a server that say how to talk to Okta.
pub(crate) fn settings(server: &Options) -> Result<Settings, Error> {
    let ca_file = find(server, "ca_file").map(|file| read_file("ca_file", file));
    Ok(Settings {
        connect_timeout: CONNECT_TIMEOUT.seconds(server)?,
        request_timeout: REQUEST_TIMEOUT.seconds(server)?,
        max_wait: MAX_WAIT.seconds(server)?,
        max_retries: MAX_RETRIES.of(server)?,
        rate_limit_share: u8::try_from(RATE_LIMIT_SHARE.of(server)?).unwrap_or(100),
        ca_certificates: ca_file.transpose()?,
        proxy: find(server, "proxy").map(proxy_url).transpose()?,
        ..Settings::default()
    })
}

/// The most requests in flight of a scan, or of a write by keys.
pub(crate) fn max_concurrency(server: &Options) -> Result<usize, Error> {
    MAX_CONCURRENCY.of(server).map(|most| most as usize)
}

/// Parents that one scan may ask on its own, by the table or the server; `None` for no bound.
pub(crate) fn max_fan_out(server: &Options, table: &Options) -> Result<Option<usize>, Error> {
    let of_table = MAX_FAN_OUT.given(table)?;
    let most = of_table.map_or_else(|| MAX_FAN_OUT.of(server), Ok)? as usize;
    Ok(Some(most).filter(|most| *most > 0))
}

/// Rows of a page, by the table or the server.
pub(crate) fn page_size(server: &Options, table: &Options) -> Result<Option<u32>, Error> {
    let of_table = PAGE_SIZE.given(table)?;
    of_table.map_or_else(|| PAGE_SIZE.given(server), |size| Ok(Some(size)))
}

/// Rows that the table is said to have.
pub(crate) fn estimated_rows(table: &Options) -> Result<Option<u32>, Error> {
    ESTIMATED_ROWS.given(table)
}

/// What server and table give when a query does not say.
pub(crate) fn defaults(
    server: &Options,
    table: &Options,
    resource: &Resource,
) -> Result<Defaults, Error> {
    let given = |name: &str| Some((name.to_owned(), find(table, name)?.to_owned()));
    let parameters = resource.parameters.iter().copied().filter_map(given).collect();
    Ok(Defaults { parameters, ..org_defaults(server)? })
}

/// Which orgs the options of a server allow, and which one they mean.
pub(crate) fn org_defaults(server: &Options) -> Result<Defaults, Error> {
    Ok(Defaults {
        org_url: find(server, "org_url").map_or_else(|| Ok(OrgTemplate::default()), str::parse)?,
        subdomain: find(server, "subdomain").map(str::parse).transpose()?,
        allowed: find(server, "subdomains").map(subdomains).transpose()?,
        ..Defaults::default()
    })
}

/// The bytes of a file of the database server's.
fn read_file(option: &str, path: &str) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| {
        let message = format!("could not read \"{path}\" of option \"{option}\": {error}");
        Error::new(Kind::OptionValue, message)
            .hint("It must be a file that the database server may read.")
    })
}

/// What the planner reckons with, in its unit, the cost of reading a page in sequence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Costs {
    /// One request: a round trip, and a share of a quota.
    pub(crate) call: f64,
    /// One row that arrives.
    pub(crate) row: f64,
}

/// The costs of a request and of a row. A round trip outweighs anything local.
pub(crate) fn costs(server: &Options) -> Result<Costs, Error> {
    let option = |name| find(server, name).map(check::cost).transpose();
    Ok(Costs {
        call: option("fdw_startup_cost")?.unwrap_or(COST_OF_CALL),
        row: option("fdw_tuple_cost")?.unwrap_or(COST_OF_ROW),
    })
}

/// Whether the table may be written to, as far as options say.
pub(crate) fn updatable(server: &Options, table: &Options) -> Result<bool, Error> {
    flag_of(server, table, "updatable")
}

/// Whether ANALYZE may read the table.
pub(crate) fn analyze(server: &Options, table: &Options) -> Result<bool, Error> {
    flag_of(server, table, "analyze")
}

/// A flag of the table, else of the server; both leave it on.
fn flag_of(server: &Options, table: &Options, name: &str) -> Result<bool, Error> {
    let value = find(table, name).or_else(|| find(server, name));
    value.map_or(Ok(true), check::boolean)
}

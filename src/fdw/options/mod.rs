//! The options of servers, tables, columns and user mappings: one table of what they are, for the
//! validator and for everybody who reads them.
//!
//! What the options of a user mapping are made into stands in `credential`.

mod credential;

pub(crate) use credential::{credential, kind as credential_kind, proxy_login};

use std::time::Duration;

use okta::catalog::{self, Resource, names};
use okta::client::{Settings, proxy_url};
use okta::org::{OrgTemplate, Subdomain};
use okta::plan::Defaults;
use okta::{Error, Kind};
use pgrx::pg_sys;

use crate::pg::foreign::{self, Options};

/// The catalogs that options can stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Column,
    Mapping,
    Server,
    Table,
    Wrapper,
}

impl On {
    /// The place that options of a system catalog stand for.
    fn catalog(catalog: pg_sys::Oid) -> Self {
        match catalog {
            pg_sys::AttributeRelationId => Self::Column,
            pg_sys::ForeignServerRelationId => Self::Server,
            pg_sys::ForeignTableRelationId => Self::Table,
            pg_sys::UserMappingRelationId => Self::Mapping,
            _ => Self::Wrapper,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Mapping => "user mapping",
            Self::Server => "server",
            Self::Table => "foreign table",
            Self::Wrapper => "foreign-data wrapper",
        }
    }
}

/// What is known of an option.
struct Spec {
    name: &'static str,
    on: &'static [On],
    /// Whether a value is legal; the error's message is replaced by one that names the option.
    check: fn(&str) -> Result<(), Error>,
}

const SPECS: &[Spec] = &[
    Spec { name: "org_url", on: &[On::Server], check: |v| v.parse::<OrgTemplate>().map(drop) },
    Spec { name: "subdomain", on: &[On::Server], check: |v| v.parse::<Subdomain>().map(drop) },
    Spec { name: "subdomains", on: &[On::Server], check: |v| subdomains(v).map(drop) },
    Spec { name: "connect_timeout", on: &[On::Server], check: |v| within(v, 1, 600).map(drop) },
    Spec { name: "request_timeout", on: &[On::Server], check: |v| within(v, 1, 3600).map(drop) },
    Spec { name: "max_retries", on: &[On::Server], check: |v| within(v, 0, 20).map(drop) },
    Spec { name: "max_wait", on: &[On::Server], check: |v| within(v, 0, 3600).map(drop) },
    Spec { name: "rate_limit_share", on: &[On::Server], check: |v| within(v, 1, 100).map(drop) },
    Spec { name: "max_concurrency", on: &[On::Server], check: |v| within(v, 1, 75).map(drop) },
    Spec {
        name: "page_size",
        on: &[On::Server, On::Table],
        check: |v| within(v, 1, 10_000).map(drop),
    },
    Spec { name: "updatable", on: &[On::Server, On::Table], check: |v| boolean(v).map(drop) },
    Spec { name: "analyze", on: &[On::Server, On::Table], check: |v| boolean(v).map(drop) },
    Spec { name: "resource", on: &[On::Table], check: |v| catalog::find(v).map(drop) },
    Spec {
        name: "estimated_rows",
        on: &[On::Table],
        check: |v| within(v, 1, 1_000_000_000).map(drop),
    },
    Spec { name: "fdw_startup_cost", on: &[On::Server], check: |v| cost(v).map(drop) },
    Spec { name: "fdw_tuple_cost", on: &[On::Server], check: |v| cost(v).map(drop) },
    Spec { name: "field", on: &[On::Column], check: field },
    Spec { name: "ca_file", on: &[On::Server], check: path },
    Spec { name: "proxy", on: &[On::Server], check: |v| proxy_url(v).map(drop) },
    Spec { name: "api_token", on: &[On::Mapping], check: credential::token },
    Spec { name: "api_token_file", on: &[On::Mapping], check: path },
    Spec { name: "access_token", on: &[On::Mapping], check: credential::token },
    Spec { name: "client_id", on: &[On::Mapping], check: credential::token },
    Spec { name: "private_key", on: &[On::Mapping], check: credential::key },
    Spec { name: "private_key_file", on: &[On::Mapping], check: path },
    Spec { name: "key_id", on: &[On::Mapping], check: credential::token },
    Spec { name: "scopes", on: &[On::Mapping], check: credential::scopes },
    Spec { name: "dpop", on: &[On::Mapping], check: credential::dpop },
    Spec { name: "proxy_user", on: &[On::Mapping], check: credential::proxy_user },
    Spec { name: "proxy_password", on: &[On::Mapping], check: credential::proxy_password },
];

/// Options that name a file which the database server reads: for superusers only, or any role could have
/// it read what the role itself may not.
const FILES: &[&str] = &["api_token_file", "ca_file", "private_key_file"];

/// Options of IMPORT FOREIGN SCHEMA besides path parameters.
const IMPORT: &[&str] = &["column_names"];

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
                (spec.check)(value).map_err(|error| bad_value(spec, value, error))?;
            }
            _ if parameter => parameter_value(name, value)?,
            Some(spec) => return Err(misplaced(spec, on)),
            None => return Err(unknown(name, on, resource)),
        }
    }
    if let Some(name) = FILES.iter().find(|name| find(options, name).is_some())
        && !foreign::is_superuser()
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
        None => catalog::RESOURCES.iter().any(|resource| resource.parameters.contains(&name)),
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
        format!("option \"{}\" does not belong on a {}", spec.name, on.noun()),
    )
    .hint(format!("It is an option of a {}.", places.join(" or a ")))
}

fn unknown(name: &str, on: On, resource: Option<&Resource>) -> Error {
    let here = SPECS.iter().filter(|spec| spec.on.contains(&on)).map(|spec| spec.name);
    let parameters = resource.map_or(&[][..], |resource| resource.parameters);
    let known: Vec<_> = here.chain(parameters.iter().copied()).collect();
    let error = Error::new(Kind::OptionName, format!("invalid option \"{name}\""));
    if known.is_empty() {
        error.hint(format!("A {} has no options.", on.noun()))
    } else {
        error.hint(names::did_you_mean(name, known.into_iter()))
    }
}

fn within(value: &str, least: u32, most: u32) -> Result<u32, Error> {
    let number = value.trim().parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| invalid(format!("It must be a whole number from {least} to {most}.")))
}

fn cost(value: &str) -> Result<f64, Error> {
    let number = value.trim().parse().ok().filter(|cost: &f64| cost.is_finite() && *cost >= 0.0);
    number.ok_or_else(|| invalid("It must be a number that is not negative.".to_owned()))
}

fn boolean(value: &str) -> Result<bool, Error> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" | "t" => Ok(true),
        "false" | "off" | "no" | "0" | "f" => Ok(false),
        _ => Err(invalid("It must be true or false.".to_owned())),
    }
}

fn field(value: &str) -> Result<(), Error> {
    let steps_are_named = value.split('.').all(|step| !step.is_empty());
    if steps_are_named {
        Ok(())
    } else {
        Err(invalid("It must be a dotted path, or '$'.".to_owned()))
    }
}

fn path(value: &str) -> Result<(), Error> {
    let absolute = std::path::Path::new(value).is_absolute();
    if absolute { Ok(()) } else { Err(invalid("It must be an absolute path.".to_owned())) }
}

fn subdomains(value: &str) -> Result<Vec<Subdomain>, Error> {
    value.split(',').map(|name| name.trim().parse()).collect()
}

/// The message of a refusal whose hint says it all.
const INVALID: &str = "invalid value";

fn invalid(hint: String) -> Error {
    Error::new(Kind::OptionValue, INVALID).hint(hint)
}

/// The options of a server that say how to talk to Okta.
pub(crate) fn settings(server: &Options) -> Result<Settings, Error> {
    let mut settings = Settings::default();
    let seconds =
        |name| number(server, name, 0, u32::MAX).map(|n| n.map(|n| Duration::from_secs(n.into())));
    if let Some(timeout) = seconds("connect_timeout")? {
        settings.connect_timeout = timeout;
    }
    if let Some(timeout) = seconds("request_timeout")? {
        settings.request_timeout = timeout;
    }
    if let Some(wait) = seconds("max_wait")? {
        settings.max_wait = wait;
    }
    if let Some(retries) = number(server, "max_retries", 0, 20)? {
        settings.max_retries = retries;
    }
    if let Some(file) = find(server, "ca_file") {
        settings.ca_certificates = Some(read_file("ca_file", file)?);
    }
    settings.proxy = find(server, "proxy").map(proxy_url).transpose()?;
    if let Some(share) = number(server, "rate_limit_share", 1, 100)? {
        settings.rate_limit_share = u8::try_from(share).unwrap_or(100);
    }
    Ok(settings)
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

/// A number of the table, else of the server.
pub(crate) fn number_of(
    server: &Options,
    table: &Options,
    name: &str,
) -> Result<Option<u32>, Error> {
    match number(table, name, 0, u32::MAX)? {
        Some(number) => Ok(Some(number)),
        None => number(server, name, 0, u32::MAX),
    }
}

fn number(options: &Options, name: &str, least: u32, most: u32) -> Result<Option<u32>, Error> {
    find(options, name).map(|value| within(value, least, most)).transpose()
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
    let option = |name| find(server, name).map(cost).transpose();
    Ok(Costs {
        call: option("fdw_startup_cost")?.unwrap_or(1000.0),
        row: option("fdw_tuple_cost")?.unwrap_or(0.01),
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
    value.map_or(Ok(true), boolean)
}

/// The options of IMPORT FOREIGN SCHEMA: how to spell columns, and the path parameters to set.
pub(crate) fn import(options: &Options) -> Result<(names::Style, Options), Error> {
    let mut style = names::Style::default();
    let mut parameters = Options::new();
    for (name, value) in options {
        if name == "column_names" {
            style = value.parse().map_err(|()| {
                Error::new(
                    Kind::OptionValue,
                    format!("invalid value for option \"column_names\": \"{value}\""),
                )
                .hint("It must be snake_case, folded or camelCase.")
            })?;
        } else if is_parameter(None, name) {
            parameter_value(name, value)?;
            parameters.push((name.clone(), value.clone()));
        } else {
            let parameters =
                catalog::RESOURCES.iter().flat_map(|resource| resource.parameters).copied();
            let mut known: Vec<_> = IMPORT.iter().copied().chain(parameters).collect();
            known.sort_unstable();
            known.dedup();
            return Err(Error::new(Kind::OptionName, format!("invalid option \"{name}\""))
                .hint(names::did_you_mean(name, known.into_iter())));
        }
    }
    Ok((style, parameters))
}

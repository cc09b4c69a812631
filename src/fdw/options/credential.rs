//! The credentials of user mappings: what their options may be together, and what they are made into.
//!
//! A secret leaves this room only as a `Secret`, and no message here shows one.

use okta::client::{ClientCredentials, Credential, Dpop, PrivateKey};
use okta::secret::Secret;
use okta::{Error, Kind};

use super::check::invalid;
use super::{find, read_file};
use crate::pg::foreign::Options;

/// The options of which each stands for a kind of credential.
const KINDS: &[&str] = &["api_token", "api_token_file", "access_token", "client_id"];
/// The options that only a `client_id` has use for.
const CLIENT: &[&str] = &["private_key", "private_key_file", "key_id", "scopes", "dpop"];

/// The option that holds a user mapping's credential.
pub(crate) fn kind(mapping: &Options) -> Option<&'static str> {
    KINDS.iter().copied().find(|name| find(mapping, name).is_some())
}

/// Refuses options that contradict each other, and halves of a credential.
pub(super) fn check_kinds(mapping: &Options) -> Result<(), Error> {
    let given = |names: &[&'static str]| -> Vec<&'static str> {
        names.iter().copied().filter(|name| find(mapping, name).is_some()).collect()
    };
    for names in [given(KINDS), given(&["private_key", "private_key_file"])] {
        if let [first, second, ..] = names.as_slice() {
            let message = format!("options \"{first}\" and \"{second}\" exclude each other");
            return Err(
                Error::new(Kind::OptionValue, message).hint("A user mapping holds one credential.")
            );
        }
    }
    if find(mapping, "proxy_password").is_some() && find(mapping, "proxy_user").is_none() {
        let message = "option \"proxy_password\" needs the option \"proxy_user\"";
        return Err(Error::new(Kind::OptionValue, message));
    }
    let client = find(mapping, "client_id").is_some();
    if let (Some(alone), false) = (given(CLIENT).first(), client) {
        let message = format!("option \"{alone}\" needs the option \"client_id\"");
        return Err(Error::new(Kind::OptionValue, message));
    }
    if client && given(&["private_key", "private_key_file"]).is_empty() {
        let message = "option \"client_id\" needs the option \"private_key\"";
        return Err(Error::new(Kind::OptionValue, message));
    }
    if client && find(mapping, "scopes").is_none() {
        let message = "option \"client_id\" needs the option \"scopes\"";
        return Err(Error::new(Kind::OptionValue, message)
            .hint("SELECT scopes FROM okta_fdw_tables() shows which scopes each table needs."));
    }
    Ok(())
}

/// A header value, or a part of one: what HTTP allows there.
pub(super) fn token(value: &str) -> Result<(), Error> {
    let legal = !value.is_empty() && value.bytes().all(|b| (0x21..0x7f).contains(&b));
    let hint = || invalid("It must be printable ASCII without spaces.".to_owned());
    if legal { Ok(()) } else { Err(hint()) }
}

/// The user name of HTTP's Basic scheme, which a colon would end.
pub(super) fn proxy_user(value: &str) -> Result<(), Error> {
    let legal = !value.is_empty() && !value.contains(|c: char| c == ':' || c.is_control());
    let hint = || invalid("It must have no colon and no control characters.".to_owned());
    if legal { Ok(()) } else { Err(hint()) }
}

pub(super) fn proxy_password(value: &str) -> Result<(), Error> {
    let legal = !value.contains(char::is_control);
    let hint = || invalid("It must have no control characters.".to_owned());
    if legal { Ok(()) } else { Err(hint()) }
}

/// The user name and the password for the server's proxy.
pub(crate) fn proxy_login(mapping: &Options) -> Option<(String, Secret)> {
    let user = find(mapping, "proxy_user")?.to_owned();
    let password = find(mapping, "proxy_password").unwrap_or_default();
    Some((user, Secret::new(password.to_owned())))
}

pub(super) fn key(value: &str) -> Result<(), Error> {
    PrivateKey::parse(&Secret::new(value.to_owned())).map(drop)
}

pub(super) fn scopes(value: &str) -> Result<(), Error> {
    let some = !ClientCredentials::scopes_of(value).is_empty();
    let hint =
        "It must be scopes of Okta's, such as okta.users.read, set apart by spaces or commas.";
    if some { Ok(()) } else { Err(invalid(hint.to_owned())) }
}

pub(super) fn dpop(value: &str) -> Result<(), Error> {
    value.parse::<Dpop>().map(drop)
}

/// The credential of a user mapping. Files are read anew each time that a client is made.
///
/// # Errors
/// [`Kind::Unauthorized`] when it has none.
pub(crate) fn credential(mapping: &Options) -> Result<Credential, Error> {
    match kind(mapping) {
        Some("api_token") => secret(mapping, "api_token").map(Credential::ApiToken),
        Some("api_token_file") => secret_file(mapping, "api_token_file").map(Credential::ApiToken),
        Some("access_token") => secret(mapping, "access_token").map(Credential::AccessToken),
        Some(_) => client(mapping).map(Credential::Client),
        None => Err(none()),
    }
}

fn client(mapping: &Options) -> Result<ClientCredentials, Error> {
    let private_key = match find(mapping, "private_key_file") {
        Some(path) => PrivateKey::parse(&secret_file(mapping, "private_key_file")?)
            .map_err(|error| in_file(error, path))?,
        None => PrivateKey::parse(&secret(mapping, "private_key")?)?,
    };
    let scopes = find(mapping, "scopes").unwrap_or_default();
    Ok(ClientCredentials {
        client_id: find(mapping, "client_id").unwrap_or_default().to_owned(),
        private_key,
        key_id: find(mapping, "key_id").map(str::to_owned),
        scopes: ClientCredentials::scopes_of(scopes),
        dpop: find(mapping, "dpop").map_or_else(|| Ok(Dpop::default()), str::parse)?,
    })
}

/// Says which file holds the key that is none.
fn in_file(mut error: Error, path: &str) -> Error {
    error.message = format!("\"{path}\" of option \"private_key_file\": {}", error.message);
    error
}

fn secret(mapping: &Options, name: &str) -> Result<Secret, Error> {
    find(mapping, name).map(|value| Secret::new(value.to_owned())).ok_or_else(none)
}

fn secret_file(mapping: &Options, name: &str) -> Result<Secret, Error> {
    let path = find(mapping, name).ok_or_else(none)?;
    let text = String::from_utf8(read_file(name, path)?).map_err(|_| {
        Error::new(Kind::OptionValue, format!("\"{path}\" of option \"{name}\" is not text"))
    })?;
    Ok(Secret::new(text.trim().to_owned()))
}

fn none() -> Error {
    Error::new(Kind::Unauthorized, "the user mapping has no credential")
        .hint("ALTER USER MAPPING … OPTIONS (ADD api_token '…').")
}

//! What values of options may be: one check for each form.
//!
//! Which option has which form stands in `spec`.

use okta::catalog::names::Style;
use okta::org::Subdomain;
use okta::{Error, Kind};

pub(super) fn cost(value: &str) -> Result<f64, Error> {
    let number = value.trim().parse().ok().filter(|cost: &f64| cost.is_finite() && *cost >= 0.0);
    number.ok_or_else(|| invalid("It must be a number that is not negative.".to_owned()))
}

pub(super) fn boolean(value: &str) -> Result<bool, Error> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" | "t" => Ok(true),
        "false" | "off" | "no" | "0" | "f" => Ok(false),
        _ => Err(invalid("It must be true or false.".to_owned())),
    }
}

pub(super) fn column_names(value: &str) -> Result<Style, Error> {
    let hint = "It must be snake_case, folded or camelCase.";
    value.parse().map_err(|()| invalid(hint.to_owned()))
}

pub(super) fn field(value: &str) -> Result<(), Error> {
    let steps_are_named = value.split('.').all(|step| !step.is_empty());
    if steps_are_named {
        Ok(())
    } else {
        Err(invalid("It must be a dotted path, or '$'.".to_owned()))
    }
}

pub(super) fn path(value: &str) -> Result<(), Error> {
    let absolute = std::path::Path::new(value).is_absolute();
    if absolute { Ok(()) } else { Err(invalid("It must be an absolute path.".to_owned())) }
}

pub(super) fn subdomains(value: &str) -> Result<Vec<Subdomain>, Error> {
    value.split(',').map(|name| name.trim().parse()).collect()
}

/// The message of a refusal whose hint says it all.
pub(super) const INVALID: &str = "invalid value";

pub(super) fn invalid(hint: String) -> Error {
    Error::new(Kind::OptionValue, INVALID).hint(hint)
}

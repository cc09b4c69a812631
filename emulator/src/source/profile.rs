//! The rules for the profiles of identity-source users and groups.
//!
//! A user's attributes are the org's own choice, so unknown names pass; only text does.

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The attributes that every source declares. Okta sends them all, those without a value as null.
pub(crate) const OF_EVERY_USER: [&str; 6] =
    ["email", "firstName", "lastName", "mobilePhone", "secondEmail", "userName"];

/// Name, least and most characters, and whether null is allowed. Okta itself sends a null
/// `secondEmail`, so it is allowed here, whatever the specification says.
const USER_RULES: [(&str, usize, usize, bool); 7] = [
    ("email", 5, 100, false),
    ("firstName", 1, 50, true),
    ("homeAddress", 0, 4096, true),
    ("lastName", 1, 50, true),
    ("mobilePhone", 0, 100, true),
    ("secondEmail", 5, 100, true),
    ("userName", 1, 100, false),
];

/// `whole`: the profile must name who the user is, as all but the bulk upload demand.
pub(crate) fn of_user(profile: Option<&Value>, whole: bool) -> Result<Map<String, Value>, Refusal> {
    let profile = non_empty(profile)?;
    for (name, value) in profile {
        if !value.is_string() && !value.is_null() {
            return Err(invalid(name, "must be a string"));
        }
    }
    for (name, least, most, nullable) in USER_RULES {
        match profile.get(name) {
            None => {}
            Some(Value::String(text)) => {
                let length = text.chars().count();
                if length < least || length > most {
                    return Err(invalid(name, &format!("must have {least} to {most} characters")));
                }
            }
            Some(_) if nullable => {}
            Some(_) => return Err(invalid(name, "must not be null")),
        }
    }
    for name in ["email", "secondEmail"] {
        let text = profile.get(name).and_then(Value::as_str);
        if text.is_some_and(|text| !text.contains('@')) {
            return Err(invalid(name, "must be an email address"));
        }
    }
    for name in ["email", "userName"] {
        if whole && !profile.contains_key(name) {
            return Err(invalid(name, "is required"));
        }
    }
    Ok(profile.clone())
}

pub(crate) fn of_group(profile: Option<&Value>) -> Result<Map<String, Value>, Refusal> {
    let profile = non_empty(profile)?;
    let length = |name: &str| profile.get(name).and_then(Value::as_str).map(|s| s.chars().count());
    if !length("displayName").is_some_and(|n| (1..=255).contains(&n)) {
        return Err(invalid("displayName", "must have 1 to 255 characters"));
    }
    let description = profile.get("description");
    if description.is_some_and(|d| !d.is_null()) && length("description").is_none_or(|n| n > 1024) {
        return Err(invalid("description", "must have at most 1024 characters"));
    }
    match profile.keys().find(|key| *key != "displayName" && *key != "description") {
        Some(name) => Err(invalid(name, "is not an attribute of groups")),
        None => Ok(profile.clone()),
    }
}

fn non_empty(profile: Option<&Value>) -> Result<&Map<String, Value>, Refusal> {
    let profile = profile.and_then(Value::as_object).filter(|profile| !profile.is_empty());
    profile.ok_or_else(|| invalid("profile", "must not be empty"))
}

fn invalid(name: &str, cause: &str) -> Refusal {
    Refusal::validation(name, format!("{name}: {cause}"))
}

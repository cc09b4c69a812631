//! The body of a write, compared with the schema that the specification has for it.
//!
//! What becomes of it is decided elsewhere.

use jiff::Timestamp;
use serde_json::Value;

use crate::refusal::Refusal;
use crate::request::OrgRequest;
use crate::spec::{Operation, Property, SPEC};

/// Returns the body without what Okta alone writes. A part of an object needs no required properties.
pub(super) fn read(
    operation: &Operation,
    request: &OrgRequest,
    partial: bool,
) -> Result<Value, Refusal> {
    if operation.body == "-" {
        return Ok(Value::Null);
    }
    if request.body.is_empty() && missing(operation.body, &Value::Null).is_none() {
        return Ok(Value::Null);
    }
    let mut body = request.json()?;
    let wrong = wrong(operation.body, &[], "", &body, !partial);
    if let Some((name, cause)) = wrong {
        return Err(Refusal::validation(&name, format!("{name}: {cause}")));
    }
    if let (Value::Object(members), Some(known)) = (&mut body, SPEC.all_properties(operation.body))
    {
        members.retain(|name, _| !known.iter().any(|(n, p)| n == name && p.read_only));
    }
    Ok(body)
}

/// The first property that breaks a type, and how it does.
fn wrong(
    kind: &'static str,
    values: &[&str],
    name: &str,
    value: &Value,
    whole: bool,
) -> Option<(String, String)> {
    let says = |cause: &str| Some((named(name), cause.to_owned()));
    let list = kind.strip_prefix("[]").or((kind == "text[]").then_some("text"));
    if let Some(element) = list {
        let Some(elements) = value.as_array() else { return says("The value must be a list.") };
        return elements.iter().find_map(|one| wrong(element, values, name, one, whole));
    }
    match (kind, value) {
        ("jsonb", _) => None,
        ("boolean", value) if !value.is_boolean() => says("The value must be true or false."),
        ("integer", value) if value.as_i64().is_none() => says("The value must be an integer."),
        ("double precision", value) if !value.is_number() => says("The value must be a number."),
        ("text" | "timestamptz", value) if !value.is_string() => says("The value must be a text."),
        ("timestamptz", Value::String(text)) if text.parse::<Timestamp>().is_err() => {
            says("The value must be a time.")
        }
        ("text", Value::String(text)) if !is_one_of(values, text) => {
            says("The value is not valid.")
        }
        ("boolean" | "integer" | "double precision" | "text" | "timestamptz", _) => None,
        (schema, value) => wrong_object(schema, name, value, whole),
    }
}

fn wrong_object(
    schema: &'static str,
    above: &str,
    value: &Value,
    whole: bool,
) -> Option<(String, String)> {
    let Some(members) = value.as_object() else {
        return Some((named(above), "The value must be an object.".to_owned()));
    };
    let known = SPEC.all_properties(schema)?;
    let path =
        |name: &str| if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
    let wrong_member = members.iter().find_map(|(name, value)| {
        let mut meant = known.iter().filter(|(n, _)| n == name).peekable();
        if meant.peek().is_none() {
            return (!name.starts_with('_'))
                .then(|| (path(name), "The property is unknown.".to_owned()));
        }
        let mut fault = None;
        for (_, property) in meant {
            fault = wrong_value(property, &path(name), value, whole);
            fault.as_ref()?;
        }
        fault
    });
    let missing = || missing(schema, value).filter(|_| whole);
    wrong_member.or_else(|| Some((path(missing()?), "The property is required.".to_owned())))
}

/// What Okta alone writes, and what is empty, may be sent back as it came.
fn wrong_value(
    property: &Property,
    name: &str,
    value: &Value,
    whole: bool,
) -> Option<(String, String)> {
    if value.is_null() || property.read_only {
        return None;
    }
    wrong(property.kind, &property.values, name, value, whole)
}

/// The first property that an object must have and has not.
fn missing(schema: &'static str, value: &Value) -> Option<&'static str> {
    let properties = SPEC.schema(schema)?;
    let needed = properties.iter().filter(|(_, one)| one.required && !one.read_only);
    needed.map(|(name, _)| *name).find(|name| value.get(name).is_none_or(Value::is_null))
}

/// The specification's tables leave out values with spaces in them.
fn is_one_of(values: &[&str], text: &str) -> bool {
    values.is_empty() || values.contains(&text) || text.contains(' ')
}

fn named(name: &str) -> String {
    if name.is_empty() { "body".to_owned() } else { name.to_owned() }
}

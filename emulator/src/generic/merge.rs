//! What an object becomes when somebody writes it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::clock::wire;
use crate::spec::{Property, SPEC};

/// What Okta keeps though a replacement leaves it out.
const KEPT: &[&str] = &["created", "default", "id", "status", "system", "type"];

/// A new object: what Okta alone writes, made up, and what was sent.
pub(super) fn created(
    made_up: Value,
    sent: &Value,
    schema: &'static str,
    id: &str,
    now: Timestamp,
) -> Value {
    let Value::Object(mut members) = made_up else { return sent.clone() };
    let known = SPEC.all_properties(schema);
    members.retain(|name, _| is_written_by_okta(known.as_deref(), name));
    for (name, value) in &mut members {
        match name.as_str() {
            "id" => *value = json!(id),
            "system" | "default" => *value = json!(false),
            "status" if allows(known.as_deref(), "status", "ACTIVE") => *value = json!("ACTIVE"),
            "created" | "createdAt" | "createdDate" | "lastUpdated" | "lastUpdate" => {
                *value = json!(wire(now));
            }
            _ => {}
        }
    }
    take(&mut members, sent, known.as_deref());
    Value::Object(members)
}

/// How an object is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'a> {
    pub(super) sent: &'a Value,
    /// What is not sent is lost; otherwise it stays.
    pub(super) replace: bool,
    /// The key of the object in its path, which it keeps.
    pub(super) key: &'a str,
    pub(super) now: Timestamp,
}

/// Puts what was sent in place of an object, or only of the properties that were sent.
pub(super) fn write(object: &mut Value, schema: &'static str, change: Change<'_>) {
    let Change { sent, replace, key, now } = change;
    if let Value::Array(steps) = sent {
        steps.iter().for_each(|step| patch(object, step));
    }
    let Value::Object(members) = object else {
        *object = sent.clone();
        return;
    };
    let known = SPEC.all_properties(schema);
    if replace {
        members.retain(|name, value| {
            let is_key = !key.is_empty() && value.as_str() == Some(key);
            is_key || is_written_by_okta(known.as_deref(), name)
        });
    }
    take(members, sent, known.as_deref());
    touch(members, now);
}

type Known<'a> = Option<&'a [(&'static str, &'static Property)]>;

fn is_written_by_okta(known: Known<'_>, name: &str) -> bool {
    let mut meant = known.into_iter().flatten().filter(|(known, _)| *known == name);
    KEPT.contains(&name) || name.starts_with('_') || meant.any(|(_, property)| property.read_only)
}

fn allows(known: Known<'_>, name: &str, value: &str) -> bool {
    let mut meant = known.into_iter().flatten().filter(|(known, _)| *known == name);
    meant.any(|(_, property)| property.values.is_empty() || property.values.contains(&value))
}

/// Takes the properties that the schema knows. Objects within are merged.
fn take(members: &mut Map<String, Value>, sent: &Value, known: Known<'_>) {
    for (name, value) in sent.as_object().into_iter().flatten() {
        if known.is_none_or(|known| known.iter().any(|(known, _)| known == name)) {
            match (members.get_mut(name), value) {
                (Some(Value::Object(old)), Value::Object(_)) => take(old, value, None),
                _ => {
                    members.insert(name.clone(), value.clone());
                }
            }
        }
    }
}

/// One step of a JSON Patch.
fn patch(object: &mut Value, step: &Value) {
    let text = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
    let Some((above, name)) = text("path").rsplit_once('/') else { return };
    let Some(Value::Object(members)) = object.pointer_mut(above) else { return };
    match text("op") {
        "remove" => {
            members.remove(name);
        }
        _ => {
            members.insert(name.to_owned(), step.get("value").cloned().unwrap_or_default());
        }
    }
}

/// Notes when an object has changed.
pub(super) fn touch(members: &mut Map<String, Value>, now: Timestamp) {
    for name in ["lastUpdated", "lastUpdate", "updated"] {
        if let Some(value) = members.get_mut(name) {
            *value = json!(wire(now));
        }
    }
}

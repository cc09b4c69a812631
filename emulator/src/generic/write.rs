//! Writes: a row is made, replaced, changed or removed, or a POST to one of its verbs sets its status.
//!
//! What rooms of their own hold is not written here.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::merge::Change;
use super::read::shown;
use super::{body, merge, parents};
use crate::answer::Answer;
use crate::api::Call;
use crate::objects;
use crate::refusal::Refusal;
use crate::spec::{List, Named, Operation, SPEC};

/// The statuses that verbs set: the first that an object may have.
const VERBS: &[(&str, &[&str])] = &[
    ("activate", &["ACTIVE", "ENABLED"]),
    ("deactivate", &["INACTIVE", "DEACTIVATED", "DISABLED"]),
    ("disable", &["DISABLED"]),
    ("enable", &["ENABLED"]),
    ("subscribe", &["subscribed"]),
    ("suspend", &["SUSPENDED"]),
    ("unsubscribe", &["unsubscribed"]),
    ("unsuspend", &["ACTIVE"]),
];

/// The answer to a write.
pub(super) fn answer(
    call: &mut Call<'_>,
    operation: &'static Operation,
) -> Result<Answer, Refusal> {
    let named = Named::of(operation.path);
    let is_partial = match named {
        Some(Named::Rows(_)) | None => false,
        Some(_) => operation.method != "PUT",
    };
    let body = body::read(operation, call.request, is_partial)?;
    let segments = parents::resolve(call.org, operation, &call.request.segments())?;
    let target = Target { operation, path: format!("/{}", segments.join("/")), body };
    if named.is_some() && parents::is_elsewhere(operation.path) {
        return Err(Refusal::unsupported());
    }
    let written = match named {
        Some(Named::Rows(list)) => target.write_rows(call, &list),
        Some(Named::Row(list)) => target.write_row(call, &list)?,
        Some(Named::Only(schema)) => target.write_only(call, schema),
        None => target.act(call)?,
    };
    Ok(target.answer(call, written))
}

/// What a write is about.
struct Target {
    operation: &'static Operation,
    path: String,
    body: Value,
}

impl Target {
    /// Adds a row, or all that a PATCH has under `additions`.
    fn write_rows(&self, call: &mut Call<'_>, list: &List) -> Option<Value> {
        match self.operation.method {
            "DELETE" => {
                call.org.objects.collection(&self.path, list).clear();
                None
            }
            "PATCH" => {
                let additions = self.body.get("additions").and_then(Value::as_array);
                for addition in additions.into_iter().flatten() {
                    let row = match addition {
                        Value::String(text) => json!({ "id": id_of(text) }),
                        other => other.clone(),
                    };
                    self.create(call, &self.path, list, &row);
                }
                None
            }
            "PUT" => self.rewrite(call, list),
            _ => Some(self.create(call, &self.path, list, &self.body)),
        }
    }

    /// Replaces the row of a list that the body names by an id of its own.
    fn rewrite(&self, call: &mut Call<'_>, list: &List) -> Option<Value> {
        let change = self.change("", call.now);
        let is_named = |row: &&mut Value| {
            let members = self.body.as_object().into_iter().flatten();
            let mut ids = members.filter(|(name, _)| name.ends_with("id"));
            ids.any(|(name, id)| row.get(name) == Some(id))
        };
        let row = call.org.objects.collection(&self.path, list).iter_mut().find(is_named)?;
        merge::write(row, list.schema, change);
        Some(row.clone())
    }

    /// Changes a row. One that no POST makes is made by its key.
    fn write_row(&self, call: &mut Call<'_>, list: &List) -> Result<Option<Value>, Refusal> {
        let (above, key) = self.path.rsplit_once('/').ok_or_else(Refusal::unknown_path)?;
        let (collection, parameter) =
            self.operation.path.rsplit_once('/').ok_or_else(Refusal::unknown_path)?;
        let missing = || Refusal::not_found(key, list.schema);
        if self.operation.method == "DELETE" {
            let removed = call.org.objects.remove(above, list, parameter, key);
            return if removed { Ok(None) } else { Err(missing()) };
        }
        if let Some(row) = call.org.objects.find(above, list, parameter, key) {
            merge::write(row, list.schema, self.change(key, call.now));
            let row = row.clone();
            let read = SPEC.get(self.operation.path).map(|read| read.answer);
            if let Some(schema) = read.filter(|schema| *schema != list.schema) {
                let single = call.org.objects.single(&self.path, schema);
                merge::write(single, schema, self.change(key, call.now));
            }
            return Ok(Some(row));
        }
        if SPEC.operation("POST", collection).is_some() || self.operation.method == "PATCH" {
            return Err(missing());
        }
        let mut row = self.body.as_object().cloned().unwrap_or_default();
        row.insert(key_of(list.schema, parameter), json!(key));
        Ok(Some(self.create(call, above, list, &Value::Object(row))))
    }

    fn write_only(&self, call: &mut Call<'_>, schema: &'static str) -> Option<Value> {
        if self.operation.method == "DELETE" {
            call.org.objects.restore(&self.path);
            return None;
        }
        let object = call.org.objects.single(&self.path, schema);
        merge::write(object, schema, self.change("", call.now));
        Some(object.clone())
    }

    fn change<'a>(&'a self, key: &'a str, now: Timestamp) -> Change<'a> {
        Change { sent: &self.body, replace: self.operation.method == "PUT", key, now }
    }

    /// Does what the last segment says to the object above it.
    fn act(&self, call: &mut Call<'_>) -> Result<Option<Value>, Refusal> {
        let verb = self.path.rsplit('/').next().unwrap_or_default();
        let (mut template, mut path) = (self.operation.path, self.path.as_str());
        while let (Some((above, _)), Some((parent, _))) =
            (template.rsplit_once('/'), path.rsplit_once('/'))
        {
            (template, path) = (above, parent);
            let object = match Named::of(template) {
                None => continue,
                Some(_) if parents::is_elsewhere(template) => return Err(Refusal::unsupported()),
                Some(Named::Rows(list)) if list.schema == self.operation.answer => {
                    return Ok(Some(self.create(call, path, &list, &self.body)));
                }
                Some(Named::Rows(_)) => return Ok(None),
                Some(Named::Row(list)) => {
                    let key = path.rsplit('/').next().unwrap_or_default();
                    let parameter = template.rsplit('/').next().unwrap_or_default();
                    let above =
                        path.strip_suffix(key).map_or("", |path| path.trim_end_matches('/'));
                    let row = call.org.objects.find(above, &list, parameter, key);
                    row.map(|row| (list.schema, row))
                }
                Some(Named::Only(schema)) => Some((schema, call.org.objects.single(path, schema))),
            };
            let Some((schema, object)) = object else { return Ok(None) };
            set_status(object, schema, verb, call.now);
            let is_answer = schema == self.operation.answer || object.get("status").is_some();
            return Ok(is_answer.then(|| object.clone()));
        }
        Ok(None)
    }

    /// Adds a row: what is sent, and what Okta writes.
    fn create(&self, call: &mut Call<'_>, path: &str, list: &List, sent: &Value) -> Value {
        let number = usize::try_from(call.now.as_second()).unwrap_or_default();
        let id = sent.get("id").and_then(Value::as_str).map(str::to_owned);
        let id = id.unwrap_or_else(|| call.ids.next(SPEC.prefix(list.schema)));
        let made_up = objects::made_up(list.schema, path, number);
        let row = merge::created(made_up, sent, list.schema, &id, call.now);
        call.org.objects.collection(path, list).push(row.clone());
        row
    }

    fn answer(&self, call: &Call<'_>, written: Option<Value>) -> Answer {
        let Operation { answer, status, .. } = *self.operation;
        if answer == "-" {
            return Answer::empty(status);
        }
        let value = match written {
            Some(written) if answer.starts_with("[]") => Value::Array(vec![written]),
            Some(written) => written,
            None => objects::made_up(answer, &self.path, 0),
        };
        let is_row = matches!(Named::of(self.operation.path), Some(Named::Rows(_)));
        let below = if is_row { "/" } else { "" };
        Answer::json(status, shown(value, call.request, &format!("{}{below}", self.path)))
    }
}

/// The property that a key of a path is the value of.
fn key_of(schema: &'static str, parameter: &str) -> String {
    let parameter = parameter.trim_matches(['{', '}']);
    let known = SPEC.all_properties(schema).unwrap_or_default();
    let names = [parameter, "id", "kid", "key", "name", "label", "type"];
    let found = names.into_iter().find(|name| known.iter().any(|(known, _)| known == name));
    found.unwrap_or("id").to_owned()
}

/// The last segment of a URL, as which members are added.
fn id_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

fn set_status(object: &mut Value, schema: &'static str, verb: &str, now: Timestamp) {
    let Some((_, statuses)) = VERBS.iter().find(|(known, _)| *known == verb) else { return };
    let known = SPEC.all_properties(schema).unwrap_or_default();
    let known: Vec<_> = known.iter().filter(|(name, _)| *name == "status").collect();
    let allowed = |status: &&&str| {
        known
            .iter()
            .any(|(_, property)| property.values.is_empty() || property.values.contains(*status))
    };
    let (Some(status), Value::Object(members)) = (statuses.iter().find(allowed), object) else {
        return;
    };
    members.insert("status".to_owned(), json!(status));
    merge::touch(members, now);
}

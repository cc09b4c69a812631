//! The objects that writes send, built of a row's values and checked by Okta's rules before anything is
//! sent.
//!
//! Okta takes texts only: other scalars become texts, lists and objects are refused.

use serde_json::{Map, Value};

use super::path;
use crate::catalog::{Column, Resource, Type};
use crate::error::{Error, Kind};

/// Whose object it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A new row: the object must have what Okta requires of one.
    New,
    /// A row that is there, with its key, where that is known.
    Known(Option<&'a str>),
}

/// The object of some properties, each with its dotted path. `kept` are those that the row has and Okta
/// wants to be told again; they stand back behind what is set.
///
/// # Errors
/// [`Kind::Invalid`] for a value that Okta would refuse; the message names row and column.
pub fn object(
    resource: &Resource,
    mut values: Vec<(String, Value)>,
    kept: Vec<(String, Value)>,
    subject: Subject<'_>,
) -> Result<Value, Error> {
    let named = name_of(resource, subject, &values);
    // The deeper path is the named column; what holds it comes after it.
    values.sort_by_key(|(path, _)| std::cmp::Reverse(path.split('.').count()));
    let mut object = Value::Object(Map::new());
    let checked = |path: &str, value: Value| {
        let column = resource.columns.iter().find(|c| c.property() == Some(path));
        if let (Some(column), Some(text)) = (column, value.as_str().filter(|text| !text.is_empty()))
            && resource.is_key(column.name)
        {
            path::check_key(column.name, text).map_err(|error| Error {
                message: format!("{named}: {}", error.message),
                ..error
            })?;
        }
        checked(path, value, column, &named)
    };
    for (path, value) in values {
        if !put(&mut object, &path, checked(&path, value)?) {
            let message = format!("{named}: several columns give \"{path}\" a value");
            return Err(Error::new(Kind::Invalid, message));
        }
    }
    for (path, value) in kept {
        if at(&object, &path).is_none() {
            put(&mut object, &path, checked(&path, value)?);
        }
    }
    if subject == Subject::New {
        check_whole(resource, &object, &named)?;
    }
    Ok(object)
}

fn check_whole(resource: &Resource, object: &Value, named: &str) -> Result<(), Error> {
    let invalid = |why: String| Err(Error::new(Kind::Invalid, format!("{named}: {why}")));
    for column in resource.columns.iter().filter(|column| column.rule.required) {
        let given = column.property().and_then(|path| at(object, path));
        if !given.is_some_and(Value::is_string) {
            return invalid(format!("column {} must have a value", column.name));
        }
    }
    if let Some(profile) = resource.columns.iter().find(|column| column.kind == Type::Json) {
        let there = profile.property().and_then(|path| at(object, path));
        if there.and_then(Value::as_object).is_none_or(Map::is_empty) {
            return invalid(format!("there is no {}, and Okta refuses an empty one", profile.name));
        }
    }
    Ok(())
}

/// What a row is called in a message: by its key, or the first key that it has a value for.
fn name_of(resource: &Resource, subject: Subject<'_>, values: &[(String, Value)]) -> String {
    let is_key = |path: &str| {
        let mut columns = resource.columns.iter();
        columns.any(|column| column.property() == Some(path) && resource.is_key(column.name))
    };
    let id = values.iter().find(|(path, _)| is_key(path));
    let key = match subject {
        Subject::Known(key) => key,
        Subject::New => id.and_then(|(_, value)| value.as_str()),
    };
    match key {
        Some(id) => format!("row \"{id}\""),
        None if subject == Subject::Known(None) => "every row".to_owned(),
        None => "a row".to_owned(),
    }
}

/// A value as Okta takes it: text, or an object of texts.
fn checked(path: &str, value: Value, column: Option<&Column>, named: &str) -> Result<Value, Error> {
    let name = column.map_or(path, |column| column.name);
    let invalid = |why: String| Error::new(Kind::Invalid, format!("{named}: column {name} {why}"));
    match value {
        value if column.is_some_and(|c| c.kind == Type::Json) && !value.is_object() => {
            Err(invalid(format!("must be a JSON object, and is {}", form_of(&value)))
                .hint("Write it as '{\"attribute\": \"value\"}'."))
        }
        Value::Null => Ok(Value::Null),
        Value::Bool(flag) => Ok(Value::String(flag.to_string())),
        Value::Number(number) => Ok(Value::String(number.to_string())),
        Value::String(text) => {
            let length = text.chars().count();
            if let Some(rule) = column.map(|column| column.rule)
                && !(rule.shortest..=rule.longest).contains(&length)
            {
                let (least, most) = (rule.shortest, rule.longest);
                return Err(invalid(format!(
                    "must have {least} to {most} characters, and has {length}"
                )));
            }
            Ok(Value::String(text))
        }
        Value::Object(members) if column.is_some_and(|c| c.kind == Type::Json) => {
            let texts = members.into_iter().map(|(key, value)| match value {
                Value::Array(_) | Value::Object(_) => Err(invalid(format!(
                    "has a list or an object in \"{key}\", and Okta takes texts only"
                ))),
                scalar => Ok((key, checked(path, scalar, None, named)?)),
            });
            Ok(Value::Object(texts.collect::<Result<_, _>>()?))
        }
        Value::Array(_) | Value::Object(_) => {
            Err(invalid("is a list or an object, and Okta takes texts only".to_owned()))
        }
    }
}

/// What a JSON value is, for a message.
fn form_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Puts a value at a dotted path. Members of an object that stand there already stay: named columns come
/// before the rest. Returns whether there was room for the value.
fn put(object: &mut Value, path: &str, value: Value) -> bool {
    let Value::Object(members) = object else { return false };
    if let Some((first, rest)) = path.split_once('.') {
        let inner = members.entry(first).or_insert_with(|| Value::Object(Map::new()));
        return put(inner, rest, value);
    }
    match (members.get_mut(path), value) {
        (None, value) => {
            members.insert(path.to_owned(), value);
            true
        }
        (Some(Value::Object(there)), Value::Object(more)) => {
            for (key, value) in more {
                there.entry(key).or_insert(value);
            }
            true
        }
        (Some(there), value) => *there == value,
    }
}

/// The value at a dotted path.
pub(super) fn at<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(object, |value, step| value.get(step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::find;
    use serde_json::json;

    fn object_of(values: &[(&str, Value)]) -> Result<Value, Error> {
        let values = values.iter().map(|(path, value)| ((*path).to_owned(), value.clone()));
        let users = find("identity_sources.users").unwrap();
        object(users, values.collect(), Vec::new(), Subject::Known(Some("7")))
    }

    #[test]
    fn what_is_set_comes_before_what_is_kept() {
        let users = find("identity_sources.users").unwrap();
        let set = vec![("profile".to_owned(), json!({ "email": "new@acme.example" }))];
        let kept = [("profile.email", "old@acme.example"), ("profile.userName", "one")];
        let kept = kept.map(|(path, value)| (path.to_owned(), json!(value))).to_vec();
        let object = object(users, set, kept, Subject::Known(None)).unwrap();
        let profile = json!({ "email": "new@acme.example", "userName": "one" });
        assert_eq!(object, json!({ "profile": profile }));
    }

    #[test]
    fn a_profile_is_an_object() {
        for bad in [json!("abc"), json!(5), json!([1]), json!(true), json!(null), json!("{}")] {
            let name = ("profile.userName", json!("x"));
            for values in [&[("profile", bad.clone())][..], &[name, ("profile", bad)]] {
                let error = object_of(values).unwrap_err();
                assert_eq!(error.kind, Kind::Invalid);
                assert!(
                    error.message.contains("row \"7\": column profile must be a JSON object"),
                    "{}",
                    error.message
                );
            }
        }
    }

    #[test]
    fn no_value_gets_lost() {
        let twice = |one: Value, other: Value| {
            object_of(&[("profile.badge", one), ("profile.badge", other)])
        };
        assert!(twice(json!("1"), json!("1")).is_ok());
        assert_eq!(twice(json!("1"), json!("2")).unwrap_err().kind, Kind::Invalid);
        assert_eq!(twice(json!("1"), json!(null)).unwrap_err().kind, Kind::Invalid);
        let within = object_of(&[("profile.a", json!("1")), ("profile.a.b", json!("2"))]);
        assert!(within.unwrap_err().message.contains("\"profile.a\""));
    }
}

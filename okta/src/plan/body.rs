//! The objects that writes send, built of a row's values and checked by Okta's rules before anything is
//! sent.
//!
//! Okta takes texts only: other scalars become texts, lists and objects are refused.

use serde_json::{Map, Value};

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

/// The object of some properties, each with its dotted path.
///
/// # Errors
/// [`Kind::Invalid`] for a value that Okta would refuse; the message names row and column.
pub fn object(
    resource: &Resource,
    mut values: Vec<(String, Value)>,
    subject: Subject<'_>,
) -> Result<Value, Error> {
    let named = name_of(subject, &values);
    // The deeper path is the named column; what holds it comes after it.
    values.sort_by_key(|(path, _)| std::cmp::Reverse(path.split('.').count()));
    let mut object = Value::Object(Map::new());
    for (path, value) in values {
        let column = resource.columns.iter().find(|c| c.property() == Some(path.as_str()));
        let checked = checked(&path, value, column, &named)?;
        put(&mut object, &path, checked);
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

/// What a row is called in a message: by its key, or the first external id that it has.
fn name_of(subject: Subject<'_>, values: &[(String, Value)]) -> String {
    let id = values.iter().find(|(path, _)| path.ends_with("xternalId"));
    let key = match subject {
        Subject::Known(key) => key,
        Subject::New => id.and_then(|(_, value)| value.as_str()),
    };
    match key {
        Some(id) => format!("row \"{id}\""),
        None => "a row".to_owned(),
    }
}

/// A value as Okta takes it: text, or an object of texts.
fn checked(path: &str, value: Value, column: Option<&Column>, named: &str) -> Result<Value, Error> {
    let name = column.map_or(path, |column| column.name);
    let invalid = |why: String| Error::new(Kind::Invalid, format!("{named}: column {name} {why}"));
    match value {
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

/// Puts a value at a dotted path. What stands there already stays: named columns come before the rest.
fn put(object: &mut Value, path: &str, value: Value) {
    let Value::Object(members) = object else { return };
    match path.split_once('.') {
        Some((first, rest)) => {
            let inner = members.entry(first).or_insert_with(|| Value::Object(Map::new()));
            put(inner, rest, value);
        }
        None => match (members.get_mut(path), value) {
            (Some(Value::Object(there)), Value::Object(more)) => {
                for (key, value) in more {
                    there.entry(key).or_insert(value);
                }
            }
            (None, value) => drop(members.insert(path.to_owned(), value)),
            _ => {}
        },
    }
}

/// The value at a dotted path.
pub(super) fn at<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(object, |value, step| value.get(step))
}

//! The objects that no room written by hand holds, by the path of their collection. They are made up when
//! somebody first asks; what a file of the seed says of them comes before that.

mod generate;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::seed::Objects;
use crate::spec::List;

use self::generate::Place;

/// The objects of one org.
#[derive(Debug, Default)]
pub(crate) struct Store {
    known: Objects,
    collections: BTreeMap<String, Vec<Value>>,
    singles: BTreeMap<String, Value>,
}

impl Store {
    pub(crate) fn new(known: Objects) -> Store {
        Store { known, ..Store::default() }
    }

    /// The objects of a collection.
    pub(crate) fn collection(&mut self, path: &str, list: &List) -> &mut Vec<Value> {
        let known = &self.known;
        self.collections.entry(path.to_owned()).or_insert_with(|| match of_path(known, path) {
            Some(known) => {
                let known = known.iter().enumerate();
                known.map(|(number, known)| completed(known, path, list.schema, number)).collect()
            }
            None => {
                let rows = if list.below { Place::new(path, 0).rows() } else { 2 };
                (0..rows).map(|number| made_up(list.schema, path, number)).collect()
            }
        })
    }

    /// The object of a collection that answers to a key.
    pub(crate) fn find(
        &mut self,
        path: &str,
        list: &List,
        parameter: &str,
        key: &str,
    ) -> Option<&mut Value> {
        self.collection(path, list).iter_mut().find(|row| answers_to(row, parameter, key))
    }

    /// Takes an object out of its collection.
    pub(crate) fn remove(&mut self, path: &str, list: &List, parameter: &str, key: &str) -> bool {
        let rows = self.collection(path, list);
        let found = rows.iter().position(|row| answers_to(row, parameter, key));
        found.map(|at| rows.remove(at)).is_some()
    }

    /// Makes the only object of a path what it was at first.
    pub(crate) fn restore(&mut self, path: &str) {
        self.singles.remove(path);
    }

    /// The only object of a path.
    pub(crate) fn single(&mut self, path: &str, schema: &str) -> &mut Value {
        let known = of_path(&self.known, path).and_then(<[_]>::first);
        self.singles.entry(path.to_owned()).or_insert_with(|| match known {
            Some(known) => completed(known, path, schema, 0),
            None => made_up(schema, path, 0),
        })
    }
}

/// An object that nobody has described, the same one for the same path and number.
pub(crate) fn made_up(schema: &str, path: &str, number: usize) -> Value {
    generate::object(schema, &Place::new(path, number))
}

/// Parts of the names of parameters that take more than an id, and what they take.
const NAMES: &[(&str, &str)] = &[("Label", "label"), ("Name", "name"), ("EncodedRole", "type")];

/// Whether a key in place of a parameter of a path means an object. One without an id has other names.
fn answers_to(object: &Value, parameter: &str, key: &str) -> bool {
    let is = |name: &str| object.get(name).and_then(Value::as_str) == Some(key);
    match object {
        Value::String(text) => text == key,
        Value::Object(members) if members.contains_key("id") => {
            is("id")
                || is(parameter.trim_matches(['{', '}']))
                || NAMES.iter().any(|(part, name)| parameter.contains(part) && is(name))
        }
        Value::Object(members) => members.values().any(|value| match value {
            Value::Object(inner) => inner.values().any(|value| value.as_str() == Some(key)),
            value => value.as_str() == Some(key),
        }),
        _ => false,
    }
}

/// An object of the seed, with what it leaves out made up.
fn completed(known: &Map<String, Value>, path: &str, schema: &str, number: usize) -> Value {
    let mut object = made_up(schema, path, number);
    if let Value::Object(members) = &mut object {
        members.extend(known.clone());
    }
    object
}

/// What the seed says of a path, or of all paths like it.
fn of_path<'a>(known: &'a Objects, path: &str) -> Option<&'a [Map<String, Value>]> {
    let fits = |pattern: &str| {
        pattern.split('/').count() == path.split('/').count()
            && pattern.split('/').zip(path.split('/')).all(|(a, b)| a == "*" || a == b)
    };
    let like = || known.iter().find(|(pattern, _)| fits(pattern)).map(|(_, rows)| rows);
    known.get(path).or_else(like).map(Vec::as_slice)
}

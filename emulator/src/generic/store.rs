//! The objects that no room written by hand holds, by the path of their collection. They are made up when
//! somebody first asks; what a file of the seed says of them comes before that.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::generate::{self, Place};
use crate::seed::Objects;

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

    /// The objects of a collection; `below` says that it belongs to a parent.
    pub(super) fn collection(&mut self, path: &str, schema: &str, below: bool) -> &[Value] {
        let known = &self.known;
        self.collections.entry(path.to_owned()).or_insert_with(|| match of_path(known, path) {
            Some(known) => {
                let known = known.iter().enumerate();
                known.map(|(number, known)| completed(known, path, schema, number)).collect()
            }
            None => {
                let rows = if below { Place::new(path, 0).rows() } else { 2 };
                (0..rows)
                    .map(|number| generate::object(schema, &Place::new(path, number)))
                    .collect()
            }
        })
    }

    /// The only object of a path.
    pub(super) fn single(&mut self, path: &str, schema: &str) -> &Value {
        let known = of_path(&self.known, path).and_then(<[_]>::first);
        self.singles.entry(path.to_owned()).or_insert_with(|| match known {
            Some(known) => completed(known, path, schema, 0),
            None => generate::object(schema, &Place::new(path, 0)),
        })
    }
}

/// An object of the seed, with what it leaves out made up.
fn completed(known: &Map<String, Value>, path: &str, schema: &str, number: usize) -> Value {
    let mut object = generate::object(schema, &Place::new(path, number));
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

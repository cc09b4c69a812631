//! Schemas of the specification: the types of properties, those of every kind of an object among them.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::read::Type;

/// The properties of each schema, with their types; the kinds of its objects stand under `*`.
#[derive(Debug)]
pub(super) struct Schemas {
    types: HashMap<String, HashMap<String, String>>,
    /// Schemas and properties that Okta alone writes.
    read_only: HashSet<(String, String)>,
}

/// The type of a value of any shape.
const ANY: &str = "jsonb";

impl Schemas {
    /// Reads properties.tsv.
    pub(super) fn read(text: &str) -> Self {
        let mut types: HashMap<String, HashMap<String, String>> = HashMap::new();
        let mut read_only = HashSet::new();
        for line in text.lines().skip(1) {
            let fields: Vec<_> = line.split('\t').collect();
            let [schema, property, kind, rest @ ..] = fields.as_slice() else { continue };
            let (schema, property) = ((*schema).to_owned(), (*property).to_owned());
            if rest.last().is_some_and(|flags| flags.contains("read-only")) {
                read_only.insert((schema.clone(), property.clone()));
            }
            types.entry(schema).or_default().insert(property, (*kind).to_owned());
        }
        Self { types, read_only }
    }

    /// Whether Okta alone writes a property.
    pub(super) fn is_read_only(&self, schema: &str, property: &str) -> bool {
        self.read_only.contains(&(schema.to_owned(), property.to_owned()))
    }

    /// The types that a property has in the kinds of a schema, by its dotted path. One of any shape may
    /// have any property.
    pub(super) fn types(&self, schema: &str, path: &str) -> Vec<String> {
        let mut types = vec![schema.to_owned()];
        let mut rest = path;
        while !rest.is_empty() {
            // Some names have dots of their own.
            let (property, then) = rest.split_once('.').unwrap_or((rest, ""));
            types = types.iter().flat_map(|schema| self.property(schema, property)).collect();
            rest = then;
        }
        types.sort();
        types.dedup();
        types
    }

    /// Every property of a schema and of the kinds of its objects, with its type.
    pub(super) fn properties(&self, schema: &str) -> BTreeMap<String, String> {
        let (mut open, mut seen) = (vec![schema], Vec::new());
        let mut found = BTreeMap::new();
        while let Some(schema) = open.pop().filter(|_| seen.len() < self.types.len()) {
            if seen.contains(&schema) {
                continue;
            }
            seen.push(schema);
            let Some(properties) = self.types.get(schema) else { continue };
            let own = properties.iter().filter(|(name, _)| *name != "*");
            for (name, kind) in own {
                found.entry(name.clone()).or_insert_with(|| kind.clone());
            }
            open.extend(properties.get("*").into_iter().flat_map(|kinds| kinds.split(' ')));
        }
        found
    }

    fn property(&self, schema: &str, property: &str) -> Vec<String> {
        if schema == ANY {
            return vec![ANY.to_owned()];
        }
        let mut found = Vec::new();
        let (mut open, mut seen) = (vec![schema], Vec::new());
        while let Some(schema) = open.pop() {
            if seen.contains(&schema) {
                continue;
            }
            seen.push(schema);
            let Some(properties) = self.types.get(schema) else { continue };
            found.extend(properties.get(property).cloned());
            open.extend(properties.get("*").into_iter().flat_map(|kinds| kinds.split(' ')));
        }
        // One without properties is an object of any shape.
        let known = |schema: &&str| self.types.contains_key(*schema);
        let is_object = !schema.starts_with("[]") && schema.starts_with(char::is_uppercase);
        if found.is_empty() && is_object && !seen.iter().any(known) {
            found.push(ANY.to_owned());
        }
        found
    }
}

/// Whether a column of a type can hold a value of a type of the specification.
pub(super) fn holds(column: Type, kind: &str) -> bool {
    let scalar =
        matches!(kind, "text" | "timestamptz" | "boolean" | "integer" | "double precision");
    kind == ANY
        || match column {
            Type::Text => kind == "text",
            Type::Timestamptz => kind == "timestamptz",
            Type::Boolean => kind == "boolean",
            Type::Integer | Type::Bigint => kind == "integer",
            Type::Double => kind == "double precision",
            Type::TextArray => kind == "text[]",
            Type::Jsonb => !scalar && kind != "text[]",
        }
}

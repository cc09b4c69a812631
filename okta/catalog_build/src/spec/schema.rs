//! Schemas of the specification: the types of properties, those of every kind of an object among them.

use std::collections::HashMap;

use crate::read::Type;

/// The properties of each schema, with their types; the kinds of its objects stand under `*`.
#[derive(Debug)]
pub(super) struct Schemas(HashMap<String, HashMap<String, String>>);

/// The type of a value of any shape.
const ANY: &str = "jsonb";

impl Schemas {
    /// Reads properties.tsv.
    pub(super) fn read(text: &str) -> Self {
        let mut schemas: HashMap<String, HashMap<String, String>> = HashMap::new();
        for line in text.lines().skip(1) {
            if let [schema, property, kind, ..] = *line.split('\t').collect::<Vec<_>>() {
                let properties = schemas.entry(schema.to_owned()).or_default();
                properties.insert(property.to_owned(), kind.to_owned());
            }
        }
        Self(schemas)
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
            let Some(properties) = self.0.get(schema) else { continue };
            found.extend(properties.get(property).cloned());
            open.extend(properties.get("*").into_iter().flat_map(|kinds| kinds.split(' ')));
        }
        // One without properties is an object of any shape.
        let known = |schema: &&str| self.0.contains_key(*schema);
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

//! The schemas of Okta's specification, and what of an answer breaks them.

use std::collections::BTreeMap;

use serde_json::Value;

/// The lines of `properties.tsv`, by schema.
pub(crate) struct Schemas(BTreeMap<&'static str, Vec<Vec<&'static str>>>);

/// Properties of recorded answers that the specification lacks.
const RECORDED: &[&str] = &["allGroupsValid", "default", "manualProvisioning"];

fn is_open(schema: &str) -> bool {
    let mut notes = include_str!("../../spec/schemas.tsv").lines();
    notes.any(|line| line.ends_with("\topen") && line.split('\t').next() == Some(schema))
}

impl Schemas {
    pub(crate) fn read() -> Schemas {
        let mut schemas: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let newer = include_str!("../../spec/newer_properties.tsv").lines().skip(1);
        for line in include_str!("../../spec/properties.tsv").lines().skip(1).chain(newer) {
            let line: Vec<_> = line.split('\t').collect();
            schemas.entry(line[0]).or_default().push(line);
        }
        Schemas(schemas)
    }

    pub(crate) fn of(&self, schema: &str) -> &[Vec<&'static str>] {
        self.0.get(schema).map(Vec::as_slice).unwrap_or_default()
    }

    /// The properties of a schema and of all its kinds.
    fn all(&self, schema: &str) -> Vec<&[&'static str]> {
        let (mut open, mut seen, mut found) = (vec![schema], Vec::new(), Vec::new());
        while let Some(schema) = open.pop() {
            if !seen.contains(&schema) {
                seen.push(schema);
                for line in self.of(schema) {
                    if line[1] == "*" {
                        open.extend(line[2].split(' '))
                    } else {
                        found.push(&**line)
                    }
                }
            }
        }
        found
    }

    /// Returns where a value breaks a type, and how.
    pub(crate) fn fault(&self, kind: &str, value: &Value, at: &str) -> Option<String> {
        let list = kind.strip_prefix("[]").or((kind == "text[]").then_some("text"));
        if let Some(element) = list.filter(|_| !value.is_null()) {
            let Some(elements) = value.as_array() else { return Some(format!("{at}: no list")) };
            return elements.iter().find_map(|one| self.fault(element, one, at));
        }
        let is_right = match kind {
            "jsonb" | "-" => true,
            _ if value.is_null() => true,
            "text" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64(),
            "double precision" => value.is_number(),
            "timestamptz" => {
                value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok())
            }
            _ => return self.fault_of_object(kind, value, at),
        };
        (!is_right).then(|| format!("{at}: {value} is no {kind}"))
    }

    fn fault_of_object(&self, schema: &str, value: &Value, at: &str) -> Option<String> {
        let known = self.all(schema);
        if known.is_empty() || is_open(schema) {
            return None;
        }
        let Some(members) = value.as_object() else { return Some(format!("{at}: no object")) };
        let own = |name: &str| !name.starts_with('_') && !RECORDED.contains(&name);
        members.iter().filter(|(name, _)| own(name)).find_map(|(name, value)| {
            let at = format!("{at}.{name}");
            let kinds: Vec<_> = known.iter().filter(|line| line[1] == *name).collect();
            if kinds.is_empty() {
                return Some(format!("{at}: not in {schema}"));
            }
            let faults: Vec<_> = kinds.iter().map(|line| self.fault(line[2], value, &at)).collect();
            if faults.contains(&None) { None } else { faults.into_iter().flatten().next() }
        })
    }
}

//! Objects made up from a schema: the same ones for the same place, whoever asks and how often.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::clock::wire;
use crate::spec::SPEC;

/// How deep objects within objects go.
const DEEPEST: usize = 3;

/// Where an object stands: a path, and a number in it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    hash: u64,
    number: usize,
}

impl Place {
    pub(super) fn new(path: &str, number: usize) -> Place {
        Place { hash: hash(path), number }
    }

    fn within(&self, name: &str) -> Place {
        Place { hash: hash(name) ^ self.hash.rotate_left(7), number: self.number }
    }

    fn pick(&self, below: usize) -> usize {
        (self.hash as usize).wrapping_add(self.number) % below.max(1)
    }

    /// A number of rows for a path: of some parents none.
    pub(super) fn rows(&self) -> usize {
        match self.pick(4) {
            0 => 2,
            1 => 1,
            2 => 0,
            _ => 3,
        }
    }
}

/// FNV-1a, which is the same in every build.
fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// An object of a schema, of one of its kinds.
pub(super) fn object(schema: &str, place: &Place) -> Value {
    value_of(schema, "", &[], place, 0)
}

fn of_schema(name: &str, place: &Place, depth: usize) -> Value {
    let mut object = Map::new();
    fill(&mut object, name, place, depth);
    let kinds = SPEC.schema(name).and_then(|schema| schema.get("*"));
    let kinds: Vec<_> = kinds.into_iter().flat_map(|kinds| kinds.kind.split(' ')).collect();
    if let Some(kind) = kinds.get(place.number % kinds.len().max(1)) {
        fill(&mut object, kind, place, depth);
    }
    Value::Object(object)
}

/// Adds the properties of a schema that an object lacks.
fn fill(object: &mut Map<String, Value>, schema: &str, place: &Place, depth: usize) {
    let Some(properties) = SPEC.schema(schema) else { return };
    let own = |name: &str| !matches!(name, "*" | "_embedded" | "_links");
    for (name, property) in properties.iter().filter(|(name, _)| own(name)) {
        let place = place.within(name);
        object.entry(*name).or_insert_with(|| {
            if *name == "id" && property.kind == "text" {
                return json!(id(SPEC.prefix(schema), &place));
            }
            let noun = if matches!(*name, "name" | "label") { schema } else { name };
            value_of(property.kind, noun, &property.values, &place, depth + 1)
        });
    }
}

/// A value of a type for a property of a name.
fn value_of(kind: &str, name: &str, values: &[&str], place: &Place, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Null;
    }
    if let Some(element) = kind.strip_prefix("[]") {
        return json!([value_of(element, name, &[], &place.within("0"), depth)]);
    }
    match kind {
        "boolean" => json!(place.pick(2) == 0),
        "integer" => json!(place.pick(60) + 1),
        "double precision" => json!(place.pick(100) as f64 / 4.0),
        "timestamptz" => json!(time(place)),
        "text[]" => match values.get(place.pick(values.len())) {
            Some(value) => json!([value]),
            None => json!([format!("{name}-{}", place.pick(9) + 1)]),
        },
        "text" => json!(text(name, values, place)),
        "jsonb" => json!({}),
        schema => of_schema(schema, place, depth),
    }
}

fn text(name: &str, values: &[&str], place: &Place) -> String {
    if let Some(value) = values.get(place.number % values.len().max(1)) {
        return (*value).to_owned();
    }
    let is = |end: &str| name.ends_with(end);
    if is("Id") || name == "uuid" {
        return id("0gx", place);
    }
    if is("Date")
        || is("At")
        || matches!(name, "created" | "lastUpdated" | "published" | "lastUpdate")
    {
        return time(place);
    }
    if name.to_ascii_lowercase().contains("email") {
        return format!("someone{}@acme.example", place.pick(90) + 1);
    }
    if is("Url") || is("Uri") || is("URI") || name == "href" || name == "url" {
        return format!("https://acme.example/{}", place.pick(90) + 1);
    }
    format!("{name} {}", place.number + 1)
}

/// An identifier in Okta's shape, which no counter gives.
fn id(prefix: &str, place: &Place) -> String {
    const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut rest = place.hash.wrapping_mul(31).wrapping_add(place.number as u64 + 1);
    let letters = (0..17).map(|_| {
        rest = rest.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        LETTERS.get((rest >> 33) as usize % LETTERS.len()).map_or('0', |letter| char::from(*letter))
    });
    letters.fold(prefix.to_owned(), |id, letter| id + &letter.to_string())
}

/// A time of the year before the clock starts.
fn time(place: &Place) -> String {
    let hours = i64::try_from(place.pick(24 * 360)).unwrap_or_default();
    let start: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap_or_default();
    wire(start - SignedDuration::from_hours(hours))
}

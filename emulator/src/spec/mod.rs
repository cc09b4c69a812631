//! Okta's specification, read from the tables of `emulator/spec`.
//!
//! What a call does is decided elsewhere.

mod named;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::refusal::Refusal;

pub(crate) use self::named::{List, Named};

/// A method and a path, with what its calls need and take.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    /// The path, with `{parameters}`; what requests of it share a rate limit by.
    pub(crate) path: &'static str,
    pieces: Vec<&'static str>,
    pub(crate) credential: Credential,
    pub(crate) scopes: Vec<&'static str>,
    pub(crate) query: Vec<Parameter>,
    /// The type of what is sent; `-` is nothing.
    pub(crate) body: &'static str,
    /// The type of what is answered; `-` is nothing.
    pub(crate) answer: &'static str,
    /// The status of a success.
    pub(crate) status: u16,
}

/// The credentials that a call takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Credential {
    Any,
    Oauth,
    Token,
    None,
}

/// A query parameter.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// The number that stands for none.
    pub(crate) default: Option<usize>,
    /// The greatest number.
    pub(crate) most: Option<usize>,
    /// Every value that is known; none for any.
    pub(crate) values: Vec<&'static str>,
}

/// A property of a schema.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) kind: &'static str,
    pub(crate) values: Vec<&'static str>,
    pub(crate) required: bool,
    /// Whether Okta alone writes it.
    pub(crate) read_only: bool,
}

/// The properties of a schema.
pub(crate) type Schema = BTreeMap<&'static str, Property>;

pub(crate) struct Spec {
    /// By the number of their segments.
    operations: HashMap<usize, Vec<Operation>>,
    schemas: HashMap<&'static str, Schema>,
    notes: HashMap<&'static str, Note>,
}

/// What `schemas.tsv` adds to a schema.
#[derive(Debug)]
struct Note {
    prefix: &'static str,
    open: bool,
}

/// What identifiers begin with when nothing else is known.
const PREFIX: &str = "0gx";

/// The description, and what is known of a newer one.
const OPERATIONS: [&str; 2] =
    [include_str!("../../spec/operations.tsv"), include_str!("../../spec/newer_operations.tsv")];
const PROPERTIES: [&str; 2] =
    [include_str!("../../spec/properties.tsv"), include_str!("../../spec/newer_properties.tsv")];

pub(crate) static SPEC: LazyLock<Spec> = LazyLock::new(|| {
    let mut operations: HashMap<_, Vec<_>> = HashMap::new();
    for line in OPERATIONS.into_iter().flat_map(lines) {
        if let Some(operation) = Operation::read(&line) {
            operations.entry(operation.pieces.len()).or_default().push(operation);
        }
    }
    for line in lines(include_str!("../../spec/corrections.tsv")) {
        let [method, path, answer, _] = line[..] else { continue };
        let meant = |one: &&mut Operation| one.method == method && one.path == path;
        operations.values_mut().flatten().filter(meant).for_each(|one| one.answer = answer);
    }
    Spec {
        operations,
        schemas: schemas(PROPERTIES.into_iter().flat_map(lines)),
        notes: notes(include_str!("../../spec/schemas.tsv")),
    }
});

fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

fn schemas(lines: impl Iterator<Item = Vec<&'static str>>) -> HashMap<&'static str, Schema> {
    let mut schemas: HashMap<_, Schema> = HashMap::new();
    for line in lines {
        let [schema, property, kind, values, flags] = line[..] else { continue };
        let values = values.split_whitespace().collect();
        let is = |flag| flags.split_whitespace().any(|one| one == flag);
        let property_of =
            Property { kind, values, required: is("required"), read_only: is("read-only") };
        schemas.entry(schema).or_default().insert(property, property_of);
    }
    schemas
}

fn notes(table: &'static str) -> HashMap<&'static str, Note> {
    let lines = lines(table).filter_map(|line| match line[..] {
        [schema, prefix, open] => Some((schema, Note { prefix, open: open == "open" })),
        _ => None,
    });
    lines.collect()
}

impl Operation {
    fn read(line: &[&'static str]) -> Option<Operation> {
        let [method, path, credential, scopes, _, _, query, body, answer, status, values, defaults] =
            *line
        else {
            return None;
        };
        let values: HashMap<_, Vec<_>> = values
            .split(' ')
            .filter_map(|word| word.split_once('='))
            .map(|(name, values)| (name, values.split('|').collect()))
            .collect();
        let query = query.split_whitespace().map(|word| {
            let (word, most) =
                word.split_once("<=").map_or((word, None), |(w, m)| (w, m.parse().ok()));
            let name = word.trim_end_matches('*');
            let values = values.get(name).cloned().unwrap_or_default();
            let defaults = defaults.split(' ').filter_map(|word| word.split_once('='));
            let mut defaults = defaults.filter(|(known, _)| *known == name);
            let default = defaults.next().and_then(|(_, number)| number.parse().ok());
            Parameter { name, required: word.ends_with('*'), default, most, values }
        });
        let credential = match credential {
            "oauth" => Credential::Oauth,
            "token" => Credential::Token,
            "none" => Credential::None,
            _ => Credential::Any,
        };
        let scopes = scopes.split_whitespace().collect();
        let status = status.parse().unwrap_or(200);
        let query = query.collect();
        let pieces = pieces(path).collect();
        Some(Operation { method, path, pieces, credential, scopes, query, body, answer, status })
    }

    /// How many segments of its path are those of a request; `None` for another path.
    fn score(&self, segments: &[String]) -> Option<usize> {
        let same = self.pieces.iter().zip(segments).map(|(ours, theirs)| {
            if is_parameter(ours) {
                (!theirs.is_empty()).then_some(0)
            } else {
                (ours == theirs).then_some(1)
            }
        });
        same.sum()
    }
}

fn pieces(path: &str) -> impl Iterator<Item = &str> {
    path.trim_start_matches('/').split('/')
}

pub(crate) fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

/// The operation of a request. Of several paths the one with the most segments of its own counts.
pub(crate) fn find(method: &str, segments: &[String]) -> Result<&'static Operation, Refusal> {
    let scored = SPEC.of_length(segments.len()).filter_map(|one| Some((one.score(segments)?, one)));
    let best = scored.clone().map(|(score, _)| score).max().ok_or_else(Refusal::unknown_path)?;
    let mut best = scored.filter(|(score, _)| *score == best).map(|(_, one)| one);
    best.find(|one| one.method == method).ok_or_else(Refusal::wrong_method)
}

/// Whether the specification has a path for a request that shares more segments with it than another path.
pub(crate) fn names_more(literals: usize, segments: &[String]) -> bool {
    SPEC.of_length(segments.len()).filter_map(|one| one.score(segments)).max() > Some(literals)
}

impl Spec {
    /// The reading operation of a path with parameters.
    pub(crate) fn get(&self, path: &str) -> Option<&Operation> {
        self.operation("GET", path)
    }

    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let theirs: Vec<_> = pieces(path).collect();
        let is_same = |(ours, theirs): (&&str, &&str)| {
            ours == theirs || (is_parameter(ours) && is_parameter(theirs))
        };
        self.of_length(theirs.len())
            .filter(|one| one.method == method)
            .find(|one| one.pieces.iter().zip(&theirs).all(is_same))
    }

    fn of_length(&self, length: usize) -> impl Iterator<Item = &Operation> + Clone {
        self.operations.get(&length).into_iter().flatten()
    }

    /// The properties of a schema.
    pub(crate) fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.get(name)
    }

    /// The properties that objects of a schema may have, those of every kind of it among them. `None` is
    /// any.
    pub(crate) fn all_properties(
        &self,
        name: &'static str,
    ) -> Option<Vec<(&'static str, &Property)>> {
        let (mut open, mut seen, mut found) = (vec![name], Vec::new(), Vec::new());
        while let Some(name) = open.pop() {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            if self.notes.get(name).is_some_and(|note| note.open) {
                return None;
            }
            for (name, property) in self.schemas.get(name)? {
                match *name {
                    "*" => open.extend(property.kind.split(' ')),
                    name => found.push((name, property)),
                }
            }
        }
        Some(found).filter(|found| !found.is_empty())
    }

    /// What identifiers of objects of a schema begin with.
    pub(crate) fn prefix(&self, schema: &str) -> &'static str {
        let noted = self.notes.get(schema).map(|note| note.prefix).filter(|p| !p.is_empty());
        noted.unwrap_or(PREFIX)
    }

    /// The property that holds the rows, where the answer is an object around a list and nothing else, and
    /// the schema of a row.
    pub(crate) fn wrapped(&self, answer: &str) -> Option<(&'static str, &'static str)> {
        let schema = self.schema(answer)?;
        let mut lists = schema.iter().filter_map(|(name, property)| {
            let of = property.kind.strip_prefix("[]")?;
            self.schemas.contains_key(of).then_some((*name, of))
        });
        let (list, of) = lists.next()?;
        let frame = |name: &&str| name.starts_with('_') || matches!(*name, "next" | "totalCount");
        (lists.next().is_none() && schema.keys().filter(|name| **name != list).all(frame))
            .then_some((list, of))
    }
}

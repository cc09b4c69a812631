//! The shape of the text: what may be said of a table and its columns. The catalogue's README.md says
//! what each key means.

use indexmap::IndexMap;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::words::{Call, Comparisons, Length, Reference};

/// A text that remembers its place.
pub(crate) type Text = Spanned<String>;
/// The tables of a service, by name.
pub(crate) type Tables = IndexMap<Text, Table>;

/// The list of services.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Index {
    pub(crate) services: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) about: String,
    pub(crate) noun: Option<String>,
    #[serde(default = "yes")]
    pub(crate) table: bool,
    pub(crate) scope: Spanned<Scope>,
    pub(crate) label: Option<Text>,
    pub(crate) bucket: Option<Text>,
    pub(crate) get: Option<Spanned<Paths>>,
    pub(crate) list: Option<Spanned<List>>,
    #[serde(default)]
    pub(crate) filters: IndexMap<Text, Filter>,
    pub(crate) insert: Option<Write>,
    pub(crate) update: Option<Write>,
    pub(crate) delete: Option<Write>,
    #[serde(default)]
    pub(crate) set: IndexMap<Text, IndexMap<Text, Write>>,
    pub(crate) load: Option<Load>,
    pub(crate) columns: IndexMap<Text, Column>,
}

const fn yes() -> bool {
    true
}

/// A path, or several.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a path or a list of paths")]
pub(crate) enum Paths {
    One(String),
    Several(Vec<String>),
}

impl Paths {
    pub(crate) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(path) => std::slice::from_ref(path),
            Self::Several(paths) => paths,
        }
    }
}

/// OAuth scopes: one name, whose `.read` and `.manage` they are, or what each verb needs.
#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    untagged,
    expecting = "expected a scope without its .read, or { read = …, write = … }"
)]
pub(crate) enum Scope {
    Stem(String),
    Verbs { read: Option<String>, write: Option<String> },
}

impl Scope {
    pub(crate) fn read(&self) -> Option<String> {
        match self {
            Self::Stem(stem) => Some(format!("{stem}.read")),
            Self::Verbs { read, .. } => read.clone(),
        }
    }

    pub(crate) fn write(&self) -> Option<String> {
        match self {
            Self::Stem(stem) => Some(format!("{stem}.manage")),
            Self::Verbs { write, .. } => write.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) query: IndexMap<String, String>,
    pub(crate) wrapped: Option<String>,
    pub(crate) page: Option<u32>,
    pub(crate) max: Option<u32>,
    #[serde(default = "typical")]
    pub(crate) typical: u32,
}

/// Rows that a list is taken to have when nobody knows.
const fn typical() -> u32 {
    100
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    #[serde(default)]
    pub(crate) combines: bool,
    pub(crate) all: Option<String>,
    pub(crate) sort: Option<Sort>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sort {
    pub(crate) by: String,
    pub(crate) order: String,
    #[serde(default = "ascending")]
    pub(crate) ascending: String,
    #[serde(default = "descending")]
    pub(crate) descending: String,
}

fn ascending() -> String {
    "asc".to_owned()
}

fn descending() -> String {
    "desc".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Write {
    pub(crate) call: Spanned<Call>,
    pub(crate) to: Option<String>,
    pub(crate) done: Option<String>,
    pub(crate) wrong_state: Option<String>,
    pub(crate) bucket: Option<Text>,
    pub(crate) body: Option<Spanned<toml::Table>>,
    #[serde(default)]
    pub(crate) always: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Load {
    pub(crate) call: Spanned<Call>,
    pub(crate) body: Spanned<toml::Table>,
    pub(crate) opposite: Text,
    #[serde(default)]
    pub(crate) deletes: bool,
}

/// A column: a table of its keys, or its type alone as a string.
#[derive(Deserialize, Default)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(crate) struct Column {
    #[serde(default)]
    pub(crate) r#type: Type,
    pub(crate) r#in: Option<In>,
    pub(crate) at: Option<String>,
    pub(crate) parent: Option<Reference>,
    pub(crate) write: Option<Writing>,
    pub(crate) length: Option<Length>,
    #[serde(default)]
    pub(crate) filter: Comparisons,
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TypeOrTable)
    }
}

struct TypeOrTable;

impl<'de> Visitor<'de> for TypeOrTable {
    type Value = Column;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a type or a table")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Column, E> {
        let r#type = Type::deserialize(text.into_deserializer())?;
        Ok(Column { r#type, ..Column::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Column, A::Error> {
        // The derived function, which `remote` has made: that of the trait would come here again.
        Column::deserialize(MapAccessDeserializer::new(map))
    }
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Type {
    #[default]
    Text,
    Timestamptz,
    Jsonb,
}

/// What has a value that is no property of the object.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum In {
    Path,
    Org,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Writing {
    Optional,
    Required,
}

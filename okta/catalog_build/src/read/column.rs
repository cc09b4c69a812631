//! The shape of a column.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::words::{Comparisons, Length, Reference, Writing};

/// A column: a table of its keys, or its type alone as a string.
#[derive(Deserialize, Default)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(crate) struct Column {
    #[serde(default)]
    pub(crate) r#type: Type,
    pub(crate) r#in: Option<In>,
    pub(crate) at: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) parameter: Option<String>,
    pub(crate) parent: Option<Reference>,
    #[serde(default)]
    pub(crate) values: Vec<String>,
    #[serde(default)]
    pub(crate) expand: Vec<String>,
    #[serde(default)]
    pub(crate) read: Read,
    #[serde(default)]
    pub(crate) secret: bool,
    pub(crate) write: Option<Writing>,
    pub(crate) written_at: Option<String>,
    pub(crate) length: Option<Length>,
    #[serde(default)]
    pub(crate) filter: Comparisons,
    pub(crate) differs: Option<String>,
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

#[derive(Deserialize, Default, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Type {
    #[default]
    Text,
    Timestamptz,
    Jsonb,
    Boolean,
    Integer,
    Bigint,
    #[serde(rename = "double precision")]
    Double,
    #[serde(rename = "text[]")]
    TextArray,
}

/// What has a value that is no property of the object.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum In {
    Path,
    Query,
    Org,
}

/// Which answers have the value.
#[derive(Deserialize, Default, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Read {
    #[default]
    Always,
    Get,
    List,
    Insert,
    Never,
}

//! The shape of the text: what may be said of a table and its columns. The catalogue's README.md says
//! what each key means.

mod column;
mod list;
mod write;

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

pub(crate) use self::column::{Column, In, Read, Type};
pub(crate) use self::list::{Filter, Gets, List, PathOrGet, Query};
pub(crate) use self::write::{Load, Sends, Write};

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
    #[serde(default)]
    pub(crate) aliases: Vec<Text>,
    pub(crate) noun: Option<String>,
    pub(crate) label: Option<Text>,
    pub(crate) scope: Option<Spanned<Scope>>,
    #[serde(default)]
    pub(crate) credential: Credential,
    #[serde(default)]
    pub(crate) lifecycle: Lifecycle,
    pub(crate) sku: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) bucket: Option<Text>,
    pub(crate) schema: Option<Text>,
    pub(crate) get: Option<Spanned<Gets>>,
    pub(crate) list: Option<Spanned<List>>,
    #[serde(default)]
    pub(crate) none: Vec<String>,
    #[serde(default)]
    pub(crate) filters: IndexMap<Text, Filter>,
    pub(crate) insert: Option<Write>,
    pub(crate) update: Option<Write>,
    pub(crate) delete: Option<Write>,
    #[serde(default)]
    pub(crate) set: IndexMap<Text, IndexMap<Text, Write>>,
    pub(crate) load: Option<Load>,
    pub(crate) columns: IndexMap<Text, Column>,
    pub(crate) differs: Option<String>,
}

/// The credentials that Okta accepts for calls.
#[derive(Deserialize, Default, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Credential {
    #[default]
    Any,
    Oauth,
    Token,
    None,
}

/// How far Okta has released something.
#[derive(Deserialize, Default, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifecycle {
    #[default]
    #[serde(rename = "GA")]
    Ga,
    #[serde(rename = "LIMITED_GA")]
    LimitedGa,
    #[serde(rename = "EA")]
    Ea,
    #[serde(rename = "BETA")]
    Beta,
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

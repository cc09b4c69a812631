//! The shape of a call that writes.

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

use super::{Credential, Query, Text};
use crate::words::{Call, Path, To};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Write {
    pub(crate) call: Spanned<Call>,
    pub(crate) also: Option<Path>,
    #[serde(default)]
    pub(crate) query: Query,
    pub(crate) body: Option<Spanned<toml::Value>>,
    #[serde(default)]
    pub(crate) always: Vec<Text>,
    pub(crate) sends: Option<Sends>,
    #[serde(default)]
    pub(crate) from: Vec<String>,
    #[serde(default)]
    pub(crate) to: To,
    #[serde(default)]
    pub(crate) needs: IndexMap<Text, String>,
    #[serde(default)]
    pub(crate) twice: bool,
    #[serde(default)]
    pub(crate) all: Vec<Path>,
    pub(crate) done: Option<String>,
    pub(crate) wrong_state: Option<String>,
    pub(crate) bucket: Option<Text>,
    pub(crate) scope: Option<String>,
    pub(crate) credential: Option<Credential>,
    pub(crate) differs: Option<String>,
}

/// What an UPDATE sends: the columns that are set, or the whole object with them in it.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sends {
    Set,
    Whole,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Load {
    pub(crate) call: Spanned<Call>,
    pub(crate) body: Spanned<toml::Table>,
    pub(crate) opposite: Text,
    #[serde(default)]
    pub(crate) deletes: bool,
    pub(crate) differs: Option<String>,
}

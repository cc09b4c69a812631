//! The texts of the catalogue that have a form of their own: a call, a reference, a length, comparisons.

use serde::Deserialize;

/// Method and path of a call, as `POST /api/v1/users`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Post,
    Put,
    Patch,
    Delete,
}

impl TryFrom<String> for Call {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (method, path) = match text.split_once(' ') {
            Some(("POST", path)) => (Method::Post, path),
            Some(("PUT", path)) => (Method::Put, path),
            Some(("PATCH", path)) => (Method::Patch, path),
            Some(("DELETE", path)) => (Method::Delete, path),
            _ => {
                return Err(format!(
                    "a call is POST, PUT, PATCH or DELETE and a path, not \"{text}\""
                ));
            }
        };
        Ok(Self { method, path: path.to_owned() })
    }
}

/// A column of the catalogue, as `service.table.column`.
#[derive(Deserialize, Clone)]
#[serde(try_from = "String")]
pub(crate) struct Reference {
    pub(crate) service: String,
    pub(crate) table: String,
    pub(crate) column: String,
}

impl Reference {
    /// Whether it is about a column of this table.
    pub(crate) fn is(&self, service: &str, table: &str) -> bool {
        self.service == service && self.table == table
    }
}

impl TryFrom<String> for Reference {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.split('.').collect::<Vec<_>>().as_slice() {
            [service, table, column] => Ok(Self {
                service: (*service).to_owned(),
                table: (*table).to_owned(),
                column: (*column).to_owned(),
            }),
            _ => Err(format!("a parent is service.table.column, not \"{text}\"")),
        }
    }
}

/// The least and the most characters, as `5..100`.
#[derive(Deserialize, Clone, Copy)]
#[serde(try_from = "String")]
pub(crate) struct Length {
    pub(crate) least: u32,
    pub(crate) most: u32,
}

impl TryFrom<String> for Length {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let numbers = text.split_once("..").and_then(|(least, most)| {
            Some(Self { least: least.parse().ok()?, most: most.parse().ok()? })
        });
        let length = numbers.filter(|length| length.least <= length.most);
        length.ok_or_else(|| format!("a length is LEAST..MOST, not \"{text}\""))
    }
}

/// What an endpoint's filter understands of a column, as `eq range sort`.
#[derive(Deserialize, Default, Clone, Copy)]
#[serde(try_from = "String")]
pub(crate) struct Comparisons {
    pub(crate) eq: bool,
    pub(crate) sw: bool,
    pub(crate) range: bool,
    pub(crate) sort: bool,
}

impl TryFrom<String> for Comparisons {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut known = Self::default();
        for word in text.split(' ') {
            match word {
                "eq" => known.eq = true,
                "sw" => known.sw = true,
                "range" => known.range = true,
                "sort" => known.sort = true,
                _ => {
                    return Err(format!("a filter is some of eq, sw, range, sort, not \"{word}\""));
                }
            }
        }
        if known.eq { Ok(known) } else { Err("a filter has eq at least".to_owned()) }
    }
}

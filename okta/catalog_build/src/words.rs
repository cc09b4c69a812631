//! The texts of the catalogue that have a form of their own: a call, a reference, a length, comparisons.

use serde::Deserialize;

/// A path of Okta's, in which `{column}` stands for the value of a column.
pub(crate) type Path = String;

/// Method and path of a call, as `POST /api/v1/users`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: Path,
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
    pub(crate) ne: bool,
    pub(crate) sw: bool,
    pub(crate) co: bool,
    pub(crate) range: bool,
    pub(crate) sort: bool,
}

impl Comparisons {
    /// Whether there is any.
    pub(crate) fn is_some(self) -> bool {
        self.eq || self.sort
    }
}

impl TryFrom<String> for Comparisons {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut known = Self::default();
        for word in text.split(' ') {
            match word {
                "eq" => known.eq = true,
                "ne" => known.ne = true,
                "sw" => known.sw = true,
                "co" => known.co = true,
                "range" => known.range = true,
                "sort" => known.sort = true,
                _ => {
                    return Err(format!(
                        "a filter is some of eq, ne, sw, co, range, sort, not \"{word}\""
                    ));
                }
            }
        }
        let Self { eq, ne, sw, co, range, .. } = known;
        let needs_eq = ne || sw || co || range;
        if eq || !needs_eq { Ok(known) } else { Err("a filter has eq, too".to_owned()) }
    }
}

/// Which statements send a column, as `insert required`.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(try_from = "String")]
pub(crate) struct Writing {
    pub(crate) insert: bool,
    pub(crate) update: bool,
    pub(crate) required: bool,
}

impl TryFrom<String> for Writing {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let writing = |insert, update, required| Ok(Self { insert, update, required });
        match text.as_str() {
            "optional" => writing(true, true, false),
            "required" => writing(true, true, true),
            "insert" => writing(true, false, false),
            "insert required" => writing(true, false, true),
            "update" => writing(false, true, false),
            "update required" => writing(false, true, true),
            _ => Err(format!(
                "a write is optional or required, insert or update, or the latter and required, \
                 not \"{text}\""
            )),
        }
    }
}

/// The values that an UPDATE sets a column to for a call to be made.
#[derive(Deserialize, Default)]
#[serde(untagged, expecting = "expected a value, true, false, or a list of values")]
pub(crate) enum To {
    Flag(bool),
    One(String),
    Several(Vec<String>),
    #[default]
    Nothing,
}

impl To {
    pub(crate) fn values(&self) -> Vec<String> {
        match self {
            Self::Flag(flag) => vec![flag.to_string()],
            Self::One(value) => vec![value.clone()],
            Self::Several(values) => values.clone(),
            Self::Nothing => Vec::new(),
        }
    }
}

//! Columns of the catalogue: what each holds, and what Okta demands of it.

use super::names::Style;

/// One column of a resource.
#[derive(Debug)]
pub struct Column {
    /// Name in `snake_case`, unique in its resource without its underscores.
    pub name: &'static str,
    /// The same without them.
    pub folded: &'static str,
    /// Name as Okta spells it.
    pub camel: &'static str,
    /// Okta's name of the path parameter that the column is, where it is another one.
    pub alias: Option<&'static str>,
    /// The type of its values.
    pub kind: Type,
    /// Where its value comes from.
    pub source: Source,
    /// Values of the parameter `expand` that have Okta send the property: without them it does not.
    pub expand: &'static [&'static str],
    /// Which answers have its value.
    pub read: Read,
    /// Whether its value is a secret of Okta's.
    pub secret: bool,
    /// Every value that Okta is known to have, or none. Another one may come at any time.
    pub values: &'static [&'static str],
    /// What Okta demands of a value that is written.
    pub rule: Rule,
}

/// What Okta demands of a value that is written. Lengths are in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Whether a new object must have a value.
    pub required: bool,
    /// Whether INSERT or UPDATE sends it.
    pub written: bool,
    /// Whether INSERT does.
    pub insert: bool,
    /// Whether UPDATE does.
    pub update: bool,
    /// The property that it is sent as, where that is not the one that it is read from.
    pub property: Option<&'static str>,
    /// The least characters of a value.
    pub shortest: usize,
    /// The most characters of a value.
    pub longest: usize,
}

/// Where the value of a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The org that was asked; the value is its subdomain.
    Org,
    /// A property of the object, as a dotted path.
    Property(&'static str),
    /// The last segment of the URL in a property, which is a dotted path.
    Link(&'static str),
    /// A parameter of the path, which the object does not repeat.
    Parameter,
    /// A query parameter of this name, which the object does not repeat.
    Query(&'static str),
}

/// Which answers have the value of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// All of them.
    Always,
    /// That to a request for one object.
    Get,
    /// A list.
    List,
    /// That to the call that makes the object.
    Insert,
    /// None.
    Never,
}

/// PostgreSQL's type for a column, as IMPORT FOREIGN SCHEMA declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// An integer of 64 bits.
    BigInt,
    /// True or false.
    Boolean,
    /// A number with a fraction.
    Double,
    /// An integer of 32 bits.
    Integer,
    /// Any JSON.
    Json,
    /// Text.
    Text,
    /// A list of texts.
    TextArray,
    /// A point in time.
    Timestamp,
}

impl Type {
    /// Its name in SQL.
    pub fn sql_name(self) -> &'static str {
        match self {
            Self::BigInt => "bigint",
            Self::Boolean => "boolean",
            Self::Double => "double precision",
            Self::Integer => "integer",
            Self::Json => "jsonb",
            Self::Text => "text",
            Self::TextArray => "text[]",
            Self::Timestamp => "timestamptz",
        }
    }
}

impl Column {
    /// The dotted path of the property, for a column that has one.
    pub fn property(&self) -> Option<&'static str> {
        match self.source {
            Source::Property(path) => Some(path),
            Source::Link(_) | Source::Org | Source::Parameter | Source::Query(_) => None,
        }
    }

    /// Whether it is nothing but a parameter of the query: rows have the value that was asked for.
    pub fn is_asked_by(&self) -> bool {
        matches!(self.source, Source::Query(_)) && !self.rule.written
    }

    /// Spells the name in a style. The folded one is Okta's own in lower case, which is what PostgreSQL
    /// makes of SQL that was written with Okta's names.
    pub fn spell(&self, style: Style) -> String {
        match style {
            Style::Snake => self.name.to_owned(),
            Style::Folded => self.camel.to_ascii_lowercase(),
            Style::Camel => self.camel.to_owned(),
        }
    }
}

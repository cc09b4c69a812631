//! Columns of the catalogue: what each holds, and what Okta demands of it.

/// One column of a resource.
#[derive(Debug)]
pub struct Column {
    /// Name in `snake_case`, unique in its resource without its underscores.
    pub name: &'static str,
    /// The same without them.
    pub folded: &'static str,
    /// The type of its values.
    pub kind: Type,
    /// Where its value comes from.
    pub source: Source,
    /// What Okta demands of a value that is written.
    pub rule: Rule,
}

/// What Okta demands of a text that is written. Lengths are in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Whether a new object must have a value.
    pub required: bool,
    /// Whether it is part of the body of an INSERT or UPDATE.
    pub written: bool,
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
    /// A parameter of the path, which the object does not repeat.
    Parameter,
}

/// PostgreSQL's type for a column, as IMPORT FOREIGN SCHEMA declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Any JSON.
    Json,
    /// Text.
    Text,
    /// A point in time.
    Timestamp,
}

impl Column {
    /// The dotted path of the property, for a column that has one.
    pub fn property(&self) -> Option<&'static str> {
        match self.source {
            Source::Property(path) => Some(path),
            Source::Org | Source::Parameter => None,
        }
    }
}

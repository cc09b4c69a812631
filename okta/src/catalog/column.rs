//! Columns of the catalogue: what each holds, and what Okta demands of it.
//!
//! Constants are made of it in the files of the services.

/// One column of a resource.
#[derive(Debug)]
pub struct Column {
    /// Name in `snake_case`, unique in its resource without its underscores.
    pub name: &'static str,
    pub kind: Type,
    pub source: Source,
    /// What Okta demands of a value that is written.
    pub rule: Rule,
}

/// What Okta demands of a text that is written. Lengths are in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub required: bool,
    /// Whether it is part of the body of an INSERT or UPDATE.
    pub written: bool,
    pub shortest: usize,
    pub longest: usize,
}

impl Rule {
    const NONE: Self = Self { required: false, written: false, shortest: 0, longest: usize::MAX };
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
    Json,
    Text,
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

impl Column {
    const fn new(name: &'static str, kind: Type, source: Source) -> Self {
        Self { name, kind, source, rule: Rule::NONE }
    }

    /// The same column, which a row must have.
    pub(super) const fn required(mut self) -> Self {
        self.rule.required = true;
        self
    }

    /// The same column, which INSERT and UPDATE send.
    pub(super) const fn written(mut self) -> Self {
        self.rule.written = true;
        self
    }

    /// The same column, whose text has a length.
    pub(super) const fn length(mut self, shortest: usize, longest: usize) -> Self {
        self.rule.shortest = shortest;
        self.rule.longest = longest;
        self
    }
}

/// A text column whose property has the given path.
pub(super) const fn text(name: &'static str, path: &'static str) -> Column {
    Column::new(name, Type::Text, Source::Property(path))
}

/// A point in time whose property has the given path.
pub(super) const fn timestamp(name: &'static str, path: &'static str) -> Column {
    Column::new(name, Type::Timestamp, Source::Property(path))
}

/// A part of the object as JSON.
pub(super) const fn json(name: &'static str, path: &'static str) -> Column {
    Column::new(name, Type::Json, Source::Property(path))
}

/// A path parameter that the object does not repeat.
pub(super) const fn parameter(name: &'static str) -> Column {
    Column::new(name, Type::Text, Source::Parameter)
}

/// The column that every table has: which org the row is of.
pub(super) const SUBDOMAIN: Column = Column::new("subdomain", Type::Text, Source::Org);

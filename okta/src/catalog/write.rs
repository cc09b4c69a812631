//! How a resource is written.

use crate::client::{Accepts, Method};

/// One kind of write.
#[derive(Debug, Clone, Copy)]
pub struct Write {
    /// The HTTP method.
    pub method: Method,
    /// The path, with `{parameters}` that are column names.
    pub path: &'static str,
    /// A longer path, for when the values of its parameters are known.
    pub also: Option<&'static str>,
    /// Query parameters; `{column}` stands for its value, and one without a value is not sent.
    pub query: &'static [(&'static str, &'static str)],
    /// What is sent.
    pub body: Body,
    /// Whether the object is replaced, so that all that is to stay must be sent.
    pub whole: bool,
    /// Columns and the values that an object must have in them before it is deleted.
    pub needs: &'static [(&'static str, &'static str)],
    /// Whether the first call only deactivates an object, and the second deletes it.
    pub twice: bool,
    /// Paths that delete every object of a parent in one call.
    pub all: &'static [&'static str],
    /// What the write has done, for the list of what a rollback cannot undo.
    pub done: &'static str,
    /// For a call without anything that could be invalid: what to do when Okta says that it is. Then the
    /// state of the object does not allow it.
    pub wrong_state: Option<&'static str>,
    /// The rate limit that it counts against, as a resource has it.
    pub bucket: Option<&'static str>,
    /// OAuth scopes that the call needs, separated by spaces, where they are not those of the resource.
    pub scope: Option<&'static str>,
    /// The credentials that Okta accepts.
    pub credential: Accepts,
}

/// What a write sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// The object of the row's written columns; of an UPDATE those that it sets, and these.
    Object {
        /// Columns that an UPDATE sends whatever it sets.
        always: &'static [&'static str],
    },
    /// An object with the value of one column.
    Value {
        /// The one property of the object.
        property: &'static str,
        /// The column that gives its value.
        column: &'static str,
    },
    /// An object with a list that has the value of one column.
    List {
        /// The one property of the object.
        property: &'static str,
        /// The column that gives the only element.
        column: &'static str,
    },
    /// The value of one column, which is JSON.
    Column {
        /// The column.
        column: &'static str,
    },
}

/// An endpoint that takes many rows of an import session at once.
#[derive(Debug)]
pub struct Load {
    /// The path of the POST.
    pub path: &'static str,
    /// The body up to the first entry, and after the last.
    pub open: &'static str,
    /// The body after the last entry.
    pub close: &'static str,
    /// What an entry looks like.
    pub entry: EntryShape,
    /// What is loaded, for the report of an import: one and many.
    pub nouns: (&'static str, &'static str),
    /// Whether it takes away, so that Okta ignores what it does not know.
    pub deletes: bool,
    /// The table whose rows undo those of this one, so that their order counts.
    pub opposite: &'static str,
}

/// The shape of an entry in the body of a [`Load`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryShape {
    /// An object of the row's properties.
    Object,
    /// The value of one column by itself.
    Value {
        /// The column that gives the value.
        column: &'static str,
    },
    /// An object for all rows that have the same value in one column: that value, and the list of their
    /// values in another.
    Grouped {
        /// The column that rows of one object share.
        by: &'static str,
        /// The column whose values the object lists.
        members: &'static str,
        /// The properties of the object that hold them.
        names: (&'static str, &'static str),
    },
}

/// An UPDATE that Okta offers.
#[derive(Debug)]
pub struct Update {
    /// For an action: the one column that is set, and the one value.
    pub sets: Option<(&'static str, &'static str)>,
    /// For an action: the one column that is set to NULL.
    pub clears: Option<&'static str>,
    /// For an action: the values that the column may have before, where not any will do.
    pub from: &'static [&'static str],
    /// The call.
    pub write: Write,
}

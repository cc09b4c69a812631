//! What a path of the specification names: a list, one of its rows, or the only object there.
//!
//! What stands there is decided elsewhere.

use super::{Operation, SPEC, is_parameter};

/// What a path names.
#[derive(Debug)]
pub(crate) enum Named {
    Rows(List),
    Row(List),
    /// The only object of a path, with its schema.
    Only(&'static str),
}

/// A list: what its rows are, and what stands around them.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) schema: &'static str,
    /// The property that holds the rows.
    pub(crate) wrapped: Option<&'static str>,
    /// Whether the frame links to the next page.
    pub(crate) links: bool,
    /// Whether it belongs to a parent.
    pub(crate) below: bool,
}

impl Named {
    /// What a path with parameters names; `None` where nothing can be read.
    pub(crate) fn of(path: &str) -> Option<Named> {
        let read = SPEC.get(path);
        if let Some(list) = read.and_then(List::of) {
            return Some(Named::Rows(list));
        }
        let above = path.rsplit_once('/').filter(|(_, key)| is_parameter(key));
        let above = above.and_then(|(above, _)| SPEC.get(above));
        match above.and_then(List::of) {
            Some(list) => Some(Named::Row(list)),
            None => read.map(|read| Named::Only(read.answer)),
        }
    }
}

impl List {
    fn of(operation: &'static Operation) -> Option<List> {
        let below = operation.path.contains('{');
        if let Some(schema) = operation.answer.strip_prefix("[]") {
            return Some(List { schema, wrapped: None, links: false, below });
        }
        let (list, schema) = SPEC.wrapped(operation.answer)?;
        let links = SPEC.schema(operation.answer)?.contains_key("_links");
        Some(List { schema, wrapped: Some(list), links, below })
    }
}

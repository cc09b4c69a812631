//! Literals of Rust.

use std::fmt::Debug;

/// A literal of a struct, or of a variant with fields.
pub(super) fn literal<const N: usize>(name: &str, fields: [(&str, String); N]) -> String {
    let fields = fields.map(|(field, value)| format!("{field}: {value}"));
    format!("{name} {{ {} }}", fields.join(", "))
}

/// A literal of a text: Rust's own way to show one.
pub(super) fn text(text: impl Debug) -> String {
    format!("{text:?}")
}

pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    list(texts.into_iter().map(text))
}

pub(super) fn list(elements: impl Iterator<Item = String>) -> String {
    format!("&[{}]", elements.collect::<Vec<_>>().join(", "))
}

pub(super) fn option(value: Option<String>) -> String {
    value.map_or("None".to_owned(), |value| format!("Some({value})"))
}

//! Paths of the catalogue: their `{parameters}`, and their filling with values.
//!
//! A value becomes exactly one path segment, whatever it holds; one that cannot is refused.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::catalog::Query;
use crate::error::{Error, Kind};

/// Everything but RFC 3986's unreserved characters is encoded.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parameters of a path, in order.
pub fn parameters(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// The columns that stand in braces in the texts of a query, in order.
pub(super) fn query_parameters(query: Query) -> impl Iterator<Item = &'static str> {
    let after_brace = query.iter().flat_map(|(_, text)| text.split('{').skip(1));
    after_brace.filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// The most bytes of a value in a path: servers refuse longer URLs, and no id of Okta's comes near.
const LONGEST_VALUE: usize = 4096;

/// Returns whether some object could have this value as its key. URLs have no way to carry an empty
/// segment, nor the names of the directory itself and its parent: servers resolve these, encoded slashes
/// around them or not. Control characters are in no key of Okta's.
pub fn addressable(value: &str) -> bool {
    let climbs = value.split(['/', '\\']).any(|step| matches!(step, "." | ".."));
    let encoded = || utf8_percent_encode(value, SEGMENT).map(str::len).sum::<usize>();
    !value.is_empty()
        && !climbs
        && !value.chars().any(char::is_control)
        && encoded() <= LONGEST_VALUE
}

/// Returns whether a value has the form of an id that Okta gives: twenty letters and digits that begin with
/// `0`, another one, and a letter (`00g…`, `00u…`, `0oa…`). A number with leading zeroes does not.
pub fn is_okta_id(value: &str) -> bool {
    let is_letter = |b: &u8| b.is_ascii_alphabetic();
    value.len() == 20
        && value.starts_with('0')
        && value.as_bytes().get(2).is_some_and(is_letter)
        && value.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Refuses to write a value that no object could have as its key.
///
/// # Errors
/// [`Kind::Invalid`], which names the column.
pub fn check_key(column: &str, value: &str) -> Result<(), Error> {
    if addressable(value) {
        return Ok(());
    }
    let shown: String = value.chars().take(100).collect();
    let message = format!("column {column}: no object of Okta's can have the key {shown:?}");
    Err(Error::new(Kind::Invalid, message)
        .hint("A key is not empty, and has neither control characters nor steps like \"..\"."))
}

/// Fills a path with percent-encoded values. A parameter that `value` does not know keeps its braces.
pub fn fill<'a>(path: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    render(path, |name| Some(utf8_percent_encode(&value(name)?, SEGMENT).to_string()))
}

/// Fills a path for people to read: values stand as they are.
pub fn show<'a>(path: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    render(path, |name| value(name).map(Cow::into_owned))
}

/// Fills the text of a query parameter: a value by itself, or within an expression. `None` when one has no
/// value.
pub(super) fn fill_query<'a>(
    text: &str,
    value: impl Fn(&str) -> Option<Cow<'a, str>>,
) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        let value = value(name)?;
        filled += before;
        if before.ends_with('"') {
            filled += &value.replace('\\', "\\\\").replace('"', "\\\"");
        } else {
            filled += &value;
        }
        rest = after;
    }
    Some(filled + rest)
}

/// The same for people to read: what has no value keeps its braces.
pub(super) fn show_query<'a>(text: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    let shown = |name: &str| Some(value(name).unwrap_or_else(|| format!("{{{name}}}").into()));
    fill_query(text, shown).unwrap_or_else(|| text.to_owned())
}

/// The pairs of a query behind its question mark; nothing without any.
pub(super) fn joined(pairs: impl Iterator<Item = String>) -> String {
    let pairs: Vec<_> = pairs.collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

fn render(path: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let segments = path.split('/').map(|segment| {
        let parameter = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        parameter.and_then(&value).map_or(Cow::Borrowed(segment), Cow::Owned)
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/api/v1/identity-sources/{identity_source_id}/sessions/{id}";

    fn filled(id: &'static str) -> String {
        fill(PATH, |name| Some(if name == "id" { id } else { "0oa1" }.into()))
    }

    #[test]
    fn parameters_in_order() {
        assert!(parameters(PATH).eq(["identity_source_id", "id"]));
        assert_eq!(parameters("/api/v1/users").count(), 0);
    }

    #[test]
    fn a_value_is_one_segment() {
        let at = |id| format!("/api/v1/identity-sources/0oa1/sessions/{id}");
        assert_eq!(filled("aps1"), at("aps1"));
        assert_eq!(filled("a/b"), at("a%2Fb"));
        assert_eq!(filled("%2e%2e?q#f"), at("%252e%252e%3Fq%23f"));
    }

    #[test]
    fn ids_of_okta_have_a_form() {
        for id in ["00g000000000000021d7", "00u1a2b3c4D5E6f7g8h9", "0oahr000000000000001"] {
            assert!(is_okta_id(id), "{id}");
        }
        for id in ["", "g1", "00000000000000012345", "00g", "00g00000000000002-d7"] {
            assert!(!is_okta_id(id), "{id}");
        }
    }

    #[test]
    fn what_cannot_be_addressed() {
        let nothing = ["", ".", "..", "a/../b", "../b", "a/.", "a\\..\\b"];
        let control = ["a\r\nHost: x", "a\tb", "\u{1}", "a\u{7f}", "\u{85}"];
        for value in nothing.iter().chain(&control) {
            assert!(!addressable(value), "{value:?}");
        }
        for value in ["...", "a/b", "/a", "a.b", "%2e%2e", "a?b#c", "São Paulo", "🦀", " "] {
            assert!(addressable(value), "{value:?}");
        }
        assert!(addressable(&"a".repeat(4096)) && !addressable(&"é".repeat(1024)));
    }

    #[test]
    fn texts_of_a_query_are_filled() {
        let value = |name: &str| (name == "type").then_some(Cow::Borrowed("a\"b"));
        assert_eq!(fill_query("{type}", value).unwrap(), "a\"b");
        assert_eq!(fill_query("x eq \"{type}\"", value).unwrap(), "x eq \"a\\\"b\"");
        assert_eq!(fill_query("{other}", value), None);
        assert_eq!(show_query("{type} {other}", value), "a\"b {other}");
        assert!(query_parameters(&[("a", "{x}"), ("b", "c"), ("d", "e {y} f")]).eq(["x", "y"]));
    }

    #[test]
    fn unknown_parameters_stay() {
        assert_eq!(
            show(PATH, |name| (name == "id").then_some("aps1".into())),
            "/api/v1/identity-sources/{identity_source_id}/sessions/aps1"
        );
    }
}

//! Paths of the catalogue: their `{parameters}`, and their filling with values.
//!
//! A value becomes exactly one path segment, whatever it holds; one that cannot is refused.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters is encoded.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parameters of a path, in order.
pub fn parameters(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// Whether some object could have this value as its id: URLs have no way to carry an empty segment or
/// the names of the directory itself and its parent, so no object of Okta's can be addressed by them.
pub fn addressable(value: &str) -> bool {
    !matches!(value, "" | "." | "..")
}

/// Fills a path with percent-encoded values. A parameter that `value` does not know keeps its braces.
pub fn fill<'a>(path: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    render(path, |name| Some(utf8_percent_encode(&value(name)?, SEGMENT).to_string()))
}

/// Fills a path for people to read: values stand as they are.
pub fn show<'a>(path: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    render(path, |name| value(name).map(Cow::into_owned))
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
        assert_eq!(filled("a/../b"), at("a%2F..%2Fb"));
        assert_eq!(filled("a\r\nHost: x"), at("a%0D%0AHost%3A%20x"));
        assert_eq!(filled("%2e%2e?q#f"), at("%252e%252e%3Fq%23f"));
    }

    #[test]
    fn what_cannot_be_addressed() {
        assert!(["", ".", ".."].iter().all(|value| !addressable(value)));
        assert!(addressable("..."));
    }

    #[test]
    fn unknown_parameters_stay() {
        assert_eq!(
            show(PATH, |name| (name == "id").then_some("aps1".into())),
            "/api/v1/identity-sources/{identity_source_id}/sessions/aps1"
        );
    }
}

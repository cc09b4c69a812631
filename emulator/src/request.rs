//! A request as the org sees it: method, path below the org's base, decoded query, body.

use bytes::Bytes;
use hyper::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use crate::refusal::Refusal;

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The scheme of API tokens.
const SSWS: &str = "SSWS";

#[derive(Debug)]
pub(crate) struct OrgRequest {
    pub(crate) method: String,
    /// As the client wrote it, without the org's base path: `/api/v1/users/a%20b`.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// `http://127.0.0.1:1234/orgs/acme`: what links in answers start with.
    pub(crate) base: String,
}

impl OrgRequest {
    /// The path's segments, each decoded on its own: an encoded slash does not split.
    pub(crate) fn segments(&self) -> Vec<String> {
        let trimmed = self.path.trim_start_matches('/');
        trimmed.split('/').map(|s| percent_decode_str(s).decode_utf8_lossy().into_owned()).collect()
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// Splits the Authorization header into scheme and credential. `SSWS` needs no space after it,
    /// since a token follows it at once where the Python SDK sends it.
    pub(crate) fn authorization(&self) -> Option<(&str, &str)> {
        let header = self.header("authorization")?;
        match header.split_at_checked(SSWS.len()) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case(SSWS) => {
                Some((scheme, token.trim_start()))
            }
            _ => Some(header.split_once(' ').unwrap_or(("", header))),
        }
    }

    /// The JSON body. None at all is as malformed as one that does not parse.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Null) | Err(_) => Err(Refusal::malformed()),
            Ok(value) => Ok(value),
        }
    }

    /// This request's URL with some query parameters changed or added.
    pub(crate) fn url_with(&self, changes: &[(&str, String)]) -> String {
        let mut query = self.query.clone();
        for (name, value) in changes {
            match query.iter_mut().find(|(n, _)| n == name) {
                Some(pair) => pair.1.clone_from(value),
                None => query.push(((*name).to_owned(), value.clone())),
            }
        }
        let query = encode_query(&query);
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{query}", self.base, self.path)
    }
}

/// Decodes `a=b+c&d=%22e%22`. A plus is a space, as in the forms that Okta's documents show.
pub(crate) fn decode_query(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|p| !p.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_form(name), decode_form(value))
        })
        .collect()
}

/// The query for people: decoded, pairs joined as they came.
pub(crate) fn readable_query(query: &[(String, String)]) -> String {
    let pairs: Vec<_> = query.iter().map(|(n, v)| format!("{n}={v}")).collect();
    pairs.join("&")
}

fn encode_query(query: &[(String, String)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
    let pairs: Vec<_> = query.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
    pairs.join("&")
}

fn decode_form(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str, query: &str) -> OrgRequest {
        OrgRequest {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: decode_query(query),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            base: "http://h/orgs/acme".to_owned(),
        }
    }

    #[test]
    fn segments_are_decoded_after_splitting() {
        let request = request("/api/v1/users/a%2Fb%20c", "");
        assert_eq!(request.segments(), ["api", "v1", "users", "a/b c"]);
    }

    #[test]
    fn query_round_trips_through_links() {
        let request = request("/x", "filter=name+eq+%22a%2Bb%22&limit=2");
        assert_eq!(request.parameter("filter"), Some("name eq \"a+b\""));
        assert_eq!(
            request.url_with(&[("limit", "3".to_owned()), ("after", "k".to_owned())]),
            "http://h/orgs/acme/x?filter=name%20eq%20%22a%2Bb%22&limit=3&after=k"
        );
    }
}

//! One call of Okta's API, as it is planned, shown and sent.
//!
//! No credential and no host but the org's own: a request cannot be made to leave its org,
//! whatever the ids in its path hold.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;
use url::{Url, form_urlencoded};

use crate::error::{Error, Kind, escaped, quoted};
use crate::org::Org;

/// The HTTP methods that Okta's API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or makes something happen.
    Post,
    /// Replaces.
    Put,
    /// Changes a part.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// The method as HTTP writes it, e.g. `GET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether doing it twice leaves what doing it once leaves (RFC 9110 §9.2.2).
    pub fn is_repeatable(self) -> bool {
        !matches!(self, Self::Post | Self::Patch)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The credentials that Okta accepts for a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accepts {
    /// An API token or OAuth 2.0.
    #[default]
    Any,
    /// OAuth 2.0.
    Oauth,
    /// An API token.
    Token,
    /// None: the call is public.
    None,
}

/// One call of an org's API.
#[derive(Clone, Debug)]
pub struct Request {
    /// The org that is asked.
    pub org: Org,
    /// The HTTP method.
    pub method: Method,
    /// Percent-encoded, begins with `/`, relative to the org's base, e.g. `/api/v1/users`.
    pub path: String,
    /// Names and values as they are meant; encoding is this module's work.
    pub query: Vec<(String, String)>,
    /// A JSON text; `None` sends no body at all.
    pub body: Option<String>,
    /// The label that stands before the org's in the host's name, where the host is not the org's own.
    pub host: Option<&'static str>,
    /// The credentials that Okta accepts.
    pub accepts: Accepts,
    /// The OAuth scopes that Okta wants for this call, named when Okta refuses it.
    pub scope: Option<&'static str>,
    /// Codes of errors that mean that there is no such object, besides a 404.
    pub none: &'static [&'static str],
    /// For a call without anything that could be invalid: the hint when Okta says that it is.
    pub wrong_state: Option<&'static str>,
    /// The rate limit that it counts against, where method and path do not tell.
    pub bucket: Option<String>,
}

impl Request {
    /// A call without query or body, of which nothing else is known.
    pub fn new(org: Org, method: Method, path: impl Into<String>) -> Self {
        Self {
            org,
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
            host: None,
            accepts: Accepts::Any,
            scope: None,
            none: &[],
            wrong_state: None,
            bucket: None,
        }
    }

    /// The address to send it to.
    ///
    /// The path is appended to the org's base and must come out exactly so: same origin, same
    /// depth. A path that the URL standard would read otherwise (`..`, `%2e%2e`, `\`, `?`, an
    /// empty or missing id) is [`Kind::CannotAsk`].
    pub fn url(&self) -> Result<Url, Error> {
        check_path(&self.path)?;
        let base = self.org.address(self.host)?;
        let path = format!("{}{}", base.path().trim_end_matches('/'), self.path);
        let mut url = base.clone().into_owned();
        url.set_path(&path);
        if url.path() != path || url.origin() != base.origin() {
            return Err(cannot_ask(&self.path));
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    /// The same call for the page that `next`, an [`Answer::next`](super::Answer::next), names.
    pub fn following(&self, next: &str) -> Self {
        Self {
            query: form_urlencoded::parse(next.as_bytes()).into_owned().collect(),
            ..self.clone()
        }
    }

    /// Method and path without the query, as errors name a request: `GET /api/v1/users`.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, escaped(&decoded(&self.path)))
    }
}

/// The whole request as people read it, decoded: `GET /api/v1/users?limit=200`.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())?;
        for (n, (name, value)) in self.query.iter().enumerate() {
            let mark = if n == 0 { '?' } else { '&' };
            write!(f, "{mark}{}={}", escaped(name), escaped(value))?;
        }
        Ok(())
    }
}

/// Percent-decoded text; bytes that are no UTF-8 stay visible as U+FFFD.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Refuses what a server or a proxy could decode into another path than the one planned.
fn check_path(path: &str) -> Result<(), Error> {
    let Some(segments) = path.strip_prefix('/') else {
        return Err(cannot_ask(path));
    };
    let climbs = |segment: &str| {
        let text = decoded(segment);
        text.is_empty()
            || text.chars().any(char::is_control)
            || text.split(['/', '\\']).any(|part| part == "." || part == "..")
    };
    if segments.split('/').any(climbs) {
        return Err(cannot_ask(path));
    }
    Ok(())
}

fn cannot_ask(path: &str) -> Error {
    Error::new(
        Kind::CannotAsk,
        format!("{} is not a path that Okta can be asked for", quoted(path)),
    )
    .hint("An id in a path must not be empty, \".\" or \"..\", nor hold control characters.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::OrgTemplate;

    fn request(template: &str, path: &str) -> Request {
        let org = template.parse::<OrgTemplate>().unwrap().org(&"acme".parse().unwrap()).unwrap();
        Request::new(org, Method::Get, path)
    }

    #[test]
    fn appends_to_the_base() {
        let mut r = request("https://{subdomain}.okta.com", "/api/v1/users/a%2Fb%40c");
        assert_eq!(r.url().unwrap().as_str(), "https://acme.okta.com/api/v1/users/a%2Fb%40c");
        r.query.push(("filter".to_owned(), "name eq \"a&b+c\"".to_owned()));
        assert_eq!(r.url().unwrap().query(), Some("filter=name+eq+%22a%26b%2Bc%22"));
        assert_eq!(r.to_string(), "GET /api/v1/users/a/b@c?filter=name eq \"a&b+c\"");
        assert_eq!(r.line(), "GET /api/v1/users/a/b@c");
        let r = request("http://127.0.0.1:8080/orgs/{subdomain}/", "/api/v1/logs");
        assert_eq!(r.url().unwrap().as_str(), "http://127.0.0.1:8080/orgs/acme/api/v1/logs");
    }

    #[test]
    fn a_label_stands_before_the_host() {
        let r =
            |template| Request { host: Some("drapp"), ..request(template, "/api/v1/dr/status") };
        let url = |template| r(template).url().unwrap().to_string();
        let shown = url("https://{subdomain}.okta.com");
        assert_eq!(shown, "https://drapp.acme.okta.com/api/v1/dr/status");
        let emulated = url("http://127.0.0.1:8080/orgs/{subdomain}");
        assert_eq!(emulated, "http://127.0.0.1:8080/orgs/acme/api/v1/dr/status");
    }

    #[test]
    fn stays_where_it_was_planned() {
        for path in [
            "",
            "api/v1/users",
            "/api/v1/users/",
            "/api/v1/groups//users",
            "//evil.example/api",
            "/api/v1/users/..",
            "/api/v1/users/%2e%2E/apps",
            "/api/v1/users/%2E",
            "/api/v1/users/..%2F..%2Fapps",
            "/api/v1/users/..%5Capps",
            "/api/v1/users\\..\\apps",
            "/api/v1/users/a?limit=1",
            "/api/v1/users/a#b",
            "/api/v1/users/a%0D%0AHost:%20evil",
            "/api/v1/users/a\nb",
            "/api/v1/users/a b",
            "/api/v1/users/\u{e9}",
        ] {
            for template in ["https://{subdomain}.okta.com", "https://a.example/{subdomain}"] {
                let error = request(template, path).url().unwrap_err();
                assert_eq!(error.kind, Kind::CannotAsk, "{path}");
                assert!(!error.message.contains('\n'), "{}", error.message);
            }
        }
    }

    #[test]
    fn follows_a_next_page() {
        let mut r = request("https://{subdomain}.okta.com", "/api/v1/users");
        r.query.push(("limit".to_owned(), "2".to_owned()));
        let next = r.following("after=Test+Rule%3D1&limit=2");
        assert_eq!(next.to_string(), "GET /api/v1/users?after=Test Rule=1&limit=2");
    }

    #[test]
    fn knows_what_may_be_repeated() {
        use Method::*;
        let repeatable: Vec<_> =
            [Get, Post, Put, Patch, Delete].into_iter().filter(|m| m.is_repeatable()).collect();
        assert_eq!(repeatable, [Get, Put, Delete]);
    }
}

//! The `Link` header (RFC 8288), which says where a list goes on.
//!
//! A link is never followed to where it leads: its query alone is taken, and only if its path is
//! the one that was asked. Okta has been seen to link to an admin host and to another collection.

use reqwest::header::{HeaderMap, LINK};
use url::{Url, form_urlencoded};

use super::Request;
use super::request::decoded;
use crate::error::{Error, Kind, quoted};

impl Request {
    /// The query of the next page that `target` links to, for lists that link in their body
    /// (`_links.next.href`). The org's own address is kept whatever host the link has.
    ///
    /// [`Kind::BadAnswer`] when the link leads to another path, or to this very page.
    pub fn next_query(&self, target: &str) -> Result<String, Error> {
        let here = self.url()?;
        let refuse = |why: &str| {
            Error::new(Kind::BadAnswer, format!("{}: the link to the next page {why}", self.line()))
                .detail(format!("The link is {}.", quoted(target)))
        };
        let there = here.join(target).map_err(|_| refuse("is not a URL"))?;
        if !leads_to(&there, self) {
            return Err(refuse("leads to another path"));
        }
        let query = there.query().unwrap_or_default();
        if sorted(query) == sorted(here.query().unwrap_or_default()) {
            return Err(refuse("leads to the same page again"));
        }
        Ok(query.to_owned())
    }
}

/// The query of the next page, if the answer's headers say that there is one.
///
/// A header that cannot be read is [`Kind::BadAnswer`]: ignoring it could end a list early.
pub(super) fn next(request: &Request, headers: &HeaderMap) -> Result<Option<String>, Error> {
    let refuse = |why: &str| {
        Error::new(Kind::BadAnswer, format!("{}: the Link header {why}", request.line()))
    };
    let mut found = None;
    for value in headers.get_all(LINK) {
        let text = value.to_str().map_err(|_| refuse("is not text"))?;
        let links = parse(text).ok_or_else(|| {
            refuse("cannot be read").detail(format!("The header is {}.", quoted(text)))
        })?;
        for target in links.into_iter().filter(Link::is_next).map(|link| link.target) {
            match found {
                Some(other) if other != target => return Err(refuse("has two next pages")),
                _ => found = Some(target),
            }
        }
    }
    found.map(|target| request.next_query(target)).transpose()
}

/// Whether a URL has the path that was asked, with the org's base path or without it. A server may
/// encode other characters than we do, so that the segments are compared as they read decoded.
fn leads_to(there: &Url, request: &Request) -> bool {
    let segments =
        |path: &str| path.split('/').map(|s| decoded(s).into_owned()).collect::<Vec<_>>();
    let base = request.org.base().path().trim_end_matches('/');
    let there = segments(there.path());
    there == segments(&request.path) || there == segments(&format!("{base}{}", request.path))
}

fn sorted(query: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.sort();
    pairs
}

#[derive(Debug, PartialEq)]
struct Link<'a> {
    target: &'a str,
    rel: Option<String>,
    /// The link is about something else than this answer.
    anchored: bool,
}

impl Link<'_> {
    fn is_next(&self) -> bool {
        let rels = self.rel.as_deref().unwrap_or_default();
        !self.anchored && rels.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"))
    }
}

/// The links of one header value; `None` when it breaks the grammar.
fn parse(text: &str) -> Option<Vec<Link<'_>>> {
    let mut links = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Some(links);
        }
        let (target, after) = rest.strip_prefix('<')?.split_once('>')?;
        let mut link = Link { target, rel: None, anchored: false };
        rest = after;
        loop {
            rest = blank(rest);
            let Some(after) = rest.strip_prefix(';') else { break };
            let (name, value, after) = parameter(blank(after))?;
            rest = after;
            // RFC 8288 §3.3: of several rel parameters the first one counts.
            if name.eq_ignore_ascii_case("rel") && link.rel.is_none() {
                link.rel = Some(value);
            } else if name.eq_ignore_ascii_case("anchor") {
                link.anchored = true;
            }
        }
        if !rest.is_empty() && !rest.starts_with(',') {
            return None;
        }
        links.push(link);
    }
}

/// A parameter's name and value, and what follows it. An empty one (`;;`) is allowed.
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let (name, rest) = text.split_at(text.find(['=', ';', ',', ' ', '\t']).unwrap_or(text.len()));
    let Some(rest) = blank(rest).strip_prefix('=') else {
        return Some((name, String::new(), rest));
    };
    let rest = blank(rest);
    let Some(quoted) = rest.strip_prefix('"') else {
        let (value, rest) = rest.split_at(rest.find([';', ',', ' ', '\t']).unwrap_or(rest.len()));
        return Some((name, value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut chars = quoted.chars();
    loop {
        match chars.next()? {
            '"' => return Some((name, value, chars.as_str())),
            '\\' => value.push(chars.next()?),
            c => value.push(c),
        }
    }
}

fn blank(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Method;
    use crate::org::OrgTemplate;

    fn request(template: &str, query: &[(&str, &str)]) -> Request {
        let org = template.parse::<OrgTemplate>().unwrap().org(&"acme".parse().unwrap()).unwrap();
        let query = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Request { query, ..Request::new(org, Method::Get, "/api/v1/groups/a%40b/users") }
    }

    fn next_of(lines: &[&str]) -> Result<Option<String>, Error> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(LINK, line.parse().unwrap());
        }
        next(&request("https://{subdomain}.okta.com", &[("limit", "2")]), &headers)
    }

    const SELF: &str = r#"<https://acme.okta.com/api/v1/groups/a@b/users?limit=2>; rel="self""#;
    const NEXT: &str =
        r#"<https://acme.okta.com/api/v1/groups/a@b/users?after=x&limit=2>; rel="next""#;

    #[test]
    fn reads_lines_and_lists() {
        let query = Some("after=x&limit=2".to_owned());
        assert_eq!(next_of(&[SELF, NEXT]).unwrap(), query);
        assert_eq!(next_of(&[&format!("{SELF}, {NEXT}")]).unwrap(), query);
        assert_eq!(next_of(&[NEXT, NEXT]).unwrap(), query);
        assert_eq!(next_of(&[SELF]).unwrap(), None);
        assert_eq!(next_of(&[]).unwrap(), None);
        assert_eq!(next_of(&["", " , "]).unwrap(), None);
    }

    #[test]
    fn reads_the_whole_grammar() {
        for text in [
            "</api/v1/groups/a@b/users?after=x>;rel=next",
            "<?after=x> ; REL = \"prev NEXT\"; title=\"a, <b>; \\\"c\"",
            "<?after=x>;;a;b=c;rel=next;rel=prev",
            ",<?after=y>; rel=next; anchor=\"#x\",<?after=x>;rel=next,",
        ] {
            assert_eq!(next_of(&[text]).unwrap().as_deref(), Some("after=x"), "{text}");
        }
        assert_eq!(next_of(&["<?after=x>; title=\"rel=next\""]).unwrap(), None);
        assert_eq!(next_of(&["<?after=x>; rel=nextish"]).unwrap(), None);
    }

    #[test]
    fn an_unreadable_header_does_not_end_a_list() {
        for text in ["x", "<x", "<?a=b> rel=next", "<?a=b>; rel=\"next", "<?a>; rel=next <", "é"] {
            assert_eq!(next_of(&[text]).unwrap_err().kind, Kind::BadAnswer, "{text}");
        }
        let two = next_of(&[NEXT, "<?after=y>; rel=next"]).unwrap_err();
        assert_eq!(two.kind, Kind::BadAnswer);
    }

    #[test]
    fn a_link_never_leads_away() {
        let r = request("https://proxy.example/orgs/{subdomain}", &[]);
        for same in [
            "https://acme.okta.com/api/v1/groups/a@b/users?after=x",
            "https://acme-admin.okta.com/api/v1/groups/a%40b/users?after=x",
            "http://evil.example:1/orgs/acme/api/v1/groups/a@b/users?after=x#y",
            "//evil.example/api/v1/groups/a@b/users?after=x",
        ] {
            assert_eq!(r.next_query(same).unwrap(), "after=x", "{same}");
        }
        for other in [
            "https://proxy.example/orgs/other/api/v1/groups/a@b/users?after=x",
            "/api/v1/groups?after=x",
            "/api/v1/groups/a@b/users/?after=x",
            "/api/v1/groups/a/b/users?after=x",
            "/api/v1/groups/a%2540b/users?after=x",
            "/api/v1/groups/a@b/users/../apps?after=x",
            "javascript:alert(1)",
            "https://[",
        ] {
            assert_eq!(r.next_query(other).unwrap_err().kind, Kind::BadAnswer, "{other}");
        }
    }

    #[test]
    fn a_list_does_not_turn_in_a_circle() {
        let r = request("https://{subdomain}.okta.com", &[("limit", "2"), ("after", "a b")]);
        for same in ["?after=a%20b&limit=2", "?limit=2&after=a+b"] {
            assert_eq!(r.next_query(same).unwrap_err().kind, Kind::BadAnswer, "{same}");
        }
        assert!(r.next_query("?limit=2&after=a+c").is_ok());
    }
}

//! The pages of one fetch, one after the other.
//!
//! When a page may be asked for, the caller decides.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use crate::catalog::{Collection, Next};
use crate::client::{Answer, Caller, Request};
use crate::decode::{Page, Wanted};
use crate::error::{Error, Kind};
use crate::plan::Fetch;

/// The pages of a fetch that are still to be asked for.
pub(super) struct Pages {
    pub(super) fetch: Arc<Fetch>,
    /// The next request; `None` at the end.
    request: Option<Request>,
    /// The next links that were followed: links that lead in a circle would never end.
    followed: HashSet<String>,
}

impl Pages {
    pub(super) fn new(fetch: Fetch, page_size: Option<u32>) -> Self {
        let request = Some(fetch.request(page_size));
        Self { fetch: Arc::new(fetch), request, followed: HashSet::new() }
    }

    /// Whether nothing is left to ask for.
    pub(super) fn is_end(&self) -> bool {
        self.request.is_none()
    }

    /// Asks for the next page. `None` when Okta says that the object, or the parent in the path, does not
    /// exist: then there is no row. Only the first answer may say so.
    pub(super) async fn next(
        &mut self,
        caller: &Caller,
        wanted: &Wanted,
    ) -> Result<Option<Page>, Error> {
        let Some(request) = self.request.take() else { return Ok(None) };
        let is_missing = |error: &Error| {
            self.followed.is_empty() && error.is_missing_object() && !self.fetch.must_exist(error)
        };
        let answer = match caller.send(&request).await {
            Ok(answer) => answer,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let page = self.decode(&request, &answer, wanted)?;
        if let Some(next) = self.next_page(&request, answer)? {
            self.request = Some(self.following(&request, &next)?);
        }
        Ok(Some(page))
    }

    fn list(&self) -> Option<&'static Collection> {
        self.fetch.resource().collection.as_ref().filter(|_| !self.fetch.is_item())
    }

    fn decode(&self, request: &Request, answer: &Answer, wanted: &Wanted) -> Result<Page, Error> {
        let page = match self.list() {
            None => Page::object(&answer.body, wanted),
            Some(Collection { wrapped: Some(name), .. }) => {
                Page::wrapped(&answer.body, name, wanted)
            }
            Some(_) => Page::list(&answer.body, wanted),
        };
        page.map_err(|error| bad_shape(request, answer, &error))
    }

    /// The query of the next page.
    fn next_page(&self, request: &Request, answer: Answer) -> Result<Option<String>, Error> {
        let Some(list) = self.list() else { return Ok(None) };
        if list.next == Next::Link {
            return Ok(answer.next);
        }
        let body: Body = serde_json::from_slice(&answer.body)
            .map_err(|error| bad_shape(request, &answer, &error))?;
        let next = body.links.and_then(|links| links.next);
        next.map(|next| request.next_query(&next.href)).transpose()
    }

    fn following(&mut self, request: &Request, next: &str) -> Result<Request, Error> {
        if self.followed.insert(next.to_owned()) {
            return Ok(request.following(next));
        }
        let message = format!("{}: Okta's next links lead in a circle", request.line());
        Err(request.org.name_in(Error::new(Kind::BadAnswer, message)))
    }
}

/// What of an answer links to the next page.
#[derive(Deserialize)]
struct Body {
    #[serde(rename = "_links")]
    links: Option<Links>,
}

#[derive(Deserialize)]
struct Links {
    next: Option<NextLink>,
}

#[derive(Deserialize)]
struct NextLink {
    href: String,
}

/// The error for an answer that is no JSON of the expected shape.
pub fn bad_shape(request: &Request, answer: &Answer, error: &serde_json::Error) -> Error {
    let id = answer.request_id.as_ref().map(|id| format!("; X-Okta-Request-Id: {id}"));
    let message = format!("{request}: Okta's answer does not have the expected shape");
    let detail = format!("{error}{}", id.unwrap_or_default());
    request.org.name_in(Error::new(Kind::BadAnswer, message).detail(detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Defaults, Needs, choose};

    #[test]
    fn a_circle_of_pages_is_noticed() {
        let users = crate::catalog::find("users.users").unwrap();
        let plan = choose(users, Vec::new(), Needs::default(), |_| false).unwrap();
        let defaults = Defaults { subdomain: Some("acme".parse().unwrap()), ..Defaults::default() };
        let fetch = plan.bind(&[], &defaults).unwrap()[0].iter().next().unwrap();
        let request = fetch.request(None);
        let mut pages = Pages::new(fetch, None);
        for next in ["after=a", "after=b", "after=c"] {
            assert!(pages.following(&request, next).is_ok());
        }
        let error = pages.following(&request, "after=b").unwrap_err();
        assert_eq!(error.kind, Kind::BadAnswer);
    }
}

//! Carrying out a scan: several fetches at once, page after page, at the pace of whoever consumes them.
//!
//! It knows nothing of what a page is for. It never asks for a page before the consumer has granted it,
//! and ends with an error or with every row.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::sync::{Semaphore, mpsc};

use crate::catalog::{Parent, Resource};
use crate::client::{Answer, Caller, Method, Request};
use crate::decode::{Form, Page, Wanted};
use crate::error::{Error, Kind};
use crate::org::Org;
use crate::plan::{Fetch, Fetches};

/// Everything that a scan needs, as plain data.
#[derive(Debug)]
pub struct Job {
    /// What is read.
    pub resource: &'static Resource,
    /// What is asked for.
    pub fetches: Vec<Fetches>,
    /// The properties that become cells.
    pub wanted: Wanted,
    /// Rows to ask for in a page; `None` leaves it to the endpoint.
    pub page_size: Option<u32>,
    /// The most requests in flight.
    pub concurrency: usize,
    /// Whether the consumer will probably stop early: then requests are made one at a time.
    pub patient: bool,
    /// Cells that must equal a path parameter. Okta answers to some aliases too (a login for a user's
    /// id), and an object must not come twice because it was asked for by two of its names.
    pub identity: Vec<(usize, &'static str)>,
    /// Parents that earlier runs of the scan have listed.
    pub parents: Parents,
}

/// The parents of each org that a scan has listed, kept for its next runs.
#[derive(Debug, Clone, Default)]
pub struct Parents(Arc<Mutex<HashMap<String, Vec<String>>>>);

impl Parents {
    fn get(&self, org: &str) -> Option<Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(org).cloned()
    }

    fn put(&self, org: &str, values: Vec<String>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(org.to_owned(), values);
    }
}

/// One page and the fetch that it answers.
#[derive(Debug)]
pub struct FetchedPage {
    /// The rows.
    pub page: Page,
    /// What was asked for.
    pub fetch: Arc<Fetch>,
}

/// The consumer's end of what a scan produces.
pub type FetchedPages = mpsc::UnboundedReceiver<Result<FetchedPage, Error>>;

/// The producer's end: pages, and a way to say that there is one.
#[derive(Clone)]
pub struct Outlet {
    /// Where pages and the final error go.
    pub batches: mpsc::UnboundedSender<Result<FetchedPage, Error>>,
    /// How many more requests the consumer is ready for. It starts with one; the scan adds as many as
    /// it can make at once.
    pub demand: Arc<Semaphore>,
    /// Called after each batch, and when the scan has ended; wakes the consumer.
    pub wake: Arc<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for Outlet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outlet").field("demand", &self.demand).finish_non_exhaustive()
    }
}

impl Job {
    /// Runs the scan until its end, its first error, or until the consumer is gone.
    pub async fn run(self, caller: Caller, outlet: Outlet) {
        let end = tokio::select! {
            end = self.produce(&caller, &outlet) => end,
            () = outlet.batches.closed() => Ok(()),
        };
        if let Err(error) = end {
            // A consumer that is gone no longer wants to know.
            let _ = outlet.batches.send(Err(error));
        }
        let wake = Arc::clone(&outlet.wake);
        drop(outlet);
        wake();
    }

    async fn produce(&self, caller: &Caller, outlet: &Outlet) -> Result<(), Error> {
        self.find_parents(caller).await?;
        let most = self.concurrency.max(1);
        let width = self.complete().take(most).count().max(1);
        let more = if self.patient { 0 } else { width - 1 };
        outlet.demand.add_permits(more);
        let mut running = stream::iter(self.complete())
            .map(|fetch| self.fetch(fetch, caller, outlet))
            .buffer_unordered(width);
        while let Some(end) = running.next().await {
            end?;
        }
        Ok(())
    }

    /// The fetches with every path parameter known, parents listed where one was not.
    ///
    /// # Errors
    /// Those of [`parents`] and [`parent_of`].
    pub async fn with_parents(&self, caller: &Caller) -> Result<Vec<Fetch>, Error> {
        self.find_parents(caller).await?;
        Ok(self.complete().collect())
    }

    /// Lists the parents where a path parameter is not known: once for each org, and of several orgs at
    /// the same time.
    async fn find_parents(&self, caller: &Caller) -> Result<(), Error> {
        let (mut orgs, mut seen) = (Vec::new(), HashSet::new());
        for fetches in &self.fetches {
            for parameter in fetches.unknown() {
                parent_of(self.resource, parameter)?;
            }
            let asks = fetches.missing().is_some();
            let unknown = |org: &&Org| asks && self.parents.get(org.name()).is_none();
            let new = fetches.orgs().iter().filter(unknown).filter(|org| seen.insert(org.name()));
            orgs.extend(new.cloned());
        }
        let mut listed = stream::iter(orgs)
            .map(|org| self.list_parents(org, caller))
            .buffer_unordered(self.concurrency.max(1));
        while let Some(end) = listed.next().await {
            end?;
        }
        Ok(())
    }

    /// The fetches with every path parameter known.
    fn complete(&self) -> impl Iterator<Item = Fetch> + Send + '_ {
        let fetches = self.fetches.iter().flat_map(Fetches::iter);
        fetches.flat_map(|fetch| match fetch.missing() {
            None => vec![fetch],
            Some(parameter) => {
                let values = self.parents.get(fetch.org.name()).unwrap_or_default();
                values.iter().map(|value| fetch.with(parameter, value)).collect()
            }
        })
    }

    async fn list_parents(&self, org: Org, caller: &Caller) -> Result<(), Error> {
        let Some(parent) = &self.resource.parent else { return Ok(()) };
        let found = parents(caller, &org, parent).await?;
        self.parents.put(org.name(), found.into_iter().map(|found| found.value).collect());
        Ok(())
    }

    /// One fetch: its pages, each after it was granted.
    async fn fetch(&self, fetch: Fetch, caller: &Caller, outlet: &Outlet) -> Result<(), Error> {
        let fetch = Arc::new(fetch);
        let mut request = fetch.request(self.page_size);
        let mut pages = Pages::default();
        loop {
            granted(&outlet.demand).await;
            let first = pages.is_first();
            let Some(answer) = ask(&fetch, first, caller, &request).await? else {
                outlet.demand.add_permits(1);
                return Ok(());
            };
            let page = self.decode(&fetch, &request, &answer)?;
            if page.is_empty() || !self.is_what_was_asked(&page, &fetch) {
                outlet.demand.add_permits(1);
            } else {
                let batch = FetchedPage { page, fetch: Arc::clone(&fetch) };
                if outlet.batches.send(Ok(batch)).is_err() {
                    return Ok(());
                }
                (outlet.wake)();
            }
            match answer.next {
                Some(next) if !fetch.item => request = pages.following(&request, &next)?,
                _ => return Ok(()),
            }
        }
    }

    fn is_what_was_asked(&self, page: &Page, fetch: &Fetch) -> bool {
        !fetch.item
            || self.identity.iter().all(|(cell, name)| page.cell(0, *cell) == fetch.parameter(name))
    }

    fn decode(&self, fetch: &Fetch, request: &Request, answer: &Answer) -> Result<Page, Error> {
        let wrapped = self.resource.collection.as_ref().and_then(|collection| collection.wrapped);
        let page = match wrapped {
            _ if fetch.item => Page::object(&answer.body, &self.wanted),
            Some(name) => Page::wrapped(&answer.body, name, &self.wanted),
            None => Page::list(&answer.body, &self.wanted),
        };
        page.map_err(|error| bad_shape(request, answer, &error))
    }
}

/// The answer to a request; `None` when Okta says that the object, or the parent in the path, does not
/// exist: then there is no row. A path without parameters names no object, so it must exist.
///
/// Only the first answer of a list may say so, and not of what an option of the table names.
async fn ask(
    fetch: &Fetch,
    first: bool,
    caller: &Caller,
    request: &Request,
) -> Result<Option<Answer>, Error> {
    match caller.send(request).await {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if first && error.is_missing_object() && !fetch.must_exist(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The pages of a list that were asked for: links that lead in a circle would never end.
#[derive(Default)]
struct Pages(HashSet<String>);

impl Pages {
    fn is_first(&self) -> bool {
        self.0.is_empty()
    }

    fn following(&mut self, request: &Request, next: &str) -> Result<Request, Error> {
        if self.0.insert(next.to_owned()) {
            return Ok(request.following(next));
        }
        let message = format!("{}: Okta's next links lead in a circle", request.line());
        Err(request.org.name_in(Error::new(Kind::BadAnswer, message)))
    }
}

async fn granted(demand: &Semaphore) {
    if let Ok(permit) = demand.acquire().await {
        permit.forget();
    }
}

/// The error for an answer that is no JSON of the expected shape.
pub fn bad_shape(request: &Request, answer: &Answer, error: &serde_json::Error) -> Error {
    let id = answer.request_id.as_ref().map(|id| format!("; X-Okta-Request-Id: {id}"));
    let message = format!("{request}: Okta's answer does not have the expected shape");
    let detail = format!("{error}{}", id.unwrap_or_default());
    request.org.name_in(Error::new(Kind::BadAnswer, message).detail(detail))
}

/// A parent object that a path parameter can stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The parent's id.
    pub value: String,
    /// What people know it by.
    pub label: String,
}

/// How the values of a path parameter can be found.
///
/// # Errors
/// [`Kind::CannotAsk`] when Okta has no list of them.
pub fn parent_of(resource: &'static Resource, parameter: &str) -> Result<&'static Parent, Error> {
    resource.parent.as_ref().filter(|parent| parent.parameter == parameter).ok_or_else(|| {
        Error::new(Kind::CannotAsk, format!("{} needs a value for {parameter}", resource.name))
            .hint(format!("Add WHERE {parameter} = …, or set the table's option \"{parameter}\"."))
    })
}

/// Lists every parent of an org.
///
/// # Errors
/// Those of the client, and [`Kind::BadAnswer`].
pub async fn parents(caller: &Caller, org: &Org, parent: &Parent) -> Result<Vec<Found>, Error> {
    let mut wanted = Wanted::default();
    let (value, label) =
        (wanted.add(parent.field, Form::Text), wanted.add(parent.label, Form::Text));
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let mut request = Request {
        query: parent.query.iter().map(owned).collect(),
        scope: Some(parent.scope),
        ..Request::new(org.clone(), Method::Get, parent.path)
    };
    let (mut found, mut pages) = (Vec::new(), Pages::default());
    loop {
        let answer = caller.send(&request).await?;
        let page = Page::list(&answer.body, &wanted)
            .map_err(|error| bad_shape(&request, &answer, &error))?;
        found.extend((0..page.len()).filter_map(|row| {
            let value = page.cell(row, value)?.to_owned();
            let label = page.cell(row, label).unwrap_or_default().to_owned();
            Some(Found { value, label })
        }));
        match answer.next {
            Some(next) => request = pages.following(&request, &next)?,
            None => return Ok(found),
        }
    }
}

/// The org's only parent.
///
/// # Errors
/// [`Kind::NotFound`] when there is none, [`Kind::CannotAsk`] with a list when there are several.
pub async fn only_parent(caller: &Caller, org: &Org, parent: &Parent) -> Result<String, Error> {
    let found = parents(caller, org, parent).await?;
    let (org, noun) = (org.name(), parent.noun);
    match found.as_slice() {
        [only] => Ok(only.value.clone()),
        [] => Err(Error::new(Kind::NotFound, format!("the org \"{org}\" has no {noun}"))),
        several => {
            let listed: Vec<_> =
                several.iter().map(|found| format!("{} ({})", found.value, found.label)).collect();
            Err(Error::new(Kind::CannotAsk, format!("the org \"{org}\" has more than one {noun}"))
                .detail(format!("They are: {}.", listed.join(", ")))
                .hint(format!("Give the column {} a value.", parent.parameter)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_of_pages_is_noticed() {
        let subdomain = "acme".parse().unwrap();
        let org = crate::org::OrgTemplate::default().org(&subdomain).unwrap();
        let request = Request::new(org, Method::Get, "/api/v1/users");
        let mut pages = Pages::default();
        for next in ["after=a", "after=b", "after=c"] {
            assert!(pages.following(&request, next).is_ok());
        }
        let error = pages.following(&request, "after=b").unwrap_err();
        assert_eq!(error.kind, Kind::BadAnswer);
    }
}

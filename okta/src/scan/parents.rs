//! The values of parameters that only a parent's list has: what is missing in a fetch is found, level by
//! level, and no list is asked for twice.
//!
//! What lists them, `plan::parents` says. A scan that may stop early takes the values as they come; any
//! other one knows all of a level, and how many calls it makes, before it asks the first of the next.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::sync::OnceCell;

use super::pages::Pages;
use crate::catalog::{Resource, Source};
use crate::client::Caller;
use crate::decode::{Form, Page, Wanted};
use crate::error::{Error, Kind};
use crate::org::Org;
use crate::plan::parents::{Listing, list_of_org, listing, parent_of, with_known_values};
use crate::plan::{Fetch, Fetches};

/// The lists of parents that a scan has read, kept for its next runs.
#[derive(Debug, Clone, Default)]
pub struct Parents(Arc<Mutex<HashMap<Key, Known>>>);

/// What a list of parents is told by: its request and what is wanted of it.
type Key = (Fetches, &'static str);
/// The rows of a list, once it was read.
type Known = Arc<OnceCell<Vec<Found>>>;

/// Values of parameters that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Found(Vec<(&'static str, String)>);

impl Parents {
    fn cell(&self, listing: &Listing) -> Known {
        let key = (Fetches::from(listing.fetch.clone()), listing.column);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(key).or_default())
    }
}

/// What finds parents for one scan.
#[derive(Clone, Copy)]
pub(super) struct Finder<'a> {
    pub(super) caller: &'a Caller,
    pub(super) parents: &'a Parents,
    /// The most lists to read at once.
    pub(super) concurrency: usize,
    /// Whether the scan will probably stop early.
    pub(super) patient: bool,
    /// The most parents that the scan may ask on its own; `None` for no bound.
    pub(super) max_fan_out: Option<usize>,
}

impl<'a> Finder<'a> {
    /// The fetches with every parameter known.
    pub(super) fn complete(
        self,
        fetches: impl Iterator<Item = Fetch> + Send + 'a,
    ) -> BoxStream<'a, Result<Fetch, Error>> {
        let mut fetches = fetches.peekable();
        let lacking = fetches.peek().and_then(|fetch| fetch.unknown().next_back());
        let filled = stream::iter(fetches).map(move |fetch| self.filled(fetch));
        let filled = filled.flatten_unordered(self.width());
        if self.patient {
            return filled.boxed();
        }
        let level = async move {
            let level: Vec<Fetch> = filled.try_collect().await?;
            self.refuse_many(&level, lacking.unwrap_or_default())?;
            Ok(stream::iter(level.into_iter().map(Ok)))
        };
        stream::once(level).try_flatten().boxed()
    }

    fn width(self) -> usize {
        if self.patient { 1 } else { self.concurrency.max(1) }
    }

    /// A fetch with what it lacks: as many as there are values.
    fn filled(self, fetch: Fetch) -> BoxStream<'a, Result<Fetch, Error>> {
        if let Some(fetches) = with_known_values(&fetch) {
            let filled = stream::iter(fetches).map(move |fetch| self.filled(fetch));
            return filled.flatten_unordered(self.width()).boxed();
        }
        let found = match listing(&fetch) {
            Ok(Some(listing)) => self.found(listing),
            Ok(None) => return stream::iter([Ok(fetch)]).boxed(),
            Err(error) => return stream::iter([Err(error)]).boxed(),
        };
        let filled = found.map_ok(move |Found(values)| {
            let with = |fetch: Fetch, (name, value): &(&str, String)| fetch.with(name, value);
            self.filled(values.iter().fold(fetch.clone(), with))
        });
        filled.try_flatten_unordered(self.width()).boxed()
    }

    /// The values that a list has. It is read once, whoever wants it.
    fn found(self, listing: Listing) -> BoxStream<'a, Result<Found, Error>> {
        let cell = self.parents.cell(&listing);
        if let Some(known) = cell.get() {
            return stream::iter(known.clone().into_iter().map(Ok)).boxed();
        }
        if self.patient {
            return self.noted(listing, cell);
        }
        let all = async move {
            let read = cell.get_or_try_init(|| self.read(listing)).await?;
            Ok(stream::iter(read.clone().into_iter().map(Ok)))
        };
        stream::once(all).try_flatten().boxed()
    }

    /// The rows of a list as they come; once all have come, they are known.
    fn noted(self, listing: Listing, cell: Known) -> BoxStream<'a, Result<Found, Error>> {
        let rows = self.rows(listing).map_ok(Some).chain(stream::iter([Ok(None)]));
        let noted = rows.scan(Vec::new(), move |read, row| {
            let row = match row {
                Ok(Some((found, _))) => {
                    read.push(found.clone());
                    Some(Ok(found))
                }
                Ok(None) => {
                    // Another run may have been first.
                    let _ = cell.set(std::mem::take(read));
                    None
                }
                Err(error) => Some(Err(error)),
            };
            std::future::ready(row)
        });
        noted.boxed()
    }

    /// All rows of a list, or an error as soon as there are too many.
    async fn read(self, listing: Listing) -> Result<Vec<Found>, Error> {
        let (parameter, child) = (listing.parameter, listing.child);
        let mut rows = self.rows(listing);
        let mut read = Vec::new();
        while let Some(row) = rows.next().await {
            let (found, last) = row?;
            read.push(found);
            if last && self.max_fan_out.is_some_and(|most| read.len() > most) {
                return Err(too_many(read.len(), true, child, parameter));
            }
        }
        Ok(read)
    }

    /// The rows of a list, each once. With each comes whether it is the last one of a page that has another
    /// one after it.
    fn rows(self, listing: Listing) -> BoxStream<'a, Result<(Found, bool), Error>> {
        let Listing { parameter, column, fetch, shared, .. } = listing;
        let cells = Arc::new(Cells::new(fetch.resource(), parameter, column, shared));
        // Values that are known beforehand are no parents that were found.
        let fetches = with_known_values(&fetch).unwrap_or_else(|| vec![fetch]);
        let lists = if fetches.iter().any(|fetch| fetch.unknown().next().is_some()) {
            self.complete(fetches.into_iter())
        } else {
            stream::iter(fetches.into_iter().map(Ok)).boxed()
        };
        let rows = lists.map_ok(move |fetch| self.pages(fetch, Arc::clone(&cells)));
        let mut seen = HashSet::new();
        let rows = rows.try_flatten_unordered(self.width());
        rows.try_filter(move |(found, _)| std::future::ready(seen.insert(found.clone()))).boxed()
    }

    /// The rows of one list, page after page.
    fn pages(self, fetch: Fetch, cells: Arc<Cells>) -> BoxStream<'a, Result<(Found, bool), Error>> {
        let size = fetch.resource().collection.as_ref().and_then(|list| list.page);
        let pages = Pages::new(fetch, size.map(|size| size.default));
        let pages = stream::try_unfold(pages, move |mut pages| {
            let cells = Arc::clone(&cells);
            async move {
                if pages.is_end() {
                    return Ok(None);
                }
                let Some(page) = pages.next(self.caller, &cells.wanted).await? else {
                    return Ok(None);
                };
                let mut rows = cells.rows(&page, &pages.fetch);
                if let Some((_, last)) = rows.last_mut() {
                    *last = !pages.is_end();
                }
                Ok(Some((stream::iter(rows.into_iter().map(Ok)), pages)))
            }
        });
        pages.try_flatten().boxed()
    }

    /// Refuses to ask more parents than a scan may on its own.
    fn refuse_many(self, level: &[Fetch], lacking: &str) -> Result<(), Error> {
        let many = self.max_fan_out.is_some_and(|most| level.len() > most);
        let Some(fetch) = level.first().filter(|_| many) else { return Ok(()) };
        Err(too_many(level.len(), false, fetch.resource(), lacking))
    }
}

/// The error for more parents than a scan may ask on its own.
fn too_many(found: usize, perhaps_more: bool, resource: &Resource, parameter: &str) -> Error {
    let more = if perhaps_more { "more than " } else { "" };
    let message = format!("{} would take {more}{found} calls to Okta", resource.name);
    Error::new(Kind::Budget, message)
        .detail("The option \"max_fan_out\" bounds how many parents a scan may ask on its own.")
        .hint(format!("Add WHERE {parameter} = …, or raise the option \"max_fan_out\"."))
}

/// Where the values stand in the rows of a list.
struct Cells {
    wanted: Wanted,
    cells: Vec<(&'static str, CellOf)>,
}

enum CellOf {
    Answer(usize),
    Parameter(&'static str),
}

impl Cells {
    fn new(
        resource: &Resource,
        parameter: &'static str,
        column: &'static str,
        shared: Vec<&'static str>,
    ) -> Self {
        let mut wanted = Wanted::default();
        let source = resource.column(column).map(|column| column.source);
        let own = match source {
            Some(Source::Property(path)) => CellOf::Answer(wanted.add(path, Form::Text)),
            Some(Source::Link(path)) => CellOf::Answer(wanted.add(path, Form::LastSegment)),
            _ => CellOf::Parameter(column),
        };
        let shared = shared.into_iter().map(|name| (name, CellOf::Parameter(name)));
        let cells = std::iter::once((parameter, own)).chain(shared).collect();
        Self { wanted, cells }
    }

    /// The values in the rows of a page, those left out that lack one.
    fn rows(&self, page: &Page, fetch: &Fetch) -> Vec<(Found, bool)> {
        let rows = (0..page.len()).filter_map(|row| {
            let values = self.cells.iter().map(|(name, cell)| {
                let value = match cell {
                    CellOf::Answer(cell) => page.cell(row, *cell),
                    CellOf::Parameter(parameter) => fetch.parameter(parameter),
                };
                Some((*name, value?.to_owned()))
            });
            Some((Found(values.collect::<Option<_>>()?), false))
        });
        rows.collect()
    }
}

/// A parent object that a parameter can stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentRow {
    /// The parent's value.
    pub value: String,
    /// What people know it by.
    pub label: String,
}

/// Lists every parent of an org that a parameter can stand for.
///
/// # Errors
/// [`Kind::CannotAsk`] when nothing lists them, those of the client, and [`Kind::BadAnswer`].
pub async fn parents(
    caller: &Caller,
    org: &Org,
    resource: &'static Resource,
    parameter: &str,
) -> Result<Vec<ParentRow>, Error> {
    let parent = parent_of(resource, parameter)?;
    let mut wanted = Wanted::default();
    let property = |name| parent.resource.column(name)?.property();
    let mut add = |name| property(name).map(|path| wanted.add(path, Form::Text));
    let (value, label) = (add(parent.column), add(parent.resource.label.unwrap_or(parent.column)));
    let fetch = list_of_org(parent.resource, org);
    let size = parent.resource.collection.as_ref().and_then(|list| list.page);
    let mut pages = Pages::new(fetch, size.map(|size| size.default));
    let mut found = Vec::new();
    while let Some(page) = pages.next(caller, &wanted).await? {
        let cell = |row, cell: Option<usize>| page.cell(row, cell?).map(str::to_owned);
        found.extend((0..page.len()).filter_map(|row| {
            let label = cell(row, label).unwrap_or_default();
            Some(ParentRow { value: cell(row, value)?, label })
        }));
    }
    Ok(found)
}

/// The org's only parent that a parameter can stand for.
///
/// # Errors
/// [`Kind::NotFound`] when there is none, [`Kind::CannotAsk`] with a list when there are several, and for a
/// parent that nobody knows by a label.
pub async fn only_parent(
    caller: &Caller,
    org: &Org,
    resource: &'static Resource,
    parameter: &str,
) -> Result<String, Error> {
    let parent = parent_of(resource, parameter)?.resource;
    let give = format!("Give the column {parameter} a value.");
    if parent.label.is_none() {
        let message = format!("{} needs a value for {parameter}", resource.name);
        return Err(Error::new(Kind::CannotAsk, message).hint(give));
    }
    let found = parents(caller, org, resource, parameter).await?;
    let (org, noun) = (org.name(), parent.noun);
    match found.as_slice() {
        [only] => Ok(only.value.clone()),
        [] => Err(Error::new(Kind::NotFound, format!("the org \"{org}\" has no {noun}"))),
        several => {
            let listed = several.iter().map(|found| format!("{} ({})", found.value, found.label));
            let listed: Vec<_> = listed.collect();
            Err(Error::new(Kind::CannotAsk, format!("the org \"{org}\" has more than one {noun}"))
                .detail(format!("They are: {}.", listed.join(", ")))
                .hint(give))
        }
    }
}

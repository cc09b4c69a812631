//! Carrying out a scan: several fetches at once, page after page, at the pace of whoever consumes them.
//!
//! It knows nothing of what a page is for. It never asks for a page before the consumer has granted it,
//! and ends with an error or with every row.

mod pages;
mod parents;

use std::sync::Arc;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::sync::{Semaphore, mpsc};

use self::pages::Pages;
pub use self::pages::bad_shape;
use self::parents::Finder;
pub use self::parents::{ParentRow, Parents, only_parent, parents};
use crate::client::Caller;
use crate::decode::{Page, Wanted};
use crate::error::Error;
use crate::plan::{Fetch, Fetches};

/// Everything that a scan needs, as plain data.
#[derive(Debug)]
pub struct Job {
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
    /// Cells of an object that must hold what was asked for. Okta answers to some aliases too (a login for
    /// a user's id), and an object must not come twice because it was asked for by two of its names.
    pub identity: Vec<(usize, Identity)>,
    /// Parents that earlier runs of the scan have listed.
    pub parents: Parents,
    /// The most parents that the scan may ask on its own; `None` for no bound.
    pub max_fan_out: Option<usize>,
}

/// What a cell of an object must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The parameter that it was asked for by.
    Parameter(&'static str),
    /// What all objects of the resource have.
    Constant(&'static str),
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
        let most = self.concurrency.max(1);
        let (known, found) = self.complete(caller).await?;
        let width = if self.patient { 1 } else { known.min(most).max(1) };
        outlet.demand.add_permits(width - 1);
        let mut running = found
            .map(|fetch| async { self.fetch(fetch?, caller, outlet).await })
            .buffer_unordered(width);
        while let Some(end) = running.next().await {
            end?;
        }
        Ok(())
    }

    /// The fetches with every parameter known, parents listed where one was not.
    ///
    /// # Errors
    /// Those of the lists, and [`Kind::CannotAsk`](crate::Kind::CannotAsk) where there is none.
    pub async fn with_parents(&self, caller: &Caller) -> Result<Vec<Fetch>, Error> {
        self.complete(caller).await?.1.try_collect().await
    }

    /// The fetches with every parameter known, and how many they are at least. Those that lack one are
    /// completed first, unless the scan may stop early.
    async fn complete<'a>(
        &'a self,
        caller: &'a Caller,
    ) -> Result<(usize, BoxStream<'a, Result<Fetch, Error>>), Error> {
        let complete = || {
            let complete = self.fetches.iter().filter(|fetches| fetches.is_complete());
            complete.flat_map(Fetches::iter)
        };
        let lacking = self.fetches.iter().filter(|fetches| !fetches.is_complete());
        let finder = Finder {
            caller,
            parents: &self.parents,
            concurrency: self.concurrency,
            patient: self.patient,
            max_fan_out: self.max_fan_out,
        };
        let found = finder.complete(lacking.flat_map(Fetches::iter));
        let most = self.concurrency.max(1);
        if self.patient {
            return Ok((1, stream::iter(complete().map(Ok)).chain(found).boxed()));
        }
        let found: Vec<Fetch> = found.try_collect().await?;
        let count = complete().take(most).count() + found.len();
        Ok((count, stream::iter(complete().chain(found).map(Ok)).boxed()))
    }

    /// One fetch: its pages, each after it was granted.
    async fn fetch(&self, fetch: Fetch, caller: &Caller, outlet: &Outlet) -> Result<(), Error> {
        let mut pages = Pages::new(fetch, self.page_size);
        while !pages.is_end() {
            granted(&outlet.demand).await;
            let page = pages.next(caller, &self.wanted).await?;
            let Some(page) = page.filter(|page| self.is_what_was_asked(page, &pages.fetch)) else {
                outlet.demand.add_permits(1);
                continue;
            };
            let batch = FetchedPage { page, fetch: Arc::clone(&pages.fetch) };
            if outlet.batches.send(Ok(batch)).is_err() {
                return Ok(());
            }
            (outlet.wake)();
        }
        Ok(())
    }

    /// Whether a page has rows, and is the object that was asked for, if one was.
    fn is_what_was_asked(&self, page: &Page, fetch: &Fetch) -> bool {
        let holds = |(cell, expected): &(usize, Identity)| match expected {
            // Some objects do not repeat it.
            Identity::Parameter(name) => {
                page.cell(0, *cell).is_none_or(|value| fetch.parameter(name) == Some(value))
            }
            Identity::Constant(text) => page.cell(0, *cell) == Some(text),
        };
        !page.is_empty() && (!fetch.is_item() || self.identity.iter().all(holds))
    }
}

async fn granted(demand: &Semaphore) {
    if let Ok(permit) = demand.acquire().await {
        permit.forget();
    }
}

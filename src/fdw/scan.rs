//! Executing a scan: values in, requests out, rows into slots.
//!
//! Nothing is asked before the first row is wanted, and nothing twice: a rescan with the same values
//! replays what has arrived.

use std::sync::Arc;

use okta::Error;
use okta::client::{Client, Meter};
use okta::decode::Form;
use okta::plan::Fetch;
use okta::scan::{Batch, Job};
use pgrx::pg_sys;

use super::clients;
use super::private::{self, ScanPrivate};
use super::rows::Outputs;
use super::table::Table;
use crate::io::Stream;
use crate::pg::exec::{Exprs, ScanNode};

/// A scan in execution.
pub(crate) struct Scan {
    table: Table,
    private: ScanPrivate,
    exprs: Exprs,
    user: pg_sys::Oid,
    outputs: Outputs,
    meter: Arc<Meter>,
    /// The values that `run` was started with.
    values: Option<Vec<Vec<String>>>,
    run: Option<Run>,
    rows: u64,
}

/// One execution with one set of values.
struct Run {
    /// `None` when nothing had to be asked, or everything has arrived.
    stream: Option<Stream>,
    /// What has arrived, in order; kept while a rescan may want it again.
    batches: Vec<Batch>,
    /// The next row: number of the batch, and of the row in it.
    at: (usize, usize),
    /// Batches before this one are gone.
    dropped: bool,
    /// Whether the next page of the current batch has been asked for.
    granted: bool,
}

impl Scan {
    /// Prepares a scan. No request is made.
    pub(crate) fn begin(node: ScanNode) -> Result<Self, Error> {
        let private: ScanPrivate = private::decode(node.private())?;
        let table = Table::open(node.relation())?;
        let outputs = Outputs::of(&table, |attnum| private.attnums.contains(&attnum));
        let (exprs, user) = (node.init_exprs(), node.user());
        let meter = Arc::default();
        Ok(Self { table, private, exprs, user, outputs, meter, values: None, run: None, rows: 0 })
    }

    /// What the scan has cost so far.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Rows that Okta has sent so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Puts the next row into the node's slot, which stays empty after the last.
    pub(crate) fn next(&mut self, node: ScanNode) -> Result<(), Error> {
        let Some(slot) = node.slot() else { return Ok(()) };
        slot.clear();
        if self.run.is_none() {
            self.start(node)?;
        }
        let Some(run) = &mut self.run else { return Ok(()) };
        let Some((batch, row)) = run.next(&mut self.rows)? else { return Ok(()) };
        let Some(batch) = run.batches.get(batch) else { return Ok(()) };
        let (org, fetch) = (batch.fetch.org.name(), &batch.fetch);
        self.outputs.store(slot, &batch.page, row, org, |name| fetch.parameter(name));
        Ok(())
    }

    /// Begins again, with other values or with the same.
    pub(crate) fn rescan(&mut self, node: ScanNode) {
        let replayable = self.run.as_ref().is_some_and(|run| !run.dropped);
        if node.parameters_changed() || !replayable {
            let values = self.run.is_some().then(|| node.evaluate(&self.exprs));
            if !replayable || values != self.values {
                self.run = None;
                return;
            }
        }
        if let Some(run) = &mut self.run {
            run.at = (0, 0);
        }
    }

    /// Ends the scan; requests under way are abandoned.
    pub(crate) fn end(&mut self) {
        self.run = None;
    }

    fn start(&mut self, node: ScanNode) -> Result<(), Error> {
        let values = node.evaluate(&self.exprs);
        let fetches = self.private.plan.bind(&values, &self.table.defaults)?;
        self.values = Some(values);
        let stream = if fetches.is_empty() {
            None
        } else {
            let job = self.job(fetches);
            let client = self.client()?;
            Some(Stream::start(client, Arc::clone(&self.meter), job)?)
        };
        self.run =
            Some(Run { stream, batches: Vec::new(), at: (0, 0), dropped: false, granted: false });
        Ok(())
    }

    fn client(&self) -> Result<Arc<Client>, Error> {
        clients::client(&self.table.server, self.user)
    }

    fn job(&self, fetches: Vec<Fetch>) -> Job {
        let mut wanted = self.outputs.wanted();
        let plan = &self.private.plan;
        let own_key = self.table.resource.own_key().into_iter();
        let identity = own_key.filter(|_| plan.item).filter_map(|name| {
            let property = self.table.resource.column(name)?.property()?;
            Some((wanted.add(property, Form::Text), name))
        });
        Job {
            resource: self.table.resource,
            item: plan.item,
            fetches,
            identity: identity.collect(),
            wanted,
            page_size: if plan.item {
                None
            } else {
                self.private.page_size.or(self.table.page_size)
            },
            concurrency: self.table.max_concurrency,
            limit: plan.limit,
        }
    }
}

/// Bytes of arrived rows that are kept for a rescan; beyond them a rescan asks again.
const REPLAY_BYTES: usize = 8 << 20;

impl Run {
    /// Where the next row stands; `None` after the last.
    fn next(&mut self, arrived: &mut u64) -> Result<Option<(usize, usize)>, Error> {
        loop {
            let (batch, row) = self.at;
            if let Some(current) = self.batches.get(batch) {
                let rows = current.page.len();
                if row < rows {
                    self.at.1 += 1;
                    // Half of the page is gone: time to ask for the next one.
                    if batch + 1 == self.batches.len() && !self.granted && (row + 1) * 2 >= rows {
                        self.granted = true;
                        self.stream.as_ref().inspect(|stream| stream.grant());
                    }
                    return Ok(Some((batch, row)));
                }
                if batch + 1 < self.batches.len() {
                    self.at = (batch + 1, 0);
                    continue;
                }
            }
            let Some(stream) = &mut self.stream else { return Ok(None) };
            match stream.next()? {
                Some(batch) => {
                    *arrived += batch.page.len() as u64;
                    self.arrived(batch);
                }
                None => self.stream = None,
            }
        }
    }

    fn arrived(&mut self, batch: Batch) {
        let kept: usize = self.batches.iter().map(|batch| batch.page.bytes()).sum();
        if kept + batch.page.bytes() > REPLAY_BYTES {
            self.batches.clear();
            self.dropped = true;
        }
        self.batches.push(batch);
        self.at = (self.batches.len() - 1, 0);
        self.granted = false;
    }
}

//! One execution of a scan with one set of values: batches as they arrive, and the rows in them.
//!
//! It decides when the next page is asked for, and how much is kept for a rescan. What a row means is
//! not known here.

use okta::Error;
use okta::client::Meter;
use okta::plan::ScanPlan;
use okta::scan::FetchedPage;

use super::statement;
use crate::io::{Arrival, Stream};

/// Bytes of arrived rows that one run keeps for a rescan; beyond them a rescan asks again.
const REPLAY_BYTES: usize = 8 << 20;

/// An execution under way, or at its end.
pub(crate) struct Run {
    /// `None` when nothing had to be asked, or everything has arrived.
    stream: Option<Stream>,
    /// What has arrived, in order; kept while a rescan may want it again.
    batches: Vec<FetchedPage>,
    /// The next row: number of the batch, and of the row in it.
    at: (usize, usize),
    /// Whether some batches are gone.
    dropped: bool,
    /// Whether the page after the last batch has been asked for.
    granted: bool,
    /// Rows after which nobody will ask for more.
    limit: Option<u32>,
    /// The rows that there can be, where each request has one at most.
    most: Option<u64>,
    /// Whether nothing is asked for before it is wanted.
    patient: bool,
    /// Whether everything will be wanted.
    eager: bool,
    /// Rows that have arrived.
    arrived: u64,
    /// Bytes that the kept batches hold.
    bytes: usize,
}

/// What there is when a row is wanted.
pub(crate) enum Next {
    /// The number of the row's batch, and of the row in it.
    Row(usize, usize),
    /// Nothing has arrived yet; only without waiting.
    Pending,
    End,
}

impl Run {
    /// A run over a stream that brings so many rows at most, or one without rows.
    pub(crate) fn new(stream: Option<Stream>, plan: &ScanPlan, most: Option<u64>) -> Self {
        Self {
            stream,
            batches: Vec::new(),
            at: (0, 0),
            dropped: false,
            // A scan starts with one request granted.
            granted: true,
            limit: plan.limit,
            most,
            patient: plan.patient,
            eager: plan.eager,
            arrived: 0,
            bytes: 0,
        }
    }

    /// Rows that have arrived.
    pub(crate) fn arrived(&self) -> u64 {
        self.arrived
    }

    /// Bytes that the run holds.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn batch(&self, number: usize) -> Option<&FetchedPage> {
        self.batches.get(number)
    }

    pub(crate) fn stream(&self) -> Option<&Stream> {
        self.stream.as_ref()
    }

    /// Whether everything has arrived.
    pub(crate) fn is_complete(&self) -> bool {
        self.stream.is_none() || self.most == Some(self.arrived)
    }

    /// Begins again at the first row, if all that has arrived is still here.
    pub(crate) fn rewind(&mut self) -> bool {
        self.at = (0, 0);
        !self.dropped
    }

    /// Takes in what has arrived, and returns whether the run can begin again at its first row.
    pub(crate) fn settle(&mut self) -> bool {
        while let Some(stream) = &mut self.stream {
            match stream.try_next() {
                Ok(Arrival::Page(batch)) => self.keep(batch),
                Ok(Arrival::Pending) => break,
                Ok(Arrival::End) => self.stream = None,
                // Nobody has wanted that page yet: who does asks for it again.
                Err(_) => return false,
            }
        }
        if self.is_complete() {
            self.stream = None;
        }
        !self.dropped
    }

    /// The next row; `wait` says whether it is waited for.
    pub(crate) fn next(&mut self, wait: bool, meter: &Meter) -> Result<Next, Error> {
        loop {
            let (number, row) = self.at;
            if let Some(batch) = self.batches.get(number) {
                let rows = batch.page.len();
                if row < rows {
                    self.at.1 += 1;
                    self.look_ahead(number, row + 1, rows);
                    return Ok(Next::Row(number, row));
                }
                if number + 1 < self.batches.len() {
                    self.at = (number + 1, 0);
                    continue;
                }
            }
            if self.is_complete() {
                self.stream = None;
            }
            self.grant();
            let Some(stream) = &mut self.stream else { return Ok(Next::End) };
            let arrived = self.arrived;
            let patience = || statement::progress(meter, arrived);
            match if wait { stream.next(patience)? } else { stream.try_next()? } {
                Arrival::Page(batch) => self.keep(batch),
                Arrival::Pending => return Ok(Next::Pending),
                Arrival::End => self.stream = None,
            }
        }
    }

    /// Asks for the page after the last batch: at once when all will be wanted, else once half of that is
    /// consumed, soon enough to have it in time, late enough not to fetch what nobody reads.
    fn look_ahead(&mut self, number: usize, consumed: usize, rows: usize) {
        let last = number + 1 == self.batches.len();
        let enough = self.limit.is_some_and(|limit| self.arrived >= limit.into());
        let due = self.eager || consumed * 2 >= rows;
        if last && !enough && !self.patient && due {
            self.grant();
        }
    }

    fn grant(&mut self) {
        if !self.granted {
            self.granted = true;
            self.stream.as_ref().inspect(|stream| stream.grant());
        }
    }

    fn keep(&mut self, batch: FetchedPage) {
        if self.bytes + batch.page.bytes() > REPLAY_BYTES {
            self.batches.clear();
            self.bytes = 0;
            self.dropped = true;
        }
        self.arrived += batch.page.len() as u64;
        self.bytes += batch.page.bytes();
        self.batches.push(batch);
        self.at = (self.batches.len() - 1, 0);
        self.granted = false;
    }
}

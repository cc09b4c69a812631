//! Executing a scan: values in, requests out, rows into slots.
//!
//! Nothing is asked before the first row is wanted, and nothing twice: a rescan with values that were
//! there before replays what has arrived.

use std::rc::Rc;
use std::sync::Arc;

use okta::Error;
use okta::client::{Caller, Meter};
use okta::decode::Form;
use okta::plan::{Fetch, Fetches};
use okta::scan::{Identity, Job, Parents};
use pgrx::{PgLogLevel, PgSqlErrorCode, pg_sys};

use super::memo::{Asked, Memo};
use super::private::{self, ScanPrivate};
use super::rows::Outputs;
use super::run::{Next, Run};
use super::table::Table;
use super::{clients, row_counts, statement};
use crate::io::Stream;
use crate::pg::exec::{Exprs, ScanNode};
use crate::pg::report::tell;
use crate::pg::slot::Slot;

/// The values that a run was started with.
type Values = Vec<Vec<String>>;

/// The run under way: its values, what they ask for, and its rows.
struct Current {
    values: Values,
    asked: Asked,
    run: Run,
}

/// A scan in execution.
pub(crate) struct Scan {
    table: Table,
    private: ScanPrivate,
    exprs: Exprs,
    user: pg_sys::Oid,
    outputs: Outputs,
    meter: Arc<Meter>,
    /// Rows of runs that are gone.
    rows: u64,
    current: Option<Current>,
    /// Whether the scan shall begin again before its next row, and whether a parameter has changed since.
    rescan: Option<bool>,
    /// Whether the last row that was wanted had not arrived yet.
    pending: bool,
    parents: Parents,
    memo: Memo,
}

impl Scan {
    /// Prepares a scan. No request is made.
    pub(crate) fn begin(node: ScanNode) -> Result<Self, Error> {
        let private: ScanPrivate = private::decode(node.private())?;
        let table = Table::open(node.relation())?;
        Ok(Self::new(table, private, node.init_exprs(), node.user()))
    }

    /// A scan of a table as a role.
    pub(crate) fn new(table: Table, private: ScanPrivate, exprs: Exprs, user: pg_sys::Oid) -> Self {
        let outputs = Outputs::of(&table, |attnum| private.attnums.contains(&attnum));
        Self {
            table,
            private,
            exprs,
            user,
            outputs,
            meter: statement::meter(),
            rows: 0,
            current: None,
            rescan: None,
            pending: false,
            parents: Parents::default(),
            memo: Memo::default(),
        }
    }

    /// What the scan has cost so far.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Rows that Okta has sent so far.
    pub(crate) fn rows(&self) -> u64 {
        let current = self.current.as_ref().map_or(0, |current| current.run.arrived());
        self.rows + self.memo.rows() + current
    }

    /// The stream of the run under way.
    pub(crate) fn stream(&self) -> Option<&Stream> {
        self.current.as_ref()?.run.stream()
    }

    /// Whether the last row that was wanted had not arrived yet.
    pub(crate) fn is_pending(&self) -> bool {
        self.pending
    }

    /// Puts the next row into the node's slot, which stays empty when there is none.
    pub(crate) fn next(&mut self, node: ScanNode) -> Result<(), Error> {
        let Some(slot) = node.slot() else { return Ok(()) };
        slot.clear();
        if let Some(changed) = self.rescan.take() {
            self.begin_again(node, changed)?;
        }
        if self.current.is_none() {
            if self.private.plan.asks_nothing && node.dumps_table() {
                return self.skip_in_dump();
            }
            self.start(node.evaluate(&self.exprs))?;
        }
        self.store_next(slot, !node.is_async()).map(drop)
    }

    /// Puts the next row of the current run into a slot, if there is one. `wait` says whether to wait
    /// for it.
    pub(crate) fn store_next(&mut self, slot: Slot, wait: bool) -> Result<bool, Error> {
        let Some(Current { run, .. }) = &mut self.current else { return Ok(false) };
        let next = run.next(wait, &self.meter);
        statement::log(&self.meter);
        let next = next?;
        self.pending = matches!(next, Next::Pending);
        if matches!(next, Next::End) && self.private.plan.is_whole() {
            row_counts::note(self.table.relation, run.arrived());
        }
        let Next::Row(number, row) = next else { return Ok(false) };
        let Some(batch) = run.batch(number) else { return Ok(false) };
        let (org, fetch) = (batch.fetch.org.name(), &batch.fetch);
        self.outputs.store(slot, &batch.page, row, org, |name| fetch.parameter(name));
        Ok(true)
    }

    /// Has the scan begin again before its next row. Values are looked at only then: they may be costly,
    /// and perhaps nobody wants the row.
    pub(crate) fn rescan(&mut self, node: ScanNode) {
        let changed = node.parameters_changed() || self.rescan == Some(true);
        self.rescan = Some(changed);
    }

    fn begin_again(&mut self, node: ScanNode, changed: bool) -> Result<(), Error> {
        let Some(Current { values, asked, mut run }) = self.current.take() else { return Ok(()) };
        let wanted = if changed { node.evaluate(&self.exprs) } else { values.clone() };
        if wanted == values && run.rewind() {
            self.current = Some(Current { values, asked, run });
            return Ok(());
        }
        if let Err(run) = self.memo.put(asked, run) {
            self.rows += run.arrived();
        }
        self.start(wanted)
    }

    /// Ends the scan; requests under way are abandoned.
    pub(crate) fn end(&mut self) {
        self.rows = self.rows();
        self.current = None;
        self.memo.clear();
    }

    /// Starts a run, or takes up one that asks for the same. Nothing is sent yet: the I/O thread does
    /// that.
    pub(crate) fn start(&mut self, values: Values) -> Result<(), Error> {
        let asked = Rc::new(self.private.plan.bind(&values, &self.table.defaults)?);
        let run = match self.memo.take(&asked) {
            Some(run) => run,
            None => self.run(asked.as_ref().clone())?,
        };
        self.current = Some(Current { values, asked, run });
        Ok(())
    }

    fn run(&self, fetches: Vec<Fetches>) -> Result<Run, Error> {
        let fetches = self.within_bound(fetches)?;
        // A parent that is yet to be found makes any number of requests of one fetch.
        let single = fetches.iter().all(|one| one.are_items() && one.is_complete());
        let count = single.then(|| fetches.iter().map(Fetches::count).sum());
        let stream = if fetches.is_empty() {
            None
        } else {
            Some(Stream::start(self.caller()?, self.job(fetches))?)
        };
        Ok(Run::new(stream, &self.private.plan, count))
    }

    /// Goes without the rows of a table that Okta cannot list: a dump of all tables must not fail for it.
    fn skip_in_dump(&mut self) -> Result<(), Error> {
        let Err(error) = self.private.plan.bind(&[], &self.table.defaults) else { return Ok(()) };
        warn_of_skipped(&self.table.name(), error.message);
        let run = Run::new(None, &self.private.plan, None);
        let (values, asked) = (Values::new(), Asked::default());
        self.current = Some(Current { values, asked, run });
        Ok(())
    }

    /// The fetches that a partition is for. Parents that decide about it are looked up first.
    fn within_bound(&self, fetches: Vec<Fetches>) -> Result<Vec<Fetches>, Error> {
        let rest = &self.table.rest;
        if rest.is_empty() {
            return Ok(fetches);
        }
        let admitted = |fetches: &mut dyn Iterator<Item = Fetch>| -> Vec<Fetches> {
            fetches.filter(|fetch| rest.admits(fetch)).map(Fetches::from).collect()
        };
        let fetches = admitted(&mut fetches.into_iter().flat_map(Fetches::into_fetches));
        let decides = |fetches: &Fetches| fetches.unknown().any(|name| rest.decides_by(name));
        if !fetches.iter().any(decides) {
            return Ok(fetches);
        }
        let job = self.job(fetches);
        let found =
            statement::call(
                &self.caller()?,
                |caller| async move { job.with_parents(&caller).await },
            )?;
        Ok(admitted(&mut found.into_iter()))
    }

    fn caller(&self) -> Result<Caller, Error> {
        let client = clients::client(&self.table.server, self.user)?;
        Ok(Caller::new(client, Arc::clone(&self.meter)))
    }

    fn job(&self, fetches: Vec<Fetches>) -> Job {
        let mut wanted = self.outputs.wanted();
        let plan = &self.private.plan;
        let keys = plan.own_key().iter().map(|name| (*name, Identity::Parameter(name)));
        let constants = plan.constants().map(|(name, text)| (name, Identity::Constant(text)));
        let identity = keys.chain(constants).filter_map(|(name, expected)| {
            let property = self.table.resource.column(name)?.property()?;
            Some((wanted.add(property, Form::Text), expected))
        });
        Job {
            fetches,
            identity: identity.collect(),
            wanted,
            page_size: self.private.page_size.or(self.table.page_size),
            concurrency: self.table.max_concurrency,
            patient: plan.patient,
            parents: self.parents.clone(),
            max_fan_out: self.table.max_fan_out,
        }
    }
}

fn warn_of_skipped(table: &str, why: String) {
    let message = format!("foreign table \"{table}\" is dumped without its rows");
    tell(PgLogLevel::WARNING, PgSqlErrorCode::ERRCODE_WARNING, message, Some(why));
}

//! One import of a transaction: its session, the rows that wait for their call, and the call under way.
//!
//! Rows wait here, at most a batch of each table and role. What a row is, is not known here, nor how it all ends.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use okta::catalog::{Load, Resource};
use okta::client::{Answer, Caller, Client, Meter, Request};
use okta::import_session::{self, ImportSession};
use okta::org::Org;
use okta::plan::load::{LoadBatch, LoadRow, MOST_CALLS, MOST_ENTRIES};
use okta::plan::{path, write};
use okta::{Error, Kind};

use super::super::{lasting_writes, statement};
use crate::io::Task;
use crate::pg::callbacks::nesting_level;
use crate::pg::latch::InterruptsHeld;
use crate::pg::lock;

/// What tells one import of a transaction from another. A source has one session, whoever loads it and
/// through whichever server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// The address of its API.
    pub(super) org: String,
    pub(super) source: String,
    pub(super) session: Option<String>,
}

/// One session that the transaction loads.
pub(super) struct SessionLoad {
    pub(super) key: Key,
    /// Whether the source was found rather than named.
    pub(super) found: bool,
    org: Org,
    /// Whose credential opens, starts and cancels the session: that of its first row.
    pub(super) client: Arc<Client>,
    dry: bool,
    /// Set while the answer to the opening is waited for.
    pub(super) opening: bool,
    /// The transaction's own session, once it is open.
    pub(super) session: Option<ImportSession>,
    pending: Vec<PendingBatch>,
    pub(super) in_flight: Option<InFlight>,
    /// Rows that were sent, by table.
    pub(super) sent: Vec<(&'static Load, usize)>,
    /// Calls that loaded, and calls in all.
    loads: usize,
    pub(super) calls: u64,
    /// The nesting level of the innermost savepoint whose rows were sent.
    sent_level: i32,
    /// Why the transaction can no longer commit.
    broken: Option<String>,
    /// Held from the start to the commit, so that nothing may cancel what is left of it.
    pub(super) started: Option<InterruptsHeld>,
}

/// Rows of a table, written by one role, that wait for their call.
struct PendingBatch {
    resource: &'static Resource,
    load: &'static Load,
    /// The client whose credential sends the rows.
    client: Arc<Client>,
    batch: LoadBatch,
}

impl PendingBatch {
    /// Whether rows of a table that a client sends belong here.
    fn takes(&self, resource: &Resource, client: &Arc<Client>) -> bool {
        self.resource.table == resource.table && Arc::ptr_eq(&self.client, client)
    }

    /// Whether these rows must be sent before a row of another batch: they are about the same object, and
    /// the last row about it counts.
    fn goes_before(
        &self,
        resource: &Resource,
        load: &Load,
        row: &LoadRow,
        client: &Arc<Client>,
    ) -> bool {
        let table = self.resource.table;
        let related = table == resource.table || table == load.opposite;
        related && !self.takes(resource, client) && self.batch.mentions(row)
    }
}

/// A call that is under way while the next batch is built.
pub(super) struct InFlight {
    task: Task<Answer>,
    line: String,
    /// For a session that the row named: what a rollback cannot undo.
    write: Option<lasting_writes::LastingWrite>,
}

impl SessionLoad {
    pub(super) fn new(key: Key, found: bool, org: Org, client: Arc<Client>) -> Self {
        Self {
            key,
            found,
            org,
            client,
            dry: crate::guc::dry_run(),
            opening: false,
            session: None,
            pending: Vec::new(),
            in_flight: None,
            sent: Vec::new(),
            loads: 0,
            calls: 0,
            sent_level: 0,
            broken: None,
            started: None,
        }
    }

    /// Takes a row. The first one opens the session, so that a source which cannot be loaded is known
    /// before anything else is done.
    pub(super) fn add(
        &mut self,
        resource: &'static Resource,
        load: &'static Load,
        row: LoadRow,
        client: &Arc<Client>,
        meter: &Arc<Meter>,
    ) -> Result<(), Error> {
        self.check_whole()?;
        self.open(meter)?;
        let goes_first = |p: &PendingBatch| p.goes_before(resource, load, &row, client);
        while let Some(number) = self.pending.iter().position(goes_first) {
            self.send_pending(number, meter)?;
        }
        let level = nesting_level();
        let known = self.pending.iter().position(|p| p.takes(resource, client));
        let number = known.unwrap_or(self.pending.len());
        if known.is_none() {
            let (client, batch) = (Arc::clone(client), LoadBatch::new(load));
            self.pending.push(PendingBatch { resource, load, client, batch });
        }
        let Some(pending) = self.pending.get_mut(number) else { return Ok(()) };
        let fresh = pending.batch.is_empty();
        let Err(row) = pending.batch.add(load, row, level) else {
            return if fresh { self.check_budget() } else { Ok(()) };
        };
        if fresh {
            return Err(too_large(resource));
        }
        self.send_pending(number, meter)?;
        let mut batch = LoadBatch::new(load);
        if batch.add(load, row, level).is_err() {
            return Err(too_large(resource));
        }
        self.pending.push(PendingBatch { resource, load, client: Arc::clone(client), batch });
        self.check_budget()
    }

    /// The calls that are needed for what waits, besides those that were made, may not exceed Okta's.
    fn check_budget(&self) -> Result<(), Error> {
        let waiting = self.pending.iter().filter(|pending| !pending.batch.is_empty()).count();
        if self.loads + waiting <= MOST_CALLS {
            return Ok(());
        }
        let rows = MOST_CALLS * MOST_ENTRIES;
        let message = format!(
            "one import session takes {MOST_CALLS} calls of {MOST_ENTRIES} rows, {rows} rows in all"
        );
        Err(Error::new(Kind::Budget, message)
            .detail("A call takes 200 KB at most, so that large rows make it fewer.")
            .hint("Load the rest in another transaction, once this import is done."))
    }

    fn check_whole(&self) -> Result<(), Error> {
        if self.key.session.is_none() && self.dry != crate::guc::dry_run() {
            let message = "okta_fdw.dry_run was changed while an import is being loaded";
            return Err(Error::new(Kind::WrongState, message)
                .hint("Roll the transaction back, and set it before the first row."));
        }
        let Some(why) = &self.broken else { return Ok(()) };
        Err(Error::new(Kind::WrongState, format!("the import cannot go on: {why}"))
            .hint("Roll the transaction back; that cancels the session."))
    }

    /// Opens the transaction's session, or adopts the one that is there.
    fn open(&mut self, meter: &Arc<Meter>) -> Result<(), Error> {
        if self.session.is_some() || self.key.session.is_some() || self.dry {
            return Ok(());
        }
        // Another transaction would adopt the session, and the commit of either import both's rows.
        lock::hold_until_end(&format!("okta_fdw {} {}", self.key.org, self.key.source));
        let (org, source) = (self.org.clone(), self.key.source.clone());
        let caller = Caller::new(Arc::clone(&self.client), Arc::clone(meter));
        let before = meter.calls.load(Relaxed);
        self.opening = true;
        let opened = statement::call(&caller, |caller| async move {
            import_session::open(&caller, &org, &source).await
        });
        self.opening = false;
        self.session = Some(opened?);
        self.calls += meter.calls.load(Relaxed) - before;
        Ok(())
    }

    /// Sends all that waits, in the order in which the tables came, and waits for the last answer.
    pub(super) fn flush(&mut self, meter: &Arc<Meter>) -> Result<(), Error> {
        self.check_whole()?;
        while !self.pending.is_empty() {
            self.send_pending(0, meter)?;
        }
        self.await_in_flight(meter)
    }

    /// Sends the rows of a table and client, which wait on when their call cannot be started. At most one
    /// call is under way: the next batch is built meanwhile.
    fn send_pending(&mut self, number: usize, meter: &Arc<Meter>) -> Result<(), Error> {
        let Some(pending) = self.pending.get(number) else { return Ok(()) };
        if !pending.batch.is_empty() {
            let request = self.request(pending)?;
            if !statement::is_dry_run(&request) {
                self.await_in_flight(meter)?;
                self.start_call(number, request, meter)?;
            }
        }
        self.pending.remove(number);
        Ok(())
    }

    fn start_call(
        &mut self,
        number: usize,
        request: Request,
        meter: &Arc<Meter>,
    ) -> Result<(), Error> {
        let Some(PendingBatch { load, client, batch, .. }) = self.pending.get(number) else {
            return Ok(());
        };
        let line = request.line();
        let caller = Caller::new(Arc::clone(client), Arc::clone(meter));
        let write = self.key.session.as_ref().map(|_| lasting_writes::about_to(&line));
        let task = match Task::start(async move { caller.send(&request).await }) {
            Ok(task) => task,
            Err(error) => {
                write.into_iter().for_each(lasting_writes::LastingWrite::has_failed);
                return Err(error);
            }
        };
        self.in_flight = Some(InFlight { task, line, write });
        self.sent_level = self.sent_level.max(batch.highest_mark());
        self.loads += 1;
        self.calls += 1;
        match self.sent.iter_mut().find(|(known, _)| std::ptr::eq(*known, *load)) {
            Some((_, rows)) => *rows += batch.rows(),
            None => self.sent.push((load, batch.rows())),
        }
        Ok(())
    }

    fn request(&self, pending: &PendingBatch) -> Result<Request, Error> {
        let PendingBatch { resource, load, batch, .. } = pending;
        let own = self.session.as_ref().map(|session| session.id.as_str());
        let session = self.key.session.as_deref().or(own).unwrap_or("session");
        let value = |name: &str| if name == "session_id" { session } else { &self.key.source };
        path::parameters(load.path).try_for_each(|name| path::check_key(name, value(name)))?;
        let mut request = write::load(resource, load, self.org.clone(), |name| Some(value(name)));
        request.body = Some(batch.body(load));
        Ok(request)
    }

    /// Waits for the call that is under way. When it has failed, its rows are lost, and with them the
    /// import.
    fn await_in_flight(&mut self, meter: &Arc<Meter>) -> Result<(), Error> {
        let Some(InFlight { task, line, write }) = self.in_flight.take() else { return Ok(()) };
        let interrupted = "a call was interrupted".to_owned();
        let before = self.broken.replace(interrupted);
        let end = task.wait(|| statement::progress(meter, 0));
        self.broken = before;
        statement::log(meter);
        match (end, write) {
            (Ok(_), Some(write)) => write.has_done(format!("{line} (rows loaded)")),
            (Ok(_), None) => {}
            (Err(error), write) => {
                if let Some(write) = write.filter(|_| !error.may_have_been_done()) {
                    write.has_failed();
                }
                self.broken = Some(format!("{line} has failed"));
                return Err(error);
            }
        }
        Ok(())
    }

    /// The rows of a savepoint have become those of the level above.
    pub(super) fn release(&mut self, level: i32) {
        self.sent_level = self.sent_level.min(level - 1);
        self.pending.iter_mut().for_each(|pending| pending.batch.lower_marks(level - 1));
    }

    /// Takes the rows of a savepoint back, as far as they were not sent. Those of a session that the
    /// rows named are the user's own business.
    pub(super) fn roll_back_to(&mut self, level: i32) {
        self.pending.iter_mut().for_each(|pending| pending.batch.take_back(level));
        if self.sent_level >= level && self.key.session.is_none() {
            self.broken.get_or_insert_with(|| {
                "rows of a savepoint that was rolled back had been sent to Okta already".to_owned()
            });
        }
    }
}

fn too_large(resource: &Resource) -> Error {
    Error::new(Kind::Invalid, format!("a row of {} has more than 200 KB", resource.name))
}

//! The statement under way: its budget of requests, its log lines, its notices of progress.
//!
//! A statement is what the client has sent, with all the functions that it calls. Nothing is sent to
//! Okta here.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use okta::Error;
use okta::client::{Budget, Caller, LogEntry, Meter, Pause, Request};
use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::guc;
use crate::io;
use crate::pg::callbacks;
use crate::pg::report::tell;

struct Statement {
    /// When it came, by PostgreSQL's clock: what tells it from the next one.
    started: i64,
    budget: Option<Arc<Budget>>,
    /// When the last notice of progress was due.
    noticed: Instant,
}

thread_local! {
    static CURRENT: RefCell<Option<Statement>> = const { RefCell::new(None) };
    /// Meters whose journals are to be written to the log.
    static JOURNALS: RefCell<Vec<Arc<Meter>>> = const { RefCell::new(Vec::new()) };
}

impl Statement {
    fn new(started: i64) -> Self {
        let budget = guc::max_requests().map(|most| Arc::new(Budget::new(most)));
        Self { started, budget, noticed: Instant::now() }
    }
}

/// Does something with the current statement.
fn current<T>(act: impl FnOnce(&mut Statement) -> T) -> T {
    let started = callbacks::statement_started();
    let ended = CURRENT.with_borrow_mut(|slot| slot.take_if(|known| known.started != started));
    if ended.is_some() {
        log_rest();
    }
    CURRENT.with_borrow_mut(|slot| act(slot.get_or_insert_with(|| Statement::new(started))))
}

/// A meter whose calls count towards the statement's budget.
pub(crate) fn meter() -> Arc<Meter> {
    new_meter(current(|statement| statement.budget.clone()))
}

/// A meter for calls that no budget may keep from being made.
pub(crate) fn free_meter() -> Arc<Meter> {
    new_meter(None)
}

fn new_meter(budget: Option<Arc<Budget>>) -> Arc<Meter> {
    let logs = guc::log_requests();
    let meter = Arc::new(Meter::new(budget, logs));
    if logs {
        JOURNALS.with_borrow_mut(|journals| journals.push(Arc::clone(&meter)));
    }
    meter
}

/// Calls Okta and waits for what comes of it, with notices of progress. An interrupt ends the wait.
pub(crate) fn call<T, F>(caller: &Caller, task: impl FnOnce(Caller) -> F) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    wait(caller, task(caller.clone()), || progress(caller.meter(), 0))
}

/// The same without notices: while a transaction ends, nobody could act on them.
pub(crate) fn call_quietly<T, F>(
    caller: &Caller,
    task: impl FnOnce(Caller) -> F,
) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    wait(caller, task(caller.clone()), || None)
}

/// Waits for a task, and writes the log.
fn wait<T: Send + 'static>(
    caller: &Caller,
    task: impl Future<Output = Result<T, Error>> + Send + 'static,
    patience: impl Fn() -> Option<Duration>,
) -> Result<T, Error> {
    let end = io::wait_for(task, patience);
    log(caller.meter());
    end
}

/// Writes a meter's attempts to the log, if that is wanted.
pub(crate) fn log(meter: &Meter) {
    meter.take_journal().iter().for_each(log_entry);
}

/// Writes to the log what a statement that has ended left unwritten.
pub(crate) fn at_end() {
    CURRENT.take();
    log_rest();
}

/// Writes to the log what nobody has written yet. Meters that are still in use are kept: a request that was
/// given up may end after its statement.
fn log_rest() {
    let journals = JOURNALS.take();
    journals.iter().for_each(|meter| log(meter));
    let in_use = journals.into_iter().filter(|meter| Arc::strong_count(meter) > 1);
    JOURNALS.with_borrow_mut(|journals| journals.extend(in_use));
}

fn log_entry(entry: &LogEntry) {
    let LogEntry { line, result, time, bytes, attempt, request_id } = entry;
    let id = request_id.as_ref().map(|id| format!(", request id {id}")).unwrap_or_default();
    let ms = time.as_millis();
    let message =
        format!("okta_fdw: {line}: {result} in {ms} ms, {bytes} bytes, attempt {attempt}{id}");
    report(PgLogLevel::LOG, message);
}

/// Says how far the statement is, when that is due, and returns how long to wait before the next call of
/// this function: `None` for as long as it takes.
pub(crate) fn progress(meter: &Meter, rows: u64) -> Option<Duration> {
    let interval = guc::progress_interval()?;
    let elapsed = current(|statement| statement.noticed.elapsed());
    if elapsed < interval {
        return Some(interval - elapsed);
    }
    current(|statement| statement.noticed = Instant::now());
    let calls = meter.calls.load(Relaxed);
    let paused = meter.pause_left().map_or_else(String::new, |(pause, left)| {
        let why = match pause {
            Pause::RateLimit => "for a rate limit",
            Pause::Retry => "before a retry",
            Pause::CoolDown => "until Okta opens a new import session",
        };
        format!(", pausing for {} s {why}", left.as_secs_f32().ceil())
    });
    report(PgLogLevel::NOTICE, format!("okta_fdw: {rows} rows, {calls} calls so far{paused}"));
    Some(interval)
}

/// Returns whether the user wants writes to be reported instead of sent, and reports this one then.
pub(crate) fn is_dry_run(request: &Request) -> bool {
    if guc::dry_run() {
        report(PgLogLevel::NOTICE, format!("okta_fdw.dry_run: {} is not sent", request.line()));
    }
    guc::dry_run()
}

fn report(level: PgLogLevel, message: String) {
    let code = PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION;
    tell(level, code, message, None);
}

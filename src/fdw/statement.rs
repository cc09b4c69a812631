//! The statement under way: its budget of requests, its log lines, its notices of progress.
//!
//! A statement is what the client has sent, with all the functions that it calls. Nothing is sent to
//! Okta here.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use okta::client::{Budget, Entry, Meter, Request};
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::guc;
use crate::pg::callbacks;

struct Statement {
    /// When it came, by PostgreSQL's clock: what tells it from the next one.
    started: i64,
    budget: Option<Arc<Budget>>,
    /// Meters whose journals are to be written to the log.
    journals: Vec<Arc<Meter>>,
    /// When the last notice of progress was due.
    noticed: Instant,
}

thread_local! {
    static CURRENT: RefCell<Option<Statement>> = const { RefCell::new(None) };
}

impl Statement {
    fn new(started: i64) -> Self {
        let budget = guc::max_requests().map(|most| Arc::new(Budget::new(most)));
        Self { started, budget, journals: Vec::new(), noticed: Instant::now() }
    }

    fn meter(&mut self, budget: Option<Arc<Budget>>) -> Arc<Meter> {
        let logs = guc::log_requests();
        let meter = Arc::new(Meter::new(budget, logs));
        if logs {
            self.journals.push(Arc::clone(&meter));
        }
        meter
    }
}

/// Does something with the current statement.
fn current<T>(act: impl FnOnce(&mut Statement) -> T) -> T {
    let started = callbacks::statement_started();
    CURRENT.with_borrow_mut(|slot| {
        let same = slot.take().filter(|statement| statement.started == started);
        act(slot.insert(same.unwrap_or_else(|| Statement::new(started))))
    })
}

/// A meter whose calls count towards the statement's budget.
pub(crate) fn meter() -> Arc<Meter> {
    current(|statement| statement.meter(statement.budget.clone()))
}

/// A meter for calls that no budget may keep from being made.
pub(crate) fn free_meter() -> Arc<Meter> {
    current(|statement| statement.meter(None))
}

/// Writes a meter's attempts to the log, if that is wanted.
pub(crate) fn log(meter: &Meter) {
    meter.take_journal().iter().for_each(log_entry);
}

/// Writes to the log what a statement that has ended left unwritten.
pub(crate) fn at_end() {
    let ended = CURRENT.with_borrow_mut(Option::take);
    ended.iter().flat_map(|statement| &statement.journals).for_each(|meter| log(meter));
}

fn log_entry(entry: &Entry) {
    let Entry { line, result, time, bytes, attempt, request_id } = entry;
    let id = request_id.as_deref().unwrap_or("-");
    let ms = time.as_millis();
    let message = format!(
        "okta_fdw: {line}: {result} in {ms} ms, {bytes} bytes, attempt {attempt}, request id {id}"
    );
    report(PgLogLevel::LOG, message);
}

/// Says how far the statement is, when that is due. Called before each wait; how long to wait before the
/// next call is returned, `None` for as long as it takes.
pub(crate) fn progress(meter: &Meter, rows: u64) -> Option<Duration> {
    let interval = guc::progress_interval()?;
    let elapsed = current(|statement| statement.noticed.elapsed());
    if elapsed < interval {
        return Some(interval - elapsed);
    }
    current(|statement| statement.noticed = Instant::now());
    let calls = meter.calls.load(Relaxed);
    let paused = match pause_left(meter) {
        Some(left) => format!(", pausing for {} s for a rate limit", left.as_secs_f32().ceil()),
        None => String::new(),
    };
    report(PgLogLevel::NOTICE, format!("okta_fdw: {rows} rows, {calls} calls so far{paused}"));
    Some(interval)
}

/// How long the pause under way will last.
fn pause_left(meter: &Meter) -> Option<Duration> {
    let end = UNIX_EPOCH + Duration::from_millis(meter.resumes_at_ms.load(Relaxed));
    end.duration_since(SystemTime::now()).ok()
}

/// Reports a write instead of sending it, when the user has asked for that. Whether so is returned.
pub(crate) fn is_dry_run(request: &Request) -> bool {
    if guc::dry_run() {
        report(PgLogLevel::NOTICE, format!("okta_fdw.dry_run: {} is not sent", request.line()));
    }
    guc::dry_run()
}

fn report(level: PgLogLevel, message: String) {
    let code = PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION;
    ErrorReport::new(code, message, "okta_fdw").report(level);
}

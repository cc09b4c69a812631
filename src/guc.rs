//! The settings of okta_fdw that are not options of a server.
//!
//! Their values only; what follows from them is decided where they are read.

use std::time::Duration;

use pgrx::guc::{GucContext, GucFlags, GucRegistry, GucSetting};

static LOG_REQUESTS: GucSetting<bool> = GucSetting::<bool>::new(false);
static MAX_REQUESTS: GucSetting<i32> = GucSetting::<i32>::new(0);
static DRY_RUN: GucSetting<bool> = GucSetting::<bool>::new(false);
static PROGRESS_INTERVAL: GucSetting<i32> = GucSetting::<i32>::new(0);

/// Defines the settings. Called once, when the library is loaded.
pub(crate) fn define() {
    GucRegistry::define_bool_guc(
        c"okta_fdw.log_requests",
        c"Writes a log line for each request to Okta.",
        c"It holds method, path, status, time, size, attempt and Okta's request id; no secret.",
        &LOG_REQUESTS,
        GucContext::Suset,
        GucFlags::default(),
    );
    GucRegistry::define_int_guc(
        c"okta_fdw.max_requests",
        c"The most requests to Okta that one statement may make.",
        c"0 is no bound.",
        &MAX_REQUESTS,
        0,
        i32::MAX,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_bool_guc(
        c"okta_fdw.dry_run",
        c"Reports the writes of INSERT, UPDATE and DELETE instead of sending them.",
        c"What they read is read.",
        &DRY_RUN,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_int_guc(
        c"okta_fdw.progress_interval",
        c"The time between two notices of the progress of a statement that waits for Okta.",
        c"0 is none.",
        &PROGRESS_INTERVAL,
        0,
        86_400,
        GucContext::Userset,
        GucFlags::UNIT_S,
    );
}

/// Whether each request is logged.
pub(crate) fn log_requests() -> bool {
    LOG_REQUESTS.get()
}

/// The most requests of a statement, where there is a bound.
pub(crate) fn max_requests() -> Option<u64> {
    u64::try_from(MAX_REQUESTS.get()).ok().filter(|most| *most > 0)
}

/// Whether writes are only reported.
pub(crate) fn dry_run() -> bool {
    DRY_RUN.get()
}

/// The time between two notices of progress, where there are any.
pub(crate) fn progress_interval() -> Option<Duration> {
    let seconds = u64::try_from(PROGRESS_INTERVAL.get()).ok()?;
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

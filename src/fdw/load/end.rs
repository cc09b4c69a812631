//! How an import ends: it is started at COMMIT, or cancelled at ROLLBACK.
//!
//! What was loaded is not looked at here.

use std::sync::Arc;
use std::time::Duration;

use okta::client::{Caller, Meter};
use okta::import_session::{ImportSession, Start};
use okta::{Error, Kind};

use super::super::{lasting_writes, statement};
use super::report;
use super::session::SessionLoad;
use crate::io;
use crate::pg::latch::InterruptsHeld;

/// How long a commit waits for Okta. Interrupts are held meanwhile.
const START_WAIT: Duration = Duration::from_secs(30);
/// How long a rollback waits for Okta.
const ABANDON_WAIT: Duration = Duration::from_secs(10);

impl SessionLoad {
    /// Starts the import of a loaded session; one that nothing was loaded into is cancelled.
    pub(super) fn finish(&mut self, meter: &Arc<Meter>) -> Result<(), Error> {
        let Some(session) = self.session.clone() else { return Ok(()) };
        if self.sent.is_empty() {
            return self.close(&session, meter);
        }
        self.calls += 1;
        match self.start(&session, meter) {
            Ok(Start::Started) => {
                report::started(&session, &self.sent, self.calls);
                Ok(())
            }
            Ok(Start::Cancelled(error)) => {
                self.session = None;
                lasting_writes::was_undone(&session.id);
                Err(error)
            }
            Ok(Start::Limited(error, _)) => Err(error),
            Err(error) if error.kind == Kind::WrongState && self.all_was_ignored(&session)? => {
                self.close(&session, &statement::free_meter())?;
                report::nothing_to_import(&self.sent);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Starts the import, as soon as the rate limits let it. An interrupt is served while they do not; from
    /// the start on it would have an import without its transaction.
    fn start(&mut self, session: &ImportSession, meter: &Arc<Meter>) -> Result<Start, Error> {
        for _ in 0..self.client.settings().max_retries {
            match self.try_start(session, meter)? {
                Start::Limited(_, pause) => io::pause(pause)?,
                end => return Ok(end),
            }
        }
        self.try_start(session, meter)
    }

    fn caller(&self, meter: &Arc<Meter>) -> Caller {
        Caller::new(Arc::clone(&self.client), Arc::clone(meter))
    }

    fn try_start(&mut self, session: &ImportSession, meter: &Arc<Meter>) -> Result<Start, Error> {
        let held = InterruptsHeld::new();
        let (looking, asked) = (self.caller(&statement::free_meter()), session.clone());
        let end = statement::call_quietly(&self.caller(meter), |caller| async move {
            asked.start(&caller, &looking, START_WAIT).await
        });
        if matches!(end, Ok(Start::Started)) {
            self.started = Some(held);
        }
        end
    }

    /// Whether all that was sent were deletions of what Okta does not know: such a session counts as not
    /// loaded.
    fn all_was_ignored(&self, session: &ImportSession) -> Result<bool, Error> {
        if !self.sent.iter().all(|(load, _)| load.deletes) {
            return Ok(false);
        }
        let asked = session.clone();
        let looking = self.caller(&statement::free_meter());
        let status = statement::call_quietly(&looking, |looking| async move {
            Ok(asked.status(&looking).await)
        })?;
        Ok(status.as_deref() == Some("CREATED"))
    }

    /// Cancels a session that holds nothing.
    fn close(&mut self, session: &ImportSession, meter: &Arc<Meter>) -> Result<(), Error> {
        let asked = session.clone();
        statement::call_quietly(&self.caller(meter), |caller| async move {
            asked.cancel(&caller).await.map(drop)
        })?;
        self.session = None;
        Ok(())
    }

    /// Cancels the transaction's session, unless its import has started.
    pub(super) fn abandon(mut self) {
        self.in_flight = None;
        let Some(session) = self.session.take() else {
            if self.opening {
                report::may_be_open(&self.key.source);
            }
            return;
        };
        if let Some(held) = self.started.take() {
            held.was_reset();
            report::goes_on(&session);
            return;
        }
        let asked = session.clone();
        let caller = self.caller(&Arc::new(Meter::default()));
        let task = async move {
            let cancel = asked.cancel(&caller);
            tokio::time::timeout(ABANDON_WAIT, cancel)
                .await
                .unwrap_or_else(|_| Err(Error::new(Kind::Lost, "no answer in time")))
        };
        match io::wait_for(task, || None) {
            Ok(true) => lasting_writes::was_undone(&session.id),
            Ok(false) => report::goes_on(&session),
            Err(error) => report::not_cancelled(&session, &error),
        }
    }
}

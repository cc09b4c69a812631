//! Runs that a scan keeps for requests that come again, finished or under way.
//!
//! What a run has of Okta is not asked for twice, however early its consumer stopped.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use okta::plan::Fetches;

use super::run::Run;

/// What a run asks for.
pub(super) type Asked = Rc<Vec<Fetches>>;

/// Bytes of runs that are kept.
const MOST_BYTES: usize = 16 << 20;
/// Runs that are kept under way. Each holds a file descriptor, and perhaps a page that has not been taken.
const MOST_UNDER_WAY: usize = 64;

/// The runs of a scan but the current one.
#[derive(Default)]
pub(super) struct Memo {
    runs: HashMap<Asked, Run>,
    /// Those that were under way when they were last looked at, the oldest first.
    under_way: VecDeque<Asked>,
    bytes: usize,
}

impl Memo {
    /// Rows that have arrived in the runs.
    pub(super) fn rows(&self) -> u64 {
        self.runs.values().map(Run::arrived).sum()
    }

    /// Takes out the run that asks for this, to begin again at its first row.
    pub(super) fn take(&mut self, asked: &Asked) -> Option<Run> {
        let mut run = self.runs.remove(asked)?;
        self.bytes -= run.bytes();
        self.under_way.retain(|known| known != asked);
        run.rewind().then_some(run)
    }

    /// Keeps a run. Gives it back when there is no room, or when it could not begin again.
    pub(super) fn put(&mut self, asked: Asked, mut run: Run) -> Result<(), Run> {
        if !run.settle() || self.bytes + run.bytes() > MOST_BYTES {
            return Err(run);
        }
        if !run.is_complete() {
            self.make_room();
            self.under_way.push_back(Rc::clone(&asked));
        }
        self.bytes += run.bytes();
        self.runs.insert(asked, run);
        Ok(())
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Makes room for one more run under way: by finding out which have ended, else by abandoning the
    /// oldest.
    fn make_room(&mut self) {
        if self.under_way.len() < MOST_UNDER_WAY {
            return;
        }
        for asked in std::mem::take(&mut self.under_way) {
            let Some(run) = self.runs.get_mut(&asked) else { continue };
            self.bytes -= run.bytes();
            let usable = run.settle();
            self.bytes += run.bytes();
            if !usable {
                self.abandon(&asked);
            } else if !run.is_complete() {
                self.under_way.push_back(asked);
            }
        }
        if self.under_way.len() >= MOST_UNDER_WAY
            && let Some(oldest) = self.under_way.pop_front()
        {
            self.abandon(&oldest);
        }
    }

    fn abandon(&mut self, asked: &Asked) {
        if let Some(run) = self.runs.remove(asked) {
            self.bytes -= run.bytes();
        }
    }
}

//! Tables of what comes of each row with each column. Cells are tried side by side, since most of their
//! time is waiting.
//!
//! What a cell is about is not known here.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use libtest_mimic::Failed;

use super::Outcome;
use crate::ctx::Ctx;

/// How many cells are tried at a time.
const LANES: usize = 8;

/// A cell: the numbers of its row and of its column.
type At = (usize, usize);

/// The titles of a table.
pub(super) struct Grid {
    pub(super) rows: Vec<&'static str>,
    pub(super) columns: Vec<&'static str>,
}

impl Grid {
    /// The table in Markdown. `set_up` makes what a lane tries its cells with, in a database of its own.
    ///
    /// # Errors
    /// With all the cells that failed.
    pub(super) fn fill<B>(
        &self,
        ctx: &Ctx,
        set_up: impl Fn(Ctx) -> Result<B, Failed> + Sync,
        cell: impl Fn(&mut B, usize, usize) -> Result<String, Failed> + Sync,
    ) -> Result<String, Failed> {
        let columns = 0..self.columns.len();
        let all = (0..self.rows.len()).flat_map(|row| columns.clone().map(move |c| (row, c)));
        let left: Mutex<VecDeque<At>> = Mutex::new(all.collect());
        let found: Mutex<BTreeMap<At, Result<String, String>>> = Mutex::default();
        let lane = |ctx: Ctx| -> Outcome {
            let mut bench = set_up(ctx)?;
            loop {
                let Some(at) = locked(&left).pop_front() else { return Ok(()) };
                let text = cell(&mut bench, at.0, at.1);
                let text = text.map_err(|e| e.message().unwrap_or_default().to_owned());
                locked(&found).insert(at, text);
            }
        };
        thread::scope(|scope| {
            let lane = &lane;
            let lanes: Vec<_> =
                (0..LANES).map(|n| scope.spawn(move || lane(ctx.another(n)?))).collect();
            lanes.into_iter().try_for_each(|lane| lane.join().map_err(|_| "a lane panicked")?)
        })?;
        self.markdown(&locked(&found))
    }

    fn markdown(&self, found: &BTreeMap<At, Result<String, String>>) -> Result<String, Failed> {
        let (mut text, mut wrong) = (self.head(), Vec::new());
        for (number, row) in self.rows.iter().enumerate() {
            text.push_str(&format!("| {row} |"));
            for (cell, column) in found.range((number, 0)..(number + 1, 0)).zip(&self.columns) {
                match cell.1 {
                    Ok(cell) => text.push_str(&format!(" {cell} |")),
                    Err(error) => wrong.push(format!("{row} × {column}: {error}")),
                }
            }
            text.push('\n');
        }
        if wrong.is_empty() { Ok(text) } else { Err(wrong.join("\n").into()) }
    }

    fn head(&self) -> String {
        let (titles, line) = (self.columns.join(" | "), "|---".repeat(self.columns.len()));
        format!("| | {titles} |\n|---{line}|\n")
    }
}

/// A lane that panicked fails the trial by itself.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_under_their_titles_and_wrong_ones_are_named() {
        let grid = Grid { rows: vec!["r", "s"], columns: vec!["a", "b"] };
        let cells = [((0, 0), "1"), ((0, 1), "2"), ((1, 0), "3"), ((1, 1), "4")];
        let mut found: BTreeMap<At, _> =
            cells.into_iter().map(|(at, text)| (at, Ok(text.to_owned()))).collect();
        let table = grid.markdown(&found).unwrap();
        assert_eq!(table, "| | a | b |\n|---|---|---|\n| r | 1 | 2 |\n| s | 3 | 4 |\n");
        found.insert((1, 0), Err("no".to_owned()));
        let error = grid.markdown(&found).unwrap_err();
        assert_eq!(error.message(), Some("s × a: no"));
    }
}

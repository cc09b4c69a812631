//! `docs/hr-sync.md`, of which trials write parts. They may do so at the same time.

use std::sync::{Mutex, PoisonError};

use super::super::Outcome;
use super::super::reliability::document;
use crate::ctx::Ctx;

pub(super) const PAGE: &str = "docs/hr-sync.md";

static WRITING: Mutex<()> = Mutex::new(());

/// A table between two marks of the page.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) trial: &'static str,
}

impl Part {
    pub(super) fn settle(&self, ctx: &Ctx, text: &str) -> Outcome {
        let part = document::Part { page: PAGE, name: self.name, trial: self.trial };
        alone(|| part.settle(ctx, text))
    }
}

/// Does something with the page while nobody else does.
pub(super) fn alone(act: impl FnOnce() -> Outcome) -> Outcome {
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    act()
}

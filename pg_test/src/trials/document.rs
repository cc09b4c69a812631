//! Parts of pages of the documentation that trials write; the rest is by hand. Several trials may write
//! parts of one page.

use std::fs;
use std::sync::{Mutex, PoisonError};

use super::Outcome;
use crate::ctx::Ctx;
use crate::expected::Expected;

static WRITING: Mutex<()> = Mutex::new(());

/// The text between `<!-- NAME: begin … -->` and `<!-- NAME: end -->` of a page.
#[derive(Debug)]
pub(super) struct Part {
    /// From the root of the repository.
    pub(super) page: &'static str,
    pub(super) name: &'static str,
    /// The trial that writes it.
    pub(super) trial: &'static str,
}

impl Part {
    /// Compares it with what it should be, or writes it if that was asked for.
    pub(super) fn settle(&self, ctx: &Ctx, text: &str) -> Outcome {
        alone(|| self.settle_alone(ctx, text))
    }

    fn settle_alone(&self, ctx: &Ctx, text: &str) -> Outcome {
        let path = format!("{}/../{}", env!("CARGO_MANIFEST_DIR"), self.page);
        let old = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", self.page))?;
        let new = with_part(&old, self.name, text);
        let new = new.ok_or_else(|| format!("{} has no part {}", self.page, self.name))?;
        ctx.settle(&Expected::page(self.page, self.trial), &new)
    }
}

/// Does something with a page while nobody else does.
pub(super) fn alone(act: impl FnOnce() -> Outcome) -> Outcome {
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    act()
}

fn with_part(old: &str, name: &str, text: &str) -> Option<String> {
    let begin = old.find(&format!("<!-- {name}: begin"))?;
    let begin = begin + old.get(begin..)?.find("-->")? + "-->".len();
    let end = old.find(&format!("<!-- {name}: end"))?;
    Some(format!("{}\n\n{}\n\n{}", old.get(..begin)?, text.trim_end(), old.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_stays() {
        let old = "a\n<!-- t: begin, made by x -->\nold\n<!-- t: end -->\nb\n";
        let new = "a\n<!-- t: begin, made by x -->\n\nnew\n\n<!-- t: end -->\nb\n";
        assert_eq!(with_part(old, "t", "new\n").as_deref(), Some(new));
        assert_eq!(with_part(new, "t", "new\n").as_deref(), Some(new));
        assert_eq!(with_part(old, "u", "new"), None);
    }
}

//! What a SQL test should print: comparing with it, and accepting a new one.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;
use similar::TextDiff;

use crate::notes;

#[derive(Debug)]
pub(crate) struct Expected {
    name: String,
    path: PathBuf,
}

impl Expected {
    pub(crate) fn of(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("expected");
        Self { name: name.to_owned(), path: folder.join(format!("{name}.out")) }
    }

    pub(crate) fn compare(&self, actual: &str) -> Result<(), Failed> {
        let Ok(expected) = fs::read_to_string(&self.path) else {
            return Err(format!(
                "no expected/{0}.out yet; if this is right, make accept T={0}\n{1}",
                self.name,
                diff("", actual, &self.name)
            )
            .into());
        };
        if expected == actual {
            return Ok(());
        }
        Err(format!(
            "if the new output is right, make accept T={}\n{}",
            self.name,
            diff(&expected, actual, &self.name)
        )
        .into())
    }

    pub(crate) fn accept(&self, actual: &str) -> Result<(), Failed> {
        if fs::read_to_string(&self.path).is_ok_and(|expected| expected == actual) {
            return Ok(());
        }
        fs::write(&self.path, actual)?;
        notes::add(format!(
            "accepted expected/{}.out: read the change before it is committed",
            self.name
        ));
        Ok(())
    }
}

fn diff(expected: &str, actual: &str, name: &str) -> String {
    TextDiff::from_lines(expected, actual)
        .unified_diff()
        .context_radius(3)
        .header(&format!("expected/{name}.out"), "actual")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_diff_names_both_sides_and_shows_the_changed_line() {
        let text = diff("a\nb\nc\n", "a\nB\nc\n", "t");
        assert!(text.starts_with("--- expected/t.out\n+++ actual\n@@"), "{text}");
        assert!(text.contains("\n-b\n+B\n"), "{text}");
    }
}

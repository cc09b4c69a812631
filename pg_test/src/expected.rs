//! What a test should give, as a file: comparing with it, and accepting a new one.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;
use similar::TextDiff;

use crate::notes;

#[derive(Debug)]
pub(crate) struct Expected {
    /// The test that gives it.
    test: String,
    /// The file, as messages name it, and where it is.
    file: String,
    path: PathBuf,
}

impl Expected {
    /// What a SQL test prints on a PostgreSQL of this major version: where versions differ, `NAME.pg18.out`
    /// is for 18 and all that come after.
    pub(crate) fn of(name: &str, major: u32) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let of_version =
            (1..=major).rev().map(|version| format!("expected/{name}.pg{version}.out"));
        let file = of_version
            .into_iter()
            .find(|file| here.join(file).exists())
            .unwrap_or_else(|| format!("expected/{name}.out"));
        Self { test: name.to_owned(), path: here.join(&file), file }
    }

    /// A page of the documentation that a test writes.
    pub(crate) fn page(file: &str, test: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        Self { test: test.to_owned(), file: file.to_owned(), path }
    }

    /// Compares, or accepts.
    pub(crate) fn settle(&self, actual: &str, accept: bool) -> Result<(), Failed> {
        if accept { self.accept(actual) } else { self.compare(actual) }
    }

    fn compare(&self, actual: &str) -> Result<(), Failed> {
        let Ok(expected) = fs::read_to_string(&self.path) else {
            return Err(format!(
                "no {} yet; if this is right, make accept T={}\n{}",
                self.file,
                self.test,
                diff("", actual, &self.file)
            )
            .into());
        };
        if expected == actual {
            return Ok(());
        }
        Err(format!(
            "if the new output is right, make accept T={}\n{}",
            self.test,
            diff(&expected, actual, &self.file)
        )
        .into())
    }

    fn accept(&self, actual: &str) -> Result<(), Failed> {
        if fs::read_to_string(&self.path).is_ok_and(|expected| expected == actual) {
            return Ok(());
        }
        fs::write(&self.path, actual)?;
        notes::add(format!("accepted {}: read the change before it is committed", self.file));
        Ok(())
    }
}

fn diff(expected: &str, actual: &str, file: &str) -> String {
    TextDiff::from_lines(expected, actual)
        .unified_diff()
        .context_radius(3)
        .header(file, "actual")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_diff_names_both_sides_and_shows_the_changed_line() {
        let text = diff("a\nb\nc\n", "a\nB\nc\n", "expected/t.out");
        assert!(text.starts_with("--- expected/t.out\n+++ actual\n@@"), "{text}");
        assert!(text.contains("\n-b\n+B\n"), "{text}");
    }
}

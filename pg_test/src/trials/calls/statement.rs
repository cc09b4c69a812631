//! The statements of `pg_test/calls`, a file a section of the page.
//!
//! Paragraphs are separated by empty lines. The first one is the section's title, each other a statement
//! with what is known of it in comments above it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;

#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) statements: Vec<Statement>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// Without the semicolon at its end.
    pub(super) sql: String,
    /// What is done before in the same session; it does not count.
    pub(super) before: Vec<String>,
    /// The calls that it needs.
    pub(super) least: usize,
    pub(super) why: String,
    /// The calls that it is known to make instead, and why.
    pub(super) excess: Option<(usize, String)>,
}

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("calls")
}

/// The sections, in the order of their files' names.
pub(super) fn all() -> Result<Vec<Section>, Failed> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name != "setup.sql") {
            files.push(path);
        }
    }
    files.sort();
    let read = |path: PathBuf| {
        let section = section(&fs::read_to_string(&path)?);
        section.map_err(|error| Failed::from(format!("{}: {error}", path.display())))
    };
    files.into_iter().map(read).collect()
}

fn section(text: &str) -> Result<Section, String> {
    let mut paragraphs = text.split("\n\n").map(str::trim);
    let title = paragraphs.next().and_then(|first| first.strip_prefix("-- ")).ok_or("no title")?;
    let statements = paragraphs.map(statement).collect::<Result<_, _>>()?;
    Ok(Section { title: title.to_owned(), statements })
}

/// ```sql
/// -- least 1: why it is the least
/// -- made 2: why it makes more, where it does
/// -- before: SET …
/// SELECT …;
/// ```
fn statement(paragraph: &str) -> Result<Statement, String> {
    let bad = |what: &str| format!("{what} in {paragraph:?}");
    let (mut least, mut made) = (None, None);
    let mut before = Vec::new();
    let mut sql = Vec::new();
    for line in paragraph.lines() {
        match line.strip_prefix("-- ") {
            None => sql.push(line),
            Some(comment) => match comment.split_once(": ") {
                Some(("before", sql)) => before.push(sql.to_owned()),
                Some((key, why)) => {
                    let (word, number) = key.split_once(' ').unwrap_or_default();
                    let number = number.parse().map_err(|_| bad("an unknown comment"))?;
                    match word {
                        "least" => least = Some((number, why)),
                        "made" => made = Some((number, why.to_owned())),
                        _ => return Err(bad("an unknown comment")),
                    }
                }
                None => return Err(bad("an unknown comment")),
            },
        }
    }
    let (least, why) = least.ok_or_else(|| bad("no least"))?;
    let sql = sql.join("\n").strip_suffix(';').ok_or_else(|| bad("no semicolon"))?.to_owned();
    Ok(Statement { sql, before, least, why: why.to_owned(), excess: made })
}

impl Statement {
    /// The calls that it is expected to make.
    pub(super) fn expected(&self) -> usize {
        self.excess.as_ref().map_or(self.least, |(made, _)| *made)
    }

    /// Whether it is something that EXPLAIN ANALYZE explains and that changes nothing.
    pub(super) fn is_query(&self) -> bool {
        ["SELECT", "WITH", "EXECUTE"].iter().any(|word| self.sql.starts_with(word))
    }

    /// Whether a cursor is left open, whose scan goes on working.
    pub(super) fn leaves_cursor(&self) -> bool {
        self.sql.starts_with("BEGIN")
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "and {} would do ({}): {}", self.least, self.why, self.sql)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_a_statement() {
        let text = "-- Keys\n\n-- least 2: a: b\n-- before: SET x = on\nSELECT 1;\n\n-- least 0: c\nSELECT\n2;\n";
        let section = section(text).unwrap();
        assert_eq!(section.title, "Keys");
        let expected = Statement {
            sql: "SELECT 1".to_owned(),
            before: vec!["SET x = on".to_owned()],
            least: 2,
            why: "a: b".to_owned(),
            excess: None,
        };
        assert_eq!(section.statements[0], expected);
        assert_eq!(section.statements[1].sql, "SELECT\n2");
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for text in ["SELECT 1;", "-- least x: y\nSELECT 1;", "-- note\nSELECT 1;", "-- least 1: y"]
        {
            assert!(statement(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_files_can_be_read() {
        assert!(all().unwrap().iter().map(|section| section.statements.len()).sum::<usize>() >= 30);
    }
}

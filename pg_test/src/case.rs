//! The SQL files to run, and what their first lines ask for.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;

/// One file of `pg_test/sql`.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// `-- database: okta` gives another name than the test's own.
    pub(crate) database: String,
    /// `-- serial`: nothing else runs on the server meanwhile.
    pub(crate) serial: bool,
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sql")
}

/// Every case by name. Files in sub-folders are there to be included.
pub(crate) fn all() -> Result<Vec<Case>, Failed> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "sql") {
            cases.push(Case::read(path)?);
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    refuse_shared_databases(&cases)?;
    Ok(cases)
}

impl Case {
    fn read(path: PathBuf) -> Result<Self, Failed> {
        let text = fs::read_to_string(&path)?;
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let database = directives(&text).find_map(|d| d.strip_prefix("database:"));
        let database = database.map_or_else(|| name.clone(), |d| d.trim().to_owned());
        let serial = directives(&text).any(|d| d == "serial");
        Ok(Self { name, path, database, serial })
    }
}

/// The comment lines at the top of a file.
fn directives(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map_while(|line| line.strip_prefix("--")).map(str::trim)
}

fn refuse_shared_databases(cases: &[Case]) -> Result<(), Failed> {
    let mut names: Vec<_> = cases.iter().map(|c| c.database.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair.first() == pair.last()) {
        Some(pair) => Err(format!("two SQL tests use the database {pair:?}").into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_end_at_the_first_statement() {
        let text = "-- What it is.\n-- database: okta\n-- serial\nSELECT 1;\n-- late";
        let found: Vec<_> = directives(text).collect();
        assert_eq!(found, ["What it is.", "database: okta", "serial"]);
    }

    #[test]
    fn two_cases_in_one_database_are_refused() {
        let case = |name: &str| Case {
            name: name.to_owned(),
            path: PathBuf::new(),
            database: "okta".to_owned(),
            serial: false,
        };
        assert!(refuse_shared_databases(&[case("a"), case("b")]).is_err());
        assert!(refuse_shared_databases(&[case("a")]).is_ok());
    }
}

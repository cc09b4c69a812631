//! The catalogue of the crate okta beside Okta's specification.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use okta_catalog_build::spec::{Spec, counts, differences};
use okta_catalog_build::{File, Mistake};

fn files() -> Result<Vec<File>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(okta("catalog"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push(File { name, text: fs::read_to_string(path)? });
        }
    }
    Ok(files)
}

fn okta(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// The lines of mistakes, as an error.
fn told<T>(result: Result<T, Vec<Mistake>>) -> Result<T, Box<dyn Error>> {
    result.map_err(|mistakes| lines(&mistakes).into())
}

fn lines(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(|mistake| format!("{mistake}\n")).collect()
}

#[test]
fn the_catalogue_says_what_the_specification_says() -> Result<(), Box<dyn Error>> {
    // Another one than the repository's is that of dev/spec.sh.
    let folder =
        std::env::var_os("OKTA_SPEC").map_or_else(|| okta("../emulator/spec"), PathBuf::from);
    let read = |name| fs::read_to_string(folder.join(name));
    let spec = Spec::read(&read("operations.tsv")?, &read("properties.tsv")?);
    let found = told(differences(files()?, &spec))?;
    assert!(found.is_empty(), "\n{}", lines(&found));
    let (relations, columns, calls) = told(counts(files()?))?;
    println!(
        "{relations} relations, {columns} columns and {calls} calls are as the specification says"
    );
    Ok(())
}

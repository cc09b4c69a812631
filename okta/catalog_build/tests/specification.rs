//! The catalogue of the crate okta beside Okta's specification.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use okta_catalog_build::spec::{Spec, counts, differences, draft};
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

/// Lists with gets, below parents, wrapped, with pages in the body; and the only objects of an org.
const PATHS: &[&str] = &[
    "/api/v1/zones",
    "/api/v1/trustedOrigins/{id}",
    "/api/v1/groups/rules",
    "/api/v1/eventHooks",
    "/api/v1/behaviors",
    "/api/v1/users/{userId}/factors",
    "/api/v1/apps/{appId}/users",
    "/api/v1/authorizationServers/{authServerId}/scopes",
    "/api/v1/policies/{policyId}/rules",
    "/api/v1/iam/roles",
    "/api/v1/iam/resource-sets/{resourceSetIdOrLabel}/bindings",
    "/api/v1/domains",
    "/api/v1/org/preferences",
    "/api/v1/brands/{brandId}/themes",
];

/// What a draft leaves to people is its name, what it says, and which columns nobody needs.
#[test]
fn a_drafted_table_is_a_table_of_the_catalogue() -> Result<(), Box<dyn Error>> {
    let read = |name| fs::read_to_string(okta("../emulator/spec").join(name));
    let spec = Spec::read(&read("operations.tsv")?, &read("properties.tsv")?);
    let mut with_drafts = files()?;
    for (number, path) in PATHS.iter().enumerate() {
        let name = format!("drafted_{number}");
        let index =
            with_drafts.iter_mut().find(|file| file.name == "services").ok_or("no index")?;
        index.text = index.text.replacen('[', &format!("[\"{name}\", "), 1);
        with_drafts.push(File { name, text: draft(files()?, &spec, path)? });
    }
    told(okta_catalog_build::rust(with_drafts))?;
    let unknown = draft(files()?, &spec, "/api/v1/zone").unwrap_err();
    assert!(unknown.contains("/api/v1/zones"), "{unknown}");
    Ok(())
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

//! Prints the TOML of a new table from Okta's specification: `make new-table PATH=/api/v1/zones`.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use okta_catalog_build::File;
use okta_catalog_build::spec::{Spec, draft};

fn main() -> ExitCode {
    match printed() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn printed() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: new_table /api/v1/…")?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let table = |name: &str| fs::read_to_string(root.join("emulator/spec").join(name));
    let spec = Spec::read(&table("operations.tsv")?, &table("properties.tsv")?);
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join("okta/catalog"))? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "toml") {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push(File { name, text: fs::read_to_string(file)? });
        }
    }
    print!("{}", draft(files, &spec, &path)?);
    Ok(())
}

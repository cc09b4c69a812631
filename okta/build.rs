//! Makes the catalogue's Rust of its TOML, or says what is wrong with that.

use std::path::Path;
use std::{env, fs, io};

use okta_catalog_build::File;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=catalog");
    match okta_catalog_build::rust(files()?) {
        Ok(rust) => {
            let folder = env::var("OUT_DIR").map_err(io::Error::other)?;
            fs::write(Path::new(&folder).join("catalog.rs"), rust)
        }
        Err(mistakes) => {
            mistakes.iter().for_each(|mistake| println!("cargo::error={mistake}"));
            Ok(())
        }
    }
}

fn files() -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    for entry in fs::read_dir("catalog")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push(File { name, text: fs::read_to_string(path)? });
        }
    }
    Ok(files)
}

//! The catalogue on its way from TOML to Rust: it is read, checked and written.
//!
//! Nothing here touches a file: the build script does, and the tests bring texts of their own.

mod check;
// What is the same name to a query is the same name here.
#[path = "../../src/catalog/names.rs"]
pub mod names;
mod read;
pub mod spec;
mod table;
mod words;
mod write;

use std::fmt;

use read::{Index, Table, Tables};

/// A file of the catalogue.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name without `.toml`.
    pub name: String,
    pub text: String,
}

/// A service and its tables.
struct Service {
    file: File,
    tables: Tables,
}

impl Service {
    /// Its tables, each after the names of service and table.
    fn tables(&self) -> impl Iterator<Item = (&str, &str, &Table)> {
        let service = self.file.name.as_str();
        self.tables.iter().map(move |(name, table)| (service, name.get_ref().as_str(), table))
    }
}

/// Something that the text says and that cannot be, with the place where it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    file: String,
    line: usize,
    what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "okta/catalog/{}.toml:{}: {}", self.file, self.line, self.what)
    }
}

/// Name of the file that lists the services.
const INDEX: &str = "services";

/// The Rust of the catalogue that the files hold.
pub fn rust(files: Vec<File>) -> Result<String, Vec<Mistake>> {
    let services = services(files)?;
    let mistakes = check::mistakes(&services);
    if mistakes.is_empty() { Ok(write::catalogue(&services)) } else { Err(mistakes) }
}

/// The services in the order in which they are listed.
fn services(mut files: Vec<File>) -> Result<Vec<Service>, Vec<Mistake>> {
    let index = files
        .extract_if(.., |file| file.name == INDEX)
        .next()
        .unwrap_or_else(|| File { name: INDEX.to_owned(), text: String::new() });
    let listed = read::<Index>(&index).map_err(|mistake| vec![mistake])?.services;
    let mut mistakes = Vec::new();
    let mut services = Vec::new();
    for name in listed {
        match files.extract_if(.., |file| file.name == *name.get_ref()).next() {
            None => mistakes.push(index.mistake(
                name.span().start,
                format!("there is no {name}.toml", name = name.get_ref()),
            )),
            Some(file) => match read(&file) {
                Ok(tables) => services.push(Service { file, tables }),
                Err(mistake) => mistakes.push(mistake),
            },
        }
    }
    let unlisted = |file: File| file.mistake(0, format!("{INDEX}.toml does not list the service"));
    mistakes.extend(files.into_iter().map(unlisted));
    if mistakes.is_empty() { Ok(services) } else { Err(mistakes) }
}

fn read<T: serde::de::DeserializeOwned>(file: &File) -> Result<T, Mistake> {
    toml::from_str(&file.text).map_err(|error| {
        file.mistake(error.span().map_or(0, |span| span.start), error.message().to_owned())
    })
}

impl File {
    /// A mistake at a place, counted in bytes.
    fn mistake(&self, place: usize, what: String) -> Mistake {
        let before = self.text.get(..place).unwrap_or_default();
        Mistake { file: self.name.clone(), line: before.matches('\n').count() + 1, what }
    }
}

#[cfg(test)]
mod tests;

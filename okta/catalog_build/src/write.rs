//! The Rust of the catalogue. The text was checked before, so that all it names is there.

mod calls;
mod column;
mod literal;
mod reads;

use toml::Spanned;

use self::literal::{list, literal, option, text, texts};
use crate::Service;
use crate::read::{Scope, Table};

/// The statics of all tables, and the lists of them.
pub(crate) fn catalogue(services: &[Service]) -> String {
    let mut rust = String::new();
    let (mut all, mut by_name) = (Vec::new(), Vec::new());
    for (service, name, table) in services.iter().flat_map(Service::tables) {
        let constant = constant(service, name);
        let resource = resource(service, name, table);
        rust += &format!("static {constant}: Resource = {resource};\n");
        let aliases = table.aliases.iter().map(|alias| alias.get_ref().as_str());
        let names = aliases.chain([name]).map(|name| format!("{service}.{name}"));
        by_name.extend(names.map(|name| (name, constant.clone())));
        all.push(format!("&{constant}"));
    }
    by_name.sort();
    let by_name = by_name.iter().map(|(name, constant)| format!("({name:?}, &{constant})"));
    rust += "/// Every resource, in the order in which IMPORT FOREIGN SCHEMA creates them.\n";
    rust += &format!("static ALL: &[&Resource] = {};\n", list(all.into_iter()));
    rust += "/// Every resource, by its name and by each alias.\n";
    rust += &format!("static BY_NAME: &[(&str, &Resource)] = {};\n", list(by_name));
    rust
}

/// `USERS_USERS` for the table `users` of the service `users`.
fn constant(service: &str, table: &str) -> String {
    format!("{service}_{table}").to_ascii_uppercase()
}

fn resource(service: &str, name: &str, table: &Table) -> String {
    let mut items = table.gets().map(|way| reads::item(table, &way));
    let collection = table.list.as_ref().map(|list| reads::collection(table, list.get_ref()));
    let parents = table.parents().map(|(column, to)| reads::parent_column(column.get_ref(), to));
    let noun = table.noun(name);
    let write = |key| {
        let mut writes = table.writes();
        let write = writes.find(|(other, _)| *other == key);
        option(write.map(|(_, write)| calls::write(table, &noun, key, key, write)))
    };
    let load = table.load.as_ref().and_then(|load| calls::load(&noun, load));
    let scope = table.scope.as_ref().map(Spanned::get_ref);
    literal(
        "Resource",
        [
            ("name", text(format!("{service}.{name}"))),
            ("service", text(service)),
            ("table", text(name)),
            ("about", text(&table.about)),
            ("noun", text(&noun)),
            ("label", option(table.label.as_ref().map(|label| text(label.get_ref())))),
            ("aliases", texts(table.aliases.iter().map(|alias| alias.get_ref().as_str()))),
            ("columns", column::columns(table)),
            ("parameters", texts(table.parameters())),
            ("item", option(items.next())),
            ("other_item", option(items.next())),
            ("collection", option(collection)),
            ("parents", list(parents)),
            ("none", texts(table.none.iter().map(String::as_str))),
            ("insert", write("insert")),
            ("load", option(load)),
            ("updates", calls::updates(table, &noun)),
            ("delete", write("delete")),
            ("schema", option(table.schema.as_ref().map(|path| text(path.get_ref())))),
            ("bucket", option(table.bucket.as_ref().map(|bucket| text(bucket.get_ref())))),
            ("host", option(table.host.as_ref().map(text))),
            ("read_scope", text(scope.and_then(Scope::read).unwrap_or_default())),
            ("write_scope", text(scope.and_then(Scope::write).unwrap_or_default())),
            ("credential", format!("Accepts::{:?}", table.credential)),
            ("lifecycle", format!("Lifecycle::{:?}", table.lifecycle)),
            ("sku", option(table.sku.as_ref().map(text))),
        ],
    )
}

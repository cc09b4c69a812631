//! The pages of `docs/tables`: what each table is, by its service. They are written from the catalogue.
//!
//! `UPDATE=1 cargo test -p okta --test tables` writes them; without it a difference fails.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, and clippy exempts only functions marked as tests"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use okta::catalog::{self, Column, Read, Resource, Source};
use okta::plan::{Defaults, Needs, choose};

/// What one looks for, and the tables that have it: a heading with `# `, then tables, each on a line.
const INDEX: &str = include_str!("tables/index.txt");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/tables")
}

/// Compares a page with what it should be, or writes it.
fn settle(name: &str, text: &str) {
    let file = folder().join(name);
    if env::var_os("UPDATE").is_some() {
        return fs::write(file, text).unwrap();
    }
    let known = fs::read_to_string(&file).unwrap_or_default();
    assert!(known == text, "docs/tables/{name} is not what the catalogue says: run with UPDATE=1");
}

fn services() -> Vec<&'static str> {
    let mut services: Vec<_> = catalog::resources().map(|resource| resource.service).collect();
    services.dedup();
    services
}

#[test]
fn every_service_has_a_page() {
    for service in services() {
        let mut page = format!("# {service}\n\n");
        page += "This page is written from the catalogue by a test.\n";
        catalog::service(service).for_each(|resource| page += &section(resource));
        settle(&format!("{service}.md"), &page);
    }
    let pages: BTreeSet<_> = services().iter().map(|service| format!("{service}.md")).collect();
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "README.md" || pages.contains(&name),
            "docs/tables/{name} is of no service"
        );
    }
}

#[test]
fn the_index_has_every_table_once() {
    let mut page = "# Tables\n\n".to_owned();
    let all = catalog::resources().count();
    let columns: usize = catalog::resources().map(|resource| resource.columns.len()).sum();
    let _ = writeln!(page, "All {all} tables with their {columns} columns, by what one looks for.");
    let mut open: BTreeSet<_> = catalog::resources().map(|resource| resource.name).collect();
    for line in INDEX.lines().filter(|line| !line.is_empty()) {
        if let Some(heading) = line.strip_prefix("# ") {
            let _ = write!(page, "\n## {heading}\n\n");
            continue;
        }
        assert!(open.remove(line), "{line} is no table, or stands there twice");
        let resource = catalog::find(line).unwrap();
        let _ = writeln!(page, "- {}: {}", link(resource), resource.about);
    }
    assert!(open.is_empty(), "the index lacks {open:?}");
    settle("README.md", &page);
}

/// A link to the section of a table.
fn link(resource: &Resource) -> String {
    format!("[{}]({}.md#{})", resource.name, resource.service, resource.table)
}

fn section(resource: &'static Resource) -> String {
    let mut text = format!("\n## {}\n\n{}.\n\n", resource.table, resource.about);
    let mut fact = |what: &str, facts: Vec<String>| {
        if !facts.is_empty() {
            let _ = writeln!(text, "- **{what}**: {}", facts.join(", "));
        }
    };
    let code = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>();
    fact("also", code(resource.aliases));
    fact("statements", code(&resource.verbs()));
    fact("key", code(resource.item.map_or(&[], |item| item.key)));
    let parents = resource.parents.iter();
    let parents =
        parents.map(|p| format!("`{}` from {}.`{}`", p.parameter, link(p.resource), p.column));
    fact("parents", parents.collect());
    let conditions = resource.conditions().into_iter();
    let conditions = conditions.map(|(column, kinds)| format!("`{column}` ({})", kinds.join(", ")));
    fact("Okta filters", conditions.collect());
    fact("Okta sorts", code(&resource.sorted().collect::<Vec<_>>()));
    let states = resource.states().into_iter().flat_map(|(column, values)| {
        values.into_keys().map(move |value| format!("`SET {column} = '{value}'`"))
    });
    fact("states", states.collect());
    fact("scopes", code(&scopes(resource)));
    fact("credentials", code(resource.credential.kinds()));
    let released = resource.lifecycle.word();
    let released = (released != "GA").then(|| released.to_owned());
    fact("released", released.into_iter().chain(resource.sku.map(str::to_owned)).collect());
    fact("requests", requests(resource));
    let _ = write!(text, "\n| column | type | Okta's property | |\n|---|---|---|---|\n");
    for column in resource.columns {
        let kind = column.kind.sql_name();
        let _ = writeln!(
            text,
            "| `{}` | {kind} | {} | {} |",
            column.name,
            origin(column),
            marks(resource, column).join(", ")
        );
    }
    text
}

fn scopes(resource: &Resource) -> Vec<&'static str> {
    let writes = resource.verbs().iter().any(|verb| *verb != "SELECT");
    let write = Some(resource.write_scope).filter(|_| writes);
    let mut scopes: Vec<_> = [Some(resource.read_scope), write].into_iter().flatten().collect();
    scopes.dedup();
    scopes.retain(|scope| !scope.is_empty());
    scopes
}

/// What a SELECT without a condition asks, and what one by key asks.
fn requests(resource: &'static Resource) -> Vec<String> {
    let defaults = Defaults { subdomain: "acme".parse().ok(), ..Defaults::default() };
    let whole = choose(resource, Vec::new(), Needs::default(), |_| false);
    let mut requests = whole.map_or_else(|_| Vec::new(), |plan| plan.show_requests(&defaults));
    let items = resource.item.iter().chain(&resource.other_item);
    requests.extend(items.map(|item| format!("GET {}", item.path)));
    let mut seen = BTreeSet::new();
    requests.retain(|request| seen.insert(request.clone()));
    requests.iter().map(|request| format!("`{request}`")).collect()
}

fn origin(column: &Column) -> String {
    match column.source {
        Source::Org => "the org".to_owned(),
        Source::Property("$") => "the whole object".to_owned(),
        Source::Property(path) => format!("`{path}`"),
        Source::Link(path) => format!("end of `{path}`"),
        Source::Parameter => "in the path".to_owned(),
        Source::Query(name) => format!("`{name}` in the query"),
    }
}

fn marks(resource: &Resource, column: &Column) -> Vec<String> {
    let mut marks = Vec::new();
    let mut mark = |holds: bool, text: &str| marks.extend(holds.then(|| text.to_owned()));
    mark(resource.item.is_some_and(|item| item.key.contains(&column.name)), "key");
    mark(column.read == Read::Get, "asked for row by row");
    mark(column.read == Read::Never && resource.is_written(), "written only");
    mark(column.read == Read::Never && !resource.is_written(), "always NULL");
    mark(column.read == Read::Insert, "RETURNING of an INSERT");
    mark(column.secret, "secret");
    mark(!column.expand.is_empty(), "asked for when wanted");
    if !column.values.is_empty() {
        marks.push(
            column.values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" "),
        );
    }
    marks
}

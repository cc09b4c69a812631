//! What the text must keep to beyond its shape: a name that it uses is there, a name that it gives is new,
//! and nothing is asked for that the code cannot do.

mod columns;
mod writes;

use std::collections::HashMap;

use crate::names;
use crate::read::{Table, Text};
use crate::table::{in_braces, parameters};
use crate::{Mistake, Service};

/// Every mistake of the services, by file and line.
pub(crate) fn mistakes(services: &[Service]) -> Vec<Mistake> {
    let mut found = Vec::new();
    for service in services {
        let mut names = Names::default();
        for (name, table) in &service.tables {
            let mut check = Check { services, service, name, table, found: &mut found };
            check.name(name, "", &mut names);
            check.table();
            check.columns();
            check.paths();
            check.list();
            check.writes();
        }
    }
    found.sort_by_key(|mistake| (mistake.file.clone(), mistake.line));
    found
}

/// Names of which none may come again, in whatever case and with whatever underscores.
#[derive(Default)]
struct Names(HashMap<String, String>);

/// A table under examination.
struct Check<'a> {
    services: &'a [Service],
    service: &'a Service,
    name: &'a Text,
    table: &'a Table,
    found: &'a mut Vec<Mistake>,
}

impl Check<'_> {
    /// Notes a mistake in a part of the table, or in the table as a whole.
    fn wrong(&mut self, at: usize, part: &str, what: impl AsRef<str>) {
        let of = if part.is_empty() { "" } else { " of " };
        let (service, table) = (&self.service.file.name, self.name.get_ref());
        let what = format!("{part}{of}{service}.{table}: {}", what.as_ref());
        self.found.push(self.service.file.mistake(at, what));
    }

    /// Notes a mistake where a rule is not kept.
    fn must(&mut self, kept: bool, at: usize, part: &str, what: impl AsRef<str>) {
        if !kept {
            self.wrong(at, part, what);
        }
    }

    /// A name that is given: it is new, and SQL needs no quotes for it.
    fn name(&mut self, name: &Text, part: &str, known: &mut Names) {
        let (at, name) = (name.span().start, name.get_ref());
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        self.must(name.chars().all(plain), at, part, "a name is of a-z, 0-9 and _");
        if let Some(twin) = known.0.insert(names::folded(name), name.clone()) {
            self.wrong(at, part, format!("it has the same name as \"{twin}\""));
        }
    }

    /// A name that is used: there is such a column.
    fn is_column(&mut self, at: usize, part: &str, name: &str) -> bool {
        let there = self.table.column(name).is_some();
        if !there {
            let known = self.table.columns.keys().map(|name| name.get_ref().as_str());
            let hint = names::did_you_mean(name, known);
            self.wrong(at, part, format!("there is no column \"{name}\". {hint}"));
        }
        there
    }

    fn table(&mut self) {
        let table = self.table;
        let (reads, writes) = (table.is_read(), table.is_written());
        self.must(reads || writes, self.name.span().start, "", "nothing reads or writes it");
        let (at, scope) = (table.scope.span().start, table.scope.get_ref());
        self.must(!reads || scope.read().is_some(), at, "scope", "reads need one");
        self.must(!writes || scope.write().is_some(), at, "scope", "writes need one");
        if let Some(label) = &table.label {
            self.is_column(label.span().start, "label", label.get_ref());
        }
    }

    fn paths(&mut self) {
        for (at, path) in self.table.paths() {
            let whole = |part: &str| in_braces(part).is_some() || !part.contains(['{', '}', '?']);
            let plain = path.starts_with('/') && path.split('/').all(whole);
            self.must(plain, at, "path", format!("it is /, names and {{columns}}, not \"{path}\""));
            for name in parameters(path) {
                self.is_column(at, "path", name);
            }
            if let Some(bucket) = &self.table.bucket {
                self.bucket(bucket, path);
            }
        }
        if let Some(get) = &self.table.get {
            let at = get.span().start;
            let keys = self.table.gets().all(|path| !self.table.own_key(path).is_empty());
            self.must(keys, at, "get", "no parameter tells one object from another");
            self.must(self.table.gets().count() <= 2, at, "get", "the code knows two paths");
        }
    }

    fn list(&mut self) {
        let table = self.table;
        if let Some(list) = &table.list {
            let (at, list) = (list.span().start, list.get_ref());
            let fits = list.max.is_none_or(|max| list.page.is_some_and(|page| page <= max));
            self.must(fits, at, "list", "its page is not above its max");
            let sent = list.query.is_empty() || !table.table;
            self.must(sent, at, "list", "the code sends the query of a parent alone");
        }
        for (number, filter) in table.filters.keys().enumerate() {
            let at = filter.span().start;
            self.must(table.list.is_some(), at, "filters", "there is no list");
            self.must(number == 0, at, "filters", "the code knows one");
        }
    }
}

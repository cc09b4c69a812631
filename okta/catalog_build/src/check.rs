//! What the text must keep to beyond its shape: a name that it uses is there, a name that it gives is new,
//! and nothing is asked for that the code cannot do.

mod columns;
mod writes;

use std::collections::HashMap;

use crate::names;
use crate::read::{Credential, Filter, Query, Scope, Table, Text, Type};
use crate::table::{in_braces, parameters, query_columns};
use crate::{Mistake, Service};

/// Every mistake of the services, by file and line.
pub(crate) fn mistakes(services: &[Service]) -> Vec<Mistake> {
    let mut found = Vec::new();
    for service in services {
        // Those of aliases, too.
        let mut names = Names::default();
        for (name, table) in &service.tables {
            let mut check = Check { services, service, name, table, found: &mut found };
            check.name(name, "", &mut names);
            table.aliases.iter().for_each(|alias| check.name(alias, "aliases", &mut names));
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
        let here = self.name.span().start;
        self.must(reads || writes, here, "", "nothing reads or writes it");
        self.must(table.none.is_empty() || reads, here, "none", "nothing reads it");
        let at = table.scope.as_ref().map_or(here, |scope| scope.span().start);
        let has = |of: fn(&Scope) -> Option<String>| {
            table.scope.as_ref().and_then(|scope| of(scope.get_ref())).is_some()
        };
        let scoped = matches!(table.credential, Credential::Any | Credential::Oauth);
        self.must(!reads || !scoped || has(Scope::read), at, "scope", "reads need one");
        self.must(!writes || !scoped || has(Scope::write), at, "scope", "writes need one");
        let unused = table.scope.is_none() || scoped;
        self.must(unused, at, "scope", "calls without OAuth have none");
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
            self.get(get.span().start);
        }
    }

    fn get(&mut self, at: usize) {
        let table = self.table;
        let keys = table.list.is_none() || table.gets().all(|way| !table.own_key(&way).is_empty());
        self.must(keys, at, "get", "no parameter tells one object from another");
        self.must(table.gets().count() <= 2, at, "get", "the code knows two paths");
        for way in table.gets() {
            way.query.into_iter().for_each(|query| self.query(at, "get", query));
        }
    }

    /// The columns that stand in a query are there.
    fn query(&mut self, at: usize, part: &str, query: &Query) {
        for name in query_columns(query) {
            self.is_column(at, part, name);
        }
    }

    fn list(&mut self) {
        let table = self.table;
        if let Some(list) = &table.list {
            let (at, list) = (list.span().start, list.get_ref());
            let fits = list.max.is_none_or(|max| list.page.is_some_and(|page| page <= max));
            self.must(fits, at, "list", "its page is not above its max");
            self.query(at, "list", &list.query);
        }
        let expressions = table.filters.values().filter(|filter| filter.is_expression()).count();
        for (parameter, filter) in &table.filters {
            let at = parameter.span().start;
            self.must(table.list.is_some(), at, "filters", "there is no list");
            self.must(expressions <= 1, at, "filters", "the code knows one that takes expressions");
            self.filter(at, filter);
        }
    }

    fn filter(&mut self, at: usize, filter: &Filter) {
        let mut hows: Vec<_> = filter.columns().map(|(how, _)| how).collect();
        hows.dedup();
        self.must(hows.len() <= 1, at, "filters", "it compares in one way");
        let worded = filter.combines || filter.open.is_some() || filter.sort.is_some();
        let fits = filter.is_expression() || !worded;
        self.must(
            fits,
            at,
            "filters",
            "only one that takes expressions combines, is open or sorts",
        );
        for (how, name) in filter.columns() {
            let at = name.span().start;
            self.is_column(at, "filters", name.get_ref());
            let Some(column) = self.table.column(name.get_ref()) else { continue };
            let text = column.r#type == Type::Text || how != "Prefix";
            self.must(text, at, "filters", "only text has a prefix");
            let time = column.r#type == Type::Timestamptz || !matches!(how, "From" | "Before");
            self.must(time, at, "filters", "only timestamptz has a from and a before");
        }
    }
}

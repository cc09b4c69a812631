//! What a table offers to write.

use super::Check;
use crate::names::did_you_mean;
use crate::read::{Load, Text, Write};
use crate::table::{Given, parameters};
use crate::words::Method;

impl Check<'_> {
    pub(super) fn writes(&mut self) {
        let table = self.table;
        for (key, write) in table.writes() {
            self.write(key, key, write);
            let at = write.call.span().start;
            let plain = write.from.is_empty() && write.to.values().is_empty();
            self.must(plain, at, key, "only \"set\" has a \"from\" and a \"to\"");
        }
        for (column, name, action) in table.actions() {
            self.write("set", name, action);
            self.is_column(column.span().start, "set", column.get_ref());
            let has = !action.to.values().is_empty();
            self.must(has, action.call.span().start, "set", "it needs a \"to\"");
        }
        if let Some(load) = &table.load {
            self.load(load);
        }
    }

    /// A write of a key, which is an action's where that is "set".
    fn write(&mut self, key: &str, action: &str, write: &Write) {
        let at = write.call.span().start;
        let told = self.table.done("", action, write).is_some();
        self.must(told, at, key, "it needs a \"done\"");
        let plain = write.sends.is_none() || key == "update";
        self.must(plain, at, key, "only \"update\" has a \"sends\"");
        let keeps = !write.twice && write.all.is_empty() && write.needs.is_empty();
        let what = "only \"delete\" has \"needs\", \"twice\" and \"all\"";
        self.must(keeps || key == "delete", at, key, what);
        self.query(at, key, &write.query);
        if let Some(bucket) = &write.bucket {
            self.bucket(bucket, &write.call.get_ref().path);
        }
        for name in &write.always {
            self.is_written(name.span().start, key, name.get_ref());
        }
        for name in write.needs.keys() {
            self.is_column(name.span().start, key, name.get_ref());
        }
        if let Some(body) = &write.body {
            self.body(body.span().start, key, write);
        }
    }

    fn body(&mut self, at: usize, key: &str, write: &Write) {
        match write.given() {
            None => self.wrong(at, key, "its body is none of those that README.md shows"),
            Some(Given::Nothing) => {}
            Some(Given::Value(_, column) | Given::List(_, column) | Given::Column(column)) => {
                if matches!(key, "insert" | "update") {
                    self.is_written(at, key, column);
                } else {
                    self.is_column(at, key, column);
                }
            }
        }
    }

    fn load(&mut self, load: &Load) {
        let (at, table) = (load.call.span().start, self.table);
        let alone = !table.is_read() && table.writes().next().is_none() && table.set.is_empty();
        self.must(alone, at, "load", "a table that loads does nothing else");
        self.must(load.call.get_ref().method == Method::Post, at, "load", "the code sends a POST");
        let body = load.body.span().start;
        match load.frame() {
            Some(frame) => {
                let columns = frame.entry.columns();
                columns.into_iter().for_each(|column| self.is_written(body, "load", column));
            }
            None => self.wrong(
                body,
                "load",
                "its body has one list, of one of the entries that README.md shows",
            ),
        }
        self.opposite(&load.opposite);
    }

    /// A bucket is named by values that the path of its calls has.
    pub(super) fn bucket(&mut self, bucket: &Text, path: &str) {
        for name in parameters(bucket.get_ref()) {
            let there = parameters(path).any(|parameter| parameter == name);
            let what = format!("\"{name}\" is not in {path}");
            self.must(there, bucket.span().start, "bucket", what);
        }
    }

    /// Two tables undo each other's rows, and each says so.
    fn opposite(&mut self, opposite: &Text) {
        let (at, wanted) = (opposite.span().start, opposite.get_ref());
        let tables = &self.service.tables;
        let loads =
            tables.iter().filter_map(|(name, table)| Some((name.get_ref(), table.load.as_ref()?)));
        match loads.clone().find(|(name, _)| *name == wanted) {
            Some((_, load)) => {
                let mutual = load.opposite.get_ref() == self.name.get_ref();
                self.must(mutual, at, "load", format!("{wanted} has another opposite"));
            }
            None => {
                let hint = did_you_mean(wanted, loads.map(|(name, _)| name));
                self.wrong(at, "load", format!("no table {wanted} loads. {hint}"));
            }
        }
    }

    /// A column that is used in what is sent.
    fn is_written(&mut self, at: usize, part: &str, name: &str) {
        if self.is_column(at, part, name) {
            let written = self.table.column(name).is_some_and(|column| column.write.is_some());
            self.must(written, at, part, format!("column \"{name}\" is not written"));
        }
    }
}

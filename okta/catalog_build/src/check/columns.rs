//! The columns of a table, and the tables that list the values of some.

use super::{Check, Names};
use crate::Service;
use crate::names::did_you_mean;
use crate::read::{Column, In, Read, Table, Type};
use crate::table::query_columns;
use crate::words::Reference;

/// How many parents one above the other a table may have: more would be a circle.
const GENERATIONS: usize = 8;

impl Check<'_> {
    pub(super) fn columns(&mut self) {
        let mut names = Names::default();
        let (mut spelled, mut properties) = (Vec::new(), Vec::new());
        for (name, column) in &self.table.columns {
            let (at, part) = (name.span().start, format!("column \"{}\"", name.get_ref()));
            self.name(name, &part, &mut names);
            self.source(at, &part, name.get_ref(), column);
            self.writing(at, &part, column);
            self.filtering(at, &part, column);
            if let Some(parent) = &column.parent {
                self.parent(at, &part, parent);
            }
            if let Some(property) = column.property(name.get_ref()) {
                let new = !properties.contains(&property);
                self.must(new, at, &part, format!("another one is at \"{property}\", too"));
                properties.push(property);
            }
            let lower = column.camel(name.get_ref()).to_ascii_lowercase();
            let new = !spelled.contains(&lower);
            self.must(new, at, &part, format!("another one is spelled \"{lower}\", too"));
            spelled.push(lower);
        }
    }

    /// Where the value of a column comes from.
    fn source(&mut self, at: usize, part: &str, name: &str, column: &Column) {
        let table = self.table;
        let &Column { r#type, r#in, read, .. } = column;
        let is_key = table.parameters().contains(&name);
        let is_org = name == "subdomain";
        let is_sent = table.is_sent(name);
        let sources = [column.at.is_some(), column.link.is_some(), r#in.is_some()];
        let one = sources.iter().filter(|given| **given).count() <= 1;
        let mut must = |kept: bool, what: &str| self.must(kept, at, part, what);
        must(one, "its value is \"at\", in a \"link\" or \"in\" something, one of them");
        must(is_org == (r#in == Some(In::Org)), "subdomain is in = \"org\", and no other");
        must(r#in != Some(In::Path) || is_key, "no path has it");
        must(r#in != Some(In::Query) || is_sent, "no query has it");
        must(column.parent.is_none() || is_key, "no path has it, so that it needs no parent");
        must(column.parameter.is_none() || is_key || is_sent, "no path or query has it");
        let text = r#type == Type::Text || !is_key || r#in == Some(In::Query);
        must(text, "it is in a path, and must be text");
        must(read == Read::Always || r#in.is_none(), "no answer has it");
        must(column.expand.is_empty() || r#in.is_none(), "only a property is expanded");
    }

    fn writing(&mut self, at: usize, part: &str, column: &Column) {
        let &Column { r#in, write, length, .. } = column;
        let has = matches!(r#in, None | Some(In::Query));
        let is_text = column.r#type == Type::Text;
        let named = write.is_some() || column.written_at.is_none();
        let mut must = |kept: bool, what: &str| self.must(kept, at, part, what);
        must(has || write.is_none(), "only a property is filtered or written");
        must(length.is_none() || write.is_some(), "it has a length, and is not written");
        must(length.is_none() || is_text, "only text has a length");
        must(named, "it is written_at something, and is not written");
        must(column.read != Read::Never || write.is_some(), "it is neither read nor written");
    }

    fn filtering(&mut self, at: usize, part: &str, column: &Column) {
        let table = self.table;
        let filter = column.filter;
        let is_text = column.r#type == Type::Text;
        let is_time = column.r#type == Type::Timestamptz;
        let sorts = table.filters.values().any(|filter| filter.sort.is_some());
        let has = column.r#in.is_none() && column.link.is_none();
        let mut must = |kept: bool, what: &str| self.must(kept, at, part, what);
        must(has || !filter.is_some(), "only a property is filtered or written");
        must(!filter.eq || table.expression().is_some(), "the table has no filters");
        must(!filter.sw && !filter.co || is_text, "only text is filtered by sw and co");
        // Okta orders text by other rules than PostgreSQL.
        must(is_time || !filter.range && !filter.sort, "only timestamptz has range and sort");
        must(!filter.sort || sorts, "the filter of the table has no sort");
    }

    /// A parent has a list, and its own parents come to an end.
    fn parent(&mut self, at: usize, part: &str, parent: &Reference) {
        let wanted = format!("{}.{}", parent.service, parent.table);
        let Some(table) = find(self.services, parent) else {
            let tables = self.services.iter().flat_map(Service::tables);
            let known = tables.map(|(service, name, _)| format!("{service}.{name}"));
            let hint = did_you_mean(&wanted, known);
            return self.wrong(at, part, format!("there is no parent {wanted}. {hint}"));
        };
        let has = table.column(&parent.column).is_some();
        let ends = has_ancestors(self.services, table, GENERATIONS);
        let mut must = |kept: bool, what: &str| {
            self.must(kept, at, part, format!("its parent {wanted} {what}"));
        };
        must(table.list.is_some(), "has no list");
        must(has, &format!("has no column \"{}\"", parent.column));
        must(ends, "is a parent of its own parents");
    }
}

/// The table that a parent's column stands in.
fn find<'a>(services: &'a [Service], parent: &Reference) -> Option<&'a Table> {
    let mut tables = services.iter().flat_map(Service::tables);
    tables.find(|(service, name, _)| parent.is(service, name)).map(|(.., table)| table)
}

/// Whether the parents of a table end within some generations.
fn has_ancestors(services: &[Service], table: &Table, generations: usize) -> bool {
    let mut above = table.parents().filter_map(|(_, parent)| find(services, parent));
    generations > 0 && above.all(|table| has_ancestors(services, table, generations - 1))
}

impl Table {
    /// Whether a call has a column in its query.
    fn is_sent(&self, name: &str) -> bool {
        let writes = self.writes().map(|(_, write)| &write.query);
        let writes = writes.chain(self.actions().map(|(.., action)| &action.query));
        let mut filters = self.filters.values().flat_map(|filter| filter.columns());
        self.queried().any(|column| column == name)
            || writes.flat_map(query_columns).any(|column| column == name)
            || filters.any(|(_, column)| column.get_ref() == name)
    }
}

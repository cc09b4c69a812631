//! The columns of a table, and the tables that list the values of some.

use super::{Check, Names};
use crate::Service;
use crate::names::did_you_mean;
use crate::read::{Column, In, Type};
use crate::words::Reference;

impl Check<'_> {
    pub(super) fn columns(&mut self) {
        let mut names = Names::default();
        let mut properties = Vec::new();
        for (name, column) in &self.table.columns {
            let (at, part) = (name.span().start, format!("column \"{}\"", name.get_ref()));
            self.name(name, &part, &mut names);
            self.column(at, &part, name.get_ref(), column);
            if let Some(parent) = &column.parent {
                self.parent(at, &part, parent);
            }
            if let Some(property) = column.property(name.get_ref()) {
                let new = !properties.contains(&property);
                self.must(new, at, &part, format!("another one is at \"{property}\", too"));
                properties.push(property);
            }
        }
        if let Some((second, _)) = self.table.parents().nth(1) {
            self.wrong(second.span().start, "parent", "the code knows one");
        }
    }

    fn column(&mut self, at: usize, part: &str, name: &str, column: &Column) {
        let table = self.table;
        let &Column { r#type, r#in, length, filter, .. } = column;
        let (is_text, is_time) = (r#type == Type::Text, r#type == Type::Timestamptz);
        let is_key = table.parameters().contains(&name);
        let is_org = r#in == Some(In::Org);
        let sorts = table.filters.values().any(|filter| filter.sort.is_some());
        let mut must = |kept: bool, what: &str| self.must(kept, at, part, what);
        must(
            column.at.is_none() || r#in.is_none(),
            "its value is \"at\" or \"in\" something, not both",
        );
        must(is_org == (name == "subdomain"), "subdomain is in = \"org\", and no other");
        must(r#in != Some(In::Path) || is_key, "no path has it");
        must(column.parent.is_none() || is_key, "no path has it, so that it needs no parent");
        must(is_text || !is_key, "it is in a path, and must be text");
        let used = filter.eq || column.write.is_some();
        must(r#in.is_none() || !used, "only a property is filtered or written");
        must(length.is_none() || column.write.is_some(), "it has a length, and is not written");
        must(length.is_none() || is_text, "only text has a length");
        must(!filter.eq || !table.filters.is_empty(), "the table has no filters");
        must(!filter.sw || is_text, "only text is filtered by sw");
        // Okta orders text by other rules than PostgreSQL.
        must(is_time || !filter.range && !filter.sort, "only timestamptz has range and sort");
        must(!filter.sort || sorts, "the filter of the table has no sort");
    }

    /// A parent has a list that can be asked for as it stands, and rows that have a name.
    fn parent(&mut self, at: usize, part: &str, parent: &Reference) {
        let wanted = format!("{}.{}", parent.service, parent.table);
        let tables = || self.services.iter().flat_map(Service::tables);
        let found = tables().find(|(service, name, _)| parent.is(service, name));
        let Some((.., table)) = found else {
            let known = tables().map(|(service, name, _)| format!("{service}.{name}"));
            let hint = did_you_mean(&wanted, known);
            return self.wrong(at, part, format!("there is no parent {wanted}. {hint}"));
        };
        let has = |name: &str| table.column(name).is_some_and(|c| c.property(name).is_some());
        let listed = table.list.as_ref().map(|list| list.get_ref().path.as_str());
        let labelled = table.label.as_ref().is_some_and(|label| has(label.get_ref()));
        let mut must = |kept: bool, what: &str| {
            self.must(kept, at, part, format!("its parent {wanted} has no {what}"))
        };
        must(listed.is_some_and(|path| !path.contains('{')), "list without a key in its path");
        must(has(&parent.column), &format!("property \"{}\"", parent.column));
        must(table.noun.is_some(), "noun");
        must(labelled, "label");
    }
}

//! What of the catalogue the rest of the code can use today. Each step that teaches it more takes a line
//! away here, and more tables and columns appear.

use super::{Body, Column, Credential, Lifecycle, Next, Read, Resource, Source, Type, Write};

impl Resource {
    /// Whether it can be read, or loaded: what cannot is shown nowhere.
    pub fn is_served(&self) -> bool {
        self.is_read() || (self.load.is_some() && self.is_written())
    }

    fn is_read(&self) -> bool {
        let list = self.collection.as_ref();
        let mut items = self.item.iter().chain(&self.other_item);
        (list.is_some() || self.item.is_some())
            // Every request carries a credential and names a scope.
            && !self.read_scope.is_empty()
            && matches!(self.credential, Credential::Any | Credential::Oauth)
            // It goes to the org's own host.
            && self.host.is_none()
            // A scan lists the parents for one parameter, and not their parents.
            && self.parents.len() == usize::from(self.parent.is_some())
            // The values of the others come from the query or an option, and stand in the answer or path.
            && self.parameters.iter().all(|name| self.is_given(name))
            // A 404 alone says that there is no row.
            && self.none.is_empty()
            // A query holds a filter and the size of a page.
            && items.all(|item| item.query.is_empty())
            && list.is_none_or(|list| {
                list.query.is_empty()
                    && list.filter_parameters.iter().all(|parameter| parameter.all.is_none())
                    && list.page.is_none_or(|page| page.parameter == "limit")
                    // Pages follow the header Link.
                    && list.next == Next::Link
            })
    }

    /// Whether the values of a parameter are a column that can be had, and not known beforehand.
    fn is_given(&self, parameter: &str) -> bool {
        let column = self.served_columns().find(|column| column.name == parameter);
        let is_key = self.item.is_some_and(|item| item.key.contains(&parameter));
        column.is_some_and(|column| is_key || column.values.is_empty())
    }

    /// Whether it can be written: a body holds texts whose lengths are known, and one object of texts.
    pub fn is_written(&self) -> bool {
        let writes = self.insert.iter().chain(&self.delete);
        let mut writes = writes.chain(self.updates.iter().map(|update| &update.write));
        let fits = |column: &Column| match column.kind {
            Type::Text => !column.rule.written || column.rule.longest < usize::MAX,
            Type::Timestamp => !column.rule.written,
            Type::Json => column.rule.written,
            _ => false,
        };
        let objects = self.columns.iter().filter(|column| column.kind == Type::Json).count();
        self.columns.iter().all(fits)
            && objects <= 1
            && writes.all(Write::is_served)
            && self.updates.iter().all(|update| update.from.is_empty() && update.clears.is_none())
            // What few orgs have has been tried by nobody.
            && self.lifecycle == Lifecycle::Ga
    }

    /// The columns whose values can be had.
    pub fn served_columns(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().filter(|column| column.is_served())
    }
}

impl Write {
    /// Whether it can be made: as one call, without a query, of a part of the object.
    fn is_served(&self) -> bool {
        self.query.is_empty()
            && self.scope.is_none()
            && self.also.is_none()
            && !self.whole
            && !self.twice
            && self.needs.is_empty()
            && !matches!(self.body, Body::List { .. } | Body::Column { .. })
    }
}

impl Column {
    /// Whether its value can be had: it stands in the answer, which is asked for without `expand`.
    fn is_served(&self) -> bool {
        matches!(self.source, Source::Org | Source::Parameter | Source::Property(_))
            && self.expand.is_empty()
            && matches!(self.read, Read::Always | Read::Get | Read::List)
    }
}

//! Which tables are shown, and which of them can be written today: each step that teaches the code another
//! kind of write takes a line away here.

use super::{Body, Column, Lifecycle, Resource, Type, Write};

impl Resource {
    /// Whether it can be read, or loaded: what cannot is shown nowhere.
    pub fn is_served(&self) -> bool {
        self.is_read() || (self.load.is_some() && self.is_written())
    }

    fn is_read(&self) -> bool {
        self.collection.is_some() || self.item.is_some()
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

    /// The columns of the table.
    pub fn served_columns(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter()
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

//! What follows from the text of a table: its keys, parameters, bodies and words.

use toml::Value;

use crate::names::Style;
use crate::read::{Column, In, Load, Table, Text, Write};
use crate::words::Reference;

/// The parameters of a path, in order.
pub(crate) fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(in_braces)
}

/// The name of a column that stands in braces.
pub(crate) fn in_braces(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}

impl Table {
    /// Every path, with its place.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (usize, &str)> {
        let gets =
            self.gets().map(|path| (self.get.as_ref().map_or(0, |get| get.span().start), path));
        let list = self.list.iter().map(|list| (list.span().start, list.get_ref().path.as_str()));
        let writes = self.writes().map(|(_, write)| &write.call);
        let actions = self.actions().map(|(_, action)| &action.call);
        let calls = writes.chain(actions).chain(self.load.iter().map(|load| &load.call));
        gets.chain(list).chain(calls.map(|call| (call.span().start, call.get_ref().path.as_str())))
    }

    /// The paths of one object.
    pub(crate) fn gets(&self) -> impl Iterator<Item = &str> {
        let paths = self.get.iter().flat_map(|get| get.get_ref().as_slice());
        paths.map(String::as_str)
    }

    /// Every path parameter, once.
    pub(crate) fn parameters(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for parameter in self.paths().flat_map(|(_, path)| parameters(path)) {
            if !found.contains(&parameter) {
                found.push(parameter);
            }
        }
        found
    }

    /// The parameters of an object's path that tell it from others of its collection: neither the
    /// collection's own nor one that has a parent.
    pub(crate) fn own_key<'a>(&'a self, path: &'a str) -> Vec<&'a str> {
        let list = self.list.as_ref().map_or("", |list| &list.get_ref().path);
        let shared = |name: &str| parameters(list).any(|other| other == name);
        let has_parent = |name: &str| self.parents().any(|(column, _)| column.get_ref() == name);
        parameters(path).filter(|name| !shared(name) && !has_parent(name)).collect()
    }

    /// The column of a name.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        let found = self.columns.iter().find(|(column, _)| column.get_ref() == name);
        found.map(|(_, column)| column)
    }

    /// The columns whose values another table lists.
    pub(crate) fn parents(&self) -> impl Iterator<Item = (&Text, &Reference)> {
        self.columns.iter().filter_map(|(name, column)| Some((name, column.parent.as_ref()?)))
    }

    /// Whether Okta gives its rows.
    pub(crate) fn is_read(&self) -> bool {
        self.list.is_some() || self.get.is_some()
    }

    /// Whether Okta takes its rows, or changes them.
    pub(crate) fn is_written(&self) -> bool {
        self.writes().next().is_some() || !self.set.is_empty() || self.load.is_some()
    }

    /// The writes that send one row, with their keys.
    pub(crate) fn writes(&self) -> impl Iterator<Item = (&'static str, &Write)> {
        let writes = [("insert", &self.insert), ("update", &self.update), ("delete", &self.delete)];
        writes.into_iter().filter_map(|(key, write)| Some((key, write.as_ref()?)))
    }

    /// The writes that set one column to one value, with that column.
    pub(crate) fn actions(&self) -> impl Iterator<Item = (&Text, &Write)> {
        let set = self.set.iter();
        set.flat_map(|(column, actions)| actions.values().map(move |action| (column, action)))
    }

    /// What a write has done: as it says itself, or by the table's noun.
    pub(crate) fn done(&self, key: &str, write: &Write) -> Option<String> {
        let verb = match key {
            "insert" => "created",
            "update" => "updated",
            "delete" => "deleted",
            _ => return write.done.clone(),
        };
        write.done.clone().or_else(|| Some(format!("{} {verb}", self.noun.as_ref()?)))
    }

    /// Whether INSERT and UPDATE have an object to send.
    pub(crate) fn has_object(&self) -> bool {
        self.columns.values().any(|column| column.write.is_some())
    }
}

impl Column {
    /// The dotted path of its property, if it is one. Okta writes names in camelCase.
    pub(crate) fn property(&self, name: &str) -> Option<String> {
        match self.r#in {
            Some(In::Path | In::Org) => None,
            None => Some(self.at.clone().unwrap_or_else(|| Style::Camel.spell(name))),
        }
    }
}

impl Write {
    /// The one property that is sent, and the column whose value it is, where a body is given.
    pub(crate) fn value(&self) -> Option<(&str, &str)> {
        let body = self.body.as_ref()?.get_ref();
        match body.iter().collect::<Vec<_>>().as_slice() {
            [(property, value)] => Some((property.as_str(), in_braces(value.as_str()?)?)),
            _ => None,
        }
    }
}

/// The body of a loading call: what stands before and after its entries, and what an entry is.
pub(crate) struct Frame {
    pub(crate) open: String,
    pub(crate) close: String,
    pub(crate) entry: Entry,
}

/// An entry of a loading call, with the columns that it is made of.
pub(crate) enum Entry {
    /// An object of all the row's properties.
    Object,
    Value {
        column: String,
    },
    /// An object for all rows that have the same value in one column.
    Grouped {
        by: String,
        members: String,
    },
}

impl Load {
    /// The frame of a body like `{ profiles = ["{*}"] }`: one list, with one entry.
    pub(crate) fn frame(&self) -> Option<Frame> {
        let body = self.body.get_ref();
        let [entry] = body.values().find_map(Value::as_array)?.as_slice() else { return None };
        let (whole, part) = (serde_json::to_string(body).ok()?, serde_json::to_string(entry).ok()?);
        let (open, close) = whole.split_once(&part)?;
        Some(Frame { open: open.to_owned(), close: close.to_owned(), entry: Entry::read(entry)? })
    }
}

impl Entry {
    fn read(entry: &Value) -> Option<Self> {
        let column = |value: &Value| in_braces(value.as_str()?).map(str::to_owned);
        if let Some(group) = entry.as_table() {
            let values: Vec<_> = group.values().collect();
            let [by, list] = values.as_slice() else { return None };
            let [member] = list.as_array()?.as_slice() else { return None };
            return Some(Self::Grouped { by: column(by)?, members: column(member)? });
        }
        let column = column(entry)?;
        Some(if column == "*" { Self::Object } else { Self::Value { column } })
    }

    /// The columns that it names.
    pub(crate) fn columns(&self) -> Vec<&str> {
        match self {
            Self::Object => Vec::new(),
            Self::Value { column } => vec![column],
            Self::Grouped { by, members } => vec![by, members],
        }
    }
}

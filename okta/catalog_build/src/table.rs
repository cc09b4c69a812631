//! What follows from the text of a table: its keys, parameters, bodies and words.

use toml::{Spanned, Value};

use crate::names::{Style, folded};
use crate::read::{
    Column, Filter, Gets, In, List, Load, PathOrGet, Query, Sends, Table, Text, Write,
};
use crate::words::{Method, Reference};

/// The parameters of a path, in order.
pub(crate) fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(in_braces)
}

/// The columns that stand in braces in the values of a query.
pub(crate) fn query_columns(query: &Query) -> impl Iterator<Item = &str> {
    let after_brace = query.values().flat_map(|value| value.split('{').skip(1));
    after_brace.filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// The name of a column that stands in braces.
pub(crate) fn in_braces(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}

/// A way to ask for one object.
pub(crate) struct Way<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a Query>,
    /// Whether the object has the very key that it was asked for by.
    pub(crate) exact: bool,
}

impl PathOrGet {
    fn way(&self) -> Way<'_> {
        match self {
            Self::Path(path) => Way { path, query: None, exact: true },
            Self::Get(get) => Way { path: &get.path, query: Some(&get.query), exact: get.exact },
        }
    }
}

impl Table {
    /// Every path, with its place.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (usize, &str)> {
        let at = self.get.as_ref().map_or(0, |get| get.span().start);
        let gets = self.gets().map(move |way| (at, way.path));
        let lists = self.list.iter().flat_map(|list| {
            let at = list.span().start;
            list.get_ref().paths().map(move |path| (at, path))
        });
        let writes = self.writes().map(|(_, write)| write);
        let writes = writes.chain(self.actions().map(|(.., action)| action));
        let writes = writes.flat_map(|write| {
            let at = write.call.span().start;
            write.paths().map(move |path| (at, path))
        });
        let load = self.load.iter().map(|load| &load.call);
        let load = load.map(|call| (call.span().start, call.get_ref().path.as_str()));
        let schema = self.schema.iter().map(|path| (path.span().start, path.get_ref().as_str()));
        gets.chain(lists).chain(writes).chain(load).chain(schema)
    }

    /// The ways to ask for one object.
    pub(crate) fn gets(&self) -> impl Iterator<Item = Way<'_>> {
        let gets = self.get.as_ref().map(Spanned::get_ref);
        let ways = gets.map_or(&[][..], |gets| match gets {
            Gets::One(one) => std::slice::from_ref(one),
            Gets::Several(several) => several,
        });
        ways.iter().map(PathOrGet::way)
    }

    /// Every parameter that chooses what is asked for, once: those of paths, and those that a read must
    /// have in its query.
    pub(crate) fn parameters(&self) -> Vec<&str> {
        let paths = self.paths().flat_map(|(_, path)| parameters(path));
        let demanded = self.queried().filter(|name| {
            let column = self.column(name);
            column.is_some_and(|column| column.r#in.is_none()) || self.is_listed_by(name)
        });
        let mut found = Vec::new();
        for parameter in paths.chain(demanded) {
            if !found.contains(&parameter) {
                found.push(parameter);
            }
        }
        found
    }

    /// Whether the list needs the value of a column in its query.
    fn is_listed_by(&self, name: &str) -> bool {
        let list = self.list.as_ref().map(Spanned::get_ref);
        list.is_some_and(|list| query_columns(&list.query).any(|column| column == name))
    }

    /// The columns whose values a read has in its query.
    pub(crate) fn queried(&self) -> impl Iterator<Item = &str> {
        let gets = self.gets().filter_map(|way| way.query);
        let list = self.list.iter().map(|list| &list.get_ref().query);
        gets.chain(list).flat_map(query_columns)
    }

    /// The parameters that tell an object from others of its collection: neither the collection's own nor
    /// one whose values are known or listed elsewhere.
    pub(crate) fn own_key<'a>(&'a self, way: &Way<'a>) -> Vec<&'a str> {
        let list = self.list.as_ref().map_or("", |list| &list.get_ref().path);
        let shared = |name: &str| parameters(list).any(|other| other == name);
        let found = |column: &Column| {
            let known = self.list.is_none() && !column.values.is_empty();
            known || column.parent.is_some() || column.r#in == Some(In::Query)
        };
        let query = way.query.into_iter().flat_map(query_columns);
        let names = parameters(way.path).chain(query);
        names.filter(|name| !shared(name) && !self.column(name).is_some_and(found)).collect()
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

    /// The writes that set one column to one value, each after that column and its name.
    pub(crate) fn actions(&self) -> impl Iterator<Item = (&Text, &str, &Write)> {
        self.set.iter().flat_map(|(column, actions)| {
            actions.iter().map(move |(name, action)| (column, name.get_ref().as_str(), action))
        })
    }

    /// What one row of a table of this name is called: as it says, or its name without the `s` of many.
    pub(crate) fn noun(&self, name: &str) -> String {
        self.noun.clone().unwrap_or_else(|| singular(&name.replace('_', " ")))
    }

    /// What a write of a key, or an action of a name, has done: as it says itself, or by the noun.
    pub(crate) fn done(&self, noun: &str, key: &str, write: &Write) -> Option<String> {
        let verb = match key {
            "insert" => "created".to_owned(),
            "update" => "updated".to_owned(),
            "delete" => "deleted".to_owned(),
            action if action.ends_with('e') && !action.contains('_') => format!("{action}d"),
            _ => return write.done.clone(),
        };
        Some(write.done.clone().unwrap_or_else(|| format!("{noun} {verb}")))
    }

    /// Whether INSERT and UPDATE have an object to send.
    pub(crate) fn has_object(&self) -> bool {
        self.columns.values().any(|column| column.write.is_some() && column.r#in.is_none())
    }

    /// The filter that takes expressions.
    pub(crate) fn expression(&self) -> Option<(&Text, &Filter)> {
        self.filters.iter().find(|(_, filter)| filter.is_expression())
    }
}

/// One of several, in English.
fn singular(words: &str) -> String {
    if let Some(stem) = words.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let several = !words.ends_with("ss") && !words.ends_with("us");
    words.strip_suffix('s').filter(|_| several).unwrap_or(words).to_owned()
}

impl List {
    /// Its paths: the usual one, and the longer one.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.path.as_str()).chain(self.also.as_deref())
    }
}

impl Column {
    /// The dotted path of its property, if it is one. Okta writes names in camelCase.
    pub(crate) fn property(&self, name: &str) -> Option<String> {
        match (self.r#in, &self.link) {
            (None, None) => Some(self.at.clone().unwrap_or_else(|| Style::Camel.spell(name))),
            _ => None,
        }
    }

    /// Okta's name of it in a path or query.
    pub(crate) fn parameter(&self, name: &str) -> String {
        self.parameter.clone().unwrap_or_else(|| Style::Camel.spell(name))
    }

    /// Its name as Okta spells it: that of the property itself where it stands in the object, else the
    /// name of the column in camelCase.
    pub(crate) fn camel(&self, name: &str) -> String {
        let plain = |property: &String| !property.contains('.') && property != "$";
        self.property(name).filter(plain).unwrap_or_else(|| Style::Camel.spell(name))
    }

    /// The name of its parameter in paths, where that is not its own name.
    pub(crate) fn alias(&self, name: &str) -> Option<&str> {
        let alias = self.parameter.as_deref().filter(|_| self.r#in != Some(In::Query))?;
        (folded(alias) != folded(name)).then_some(alias)
    }
}

/// The body of a write, where the table says what it is.
pub(crate) enum Given<'a> {
    Nothing,
    /// An object with one property, the value of a column.
    Value(&'a str, &'a str),
    /// An object with one property, a list with the value of a column.
    List(&'a str, &'a str),
    /// The value of a column.
    Column(&'a str),
}

impl Write {
    /// Its paths: the usual one, the longer one, and those that write many rows.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        let call = self.call.get_ref().path.as_str();
        std::iter::once(call).chain(self.also.as_deref()).chain(self.all.iter().map(String::as_str))
    }

    /// Its body, where the table says what it is and it can be understood.
    pub(crate) fn given(&self) -> Option<Given<'_>> {
        let body = match self.body.as_ref()?.get_ref() {
            Value::String(text) => return in_braces(text).map(Given::Column),
            Value::Table(body) => body,
            _ => return None,
        };
        match body.iter().collect::<Vec<_>>().as_slice() {
            [] => Some(Given::Nothing),
            [(property, Value::String(value))] => Some(Given::Value(property, in_braces(value)?)),
            [(property, Value::Array(values))] => match values.as_slice() {
                [value] => Some(Given::List(property, in_braces(value.as_str()?)?)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether an UPDATE sends the whole object: a PUT does, unless it says otherwise.
    pub(crate) fn is_whole(&self) -> bool {
        match self.sends {
            Some(sends) => sends == Sends::Whole,
            None => self.call.get_ref().method == Method::Put,
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
        /// The properties that hold them.
        names: (String, String),
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
            let values: Vec<_> = group.iter().collect();
            let [(by_name, by), (list_name, list)] = values.as_slice() else { return None };
            let [member] = list.as_array()?.as_slice() else { return None };
            let names = ((*by_name).clone(), (*list_name).clone());
            return Some(Self::Grouped { by: column(by)?, members: column(member)?, names });
        }
        let column = column(entry)?;
        Some(if column == "*" { Self::Object } else { Self::Value { column } })
    }

    /// The columns that it names.
    pub(crate) fn columns(&self) -> Vec<&str> {
        match self {
            Self::Object => Vec::new(),
            Self::Value { column } => vec![column],
            Self::Grouped { by, members, .. } => vec![by, members],
        }
    }
}

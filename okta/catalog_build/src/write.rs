//! The Rust of the catalogue. The text was checked before, so that all it names is there.

use std::fmt::Debug;

use crate::Service;
use crate::names::folded;
use crate::read::{Column, Filter, In, List, Load, Table, Type, Write, Writing};
use crate::table::{Entry, Frame};
use crate::words::Reference;

/// The statics of all tables, and the lists of them.
pub(crate) fn catalogue(services: &[Service]) -> String {
    let mut rust = String::new();
    let mut names = Vec::new();
    for (service, name, table) in services.iter().flat_map(Service::tables) {
        if table.table {
            let full = format!("{service}.{name}");
            let resource = resource(services, service, name, table);
            rust += &format!("static {}: Resource = {resource};\n", constant(&full));
            names.push(full);
        }
    }
    let all = |names: &[String]| list(names.iter().map(|name| format!("&{}", constant(name))));
    rust += "/// Every resource, in the order in which IMPORT FOREIGN SCHEMA creates them.\n";
    rust += &format!("pub static RESOURCES: &[&Resource] = {};\n", all(&names));
    names.sort();
    rust += "/// Every resource, by name.\n";
    rust += &format!("static BY_NAME: &[&Resource] = {};\n", all(&names));
    rust
}

/// `USERS_USERS` for `users.users`.
fn constant(name: &str) -> String {
    name.replace('.', "_").to_ascii_uppercase()
}

fn resource(services: &[Service], service: &str, name: &str, table: &Table) -> String {
    let mut items = table.gets().map(|path| item(table, path));
    let collection = table.list.as_ref().map(|list| collection(table, list.get_ref()));
    let parent = table.parents().next();
    let parent = parent.and_then(|(column, to)| self::parent(services, column.get_ref(), to));
    let insert = table.insert.as_ref().map(|insert| write(table, "insert", insert));
    let load = table.load.as_ref().and_then(|load| self::load(table, load));
    let delete = table.delete.as_ref().map(|delete| write(table, "delete", delete));
    let bucket = table.bucket.as_ref().map(|bucket| text(bucket.get_ref()));
    let scope = table.scope.get_ref();
    literal(
        "Resource",
        [
            ("name", text(format!("{service}.{name}"))),
            ("service", text(service)),
            ("table", text(name)),
            ("about", text(&table.about)),
            ("columns", columns(table)),
            ("parameters", texts(table.parameters())),
            ("item", option(items.next())),
            ("other_item", option(items.next())),
            ("collection", option(collection)),
            ("parent", option(parent)),
            ("insert", option(insert)),
            ("load", option(load)),
            ("updates", updates(table)),
            ("delete", option(delete)),
            ("bucket", option(bucket)),
            ("read_scope", text(scope.read().unwrap_or_default())),
            ("write_scope", text(scope.write().unwrap_or_default())),
        ],
    )
}

/// The columns; that of the org comes last where the text does not say where it stands.
fn columns(table: &Table) -> String {
    let columns = table.columns.iter().map(|(name, column)| self::column(name.get_ref(), column));
    let org = Column { r#in: Some(In::Org), ..Column::default() };
    let has_org = table.columns.values().any(|column| column.r#in == Some(In::Org));
    list(columns.chain((!has_org).then(|| column("subdomain", &org))))
}

fn column(name: &str, column: &Column) -> String {
    let source = match (column.r#in, column.property(name)) {
        (Some(In::Org), _) => "Source::Org".to_owned(),
        (_, Some(property)) => format!("Source::Property({property:?})"),
        (_, None) => "Source::Parameter".to_owned(),
    };
    let kind = match column.r#type {
        Type::Jsonb => "Type::Json",
        Type::Text => "Type::Text",
        Type::Timestamptz => "Type::Timestamp",
    };
    literal(
        "Column",
        [
            ("name", text(name)),
            ("folded", text(folded(name))),
            ("kind", kind.to_owned()),
            ("source", source),
            ("rule", rule(column)),
        ],
    )
}

fn rule(column: &Column) -> String {
    let length = column.length;
    literal(
        "Rule",
        [
            ("required", (column.write == Some(Writing::Required)).to_string()),
            ("written", column.write.is_some().to_string()),
            ("shortest", length.map_or(0, |length| length.least).to_string()),
            ("longest", length.map_or("usize::MAX".to_owned(), |length| length.most.to_string())),
        ],
    )
}

fn item(table: &Table, path: &str) -> String {
    literal("Item", [("path", text(path)), ("key", texts(table.own_key(path)))])
}

fn collection(table: &Table, list: &List) -> String {
    let page = list.page.map(|page| {
        let max = list.max.unwrap_or(page);
        literal("PageLimit", [("default", page.to_string()), ("max", max.to_string())])
    });
    let filter = table.filters.iter().next();
    let filter = filter.map(|(parameter, filter)| self::filter(table, parameter.get_ref(), filter));
    literal(
        "Collection",
        [
            ("path", text(&list.path)),
            ("wrapped", option(list.wrapped.as_ref().map(text))),
            ("page", option(page)),
            ("filter", option(filter)),
            ("typical_rows", list.typical.to_string()),
        ],
    )
}

fn filter(table: &Table, parameter: &str, filter: &Filter) -> String {
    let columns = table.columns.iter().map(|(name, column)| (name.get_ref(), column));
    let attributes = columns.filter(|(_, column)| column.filter.eq).map(|(name, column)| {
        literal(
            "FilterAttribute",
            [
                ("column", text(name)),
                ("name", text(column.property(name).unwrap_or_default())),
                ("ranges", column.filter.range.to_string()),
                ("prefixes", column.filter.sw.to_string()),
                ("sorts", column.filter.sort.to_string()),
            ],
        )
    });
    let sort = filter.sort.as_ref().map(|sort| {
        literal(
            "Sort",
            [
                ("by", text(&sort.by)),
                ("order", text(&sort.order)),
                ("ascending", text(&sort.ascending)),
                ("descending", text(&sort.descending)),
            ],
        )
    });
    literal(
        "Filter",
        [
            ("parameter", text(parameter)),
            ("all", option(filter.all.as_ref().map(text))),
            ("attributes", list(attributes)),
            ("combines", filter.combines.to_string()),
            ("sort", option(sort)),
        ],
    )
}

/// The table that lists the values of a parameter.
fn parent(services: &[Service], parameter: &str, to: &Reference) -> Option<String> {
    let (.., table) = services
        .iter()
        .flat_map(Service::tables)
        .find(|(service, name, _)| to.is(service, name))?;
    let list = table.list.as_ref()?.get_ref();
    let property = |name: &str| table.column(name)?.property(name);
    let size = list.page.map(|page| ("limit".to_owned(), page.to_string()));
    let query = list.query.clone().into_iter().chain(size);
    Some(literal(
        "Parent",
        [
            ("parameter", text(parameter)),
            ("noun", text(table.noun.as_ref()?)),
            ("path", text(&list.path)),
            ("query", self::list(query.map(|pair| format!("{pair:?}")))),
            ("field", text(property(&to.column)?)),
            ("label", text(property(table.label.as_ref()?.get_ref())?)),
            ("scope", text(table.scope.get_ref().read()?)),
        ],
    ))
}

/// The updates: those of one value first, which are what a statement means that sets it.
fn updates(table: &Table) -> String {
    let actions = table.actions().map(|(column, action)| {
        let sets = format!("{:?}", (column.get_ref(), action.to.as_deref().unwrap_or_default()));
        literal("Update", [("sets", option(Some(sets))), ("write", write(table, "set", action))])
    });
    let update = table.update.as_ref().map(|update| {
        literal("Update", [("sets", option(None)), ("write", write(table, "update", update))])
    });
    list(actions.chain(update))
}

fn write(table: &Table, key: &str, write: &Write) -> String {
    let always = write.always.iter().map(|name| name.get_ref().as_str());
    let body = match write.value() {
        Some((property, column)) => {
            literal("Body::Value", [("property", text(property)), ("column", text(column))])
        }
        None if matches!(key, "insert" | "update") && table.has_object() => {
            literal("Body::Object", [("always", texts(always))])
        }
        None => "Body::None".to_owned(),
    };
    let call = write.call.get_ref();
    let bucket = write.bucket.as_ref().or(table.bucket.as_ref());
    literal(
        "Write",
        [
            ("method", format!("Method::{:?}", call.method)),
            ("path", text(&call.path)),
            ("body", body),
            ("done", text(table.done(key, write).unwrap_or_default())),
            ("wrong_state", option(write.wrong_state.as_ref().map(text))),
            ("bucket", option(bucket.map(|bucket| text(bucket.get_ref())))),
        ],
    )
}

fn load(table: &Table, load: &Load) -> Option<String> {
    let Frame { open, close, entry } = load.frame()?;
    let entry = match entry {
        Entry::Object => "EntryShape::Object".to_owned(),
        Entry::Value { column } => literal("EntryShape::Value", [("column", text(column))]),
        Entry::Grouped { by, members } => {
            literal("EntryShape::Grouped", [("by", text(by)), ("members", text(members))])
        }
    };
    let noun = table.noun.as_ref()?;
    Some(literal(
        "Load",
        [
            ("path", text(&load.call.get_ref().path)),
            ("open", text(open)),
            ("close", text(close)),
            ("entry", entry),
            ("nouns", format!("{:?}", (noun, format!("{noun}s")))),
            ("deletes", load.deletes.to_string()),
            ("opposite", text(load.opposite.get_ref())),
        ],
    ))
}

/// A literal of a struct, or of a variant with fields.
fn literal<const N: usize>(name: &str, fields: [(&str, String); N]) -> String {
    let fields = fields.map(|(field, value)| format!("{field}: {value}"));
    format!("{name} {{ {} }}", fields.join(", "))
}

/// A literal of a text: Rust's own way to show one.
fn text(text: impl Debug) -> String {
    format!("{text:?}")
}

fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    list(texts.into_iter().map(text))
}

fn list(elements: impl Iterator<Item = String>) -> String {
    format!("&[{}]", elements.collect::<Vec<_>>().join(", "))
}

fn option(value: Option<String>) -> String {
    value.map_or("None".to_owned(), |value| format!("Some({value})"))
}

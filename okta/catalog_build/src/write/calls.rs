//! How a table is written: the calls of INSERT, UPDATE and DELETE, and those that load.

use super::literal::{list, literal, option, text, texts};
use super::reads::query;
use crate::read::{Load, Table, Write};
use crate::table::{Entry, Frame, Given};

/// The value of an action that empties its column.
const NULL: &str = "NULL";

/// The updates: those of one value first, which are what a statement means that sets it.
pub(super) fn updates(table: &Table, noun: &str) -> String {
    let actions = table.actions().flat_map(|(column, name, action)| {
        let write = write(table, noun, "set", name, action);
        let values = action.to.values().into_iter();
        values.map(move |to| {
            let clears = (to == NULL).then(|| text(column.get_ref()));
            let sets = clears.is_none().then(|| format!("{:?}", (column.get_ref(), to)));
            update(sets, clears, &action.from, write.clone())
        })
    });
    let set = table.update.as_ref().map(|set| write(table, noun, "update", "update", set));
    list(actions.chain(set.map(|write| update(None, None, &[], write))))
}

fn update(sets: Option<String>, clears: Option<String>, from: &[String], write: String) -> String {
    literal(
        "Update",
        [
            ("sets", option(sets)),
            ("clears", option(clears)),
            ("from", texts(from.iter().map(String::as_str))),
            ("write", write),
        ],
    )
}

/// A write of a key, or an action of a name.
pub(super) fn write(table: &Table, noun: &str, key: &str, name: &str, write: &Write) -> String {
    let call = write.call.get_ref();
    let bucket = write.bucket.as_ref().or(table.bucket.as_ref());
    let needs =
        write.needs.iter().map(|(column, value)| format!("{:?}", (column.get_ref(), value)));
    let credential = write.credential.unwrap_or(table.credential);
    literal(
        "Write",
        [
            ("method", format!("Method::{:?}", call.method)),
            ("path", text(&call.path)),
            ("also", option(write.also.as_ref().map(text))),
            ("query", query(&write.query)),
            ("body", body(table, key, write)),
            ("whole", (key == "update" && write.is_whole()).to_string()),
            ("needs", list(needs)),
            ("twice", write.twice.to_string()),
            ("all", texts(write.all.iter().map(String::as_str))),
            ("done", text(table.done(noun, name, write).unwrap_or_default())),
            ("wrong_state", option(write.wrong_state.as_ref().map(text))),
            ("bucket", option(bucket.map(|bucket| text(bucket.get_ref())))),
            ("scope", option(write.scope.as_ref().map(text))),
            ("credential", format!("Accepts::{credential:?}")),
        ],
    )
}

fn body(table: &Table, key: &str, write: &Write) -> String {
    let of = |kind: &str, property: &str, column: &str| {
        literal(kind, [("property", text(property)), ("column", text(column))])
    };
    match write.given() {
        Some(Given::Value(property, column)) => of("Body::Value", property, column),
        Some(Given::List(property, column)) => of("Body::List", property, column),
        Some(Given::Column(column)) => literal("Body::Column", [("column", text(column))]),
        None if matches!(key, "insert" | "update") && table.has_object() => {
            let always = write.always.iter().map(|name| name.get_ref().as_str());
            literal("Body::Object", [("always", texts(always))])
        }
        Some(Given::Nothing) | None => "Body::None".to_owned(),
    }
}

pub(super) fn load(noun: &str, load: &Load) -> Option<String> {
    let Frame { open, close, entry } = load.frame()?;
    let entry = match entry {
        Entry::Object => "EntryShape::Object".to_owned(),
        Entry::Value { column } => literal("EntryShape::Value", [("column", text(column))]),
        Entry::Grouped { by, members, names: (by_name, list_name) } => literal(
            "EntryShape::Grouped",
            [
                ("by", text(by)),
                ("members", text(members)),
                ("names", format!("({}, {})", text(by_name), text(list_name))),
            ],
        ),
    };
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

//! The columns of a table.

use super::literal::{list, literal, option, text, texts};
use crate::names::folded;
use crate::read::{Column, In, Table, Type};

/// The columns; that of the org comes last where the text does not say where it stands.
pub(super) fn columns(table: &Table) -> String {
    let columns = table.columns.iter().map(|(name, column)| self::column(name.get_ref(), column));
    let org = Column { r#in: Some(In::Org), ..Column::default() };
    let has_org = table.columns.values().any(|column| column.r#in == Some(In::Org));
    list(columns.chain((!has_org).then(|| column("subdomain", &org))))
}

fn column(name: &str, column: &Column) -> String {
    let kind = match column.r#type {
        Type::Bigint => "BigInt",
        Type::Boolean => "Boolean",
        Type::Double => "Double",
        Type::Integer => "Integer",
        Type::Jsonb => "Json",
        Type::Text => "Text",
        Type::TextArray => "TextArray",
        Type::Timestamptz => "Timestamp",
    };
    literal(
        "Column",
        [
            ("name", text(name)),
            ("folded", text(folded(name))),
            ("camel", text(column.camel(name))),
            ("alias", option(column.alias(name).map(text))),
            ("kind", format!("Type::{kind}")),
            ("source", source(name, column)),
            ("expand", texts(column.expand.iter().map(String::as_str))),
            ("read", format!("Read::{:?}", column.read)),
            ("secret", column.secret.to_string()),
            ("values", texts(column.values.iter().map(String::as_str))),
            ("rule", rule(column)),
        ],
    )
}

fn source(name: &str, column: &Column) -> String {
    match (column.r#in, &column.link, column.property(name)) {
        (Some(In::Org), ..) => "Source::Org".to_owned(),
        (Some(In::Query), ..) => format!("Source::Query({:?})", column.parameter(name)),
        (None, Some(link), _) => format!("Source::Link({link:?})"),
        (None, None, Some(property)) => format!("Source::Property({property:?})"),
        _ => "Source::Parameter".to_owned(),
    }
}

fn rule(column: &Column) -> String {
    let (length, write) = (column.length, column.write);
    let says = |of: bool| of.to_string();
    literal(
        "Rule",
        [
            ("required", says(write.is_some_and(|write| write.required))),
            ("written", says(write.is_some())),
            ("insert", says(write.is_some_and(|write| write.insert))),
            ("update", says(write.is_some_and(|write| write.update))),
            ("property", option(column.written_at.as_ref().map(text))),
            ("shortest", length.map_or(0, |length| length.least).to_string()),
            ("longest", length.map_or("usize::MAX".to_owned(), |length| length.most.to_string())),
        ],
    )
}

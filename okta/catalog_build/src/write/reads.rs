//! How a table is read: its objects, its list, and what lists its parents.

use super::constant;
use super::literal::{list, literal, option, text, texts};
use crate::read::{Filter, List, Query, Table};
use crate::table::Way;
use crate::words::Reference;

pub(super) fn item(table: &Table, way: &Way<'_>) -> String {
    literal(
        "Item",
        [
            ("path", text(way.path)),
            ("query", way.query.map_or("&[]".to_owned(), query)),
            ("key", texts(table.own_key(way))),
            ("exact", way.exact.to_string()),
        ],
    )
}

pub(super) fn query(query: &Query) -> String {
    list(query.iter().map(|pair| format!("{pair:?}")))
}

pub(super) fn collection(table: &Table, list: &List) -> String {
    let filter = table.expression();
    let filter = filter.map(|(parameter, filter)| self::filter(table, parameter.get_ref(), filter));
    let others = table.filters.iter().filter(|(_, filter)| !filter.is_expression());
    let others = others.map(|(name, filter)| parameter(name.get_ref(), filter));
    literal(
        "Collection",
        [
            ("path", text(&list.path)),
            ("also", option(list.also.as_ref().map(text))),
            ("query", query(&list.query)),
            ("wrapped", option(list.wrapped.as_ref().map(text))),
            ("next", format!("Next::{:?}", list.next)),
            ("page", option(page(list))),
            ("filter", option(filter)),
            ("filter_parameters", self::list(others)),
            ("fields", list.fields.to_string()),
            ("typical_rows", list.typical.to_string()),
        ],
    )
}

fn page(list: &List) -> Option<String> {
    let page = list.page?;
    let max = list.max.unwrap_or(page);
    let parameter = text(&list.limit);
    let fields =
        [("parameter", parameter), ("default", page.to_string()), ("max", max.to_string())];
    Some(literal("PageLimit", fields))
}

/// A parameter that takes a value and no expression.
fn parameter(name: &str, filter: &Filter) -> String {
    let how = filter.columns().next().map_or("", |(how, _)| how);
    let columns = filter.columns().map(|(_, column)| column.get_ref().as_str());
    literal(
        "FilterParameter",
        [
            ("name", text(name)),
            ("comparison", format!("Comparison::{how}")),
            ("columns", texts(columns)),
            ("all", option(filter.all.as_ref().map(text))),
        ],
    )
}

fn filter(table: &Table, parameter: &str, filter: &Filter) -> String {
    let columns = table.columns.iter().map(|(name, column)| (name.get_ref(), column));
    let attributes = columns.filter(|(_, column)| column.filter.is_some()).map(|(name, column)| {
        literal(
            "FilterAttribute",
            [
                ("column", text(name)),
                ("name", text(column.property(name).unwrap_or_default())),
                ("equals", column.filter.eq.to_string()),
                ("differs", column.filter.ne.to_string()),
                ("ranges", column.filter.range.to_string()),
                ("prefixes", column.filter.sw.to_string()),
                ("contains", column.filter.co.to_string()),
                ("sorts", column.filter.sort.to_string()),
            ],
        )
    });
    literal(
        "Filter",
        [
            ("parameter", text(parameter)),
            ("all", option(filter.all.as_ref().map(text))),
            ("attributes", list(attributes)),
            ("open", option(filter.open.as_ref().map(text))),
            ("combines", filter.combines.to_string()),
            ("sort", option(sort(filter))),
        ],
    )
}

fn sort(filter: &Filter) -> Option<String> {
    let sort = filter.sort.as_ref()?;
    Some(literal(
        "Sort",
        [
            ("by", option(sort.by.as_ref().map(text))),
            ("order", text(&sort.order)),
            ("ascending", text(&sort.ascending)),
            ("descending", text(&sort.descending)),
            ("all", option(sort.all.as_ref().map(text))),
        ],
    ))
}

/// A parameter, and the column of another table that lists its values.
pub(super) fn parent_column(parameter: &str, to: &Reference) -> String {
    literal(
        "ParentColumn",
        [
            ("parameter", text(parameter)),
            ("resource", format!("&{}", constant(&to.service, &to.table))),
            ("column", text(&to.column)),
        ],
    )
}

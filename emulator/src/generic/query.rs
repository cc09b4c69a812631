//! The query of a read: which parameters an endpoint takes, and what they do to its rows.

use serde_json::Value;

use crate::expression::{Dialect, Expression};
use crate::refusal::Refusal;
use crate::request::OrgRequest;
use crate::spec::{Operation, Parameter};

/// Parameters that choose no rows.
const OTHERS: &[&str] = &[
    "after",
    "discloseIdentifiers",
    "expand",
    "fields",
    "filter",
    "language",
    "limit",
    "limitPerPoolType",
    "match",
    "q",
    "search",
    "since",
    "sortBy",
    "sortOrder",
    "until",
];

/// Refuses what the endpoint does not take, and what it must have and does not get.
pub(super) fn check(operation: &Operation, request: &OrgRequest) -> Result<(), Refusal> {
    let invalid = |name: &str, why: &str| Err(Refusal::validation(name, format!("{name}: {why}")));
    for (name, value) in &request.query {
        let Some(parameter) = operation.query.iter().find(|known| known.name == name) else {
            return invalid(name, "The parameter is unknown.");
        };
        let known = &parameter.values;
        if !known.is_empty() && value.split(',').any(|value| !known.contains(&value)) {
            return invalid(name, "The value is not valid.");
        }
        let most = parameter.most.filter(|_| value.parse::<usize>().is_ok());
        if most.is_some_and(|most| value.parse::<usize>().is_ok_and(|n| n > most)) {
            return invalid(name, "The value is too large.");
        }
    }
    let missing = |known: &&Parameter| known.required && request.parameter(known.name).is_none();
    match operation.query.iter().find(missing) {
        Some(missing) => invalid(missing.name, "The parameter is missing."),
        None => Ok(()),
    }
}

/// The rows that a list shows.
pub(super) fn rows(
    operation: &Operation,
    request: &OrgRequest,
    rows: &[Value],
) -> Result<Vec<Value>, Refusal> {
    let invalid = |cause| Refusal::new(400, "E0000053", "Invalid SCIM filter.").because(cause);
    let expression = request.parameter("filter").or(request.parameter("search"));
    let all = Dialect { allows: &|_, _| true, ignore_case: true, single: false };
    let expression = expression.map(|text| Expression::parse(text, all)).transpose();
    let expression = expression.map_err(invalid)?;
    let own = |known: &&Parameter| !OTHERS.contains(&known.name);
    let equal: Vec<_> = operation
        .query
        .iter()
        .filter(own)
        .filter_map(|known| Some((known.name, request.parameter(known.name)?)))
        .collect();
    let shown = rows.iter().filter(|row| {
        expression.as_ref().is_none_or(|one| one.holds(&|path| at(row, path).cloned()))
            && equal.iter().all(|(name, value)| is_equal(row, name, value))
            && begins(row, request.parameter("q"))
            && is_within(row, request)
    });
    let mut shown: Vec<_> = shown.cloned().collect();
    if request.parameter("sortOrder") == Some("DESCENDING") {
        shown.reverse();
    }
    Ok(shown)
}

/// A property by its dotted path. Expressions write names of objects with colons, too.
fn at<'a>(row: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(row, |value, step| value.get(step))
}

/// Whether the property that a parameter is about has a value: of its own name, or of a part of it.
fn is_equal(row: &Value, name: &str, value: &str) -> bool {
    let stem = name.strip_suffix("Id").map(|stem| format!("{stem}.id"));
    let kind = name.to_ascii_lowercase().ends_with("type").then(|| "type".to_owned());
    let paths = [Some(name.to_owned()), stem, kind];
    let found = paths.into_iter().flatten().find_map(|path| at(row, &path));
    found.is_none_or(|found| match found {
        Value::Bool(is_so) => value.parse() == Ok(*is_so),
        other => other.as_str() == Some(value),
    })
}

fn begins(row: &Value, prefix: Option<&str>) -> bool {
    let Some(prefix) = prefix else { return true };
    let names = ["name", "label", "displayName", "origin"].into_iter();
    let mut texts = names.filter_map(|name| row.get(name)?.as_str());
    texts.any(|text| text.to_lowercase().starts_with(&prefix.to_lowercase()))
}

/// Whether an event was published within the bounds: `since` is one of it, `until` is not.
fn is_within(row: &Value, request: &OrgRequest) -> bool {
    let Some(published) = row.get("published").and_then(Value::as_str) else { return true };
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let bound = |name| request.parameter(name).and_then(time);
    let at = time(published);
    bound("since").is_none_or(|since| at >= Some(since))
        && bound("until").is_none_or(|until| at < Some(until))
}

//! A read of a list, of one of its objects, or of the only object of a path.

use serde_json::{Map, Value, json};

use super::query;
use super::spec::{Operation, SPEC, is_parameter};
use crate::answer::{Answer, Link};
use crate::org::Org;
use crate::page::{Limits, Page, Wanted};
use crate::refusal::Refusal;
use crate::request::Request;

/// Rows of a page when nothing is asked.
const ROWS: usize = 100;

/// The answer to a request for what an operation reads.
pub(crate) fn answer(
    org: &mut Org,
    operation: &'static Operation,
    request: &Request,
) -> Result<Answer, Refusal> {
    query::check(operation, request)?;
    if operation.method != "GET" {
        return Err(Refusal::wrong_method());
    }
    let segments = request.segments();
    check_parents(org, operation, &segments)?;
    let path = format!("/{}", segments.join("/"));
    if let Some(list) = List::of(operation) {
        let rows = org.objects.collection(&path, list.schema, list.below).to_vec();
        let rows = query::rows(operation, request, &rows)?;
        return list.answer(operation, request, rows);
    }
    let object = match above(operation).and_then(List::of) {
        Some(list) => {
            let (key, parent) = segments.split_last().ok_or_else(Refusal::unknown_path)?;
            let parent = format!("/{}", parent.join("/"));
            let rows = org.objects.collection(&parent, list.schema, list.below);
            let found = rows.iter().find(|row| answers_to(row, key)).cloned();
            found.ok_or_else(|| Refusal::not_found(key, list.schema))?
        }
        None => org.objects.single(&path, operation.answer).clone(),
    };
    Ok(Answer::ok(shown(object, request, &request.path)))
}

/// A list: what its rows are, and what stands around them.
struct List {
    schema: &'static str,
    wrapped: Option<&'static str>,
    /// Whether the frame links to the next page.
    links: bool,
    /// Whether it belongs to a parent.
    below: bool,
}

impl List {
    fn of(operation: &'static Operation) -> Option<List> {
        let below = operation.path.contains('{');
        if let Some(schema) = operation.answer.strip_prefix("[]") {
            return Some(List { schema, wrapped: None, links: false, below });
        }
        let (list, schema) = SPEC.wrapped(operation.answer)?;
        let links = SPEC.schema(operation.answer)?.contains_key("_links");
        Some(List { schema, wrapped: Some(list), links, below })
    }

    fn answer(
        &self,
        operation: &Operation,
        request: &Request,
        rows: Vec<Value>,
    ) -> Result<Answer, Refusal> {
        let limit = operation.query.iter().find(|known| known.name.starts_with("limit"));
        let maximum = limit.and_then(|limit| limit.most).unwrap_or(1000);
        let wanted = Wanted::of(request, Limits { default: ROWS.min(maximum), maximum })?;
        let rows = rows.into_iter().enumerate().skip(wanted.from);
        let rows =
            rows.map(|(at, row)| (at, shown(row, request, &format!("{}/{at}", request.path))));
        let page = Page::of(rows, wanted);
        let mut links = page.links(request, wanted);
        // The System Log goes on for ever, unless a bound is given.
        let is_log = operation.query.iter().any(|known| known.name == "until");
        if is_log && page.next.is_none() && request.parameter("until").is_none() {
            links.push(Link { rel: "next", url: request.url_with(&[("after", "end".to_owned())]) });
        }
        let Some(list) = self.wrapped else {
            return Ok(Answer::ok(Value::Array(page.rows)).with_links(links));
        };
        let mut frame = Map::from_iter([(list.to_owned(), Value::Array(page.rows))]);
        if self.links {
            let links = links.iter().map(|link| (link.rel.to_owned(), json!({ "href": link.url })));
            frame.insert("_links".to_owned(), Value::Object(links.collect()));
        }
        Ok(Answer::ok(Value::Object(frame)))
    }
}

/// The operation that lists what an operation gets one of.
fn above(operation: &Operation) -> Option<&'static Operation> {
    let (parent, key) = operation.path.rsplit_once('/')?;
    SPEC.get(parent).filter(|_| is_parameter(key))
}

/// Whether one of an object's names is a key.
fn answers_to(object: &Value, key: &str) -> bool {
    match object {
        Value::String(text) => text == key,
        Value::Object(members) => members.values().any(|value| match value {
            Value::Object(inner) => inner.values().any(|value| value.as_str() == Some(key)),
            value => value.as_str() == Some(key),
        }),
        _ => false,
    }
}

/// Refuses a path below what does not exist.
fn check_parents(org: &mut Org, operation: &Operation, segments: &[String]) -> Result<(), Refusal> {
    let (mut template, mut above) = (String::new(), String::new());
    let ours: Vec<_> = operation.path.trim_start_matches('/').split('/').collect();
    let last = ours.len().saturating_sub(1);
    for (ours, key) in ours.into_iter().zip(segments).take(last) {
        if is_parameter(ours) && !exists(org, &template, &above, key) {
            return Err(Refusal::not_found(key, "Resource"));
        }
        template = format!("{template}/{ours}");
        above = format!("{above}/{key}");
    }
    Ok(())
}

/// Whether the collection of a path has an object of a key. What is no collection has any.
fn exists(org: &mut Org, template: &str, path: &str, key: &str) -> bool {
    match template {
        "/api/v1/users" => org.users.find(key).is_some(),
        "/api/v1/groups" => org.groups.rows.iter().any(|group| group.id == key),
        "/api/v1/apps" | "/oauth2/v1/clients" => org.apps.iter().any(|app| app.id == key),
        _ => SPEC.get(template).and_then(List::of).is_none_or(|list| {
            let rows = org.objects.collection(path, list.schema, list.below);
            rows.iter().any(|row| answers_to(row, key))
        }),
    }
}

/// An object as it is shown: with a link to itself, and with what it embeds where that is asked for.
fn shown(mut object: Value, request: &Request, path: &str) -> Value {
    if let Value::Object(members) = &mut object {
        let key = members.get("id").and_then(Value::as_str).map(str::to_owned);
        let path = match (key, path.rsplit_once('/')) {
            (Some(key), Some((above, _))) => format!("{above}/{key}"),
            _ => path.to_owned(),
        };
        let own = json!({ "self": { "href": format!("{}{path}", request.base) } });
        members.entry("_links").or_insert(own);
        if let Some(expanded) = request.parameter("expand") {
            let embedded = expanded.split(',').map(|name| (name.to_owned(), json!({})));
            members.insert("_embedded".to_owned(), Value::Object(embedded.collect()));
        }
    }
    object
}

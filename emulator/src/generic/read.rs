//! A read of a list, of one of its objects, or of the only object of a path.

use serde_json::{Map, Value, json};

use super::embed::embed;
use super::{parents, query};
use crate::answer::{Answer, Link};
use crate::api::Call;
use crate::page::{Limits, PageBounds, PageRows, cursor};
use crate::refusal::Refusal;
use crate::request::OrgRequest;
use crate::spec::{List, Named, Operation, SPEC};

/// The answer to a read.
pub(super) fn answer(
    call: &mut Call<'_>,
    operation: &'static Operation,
) -> Result<Answer, Refusal> {
    let (org, request) = (&mut *call.org, call.request);
    let segments = parents::resolve(org, operation, &request.segments())?;
    let path = format!("/{}", segments.join("/"));
    let mut object = match Named::of(operation.path) {
        Some(Named::Rows(list)) => {
            let rows = org.objects.collection(&path, &list);
            let mut rows = query::rows(operation, request, rows)?;
            rows.iter_mut().for_each(|row| {
                embed(org, request, row);
                place(row, operation, &segments);
            });
            if NAMED_BY_QUERY.iter().any(|name| request.parameter(name).is_some()) {
                let row = rows.into_iter().next();
                return row.map(Answer::ok).ok_or_else(|| Refusal::not_found("", list.schema));
            }
            return list.answer(operation, request, rows);
        }
        Some(Named::Row(list)) => {
            let (parent, key) = path.rsplit_once('/').ok_or_else(Refusal::unknown_path)?;
            let parameter = operation.path.rsplit('/').next().unwrap_or_default();
            let found = org.objects.find(parent, &list, parameter, key).cloned();
            let row = found.ok_or_else(|| Refusal::not_found(key, list.schema))?;
            if operation.answer == list.schema {
                row
            } else {
                detailed(row, &list, operation.answer, org.objects.single(&path, operation.answer))
            }
        }
        _ => org.objects.single(&path, operation.answer).clone(),
    };
    embed(org, request, &mut object);
    place(&mut object, operation, &segments);
    Ok(Answer::ok(shown(object, request, &request.path)))
}

/// Parameters of a query that name one row of a list: then the answer is that row.
const NAMED_BY_QUERY: &[&str] = &["stream_id"];

/// Has an object repeat the path that it was asked for by: its parents, and its own id where no list made it.
fn place(object: &mut Value, operation: &Operation, segments: &[String]) {
    let Value::Object(members) = object else { return };
    let path = operation.path.trim_start_matches('/').split('/');
    for (name, value) in path.zip(segments) {
        let name = name.trim_matches(['{', '}']);
        if let Some(member) = members.get_mut(name).filter(|member| member.is_string()) {
            *member = json!(value);
        }
    }
    let is_single =
        operation.path.ends_with('}') && matches!(Named::of(operation.path), Some(Named::Only(_)));
    if let (Some(id), Some(key)) = (members.get_mut("id").filter(|_| is_single), segments.last()) {
        *id = json!(key);
    }
}

impl List {
    fn answer(
        &self,
        operation: &Operation,
        request: &OrgRequest,
        rows: Vec<Value>,
    ) -> Result<Answer, Refusal> {
        let wanted = PageBounds::of(request, limits(operation))?;
        let end = rows.len();
        let rows = rows.into_iter().enumerate().skip(wanted.from);
        let rows =
            rows.map(|(at, row)| (at, shown(row, request, &format!("{}/{at}", request.path))));
        let page = PageRows::of(rows, wanted);
        let takes_limit = operation.query.iter().any(|known| known.name == "limit");
        let mut links = page.links_of_size(request, takes_limit.then_some(wanted.limit));
        // The System Log goes on for ever, unless a bound is given.
        let is_log = operation.query.iter().any(|known| known.name == "until");
        if is_log && page.next.is_none() && request.parameter("until").is_none() {
            links.push(Link { rel: "next", url: request.url_with(&[("after", cursor(end))]) });
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

/// A row, in the schema of a single object: that may leave out properties of the list, and have others.
fn detailed(row: Value, list: &List, schema: &'static str, single: &Value) -> Value {
    let (Value::Object(mut members), Some(known)) = (row, SPEC.all_properties(schema)) else {
        return single.clone();
    };
    members.retain(|name, _| name == "_links" || known.iter().any(|(known, _)| known == name));
    let listed = SPEC.all_properties(list.schema).unwrap_or_default();
    for (name, value) in single.as_object().into_iter().flatten() {
        if !listed.iter().any(|(listed, _)| listed == name) {
            members.insert(name.clone(), value.clone());
        }
    }
    Value::Object(members)
}

/// Rows of a page whose size nobody may choose.
const ROWS: usize = 20;

/// How many rows a page of a list has. One without pages shows all.
fn limits(operation: &Operation) -> Limits {
    let has = |name| operation.query.iter().find(|known| known.name == name);
    let limit = has("limit");
    let maximum = limit.and_then(|limit| limit.most).unwrap_or(usize::MAX);
    let own = if limit.is_none() && has("after").is_some() { ROWS } else { maximum };
    Limits { default: limit.and_then(|limit| limit.default).unwrap_or(own), maximum }
}

/// An object as it is shown: with a link to itself.
pub(super) fn shown(mut object: Value, request: &OrgRequest, path: &str) -> Value {
    if let Value::Object(members) = &mut object {
        let key = members.get("id").and_then(Value::as_str).map(str::to_owned);
        let path = match (key, path.rsplit_once('/')) {
            (Some(key), Some((above, _))) => format!("{above}/{key}"),
            _ => path.to_owned(),
        };
        let own = json!({ "self": { "href": format!("{}{path}", request.base) } });
        members.entry("_links").or_insert(own);
    }
    object
}

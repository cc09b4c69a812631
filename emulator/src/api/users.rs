//! Users: one by id or login, or a list, whole, filtered, searched or by prefix.

use serde_json::Value;

use crate::answer::Answer;
use crate::expression::{Dialect, Expression, Op};
use crate::org::users::{User, Users};
use crate::page::{Limits, PageBounds, PageRows};
use crate::refusal::Refusal;
use crate::request::OrgRequest;

use super::{Call, invalid_filter, invalid_search, starts_with};

const LIMITS: Limits = Limits { default: 200, maximum: 200 };
const PREFIX_LIMITS: Limits = Limits { default: 10, maximum: 200 };

pub(crate) fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.path(0);
    let user = call.org.users.find(id).ok_or_else(|| Refusal::not_found(id, "User"))?;
    Ok(Answer::ok(user.json(&call.request.base)))
}

pub(crate) fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let request = call.request;
    if let Some(search) = request.parameter("search") {
        return searched(call, search);
    }
    if let Some(filter) = request.parameter("filter") {
        let filter = Expression::parse(filter, FILTER).map_err(invalid_filter)?;
        return answer(call, LIMITS, |user| filter.holds(&|path| user.attribute(path)));
    }
    // Neither of these shows who was deprovisioned.
    if let Some(prefix) = request.parameter("q") {
        let mut found = answer(call, PREFIX_LIMITS, |user| {
            let matches = |name| {
                let value = user.profile.get(name).and_then(Value::as_str);
                value.is_some_and(|value| starts_with(value, prefix))
            };
            !user.is_deprovisioned() && ["firstName", "lastName", "email"].into_iter().any(matches)
        })?;
        found.links.retain(|link| link.rel != "next");
        return Ok(found);
    }
    answer(call, LIMITS, |user| !user.is_deprovisioned())
}

fn answer(
    call: &Call<'_>,
    limits: Limits,
    shown: impl Fn(&User) -> bool,
) -> Result<Answer, Refusal> {
    let wanted = PageBounds::of(call.request, limits)?;
    let rows = call.org.users.from(wanted.from).filter(|(_, user)| shown(user));
    Ok(page(call.request, wanted, rows))
}

fn searched(call: &mut Call<'_>, search: &str) -> Result<Answer, Refusal> {
    let dialect = Dialect { allows: &searchable, ignore_case: true, single: false };
    let question = search;
    let search = Expression::parse(search, dialect).map_err(invalid_search)?;
    let holds = |user: &User| search.holds(&|path| user.attribute(path));
    let Some(sort_by) = call.request.parameter("sortBy") else {
        return answer(call, LIMITS, holds);
    };
    let descending = match call.request.parameter("sortOrder").map(str::to_ascii_lowercase) {
        None => false,
        Some(order) if order == "asc" => false,
        Some(order) if order == "desc" => true,
        Some(order) => {
            return Err(invalid_search(format!("sortOrder {order} is not supported")));
        }
    };
    if !searchable(sort_by, Op::Present) {
        return Err(invalid_search(format!("sortBy {sort_by} is not supported")));
    }
    let wanted = PageBounds::of(call.request, LIMITS)?;
    let question = format!("{sort_by} {descending} {question}");
    let sort = |users: &Users| sorted(users, holds, sort_by, descending);
    let order = call.org.users.ordered(question, sort);
    let rows = order.iter().enumerate().skip(wanted.from);
    let rows = rows.filter_map(|(at, position)| Some((at, call.org.users.get(*position)?)));
    Ok(page(call.request, wanted, rows))
}

fn page<'a>(
    request: &OrgRequest,
    wanted: PageBounds,
    rows: impl Iterator<Item = (usize, &'a User)>,
) -> Answer {
    let page = PageRows::of(rows.map(|(at, user)| (at, user.json(&request.base))), wanted);
    let links = page.links(request, wanted);
    Answer::ok(Value::Array(page.rows)).with_links(links)
}

/// Positions of the users found, sorted: text without regard to case (not as PostgreSQL sorts it),
/// rows without a value last, ties by id.
fn sorted(
    users: &Users,
    holds: impl Fn(&User) -> bool,
    sort_by: &str,
    descending: bool,
) -> Vec<usize> {
    let found = users.from(0).filter(|(_, user)| holds(user));
    let mut keyed: Vec<_> = found
        .map(|(at, user)| (user.attribute(sort_by).map(|v| sort_key(&v)), &user.id, at))
        .collect();
    keyed.sort_by(|(a, a_id, _), (b, b_id, _)| {
        let values = match (a, b) {
            (Some(a), Some(b)) if descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        values.then_with(|| a_id.cmp(b_id))
    });
    keyed.into_iter().map(|(_, _, at)| at).collect()
}

/// Numbers before text, so that a mixed attribute has an order at all.
fn sort_key(value: &Value) -> (i64, String) {
    match value {
        Value::Number(n) => (n.as_i64().unwrap_or_default(), String::new()),
        Value::String(text) => (i64::MAX, text.to_lowercase()),
        other => (i64::MAX, other.to_string()),
    }
}

const FILTER: Dialect<'static> = Dialect { allows: &filterable, ignore_case: false, single: false };

fn filterable(path: &str, op: Op) -> bool {
    match path {
        "lastUpdated" => op == Op::Equal || op.orders(),
        "id" | "status" | "profile.login" | "profile.email" | "profile.firstName"
        | "profile.lastName" => op == Op::Equal,
        _ => false,
    }
}

fn searchable(path: &str, op: Op) -> bool {
    match path {
        "profile.login" | "profile.email" | "profile.firstName" | "profile.lastName" => true,
        "id" | "status" | "created" | "activated" | "statusChanged" | "lastUpdated" | "type.id" => {
            op != Op::Contains
        }
        _ => op != Op::Contains && path.strip_prefix("profile.").is_some_and(|p| !p.is_empty()),
    }
}

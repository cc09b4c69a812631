//! Groups of the org and their members.

use serde_json::Value;

use crate::answer::Answer;
use crate::expression::{Dialect, Expression, Op};
use crate::page::{Limits, PageBounds, PageRows};
use crate::refusal::Refusal;

use super::{Call, invalid_filter, invalid_search, starts_with};

const LIMITS: Limits = Limits { default: 200, maximum: 10_000 };
const PREFIX_LIMITS: Limits = Limits { default: 300, maximum: 10_000 };
const MEMBER_LIMITS: Limits = Limits { default: 1000, maximum: 1000 };

pub(crate) fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.path(0);
    let group = call.org.groups.find(id).ok_or_else(|| Refusal::not_found(id, "UserGroup"))?;
    Ok(Answer::ok(group.json(&call.request.base)))
}

pub(crate) fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let request = call.request;
    let search = Dialect { allows: &searchable, ignore_case: true, single: false };
    let filter = Dialect { allows: &filterable, ignore_case: false, single: false };
    let expression = match (request.parameter("search"), request.parameter("filter")) {
        (Some(text), _) => Some(Expression::parse(text, search).map_err(invalid_search)?),
        (None, Some(text)) => Some(Expression::parse(text, filter).map_err(invalid_filter)?),
        (None, None) => None,
    };
    let prefix = request.parameter("q");
    let limits = if prefix.is_some() { PREFIX_LIMITS } else { LIMITS };
    let wanted = PageBounds::of(request, limits)?;
    let groups = call.org.groups.rows.iter().enumerate().skip(wanted.from).filter(|(_, group)| {
        expression.as_ref().is_none_or(|e| e.holds(&|path| group.attribute(path)))
            && prefix.is_none_or(|prefix| starts_with(&group.name, prefix))
    });
    let page = PageRows::of(groups.map(|(at, group)| (at, group.json(&request.base))), wanted);
    let mut links = page.links(request, wanted);
    links.retain(|link| prefix.is_none() || link.rel != "next");
    Ok(Answer::ok(Value::Array(page.rows)).with_links(links))
}

pub(crate) fn users(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.path(0);
    let group = call.org.groups.find(id).ok_or_else(|| Refusal::not_found(id, "UserGroup"))?;
    let wanted = PageBounds::of(call.request, MEMBER_LIMITS)?;
    let members = group.members.iter().enumerate().skip(wanted.from);
    let members = members.filter_map(|(at, id)| Some((at, call.org.users.find(id)?)));
    let base = &call.request.base;
    let page = PageRows::of(members.map(|(at, user)| (at, user.json(base))), wanted);
    let links = page.links(call.request, wanted);
    Ok(Answer::ok(Value::Array(page.rows)).with_links(links))
}

/// All groups of a user: Okta shows them without pages.
pub(crate) fn of_user(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.path(0);
    let user = call.org.users.find(id).ok_or_else(|| Refusal::not_found(id, "User"))?;
    let groups = call.org.groups.rows.iter().filter(|group| group.members.contains(&user.id));
    let base = &call.request.base;
    Ok(Answer::ok(Value::Array(groups.map(|group| group.json(base)).collect())))
}

fn filterable(path: &str, op: Op) -> bool {
    match path {
        "lastUpdated" | "lastMembershipUpdated" => op == Op::Equal || op.orders(),
        "id" | "type" => op == Op::Equal,
        _ => false,
    }
}

fn searchable(path: &str, op: Op) -> bool {
    match path {
        "profile.name" | "profile.description" => true,
        "id" | "type" | "created" | "lastUpdated" | "lastMembershipUpdated" | "source.id" => {
            op != Op::Contains
        }
        _ => false,
    }
}

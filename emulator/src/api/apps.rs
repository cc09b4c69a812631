//! Apps: the list is where identity sources are found, and what a user is assigned to.

use serde_json::Value;

use crate::answer::Answer;
use crate::expression::{Dialect, Expression, Op};
use crate::org::apps::App;
use crate::org::users::User;
use crate::page::{Limits, PageBounds, PageRows};
use crate::refusal::Refusal;
use crate::request::OrgRequest;

use super::{Call, invalid_filter, starts_with};

const LIMITS: Limits = Limits { default: 20, maximum: 200 };
const FILTER: Dialect<'static> = Dialect { allows: &filterable, ignore_case: false, single: true };

pub(crate) fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let wanted = PageBounds::of(call.request, LIMITS)?;
    let filter = call.request.parameter("filter").map(|text| Expression::parse(text, FILTER));
    let filter = filter.transpose().map_err(invalid_filter)?;
    let user = expanded_user(call.request);
    if let Some(user) = user
        && !filter.as_ref().is_some_and(|filter| filter.is_equality("user.id", user))
    {
        let cause = format!("expand: user/{user} needs the filter user.id eq \"{user}\"");
        return Err(Refusal::validation("expand", cause));
    }
    let user = user.and_then(|user| call.org.users.find(user));
    let prefix = call.request.parameter("q").unwrap_or_default();
    let apps = call.org.apps.iter().enumerate().skip(wanted.from).filter(|(_, app)| {
        filter.as_ref().is_none_or(|filter| filter.holds(&|path| app.attribute(path)))
            && (starts_with(&app.name, prefix) || starts_with(&app.label, prefix))
    });
    let base = &call.request.base;
    let page = PageRows::of(apps.map(|(at, app)| (at, shown(app, user, base))), wanted);
    let links = page.links(call.request, wanted);
    Ok(Answer::ok(Value::Array(page.rows)).with_links(links))
}

pub(crate) fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.path(0);
    let app = call.org.apps.iter().find(|app| app.id == id);
    let app = app.ok_or_else(|| Refusal::not_found(id, "AppInstance"))?;
    let user = expanded_user(call.request).and_then(|user| call.org.users.find(user));
    Ok(Answer::ok(shown(app, user, &call.request.base)))
}

/// Returns the id of the user whom `expand=user/{id}` asks for. Okta expands nothing else here.
fn expanded_user(request: &OrgRequest) -> Option<&str> {
    request.parameter("expand")?.strip_prefix("user/")
}

fn shown(app: &App, user: Option<&User>, base: &str) -> Value {
    match user.filter(|user| app.is_assigned_to(&user.id)) {
        Some(user) => app.json_with_user(user, base),
        None => app.json(base),
    }
}

fn filterable(path: &str, op: Op) -> bool {
    let attributes = [
        "credentials.signing.kid",
        "group.id",
        "id",
        "name",
        "settings.slo.enabled",
        "status",
        "user.id",
    ];
    op == Op::Equal && attributes.contains(&path)
}

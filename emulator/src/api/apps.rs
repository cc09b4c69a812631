//! Apps: the list is where identity sources are found.

use serde_json::Value;

use crate::answer::Answer;
use crate::expression::{Dialect, Expression, Op};
use crate::page::{Limits, Page, Wanted};
use crate::refusal::Refusal;

use super::{Call, invalid_filter, starts_with};

const LIMITS: Limits = Limits { default: 20, maximum: 200 };

pub(crate) fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let wanted = Wanted::of(call.request, LIMITS)?;
    let allows = |path: &str, op: Op| op == Op::Equal && matches!(path, "id" | "name" | "status");
    let dialect = Dialect { allows: &allows, ignore_case: false, single: true };
    let filter = call.request.parameter("filter").map(|text| Expression::parse(text, dialect));
    let filter = filter.transpose().map_err(invalid_filter)?;
    let prefix = call.request.parameter("q").unwrap_or_default();
    let apps = call.org.apps.iter().enumerate().skip(wanted.from).filter(|(_, app)| {
        filter.as_ref().is_none_or(|filter| filter.holds(&|path| app.attribute(path)))
            && (starts_with(&app.name, prefix) || starts_with(&app.label, prefix))
    });
    let base = &call.request.base;
    let page = Page::of(apps.map(|(at, app)| (at, app.json(base))), wanted);
    let links = page.links(call.request, wanted);
    Ok(Answer::ok(Value::Array(page.rows)).with_links(links))
}

pub(crate) fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.path(0);
    let app = call.org.apps.iter().find(|app| app.id == id);
    let app = app.ok_or_else(|| Refusal::not_found(id, "AppInstance"))?;
    Ok(Answer::ok(app.json(&call.request.base)))
}

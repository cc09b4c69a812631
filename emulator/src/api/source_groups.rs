//! Groups of an identity source and their memberships, one by one.

use serde_json::json;

use crate::answer::Answer;
use crate::page::{Limits, PageBounds, PageRows};
use crate::refusal::Refusal;
use crate::source::directory::Directory;
use crate::source::{load, profile};

use super::Call;

const MEMBER_LIMITS: Limits = Limits { default: 200, maximum: 1000 };

pub(crate) fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let source = call.path(0);
    let directory = call.org.directory(source)?;
    let body = call.request.json()?;
    let key = load::group_key(body.get("externalId"), "externalId")?;
    let profile = profile::of_group(body.get("profile"))?;
    if directory.groups.contains_key(&key) {
        let cause = "externalId: An object with this field already exists";
        return Err(Refusal::validation("externalId", cause));
    }
    directory.merge_group(&key, &profile, call.ids, call.now);
    shown(directory, &key)
}

pub(crate) fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    let directory = call.org.directory(source)?;
    shown(directory, &directory.group_key(id)?)
}

pub(crate) fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    let directory = call.org.directory(source)?;
    let key = directory.group_key(id)?;
    let body = call.request.json()?;
    if body.get("externalId").is_some_and(|other| other != &key) {
        return Err(Refusal::validation("externalId", "externalId: can't be changed"));
    }
    directory.merge_group(&key, &profile::of_group(body.get("profile"))?, call.ids, call.now);
    shown(directory, &key)
}

/// 200 without a body, as recorded, where the specification says 204.
pub(crate) fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    let directory = call.org.directory(source)?;
    let key = directory.group_key(id)?;
    directory.remove_group(&key);
    Ok(Answer::empty(200))
}

pub(crate) fn members(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    let directory = call.org.directory(source)?;
    let key = directory.group_key(id)?;
    let wanted = PageBounds::of(call.request, MEMBER_LIMITS)?;
    let members = directory.members.get(&key).into_iter().flatten().enumerate();
    let page = PageRows::of(members.skip(wanted.from), wanted);
    let links = page.links(call.request, wanted);
    Ok(Answer::ok(json!({ "memberExternalIds": page.rows })).with_links(links))
}

pub(crate) fn join(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    let directory = call.org.directory(source)?;
    let key = directory.group_key(id)?;
    let body = call.request.json()?;
    let member = load::group_key(body.get("memberExternalId"), "memberExternalId")?;
    directory.join(&key, &member)?;
    Ok(Answer::empty(204))
}

pub(crate) fn part(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id, member) = (call.path(0), call.path(1), call.path(2));
    let directory = call.org.directory(source)?;
    let key = directory.group_key(id)?;
    if directory.part(&key, member) {
        Ok(Answer::empty(204))
    } else {
        Err(Refusal::not_found(member, "IdentitySourceGroupMembership"))
    }
}

fn shown(directory: &Directory, key: &str) -> Result<Answer, Refusal> {
    let group = directory.groups.get(key);
    let group = group.ok_or_else(|| Refusal::not_found(key, "IdentitySourceGroup"))?;
    Ok(Answer::ok(group.group_json(key)))
}

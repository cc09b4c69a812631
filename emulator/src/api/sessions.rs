//! Import sessions of an identity source, and the bulk uploads into them.

use serde_json::Value;

use crate::answer::Answer;
use crate::refusal::Refusal;
use crate::source::load::{Kind, Load};

use super::Call;

pub(crate) fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let source = call.org.source(call.path(0))?;
    Ok(Answer::ok(Value::Array(source.list())))
}

pub(crate) fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.path(0);
    let settings = call.org.settings.clone();
    let source = call.org.source(id)?;
    Ok(Answer::json(201, source.create_session(call.ids, call.now, &settings)?))
}

pub(crate) fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    let session = call.org.source(source)?.session(id, call.now)?;
    Ok(Answer::ok(session.json(source)))
}

pub(crate) fn cancel(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    call.org.source(source)?.session(id, call.now)?.cancel(call.now)?;
    Ok(Answer::empty(204))
}

pub(crate) fn start_import(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    Ok(Answer::ok(call.org.source(source)?.trigger(id, call.now)?))
}

pub(crate) fn upsert(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    load(call, Kind::Upsert)
}

pub(crate) fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    load(call, Kind::Delete)
}

pub(crate) fn groups_upsert(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    load(call, Kind::GroupsUpsert)
}

pub(crate) fn groups_delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    load(call, Kind::GroupsDelete)
}

pub(crate) fn memberships_upsert(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    load(call, Kind::GroupMembershipsUpsert)
}

pub(crate) fn memberships_delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    load(call, Kind::GroupMembershipsDelete)
}

fn load(call: &mut Call<'_>, kind: Kind) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    let source = call.org.source(source)?;
    source.session(id, call.now)?.check_open()?;
    let load = Load::parse(kind, &call.request.json()?, call.request.body.len())?;
    source.load(id, load, call.now)?;
    Ok(Answer::empty(202))
}

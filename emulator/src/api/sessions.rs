//! Import sessions of an identity source.

use serde_json::Value;

use crate::answer::Answer;
use crate::refusal::Refusal;

use super::Call;

pub(crate) fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let source = call.org.source(call.path(0))?;
    Ok(Answer::ok(Value::Array(source.list())))
}

pub(crate) fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.path(0);
    let settings = call.org.settings.clone();
    let source = call.org.source(id)?;
    let session = source.create_session(call.ids, call.now, &settings)?;
    Ok(Answer::json(201, session.json(id)))
}

pub(crate) fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    let session = call.org.source(source)?.session(id)?;
    Ok(Answer::ok(session.json(source)))
}

pub(crate) fn cancel(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (source, id) = (call.path(0), call.path(1));
    call.org.source(source)?.session(id)?.cancel(call.now)?;
    Ok(Answer::empty(204))
}

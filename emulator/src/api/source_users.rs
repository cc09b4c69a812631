//! Users of an identity source, one by one.

use crate::answer::Answer;
use crate::refusal::Refusal;
use crate::source::directory::Directory;
use crate::source::{load, profile};

use super::Call;

pub(crate) fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let directory = call.org.directory(call.path(0))?;
    let body = call.request.json()?;
    let key = load::user_key(body.get("externalId"))?;
    let profile = profile::of_user(body.get("profile"), true)?;
    if directory.users.contains_key(&key) {
        let cause = "externalId: An object with this field already exists";
        return Err(Refusal::validation("externalId", cause));
    }
    directory.merge_user(&key, &profile, call.ids, call.now);
    shown(directory, &key)
}

pub(crate) fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let key = call.path(1);
    shown(call.org.directory(call.path(0))?, key)
}

pub(crate) fn replace(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let key = call.path(1);
    let body = call.request.json()?;
    let directory = call.org.directory(call.path(0))?;
    directory.user(key)?;
    directory.replace_user(key, profile::of_user(body.get("profile"), true)?, call.now)?;
    shown(directory, key)
}

pub(crate) fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let key = call.path(1);
    let directory = call.org.directory(call.path(0))?;
    directory.user(key)?;
    let body = call.request.json()?;
    let profile = profile::of_user(body.get("profile"), true)?;
    directory.merge_user(key, &profile, call.ids, call.now);
    shown(directory, key)
}

/// 200 without a body, where the specification says 204.
pub(crate) fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let key = call.path(1);
    let directory = call.org.directory(call.path(0))?;
    directory.user(key)?;
    directory.remove_user(key);
    Ok(Answer::empty(200))
}

fn shown(directory: &Directory, key: &str) -> Result<Answer, Refusal> {
    Ok(Answer::ok(directory.user(key)?.user_json(key)))
}

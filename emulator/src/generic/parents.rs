//! The parents in the path of a request: they must exist, and some are held by rooms of their own.
//!
//! What is done below them is decided elsewhere.

use crate::org::Org;
use crate::refusal::Refusal;
use crate::spec::{Named, Operation, is_parameter};

/// The path of a request, with the ids of users in place of their logins. A parent that does not exist is
/// refused.
pub(super) fn resolve(
    org: &mut Org,
    operation: &Operation,
    segments: &[String],
) -> Result<Vec<String>, Refusal> {
    let (mut template, mut path, mut resolved) = (String::new(), String::new(), Vec::new());
    let ours = operation.path.trim_start_matches('/').split('/');
    for (ours, key) in ours.zip(segments) {
        let is_last = resolved.len() + 1 == segments.len();
        let key = match is_parameter(ours) && !is_last {
            true => existing(org, &template, &path, ours, key)
                .ok_or_else(|| Refusal::not_found(key, "Resource"))?,
            false => key.clone(),
        };
        template = format!("{template}/{ours}");
        path = format!("{path}/{key}");
        resolved.push(key);
    }
    Ok(resolved)
}

/// The key of an object that a collection has. What is no collection has any.
fn existing(
    org: &mut Org,
    template: &str,
    path: &str,
    parameter: &str,
    key: &str,
) -> Option<String> {
    let exists = match template {
        "/api/v1/users" => return org.users.find(key).map(|user| user.id.clone()),
        "/api/v1/groups" => org.groups.rows.iter().any(|group| group.id == key),
        "/api/v1/apps" | "/oauth2/v1/clients" => org.apps.iter().any(|app| app.id == key),
        _ => match Named::of(template) {
            Some(Named::Rows(list)) => org.objects.find(path, &list, parameter, key).is_some(),
            _ => true,
        },
    };
    exists.then(|| key.to_owned())
}

/// Whether a room of its own holds what a path with parameters names, so that nothing is written here.
pub(super) fn is_elsewhere(template: &str) -> bool {
    let collection = template.rsplit_once('/').filter(|(_, key)| is_parameter(key));
    let collection = collection.map_or(template, |(above, _)| above);
    matches!(
        collection,
        "/api/v1/users" | "/api/v1/groups" | "/api/v1/groups/{groupId}/users" | "/api/v1/apps"
    )
}

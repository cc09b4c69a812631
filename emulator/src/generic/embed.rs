//! What `expand` puts into an object: the user, the group or the app that it is about.
//!
//! Whatever else is asked for is there, and empty.

use serde_json::{Map, Value, json};

use crate::org::Org;
use crate::request::OrgRequest;

/// Embeds what a request asks for.
pub(super) fn embed(org: &Org, request: &OrgRequest, object: &mut Value) {
    let (Some(expanded), Value::Object(members)) = (request.parameter("expand"), object) else {
        return;
    };
    let about = |name: &str| meant(org, &request.base, name, members).unwrap_or_else(|| json!({}));
    let embedded: Map<_, _> =
        expanded.split(',').map(|name| (name.to_owned(), about(name))).collect();
    members.insert("_embedded".to_owned(), Value::Object(embedded));
}

/// The object of another room that a row names: by a property of its own, or by the same id.
fn meant(org: &Org, base: &str, name: &str, row: &Map<String, Value>) -> Option<Value> {
    let key = row.get(&format!("{name}Id")).or(row.get("id"))?.as_str()?;
    match name {
        "user" => Some(org.users.find(key)?.json(base)),
        "group" => Some(org.groups.find(key)?.json(base)),
        "app" => Some(org.apps.iter().find(|app| app.id == key)?.json(base)),
        _ => None,
    }
}

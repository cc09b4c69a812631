//! Shows what the identity sources imported as users and groups of the org itself.
//!
//! Real orgs do it by their own import rules. Here it is all or nothing (`publish_imports`), and a
//! user who exists already is matched by login.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::ids::Ids;
use crate::source::Source;

use super::groups::{Group, Groups};
use super::users::{User, Users};

/// By source and external id, the id of the org's user.
#[derive(Debug, Default)]
pub(crate) struct Links {
    users: BTreeMap<(String, String), String>,
}

/// Brings over what has changed since the last call.
pub(crate) fn publish(
    source: &mut Source,
    links: &mut Links,
    users: &mut Users,
    groups: &mut Groups,
    ids: &mut Ids,
    now: Timestamp,
) {
    for key in std::mem::take(&mut source.directory.changed_users) {
        let link = (source.id.clone(), key);
        match source.directory.users.get(&link.1) {
            Some(object) => {
                let profile = org_profile(&object.profile);
                let id = publish_user(links.users.get(&link), profile, users, ids, now);
                links.users.insert(link, id);
            }
            None => {
                if let Some(user) = links.users.get(&link).and_then(|id| users.find_mut(id)) {
                    user.set_status("DEPROVISIONED", now);
                }
            }
        }
    }
    for key in std::mem::take(&mut source.directory.changed_groups) {
        let members = source.directory.members.get(&key).into_iter().flatten();
        let members: BTreeSet<String> = members
            .filter_map(|member| links.users.get(&(source.id.clone(), member.clone())).cloned())
            .collect();
        let Some(object) = source.directory.groups.get(&key) else {
            groups
                .rows
                .retain(|group| group.source.as_ref() != Some(&(source.id.clone(), key.clone())));
            continue;
        };
        let text = |name| object.profile.get(name).and_then(Value::as_str).map(str::to_owned);
        publish_group(
            Group {
                id: object.id.clone(),
                name: text("displayName").unwrap_or_default(),
                description: text("description"),
                kind: "APP_GROUP".to_owned(),
                source: Some((source.id.clone(), key.clone())),
                created: now,
                last_updated: now,
                last_membership_updated: now,
                members,
            },
            groups,
        );
    }
}

fn publish_user(
    known: Option<&String>,
    profile: Map<String, Value>,
    users: &mut Users,
    ids: &mut Ids,
    now: Timestamp,
) -> String {
    let login = profile.get("login").and_then(Value::as_str).unwrap_or_default();
    let existing = known.and_then(|id| users.find(id)).or_else(|| users.find(login));
    if let Some(id) = existing.map(|user| user.id.clone()) {
        if let Some(user) = users.find_mut(&id) {
            user.profile.extend(profile);
            user.last_updated = now;
            user.set_status("ACTIVE", now);
        }
        return id;
    }
    let id = ids.next("00u");
    // The login is free: it was looked up above.
    let _ = users.add(User::new(id.clone(), "ACTIVE", now, profile));
    id
}

fn publish_group(group: Group, groups: &mut Groups) {
    match groups.rows.iter_mut().find(|other| other.id == group.id) {
        Some(known) => *known = Group { created: known.created, ..group },
        None => groups.rows.push(group),
    }
}

/// The default mapping: the user name is the login, and everything else keeps its name.
fn org_profile(profile: &Map<String, Value>) -> Map<String, Value> {
    let named = profile.iter().map(|(name, value)| match name.as_str() {
        "userName" => ("login".to_owned(), value.clone()),
        "homeAddress" => ("streetAddress".to_owned(), value.clone()),
        _ => (name.clone(), value.clone()),
    });
    named.collect()
}

//! The users, groups and memberships that a source has brought to Okta.
//!
//! It remembers which of them changed, for whoever shows them elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::clock::wire;
use crate::ids::Ids;
use crate::refusal::Refusal;

use super::load::{Entry, Kind, Load};
use super::profile::OF_EVERY_USER;

#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) users: BTreeMap<String, Object>,
    pub(crate) groups: BTreeMap<String, Object>,
    /// By the group's external id, the external ids of its members.
    pub(crate) members: BTreeMap<String, BTreeSet<String>>,
    pub(crate) changed_users: BTreeSet<String>,
    pub(crate) changed_groups: BTreeSet<String>,
}

/// A user or a group.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) id: String,
    created: Timestamp,
    last_updated: Timestamp,
    pub(crate) profile: Map<String, Value>,
}

impl Directory {
    /// Does what the load says. What it names and nobody knows is passed over, as Okta does.
    pub(crate) fn apply(&mut self, load: &Load, ids: &mut Ids, now: Timestamp) {
        for entry in &load.entries {
            match (load.kind, entry) {
                (Kind::Upsert, Entry::Object { external_id, profile }) => {
                    self.merge_user(external_id, profile, ids, now);
                }
                (Kind::GroupsUpsert, Entry::Object { external_id, profile }) => {
                    self.merge_group(external_id, profile, ids, now);
                }
                (Kind::Delete, Entry::Key(key)) => {
                    self.remove_user(key);
                }
                (Kind::GroupsDelete, Entry::Key(key)) => {
                    self.remove_group(key);
                }
                (Kind::GroupMembershipsUpsert, Entry::Members { group, members }) => {
                    for member in members {
                        // An unknown group or user: passed over.
                        let _ = self.join(group, member);
                    }
                }
                (Kind::GroupMembershipsDelete, Entry::Members { group, members }) => {
                    for member in members {
                        self.part(group, member);
                    }
                }
                _ => {}
            }
        }
    }

    pub(crate) fn merge_user(
        &mut self,
        key: &str,
        profile: &Map<String, Value>,
        ids: &mut Ids,
        now: Timestamp,
    ) {
        self.changed_users.insert(key.to_owned());
        merge(&mut self.users, key, profile, || ids.next("0ua"), now);
    }

    pub(crate) fn merge_group(
        &mut self,
        key: &str,
        profile: &Map<String, Value>,
        ids: &mut Ids,
        now: Timestamp,
    ) {
        self.changed_groups.insert(key.to_owned());
        merge(&mut self.groups, key, profile, || ids.next("00g"), now);
    }

    pub(crate) fn replace_user(
        &mut self,
        key: &str,
        profile: Map<String, Value>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let user = self.users.get_mut(key).ok_or_else(|| unknown_user(key))?;
        user.profile = profile;
        user.last_updated = now;
        self.changed_users.insert(key.to_owned());
        Ok(())
    }

    pub(crate) fn user(&self, key: &str) -> Result<&Object, Refusal> {
        self.users.get(key).ok_or_else(|| unknown_user(key))
    }

    /// The external id of a group that may be named by its Okta id as well.
    pub(crate) fn group_key(&self, id_or_key: &str) -> Result<String, Refusal> {
        if self.groups.contains_key(id_or_key) {
            return Ok(id_or_key.to_owned());
        }
        let by_id = self.groups.iter().find(|(_, group)| group.id == id_or_key);
        let key = by_id.map(|(key, _)| key.clone());
        key.ok_or_else(|| Refusal::not_found(id_or_key, "IdentitySourceGroup"))
    }

    pub(crate) fn remove_user(&mut self, key: &str) -> bool {
        for (group, members) in &mut self.members {
            if members.remove(key) {
                self.changed_groups.insert(group.clone());
            }
        }
        self.changed_users.insert(key.to_owned());
        self.users.remove(key).is_some()
    }

    pub(crate) fn remove_group(&mut self, key: &str) {
        self.groups.remove(key);
        self.members.remove(key);
        self.changed_groups.insert(key.to_owned());
    }

    pub(crate) fn join(&mut self, group: &str, member: &str) -> Result<(), Refusal> {
        if !self.groups.contains_key(group) {
            return Err(Refusal::not_found(group, "IdentitySourceGroup"));
        }
        self.user(member)?;
        self.members.entry(group.to_owned()).or_default().insert(member.to_owned());
        self.changed_groups.insert(group.to_owned());
        Ok(())
    }

    pub(crate) fn part(&mut self, group: &str, member: &str) -> bool {
        self.changed_groups.insert(group.to_owned());
        self.members.get_mut(group).is_some_and(|members| members.remove(member))
    }

    pub(crate) fn json(&self) -> Value {
        let all = |objects: &BTreeMap<String, Object>| -> Vec<Value> {
            objects.iter().map(|(key, object)| object.state(key)).collect()
        };
        json!({
            "users": all(&self.users),
            "groups": all(&self.groups),
            "memberships": self.members,
        })
    }
}

impl Object {
    pub(crate) fn user_json(&self, external_id: &str) -> Value {
        let nulls = OF_EVERY_USER.iter().map(|name| ((*name).to_owned(), Value::Null));
        let mut profile: Map<_, _> = nulls.collect();
        profile.extend(self.profile.clone());
        self.json(external_id, &profile)
    }

    /// Groups are shown without times.
    pub(crate) fn group_json(&self, external_id: &str) -> Value {
        json!({ "id": self.id, "externalId": external_id, "profile": self.profile })
    }

    fn json(&self, external_id: &str, profile: &Map<String, Value>) -> Value {
        json!({
            "id": self.id,
            "externalId": external_id,
            "created": wire(self.created),
            "lastUpdated": wire(self.last_updated),
            "profile": profile,
        })
    }

    /// Shows what was loaded, for the control API.
    fn state(&self, external_id: &str) -> Value {
        self.json(external_id, &self.profile)
    }
}

fn merge(
    objects: &mut BTreeMap<String, Object>,
    key: &str,
    profile: &Map<String, Value>,
    id: impl FnOnce() -> String,
    now: Timestamp,
) {
    let object = objects.entry(key.to_owned()).or_insert_with(|| Object {
        id: id(),
        created: now,
        last_updated: now,
        profile: Map::new(),
    });
    object.last_updated = now;
    object.profile.extend(profile.clone());
}

fn unknown_user(key: &str) -> Refusal {
    Refusal::not_found(key, "IdentitySourceUser")
}

//! The org's groups and who is in them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::wire;
use crate::ids::Ids;
use crate::seed::GroupSeed;

use super::users::Users;

#[derive(Debug, Default)]
pub(crate) struct Groups {
    pub(crate) rows: Vec<Group>,
}

#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) kind: String,
    /// The identity source that the group comes from, and its external id there.
    pub(crate) source: Option<(String, String)>,
    pub(crate) created: Timestamp,
    pub(crate) last_updated: Timestamp,
    pub(crate) last_membership_updated: Timestamp,
    /// Ids of users.
    pub(crate) members: BTreeSet<String>,
}

impl Groups {
    pub(crate) fn find(&self, id: &str) -> Option<&Group> {
        self.rows.iter().find(|group| group.id == id)
    }

    pub(crate) fn seed(
        &mut self,
        seed: &GroupSeed,
        users: &Users,
        ids: &mut Ids,
        now: Timestamp,
    ) -> Result<(), String> {
        let mut members = BTreeSet::new();
        for login in &seed.members {
            let user = users.find(login);
            let user = user.ok_or_else(|| format!("group {:?}: no user {login:?}", seed.name))?;
            members.insert(user.id.clone());
        }
        self.rows.push(Group {
            id: seed.id.clone().unwrap_or_else(|| ids.next("00g")),
            name: seed.name.clone(),
            description: seed.description.clone(),
            kind: seed.kind.clone(),
            source: None,
            created: now,
            last_updated: now,
            last_membership_updated: now,
            members,
        });
        Ok(())
    }
}

impl Group {
    pub(crate) fn attribute(&self, path: &str) -> Option<Value> {
        match path {
            "id" => Some(Value::String(self.id.clone())),
            "type" => Some(Value::String(self.kind.clone())),
            "created" => Some(Value::String(wire(self.created))),
            "lastUpdated" => Some(Value::String(wire(self.last_updated))),
            "lastMembershipUpdated" => Some(Value::String(wire(self.last_membership_updated))),
            "source.id" => self.source.as_ref().map(|(id, _)| Value::String(id.clone())),
            "profile.name" => Some(Value::String(self.name.clone())),
            "profile.description" => self.description.clone().map(Value::String),
            _ => None,
        }
    }

    pub(crate) fn json(&self, base: &str) -> Value {
        let mut json = json!({
            "id": self.id,
            "created": wire(self.created),
            "lastUpdated": wire(self.last_updated),
            "lastMembershipUpdated": wire(self.last_membership_updated),
            "objectClass": ["okta:user_group"],
            "type": self.kind,
            "profile": { "name": self.name, "description": self.description },
            "_links": {
                "users": { "href": format!("{base}/api/v1/groups/{}/users", self.id) },
                "apps": { "href": format!("{base}/api/v1/groups/{}/apps", self.id) },
            },
        });
        if let (Some((id, _)), Some(json)) = (&self.source, json.as_object_mut()) {
            json.insert("source".to_owned(), json!({ "id": id }));
        }
        json
    }
}

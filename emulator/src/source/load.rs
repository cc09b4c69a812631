//! The six bulk uploads: what each body must look like, and what it stands for.
//!
//! Nothing is imported here. A load waits in its session until the import applies it.

use serde_json::{Map, Value, json};

use crate::refusal::Refusal;

use super::profile;

/// Entries of one request, and requests of one session, that Okta takes at most.
pub(crate) const MAX_ENTRIES: usize = 200;
pub(crate) const MAX_REQUESTS: usize = 50;
/// "200 KB", read strictly: what fits here fits whatever Okta counts as a kilobyte.
pub(crate) const MAX_BYTES: usize = 200_000;

const MAX_USER_KEY: usize = 512;
const MAX_GROUP_KEY: usize = 255;

/// A `bulk-*` endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Delete,
    GroupMembershipsDelete,
    GroupMembershipsUpsert,
    GroupsDelete,
    GroupsUpsert,
    Upsert,
}

/// One accepted upload.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) kind: Kind,
    pub(crate) entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// Something to delete, by its external id.
    Key(String),
    Members {
        group: String,
        members: Vec<String>,
    },
    Object {
        external_id: String,
        profile: Map<String, Value>,
    },
}

impl Kind {
    pub(crate) fn endpoint(self) -> &'static str {
        match self {
            Kind::Delete => "bulk-delete",
            Kind::GroupMembershipsDelete => "bulk-group-memberships-delete",
            Kind::GroupMembershipsUpsert => "bulk-group-memberships-upsert",
            Kind::GroupsDelete => "bulk-groups-delete",
            Kind::GroupsUpsert => "bulk-groups-upsert",
            Kind::Upsert => "bulk-upsert",
        }
    }

    /// The property of the body that holds the entries.
    fn list(self) -> &'static str {
        match self {
            Kind::Delete | Kind::GroupsUpsert | Kind::Upsert => "profiles",
            Kind::GroupMembershipsDelete | Kind::GroupMembershipsUpsert => "memberships",
            Kind::GroupsDelete => "externalIds",
        }
    }

    fn entry(self, entry: &Value) -> Result<Entry, Refusal> {
        match self {
            Kind::Delete => {
                key(entry.get("externalId"), "externalId", MAX_USER_KEY).map(Entry::Key)
            }
            Kind::GroupsDelete => key(Some(entry), "externalIds", MAX_GROUP_KEY).map(Entry::Key),
            Kind::GroupMembershipsDelete | Kind::GroupMembershipsUpsert => members(entry),
            Kind::GroupsUpsert => Ok(Entry::Object {
                external_id: key(entry.get("externalId"), "externalId", MAX_GROUP_KEY)?,
                profile: profile::of_group(entry.get("profile"))?,
            }),
            Kind::Upsert => Ok(Entry::Object {
                external_id: key(entry.get("externalId"), "externalId", MAX_USER_KEY)?,
                profile: profile::of_user(entry.get("profile"), false)?,
            }),
        }
    }
}

impl Load {
    pub(crate) fn parse(kind: Kind, body: &Value, bytes: usize) -> Result<Load, Refusal> {
        if bytes > MAX_BYTES {
            let cause = "The request body must not be larger than 200 KB.";
            return Err(Refusal::validation("payload", cause));
        }
        let body = body.as_object().ok_or_else(Refusal::malformed)?;
        let of_users = matches!(kind, Kind::Delete | Kind::Upsert);
        if of_users && body.get("entityType").and_then(Value::as_str) != Some("USERS") {
            return Err(Refusal::malformed());
        }
        let list = body.get(kind.list()).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if list.is_empty() || list.len() > MAX_ENTRIES {
            let cause = format!("{}: must have 1 to {MAX_ENTRIES} entries", kind.list());
            return Err(Refusal::validation(kind.list(), cause));
        }
        let entries: Result<Vec<_>, _> = list.iter().map(|entry| kind.entry(entry)).collect();
        Ok(Load { kind, entries: entries? })
    }

    pub(crate) fn json(&self) -> Value {
        let entries: Vec<_> = self.entries.iter().map(Entry::json).collect();
        json!({ "endpoint": self.kind.endpoint(), "entries": entries })
    }
}

impl Entry {
    fn json(&self) -> Value {
        match self {
            Entry::Key(external_id) => json!({ "externalId": external_id }),
            Entry::Members { group, members } => {
                json!({ "groupExternalId": group, "memberExternalIds": members })
            }
            Entry::Object { external_id, profile } => {
                json!({ "externalId": external_id, "profile": profile })
            }
        }
    }
}

fn members(entry: &Value) -> Result<Entry, Refusal> {
    let group = key(entry.get("groupExternalId"), "groupExternalId", MAX_GROUP_KEY)?;
    let list = entry.get("memberExternalIds").and_then(Value::as_array);
    let list = list.filter(|list| !list.is_empty()).ok_or_else(|| {
        Refusal::validation("memberExternalIds", "memberExternalIds: must not be empty")
    })?;
    let members = list.iter().map(|m| key(Some(m), "memberExternalIds", MAX_GROUP_KEY));
    Ok(Entry::Members { group, members: members.collect::<Result<_, _>>()? })
}

pub(crate) fn user_key(value: Option<&Value>) -> Result<String, Refusal> {
    key(value, "externalId", MAX_USER_KEY)
}

pub(crate) fn group_key(value: Option<&Value>, name: &str) -> Result<String, Refusal> {
    key(value, name, MAX_GROUP_KEY)
}

fn key(value: Option<&Value>, name: &str, max: usize) -> Result<String, Refusal> {
    match value.and_then(Value::as_str) {
        Some(text) if !text.is_empty() && text.chars().count() <= max => Ok(text.to_owned()),
        _ => Err(Refusal::validation(name, format!("{name}: must have 1 to {max} characters"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(kind: Kind, body: &Value) -> String {
        let bytes = body.to_string().len();
        Load::parse(kind, body, bytes).map_or_else(|refusal| refusal.code, |_| "ok".to_owned())
    }

    #[test]
    fn users_need_an_entity_type_and_entries() {
        let profiles = json!([{ "externalId": "a", "profile": { "email": "a@b.example" } }]);
        let body = |entity: &str| json!({ "entityType": entity, "profiles": profiles });
        assert_eq!(code(Kind::Upsert, &body("USERS")), "ok");
        assert_eq!(code(Kind::Upsert, &body("GROUPS")), "E0000003");
        assert_eq!(code(Kind::Upsert, &json!({ "profiles": profiles })), "E0000003");
        assert_eq!(code(Kind::Upsert, &json!({ "entityType": "USERS" })), "E0000001");
        assert_eq!(
            code(Kind::Upsert, &json!({ "entityType": "USERS", "profiles": [] })),
            "E0000001"
        );
        assert_eq!(code(Kind::Upsert, &json!([])), "E0000003");
    }

    #[test]
    fn limits_of_entries_keys_and_bytes() {
        let keys = |n: usize| json!({ "externalIds": vec!["k"; n] });
        assert_eq!(code(Kind::GroupsDelete, &keys(200)), "ok");
        assert_eq!(code(Kind::GroupsDelete, &keys(201)), "E0000001");
        assert_eq!(code(Kind::GroupsDelete, &json!({ "externalIds": ["é".repeat(255)] })), "ok");
        assert_eq!(
            code(Kind::GroupsDelete, &json!({ "externalIds": ["é".repeat(256)] })),
            "E0000001"
        );
        let wide = json!({ "externalIds": vec!["k".repeat(255); 200], "x": "y".repeat(150_000) });
        assert_eq!(code(Kind::GroupsDelete, &wide), "E0000001");
    }

    #[test]
    fn profiles_hold_text_only() {
        let of = |profile: Value| json!({ "entityType": "USERS", "profiles": [{ "externalId": "a", "profile": profile }] });
        assert_eq!(code(Kind::Upsert, &of(json!({ "firstName": null, "badge": "7" }))), "ok");
        assert_eq!(code(Kind::Upsert, &of(json!({}))), "E0000001");
        assert_eq!(code(Kind::Upsert, &of(json!({ "badge": 7 }))), "E0000001");
        assert_eq!(code(Kind::Upsert, &of(json!({ "email": "no" }))), "E0000001");
        assert_eq!(code(Kind::Upsert, &of(json!({ "firstName": "x".repeat(51) }))), "E0000001");
    }
}

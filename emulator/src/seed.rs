//! What an org holds when the emulator starts, as the JSON that `--seed` and the control API take.
//!
//! A seed is input only: what became of an org is shown by its state, not by a seed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Objects by the path of their collection, in which `*` stands for any parent. What an object leaves out
/// is made up.
pub type Objects = BTreeMap<String, Vec<Map<String, Value>>>;

/// The org of the default seed that has objects of its own, and these.
const SEEDED: &str = "acme";
const OBJECTS: &[&str] = &[
    include_str!("seed/access.json"),
    include_str!("seed/directory.json"),
    include_str!("seed/log.json"),
    include_str!("seed/policies.json"),
    include_str!("seed/tokens.json"),
];

/// All orgs by subdomain. The default is the file `seed.json` beside this one.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    pub orgs: BTreeMap<String, OrgSeed>,
}

impl Default for Seed {
    fn default() -> Seed {
        let parsed = serde_json::from_str(include_str!("seed.json"));
        let mut seed = parsed.unwrap_or(Seed { orgs: BTreeMap::new() });
        let parts = OBJECTS.iter().filter_map(|text| serde_json::from_str::<Objects>(text).ok());
        let objects = parts.flatten().collect();
        seed.orgs.entry(SEEDED.to_owned()).or_default().objects = objects;
        seed
    }
}

/// One org. Whatever is left out is empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrgSeed {
    /// API tokens, for `Authorization: SSWS …`. They may do everything.
    pub tokens: Vec<String>,
    /// OAuth 2.0 access tokens that exist from the start.
    pub access_tokens: Vec<AccessTokenSeed>,
    /// Service apps that may ask for access tokens.
    pub clients: Vec<ClientSeed>,
    pub settings: Settings,
    /// An app named `custom_identity_source` is an identity source with the same id.
    pub apps: Vec<AppSeed>,
    pub users: Vec<UserSeed>,
    /// That many users more, named by number.
    pub generated_users: usize,
    pub groups: Vec<GroupSeed>,
    /// What else is in it; collections that are not named here are made up.
    pub objects: Objects,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AccessTokenSeed {
    pub token: String,
    pub scopes: Vec<String>,
}

/// A service app, which signs its token requests with `private_key_jwt`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSeed {
    pub client_id: String,
    /// Its public keys.
    pub jwks: Jwks,
    /// The scopes that it may ask for.
    pub scopes: Vec<String>,
    /// It must prove possession of a key (DPoP).
    #[serde(default)]
    pub dpop: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Jwks {
    pub keys: Vec<Value>,
}

/// How an org behaves. Seconds are those of the emulator's clock.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How long after start-import no new session of that source can be made.
    pub cooldown_seconds: i64,
    /// How long an import takes.
    pub import_seconds: i64,
    /// Imports end as ERROR, and import nothing.
    pub imports_fail: bool,
    /// Imported users and groups also become users and groups of the org.
    pub publish_imports: bool,
    /// Requests under way at the same time before Okta refuses one.
    pub concurrency_limit: usize,
    /// How long an access token lives, in real seconds.
    pub token_seconds: i64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            cooldown_seconds: 300,
            import_seconds: 60,
            imports_fail: false,
            publish_imports: false,
            concurrency_limit: 75,
            token_seconds: 3600,
        }
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AppSeed {
    pub id: Option<String>,
    pub name: String,
    pub label: String,
    #[serde(default = "active")]
    pub status: String,
    /// Default: BOOKMARK, and none of an identity source.
    pub sign_on_mode: Option<String>,
    /// Where a bookmark leads.
    pub url: Option<String>,
    /// Logins of users of this seed who are assigned to it.
    #[serde(default)]
    pub users: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct UserSeed {
    pub id: Option<String>,
    #[serde(default = "active")]
    pub status: String,
    /// Default: a day later than the user before.
    pub created: Option<String>,
    pub profile: Map<String, Value>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSeed {
    pub id: Option<String>,
    pub name: String,
    pub description: Option<String>,
    #[serde(default = "okta_group", rename = "type")]
    pub kind: String,
    /// Logins of users of this seed.
    #[serde(default)]
    pub members: Vec<String>,
}

fn active() -> String {
    "ACTIVE".to_owned()
}

fn okta_group() -> String {
    "OKTA_GROUP".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_default_seed_is_read() {
        for text in OBJECTS {
            assert!(!serde_json::from_str::<Objects>(text).unwrap().is_empty());
        }
        assert!(Seed::default().orgs[SEEDED].objects.len() > OBJECTS.len());
    }

    #[test]
    fn the_default_seed_parses_and_its_ids_have_oktas_length() {
        let seed: Seed = serde_json::from_str(include_str!("seed.json")).unwrap();
        assert_eq!(seed.orgs.keys().collect::<Vec<_>>(), ["acme", "globex"]);
        for org in seed.orgs.values() {
            let users = org.users.iter().map(|u| u.id.as_ref());
            let apps = org.apps.iter().map(|a| a.id.as_ref());
            let groups = org.groups.iter().map(|g| g.id.as_ref());
            for id in users.chain(apps).chain(groups).flatten() {
                assert_eq!(id.len(), 20, "{id}");
            }
        }
    }
}

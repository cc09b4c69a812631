//! The org's apps, among them those that are identity sources, and who is assigned to them.
//!
//! Apps are read only, and only users are assigned to them, no groups.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::clock::wire;
use crate::ids::Ids;
use crate::seed::AppSeed;

use super::users::{User, Users};

/// The name of every app that is an identity source.
pub(crate) const IDENTITY_SOURCE: &str = "custom_identity_source";
const BOOKMARK: &str = "bookmark";

/// The features of an app with profile sourcing, in the order of recorded answers.
const SOURCE_FEATURES: [&str; 3] =
    ["IMPORT_PROFILE_UPDATES", "PROFILE_MASTERING", "IMPORT_NEW_USERS"];

#[derive(Debug)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) status: String,
    /// An identity source has none.
    sign_on_mode: Option<String>,
    features: &'static [&'static str],
    /// `settings.app`: what this kind of app is told.
    settings: Map<String, Value>,
    orn: String,
    created: Timestamp,
    /// Ids of the users who are assigned to it.
    users: Vec<String>,
}

impl App {
    pub(crate) fn from_seed(
        seed: &AppSeed,
        org_id: &str,
        users: &Users,
        ids: &mut Ids,
        now: Timestamp,
    ) -> Result<App, String> {
        let id = seed.id.clone().unwrap_or_else(|| ids.next("0oa"));
        let is_source = seed.name == IDENTITY_SOURCE;
        let mode = (!is_source).then(|| "BOOKMARK".to_owned());
        let assigned = seed.users.iter().map(|login| {
            let user = users.find(login);
            let user = user.ok_or_else(|| format!("app {:?}: no user {login:?}", seed.label))?;
            Ok(user.id.clone())
        });
        Ok(App {
            name: seed.name.clone(),
            label: seed.label.clone(),
            status: seed.status.clone(),
            sign_on_mode: seed.sign_on_mode.clone().or(mode),
            features: if is_source { &SOURCE_FEATURES } else { &[] },
            settings: settings(seed),
            orn: format!("orn:okta:idp:{org_id}:apps:{}:{id}", seed.name),
            created: now,
            users: assigned.collect::<Result<_, String>>()?,
            id,
        })
    }

    pub(crate) fn is_assigned_to(&self, user: &str) -> bool {
        self.users.iter().any(|id| id == user)
    }

    /// Returns what a filter compares. An app has no group, signing key or logout of its own here.
    pub(crate) fn attribute(&self, path: &str) -> Option<Value> {
        match path {
            "id" => Some(json!(self.id)),
            "name" => Some(json!(self.name)),
            "status" => Some(json!(self.status)),
            "user.id" => Some(json!(self.users)),
            _ => None,
        }
    }

    pub(crate) fn json(&self, base: &str) -> Value {
        let url = format!("{base}/api/v1/apps/{}", self.id);
        let change = if self.status == "ACTIVE" { "deactivate" } else { "activate" };
        json!({
            "id": self.id,
            "orn": self.orn,
            "name": self.name,
            "label": self.label,
            "status": self.status,
            "created": wire(self.created),
            "lastUpdated": wire(self.created),
            "signOnMode": self.sign_on_mode,
            "features": self.features,
            "accessibility": {
                "selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null,
            },
            "visibility": {
                "autoLaunch": false, "autoSubmitToolbar": false,
                "hide": { "iOS": false, "web": false }, "appLinks": {},
            },
            "credentials": self.credentials(),
            "universalLogout": { "status": "UNSUPPORTED" },
            "settings": {
                "app": self.settings,
                "notifications": {
                    "vpn": {
                        "network": { "connection": "DISABLED" }, "message": null, "helpUrl": null,
                    },
                },
                "manualProvisioning": false,
                "implicitAssignment": false,
                "emOptInStatus": "NONE",
                "notes": { "admin": null, "enduser": null },
            },
            "_links": {
                "appLinks": [],
                "groups": { "href": format!("{url}/groups") },
                "users": { "href": format!("{url}/users") },
                change: { "href": format!("{url}/lifecycle/{change}") },
            },
        })
    }

    /// An app that speaks OAuth is the client of its own id.
    fn credentials(&self) -> Value {
        let mut credentials = json!({
            "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" },
            "signing": {},
        });
        if self.sign_on_mode.as_deref() == Some("OPENID_CONNECT")
            && let Some(credentials) = credentials.as_object_mut()
        {
            let client = json!({ "client_id": self.id, "token_endpoint_auth_method": "client_secret_basic" });
            credentials.insert("oauthClient".to_owned(), client);
        }
        credentials
    }

    /// Shows the app with one of its users embedded.
    pub(crate) fn json_with_user(&self, user: &User, base: &str) -> Value {
        let mut json = self.json(base);
        if let Some(json) = json.as_object_mut() {
            json.insert("_embedded".to_owned(), json!({ "user": self.user_json(user, base) }));
        }
        json
    }

    /// Shows the assignment of a user, which Okta calls an application user.
    fn user_json(&self, user: &User, base: &str) -> Value {
        let assigned = wire(self.created);
        json!({
            "id": user.id,
            "externalId": null,
            "created": assigned,
            "lastUpdated": assigned,
            "scope": "USER",
            "status": "ACTIVE",
            "statusChanged": assigned,
            "passwordChanged": null,
            "syncState": "DISABLED",
            "credentials": { "userName": user.login() },
            "profile": {},
            "_links": {
                "app": { "href": format!("{base}/api/v1/apps/{}", self.id) },
                "user": { "href": format!("{base}/api/v1/users/{}", user.id) },
            },
        })
    }
}

/// A bookmark always leads somewhere.
fn settings(seed: &AppSeed) -> Map<String, Value> {
    let mut settings = Map::new();
    if seed.name == BOOKMARK {
        let url = seed.url.as_deref().unwrap_or("https://example.com/bookmark.html");
        settings.insert("requestIntegration".to_owned(), json!(false));
        settings.insert("url".to_owned(), json!(url));
    }
    settings
}

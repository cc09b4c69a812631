//! The org's apps, among them those that are identity sources.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::wire;
use crate::ids::Ids;
use crate::seed::AppSeed;

/// The name of every app that is an identity source.
pub(crate) const IDENTITY_SOURCE: &str = "custom_identity_source";

#[derive(Debug)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) status: String,
    sign_on_mode: String,
    created: Timestamp,
}

impl App {
    pub(crate) fn from_seed(seed: &AppSeed, ids: &mut Ids, now: Timestamp) -> App {
        App {
            id: seed.id.clone().unwrap_or_else(|| ids.next("0oa")),
            name: seed.name.clone(),
            label: seed.label.clone(),
            status: seed.status.clone(),
            sign_on_mode: seed.sign_on_mode.clone(),
            created: now,
        }
    }

    pub(crate) fn attribute(&self, path: &str) -> Option<Value> {
        let text = match path {
            "id" => &self.id,
            "name" => &self.name,
            "status" => &self.status,
            _ => return None,
        };
        Some(Value::String(text.clone()))
    }

    pub(crate) fn json(&self, base: &str) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "label": self.label,
            "status": self.status,
            "created": wire(self.created),
            "lastUpdated": wire(self.created),
            "signOnMode": self.sign_on_mode,
            "features": [],
            "accessibility": {
                "selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null,
            },
            "visibility": {
                "autoLaunch": false, "autoSubmitToolbar": false,
                "hide": { "iOS": false, "web": false }, "appLinks": {},
            },
            "credentials": {
                "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" },
                "signing": {},
            },
            "settings": { "app": {}, "notifications": {} },
            "_links": { "self": { "href": format!("{base}/api/v1/apps/{}", self.id) } },
        })
    }
}

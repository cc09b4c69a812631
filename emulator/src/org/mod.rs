//! One org: its credentials, users, groups, apps and identity sources.
//!
//! Rooms below hold objects and their rules; they know no HTTP but the refusals.

pub(crate) mod apps;
pub(crate) mod credentials;
pub(crate) mod groups;
pub(crate) mod publish;
pub(crate) mod users;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::ids::Ids;
use crate::oauth::Clients;
use crate::objects::Store;
use crate::refusal::Refusal;
use crate::seed::{OrgSeed, Settings};
use crate::source::Source;
use crate::source::directory::Directory;

use apps::{App, IDENTITY_SOURCE};
use credentials::Credentials;
use groups::Groups;
use publish::Links;
use users::Users;

#[derive(Debug)]
pub(crate) struct Org {
    pub(crate) subdomain: String,
    pub(crate) settings: Settings,
    pub(crate) credentials: Credentials,
    pub(crate) clients: Clients,
    pub(crate) users: Users,
    pub(crate) groups: Groups,
    pub(crate) apps: Vec<App>,
    pub(crate) sources: BTreeMap<String, Source>,
    /// What no room of its own holds.
    pub(crate) objects: Store,
    links: Links,
}

impl Org {
    pub(crate) fn from_seed(
        subdomain: &str,
        seed: &OrgSeed,
        ids: &mut Ids,
        now: Timestamp,
    ) -> Result<Org, String> {
        let mut users = Users::default();
        for user in &seed.users {
            users.seed(user, ids)?;
        }
        users.generate(seed.generated_users, subdomain, ids);
        let mut groups = Groups::default();
        for group in &seed.groups {
            groups.seed(group, &users, ids, now)?;
        }
        let org_id = ids.next("00o");
        let apps = seed.apps.iter().map(|app| App::from_seed(app, &org_id, &users, ids, now));
        let apps = apps.collect::<Result<Vec<App>, String>>()?;
        let sources = apps.iter().filter(|app| app.name == IDENTITY_SOURCE);
        let sources = sources.map(|app| (app.id.clone(), Source::new(&app.id))).collect();
        Ok(Org {
            subdomain: subdomain.to_owned(),
            settings: seed.settings.clone(),
            credentials: Credentials::from_seed(seed),
            clients: Clients::from_seed(&seed.clients),
            users,
            groups,
            apps,
            sources,
            objects: Store::new(seed.objects.clone()),
            links: Links::default(),
        })
    }

    /// The identity source with this id, which is that of its app.
    pub(crate) fn source(&mut self, id: &str) -> Result<&mut Source, Refusal> {
        self.sources.get_mut(id).ok_or_else(|| Refusal::not_found(id, "AppInstance"))
    }

    pub(crate) fn directory(&mut self, source: &str) -> Result<&mut Directory, Refusal> {
        Ok(&mut self.source(source)?.directory)
    }

    /// Lets time pass: sessions expire and imports end.
    pub(crate) fn settle(&mut self, now: Timestamp, ids: &mut Ids) {
        for source in self.sources.values_mut() {
            source.settle(now, &self.settings, ids);
            if self.settings.publish_imports {
                let (users, groups) = (&mut self.users, &mut self.groups);
                publish::publish(source, &mut self.links, users, groups, ids, now);
            }
        }
    }

    /// Everything in it, for the control API.
    pub(crate) fn state(&self) -> Value {
        let sources = self.sources.iter().map(|(id, source)| (id.clone(), source.state()));
        let groups = self.groups.rows.iter().map(|group| {
            let mut json = group.json("");
            if let Some(json) = json.as_object_mut() {
                json.insert("members".to_owned(), json!(group.members));
            }
            json
        });
        json!({
            "subdomain": self.subdomain,
            "settings": self.settings,
            "apps": self.apps.iter().map(|app| app.json("")).collect::<Vec<_>>(),
            "users": self.users.from(0).map(|(_, user)| user.json("")).collect::<Vec<_>>(),
            "groups": groups.collect::<Vec<_>>(),
            "sources": sources.collect::<Map<_, _>>(),
        })
    }
}

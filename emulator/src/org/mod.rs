//! One org: its credentials, users, groups, apps and identity sources.
//!
//! Rooms below hold objects and their rules; they know no HTTP but the refusals.

pub(crate) mod apps;
pub(crate) mod credentials;
pub(crate) mod groups;
pub(crate) mod users;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::ids::Ids;
use crate::refusal::Refusal;
use crate::seed::{OrgSeed, Settings};
use crate::source::Source;
use crate::source::directory::Directory;

use apps::{App, IDENTITY_SOURCE};
use credentials::Credentials;
use groups::Groups;
use users::Users;

#[derive(Debug)]
pub(crate) struct Org {
    pub(crate) subdomain: String,
    pub(crate) settings: Settings,
    pub(crate) credentials: Credentials,
    pub(crate) users: Users,
    pub(crate) groups: Groups,
    pub(crate) apps: Vec<App>,
    pub(crate) sources: BTreeMap<String, Source>,
}

impl Org {
    pub(crate) fn from_seed(
        subdomain: &str,
        seed: &OrgSeed,
        ids: &mut Ids,
        now: Timestamp,
    ) -> Result<Org, String> {
        let apps: Vec<App> = seed.apps.iter().map(|app| App::from_seed(app, ids, now)).collect();
        let sources = apps.iter().filter(|app| app.name == IDENTITY_SOURCE);
        let sources = sources.map(|app| (app.id.clone(), Source::new(&app.id))).collect();
        let mut users = Users::default();
        for user in &seed.users {
            users.seed(user, ids)?;
        }
        users.generate(seed.generated_users, subdomain, ids);
        let mut groups = Groups::default();
        for group in &seed.groups {
            groups.seed(group, &users, ids, now)?;
        }
        Ok(Org {
            subdomain: subdomain.to_owned(),
            settings: seed.settings.clone(),
            credentials: Credentials::from_seed(seed),
            users,
            groups,
            apps,
            sources,
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
        }
    }
}

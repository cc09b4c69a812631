//! Several roles load one session: each row travels with the credential of the role that wrote it, and
//! rows about the same object arrive in the order in which they were written.

use std::collections::BTreeMap;
use std::ops::Range;

use fastrand::Rng;
use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::super::{Outcome, check};
use super::scene::{SOURCE, Scene};
use crate::ctx::Ctx;

/// What is known of a role: its credential, and the scheme by which Okta is told it.
const ROLES: &[(&str, &str)] = &[
    ("api_token '00acme-token'", "SSWS"),
    ("access_token 'acme-access-all'", "Bearer"),
    ("api_token '00acme-token'", "SSWS"),
];

/// Tables, and their endpoints.
const TABLES: &[(&str, &str)] = &[
    ("bulk_upsert", "bulk-upsert"),
    ("bulk_delete", "bulk-delete"),
    ("bulk_groups_upsert", "bulk-groups-upsert"),
    ("bulk_groups_delete", "bulk-groups-delete"),
    ("bulk_group_memberships_upsert", "bulk-group-memberships-upsert"),
    ("bulk_group_memberships_delete", "bulk-group-memberships-delete"),
];

const TRANSACTIONS: usize = 24;
const MOST_ROWS: usize = 12;

struct Row {
    role: usize,
    table: usize,
    id: String,
    member: String,
}

/// A row as it reaches Okta: scheme, endpoint, and what it is about.
type Entry = (String, String, String);

pub(crate) fn of_each_row(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    let settings = json!({ "cooldown_seconds": 0 });
    scene.ctx.emulator().admin("POST", "orgs/acme/settings", Some(&settings))?;
    for (role, (credential, _)) in ROLES.iter().enumerate() {
        scene.observer.batch_execute(&format!(
            "CREATE ROLE import_roles_{role};
             GRANT USAGE ON SCHEMA identity_sources TO import_roles_{role};
             GRANT INSERT ON ALL TABLES IN SCHEMA identity_sources TO import_roles_{role};
             CREATE USER MAPPING FOR import_roles_{role} SERVER okta OPTIONS ({credential})"
        ))?;
    }
    let end = transactions(&mut scene);
    for role in 0..ROLES.len() {
        let drop = format!("DROP OWNED BY import_roles_{role}; DROP ROLE import_roles_{role}");
        scene.observer.batch_execute(&drop)?;
    }
    end
}

fn transactions(scene: &mut Scene) -> Outcome {
    let mut rng = Rng::with_seed(11);
    for number in 0..TRANSACTIONS {
        // Opposite tables, and sometimes all.
        let tables = match number % 4 {
            0 => 0..2,
            1 => 2..4,
            2 => 4..6,
            _ => 0..6,
        };
        let rows = 2 + number % MOST_ROWS;
        let rows: Vec<_> = (0..rows).map(|_| Row::any(&mut rng, tables.clone())).collect();
        let statements: Vec<_> = rows.iter().map(Row::statement).collect();
        let mut transaction = vec!["BEGIN"];
        transaction.extend(statements.iter().map(String::as_str));
        transaction.push("COMMIT");
        scene.ctx.emulator().take_log()?;
        let seen = scene.run(&transaction, None)?;
        check::equal("failed", &seen.failed, &None).map_err(|e| seen.told_with(&e))?;
        let written: Vec<_> = rows.iter().map(Row::entry).collect();
        check::equal("arrived", &by_object(&arrived(scene)?), &by_object(&written))
            .map_err(|e| format!("{} of {statements:#?}", e.message().unwrap_or_default()))?;
    }
    Ok(())
}

impl Row {
    fn any(rng: &mut Rng, tables: Range<usize>) -> Self {
        let role = rng.usize(0..ROLES.len());
        let id = rng.usize(1..4).to_string();
        Self { role, table: rng.usize(tables), id, member: rng.usize(1..4).to_string() }
    }

    fn statement(&self) -> String {
        let Self { role, table, id, member } = self;
        let name = TABLES.get(*table).map_or("", |(name, _)| name);
        let (columns, values) = match table {
            0 => ("external_id, user_name", format!("'{id}', 'role {role}'")),
            2 => ("external_id, display_name", format!("'{id}', 'role {role}'")),
            1 | 3 => ("external_id", format!("'{id}'")),
            _ => ("group_external_id, member_external_id", format!("'{id}', '{member}'")),
        };
        format!(
            "SET LOCAL ROLE import_roles_{role}; INSERT INTO identity_sources.{name}
               (identity_source_id, {columns}) VALUES ('{SOURCE}', {values})"
        )
    }

    fn entry(&self) -> Entry {
        let grouped = self.table >= 4;
        let key = if grouped { format!("{}/{}", self.id, self.member) } else { self.id.clone() };
        let scheme = ROLES.get(self.role).map_or("", |(_, scheme)| scheme);
        let endpoint = TABLES.get(self.table).map_or("", |(_, endpoint)| endpoint);
        (scheme.to_owned(), endpoint.to_owned(), key)
    }
}

/// What Okta took, in its order.
fn arrived(scene: &Scene) -> Result<Vec<Entry>, Failed> {
    let mut arrived = Vec::new();
    for request in scene.ctx.emulator().take_log()? {
        let endpoint = request.path.rsplit('/').next().unwrap_or_default();
        let scheme = request.authorization.unwrap_or_default();
        let body = request.body.unwrap_or_default();
        let lists = ["profiles", "externalIds", "memberships"];
        for entry in lists.iter().filter_map(|list| body.get(list)?.as_array()).flatten() {
            let keys = keys(entry).into_iter();
            arrived.extend(keys.map(|key| (scheme.clone(), endpoint.to_owned(), key)));
        }
    }
    Ok(arrived)
}

fn keys(entry: &Value) -> Vec<String> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    let Some(group) = text("groupExternalId") else {
        let key = entry.as_str().map(str::to_owned).or_else(|| text("externalId"));
        return key.into_iter().collect();
    };
    let members = entry.get("memberExternalIds").and_then(Value::as_array).into_iter().flatten();
    members.filter_map(Value::as_str).map(|member| format!("{group}/{member}")).collect()
}

/// What became of each user, group and membership, step by step.
fn by_object(entries: &[Entry]) -> BTreeMap<String, Vec<String>> {
    let mut objects: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (scheme, endpoint, key) in entries {
        let family = endpoint.trim_end_matches("-upsert").trim_end_matches("-delete");
        let steps = objects.entry(format!("{family} {key}")).or_default();
        steps.push(format!("{endpoint} by {scheme}"));
    }
    objects
}

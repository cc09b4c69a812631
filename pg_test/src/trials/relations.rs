//! Every relation that Okta lets one read, against the answers themselves: each row, each column, the right
//! types, by list and by key, and no request twice.
//!
//! What the columns mean stands in the catalogue; what is asked, in the emulator's log.

use std::collections::BTreeSet;

use jiff::Timestamp;
use libtest_mimic::Failed;
use okta::catalog::{self, Column, Resource, Source, Type};
use okta_emulator::control_client;
use postgres::Client;
use serde_json::{Map, Value, json};

use super::{Outcome, check};
use crate::ctx::Ctx;

/// What Okta cannot list, and what bounds a list that grows with time.
const CONDITIONS: &[(&str, &str)] = &[
    ("_well_known.app_authenticator_configuration", "oauth_client_id = 'portal'"),
    ("directories.directories_integration", "group_id = '0gg' AND result_id = 'r1'"),
    (
        "identity_sources.users",
        "identity_source_id = '0oahr000000000000001' AND external_id = 'E1'",
    ),
    (
        "identity_sources.groups",
        "identity_source_id = '0oahr000000000000001' AND external_id = 'G1'",
    ),
    (
        "identity_sources.group_memberships",
        "identity_source_id = '0oahr000000000000001' AND group_external_id = 'G1'",
    ),
    ("logs.system_log_events", "published BETWEEN '2025-12-29' AND '2026-01-05'"),
    ("roles.subscriptions", "role_ref = 'SUPER_ADMIN'"),
    ("sessions.sessions", "id = '102'"),
    ("users.role_targets", "role_id = 'SUPER_ADMIN'"),
    ("users.factor_transactions", "transaction_id = 'v2mst'"),
];

/// What a custom identity source holds.
const SOURCE: &str = "
    INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
    INSERT INTO identity_sources.users (identity_source_id, external_id, user_name, email, first_name, last_name)
        VALUES ('0oahr000000000000001', 'E1', 'e1@acme.example', 'e1@acme.example', 'E', 'One');
    INSERT INTO identity_sources.groups (identity_source_id, external_id, display_name)
        VALUES ('0oahr000000000000001', 'G1', 'One');
    INSERT INTO identity_sources.group_memberships (identity_source_id, group_external_id, member_external_id)
        VALUES ('0oahr000000000000001', 'G1', 'E1')";

/// What has been seen of all relations.
#[derive(Default)]
struct Totals {
    relations: usize,
    columns: usize,
    rows: usize,
    calls: usize,
    least: usize,
    empty: Vec<&'static str>,
    wrong: Vec<String>,
}

/// Reads every relation, whole and by key.
pub(super) fn round_trip(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    let mut totals = Totals::default();
    client.batch_execute(SOURCE)?;
    import_all(&mut client)?;
    for resource in catalog::resources().filter(|r| r.item.is_some() || r.collection.is_some()) {
        totals.relations += 1;
        totals.columns += resource.columns.len();
        let trip = Trip { ctx, resource };
        if let Err(error) = trip.make(&mut client, &mut totals) {
            let why = error.message().unwrap_or_default().to_owned();
            totals.wrong.push(format!("{}: {why}", resource.name));
        }
    }
    let Totals { relations, columns, rows, calls, least, empty, wrong } = totals;
    ctx.note(&format!(
        "{relations} relations, {columns} columns, {rows} rows: {calls} calls, least {least}"
    ));
    if !wrong.is_empty() {
        return Err(format!("{} are wrong:\n{}", wrong.len(), wrong.join("\n")).into());
    }
    check::equal("relations without a row", &empty, &Vec::<&str>::new())
}

/// Each service into a schema of its own, in front of which stands `all_`.
fn import_all(client: &mut Client) -> Outcome {
    client.batch_execute(
        "ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (DROP api_token, ADD access_token 'acme-access-all');
         ALTER SERVER okta OPTIONS (ADD max_fan_out '0')",
    )?;
    let services: BTreeSet<_> = catalog::resources().map(|resource| resource.service).collect();
    for service in services {
        client.batch_execute(&format!(
            "CREATE SCHEMA all_{service}; IMPORT FOREIGN SCHEMA {service} FROM SERVER okta INTO all_{service}"
        ))?;
    }
    Ok(())
}

struct Trip<'a> {
    ctx: &'a Ctx,
    resource: &'static Resource,
}

impl Trip<'_> {
    fn make(&self, client: &mut Client, totals: &mut Totals) -> Outcome {
        let condition = CONDITIONS.iter().find(|(name, _)| *name == self.resource.name);
        let condition = condition.map_or("true", |(_, condition)| condition);
        let by_token = self.resource.credential == okta::client::Accepts::Token;
        self.use_token(client, by_token)?;
        let asked = self.explained(client, condition)?;
        let read = self.read(client, condition);
        self.use_token(client, false)?;
        let (rows, requests) = read?;
        totals.rows += rows.len();
        totals.calls += requests.len();
        let distinct: BTreeSet<_> = requests.iter().collect();
        totals.least += distinct.len();
        if rows.is_empty() {
            totals.empty.push(self.resource.name);
        }
        check::equal("requests, none twice", &requests.len(), &distinct.len())?;
        let answered = self.answered(&requests, &asked, by_token)?;
        let (mut seen, mut expected) = (Vec::new(), Vec::new());
        seen.extend(rows.iter().map(|row| self.shown(row).to_string()));
        expected.extend(answered.iter().map(|row| self.expected(row).to_string()));
        seen.sort();
        expected.sort();
        check::equal("rows", &seen, &expected)?;
        match rows.first() {
            Some(row) if !by_token => self.by_key(client, row, totals),
            _ => Ok(()),
        }
    }

    fn use_token(&self, client: &mut Client, by_token: bool) -> Outcome {
        let options = match by_token {
            true => "DROP access_token, ADD api_token '00acme-token'",
            false => return Ok(client.batch_execute(
                "DROP USER MAPPING FOR CURRENT_USER SERVER okta;
                 CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (access_token 'acme-access-all')",
            )?),
        };
        Ok(client.batch_execute(&format!(
            "ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS ({options})"
        ))?)
    }

    fn table(&self) -> String {
        format!("all_{}.{}", self.resource.service, self.resource.table)
    }

    /// The last request that EXPLAIN shows: that of the rows.
    fn explained(&self, client: &mut Client, condition: &str) -> Result<String, Failed> {
        let sql = format!("EXPLAIN SELECT * FROM {} WHERE {condition}", self.table());
        let lines = check::texts(client, &sql)?;
        let mut requests =
            lines.iter().filter_map(|line| line.trim().strip_prefix("Okta Request: GET "));
        let last = requests.next_back().ok_or("EXPLAIN shows no request")?;
        Ok(last.split('?').next().unwrap_or_default().to_owned())
    }

    /// The rows as JSON, and what was asked for them.
    fn read(
        &self,
        client: &mut Client,
        condition: &str,
    ) -> Result<(Vec<Value>, Vec<String>), Failed> {
        self.ctx.okta_requests()?;
        let sql = format!("SELECT to_jsonb(t) FROM {} t WHERE {condition}", self.table());
        let rows = check::texts(client, &sql)?;
        let rows = rows.iter().map(|row| serde_json::from_str(row)).collect::<Result<_, _>>()?;
        let asked = self.ctx.emulator().take_log()?.into_iter();
        let requests = asked.map(|one| match (one.query.as_str(), one.status) {
            ("", Some(200)) => one.path,
            (query, Some(200)) => format!("{}?{query}", one.path),
            (query, status) => format!("{}?{query} {status:?}", one.path),
        });
        Ok((rows, requests.collect()))
    }

    /// What Okta itself answers to the requests for rows.
    fn answered(
        &self,
        requests: &[String],
        last: &str,
        by_token: bool,
    ) -> Result<Vec<Value>, Failed> {
        let resource = self.resource;
        let items = resource.item.iter().chain(&resource.other_item).map(|item| item.path);
        let lists =
            resource.collection.iter().flat_map(|list| [Some(list.path), list.also]).flatten();
        let template = items.chain(lists).find(|path| fits(path, last)).ok_or("no path fits")?;
        let is_list = resource.collection.as_ref().is_some_and(|list| fits(list.path, template));
        let credential = if by_token { "SSWS 00acme-token" } else { "Bearer acme-access-all" };
        let mut rows = Vec::new();
        for request in requests {
            let path = request.split('?').next().unwrap_or_default();
            if request.ends_with(')') || !fits(template, path) {
                continue;
            }
            let url = format!("{}/orgs/acme", self.ctx.emulator().url());
            let target = request.replace(' ', "%20").replace('"', "%22");
            let headers = [("Authorization", credential)];
            let reply = control_client::send(&url, "GET", &target, &headers, "")?.json();
            let wrapped = resource.collection.as_ref().and_then(|list| list.wrapped);
            match (is_list, wrapped) {
                (false, _) => rows.push(reply),
                (true, Some(name)) => rows.extend(array(reply.get(name))),
                (true, None) => rows.extend(array(Some(&reply))),
            }
        }
        Ok(rows)
    }

    /// The columns whose values an answer has.
    fn columns(&self) -> impl Iterator<Item = &'static Column> {
        self.resource.columns.iter().filter(|column| {
            let is_key = self.resource.parameters.contains(&column.name);
            matches!(column.source, Source::Property(_) | Source::Link(_)) && !is_key
        })
    }

    /// A row as the table shows it, in a form that can be compared.
    fn shown(&self, row: &Value) -> Value {
        let cells = self.columns().map(|column| {
            let value = row.get(column.name).cloned().unwrap_or_default();
            (column.name.to_owned(), formed(column.kind, value))
        });
        Value::Object(cells.collect())
    }

    /// The row that an object of Okta's should be.
    fn expected(&self, object: &Value) -> Value {
        let cells = self.columns().map(|column| {
            let value = match column.source {
                Source::Property("$") => object.clone(),
                Source::Property(path) => at(object, path),
                Source::Link(path) => last_segment(&at(object, path)),
                _ => Value::Null,
            };
            (column.name.to_owned(), formed(column.kind, value))
        });
        Value::Object(cells.collect::<Map<_, _>>())
    }

    /// The same row again, by what names it: one call.
    fn by_key(&self, client: &mut Client, row: &Value, totals: &mut Totals) -> Outcome {
        let Some(item) = self.resource.item else { return Ok(()) };
        let named = okta::plan::path::parameters(item.path).chain(item.key.iter().copied());
        let named: BTreeSet<_> = named.collect();
        let conditions = named.iter().map(|name| {
            let text = row.get(*name).and_then(Value::as_str)?;
            Some(format!("{name} = '{}'", text.replace('\'', "''")))
        });
        let Some(conditions) = conditions.collect::<Option<Vec<_>>>() else { return Ok(()) };
        if conditions.is_empty() {
            return Ok(());
        }
        let condition = conditions.join(" AND ");
        let (rows, requests) = self.read(client, &condition)?;
        totals.calls += requests.len();
        totals.least += 1;
        check::equal(&format!("calls by {condition}"), &requests.len(), &1)?;
        check::equal(&format!("rows by {condition}"), &rows.len(), &1)
    }
}

/// Whether a path is one of a template.
fn fits(template: &str, path: &str) -> bool {
    let same = |(a, b): (&str, &str)| a == b || a.starts_with('{') || b.starts_with('{');
    template.split('/').count() == path.split('/').count()
        && template.split('/').zip(path.split('/')).all(same)
}

fn array(value: Option<&Value>) -> Vec<Value> {
    value.and_then(Value::as_array).cloned().unwrap_or_default()
}

fn at(object: &Value, path: &str) -> Value {
    let found = path.split('.').try_fold(object, |value, step| value.get(step));
    found.cloned().unwrap_or_default()
}

fn last_segment(address: &Value) -> Value {
    let text = address.as_str().map(|text| text.trim_end_matches('/'));
    text.and_then(|text| text.rsplit('/').next()).map_or(Value::Null, |segment| json!(segment))
}

/// A value of a type in the one form that this compares.
fn formed(kind: Type, value: Value) -> Value {
    match (kind, value) {
        (_, Value::Null) => Value::Null,
        (Type::Timestamp, Value::String(text)) => {
            let time: Option<Timestamp> = text.parse().ok();
            time.map_or(json!(text), |time| json!(time.as_millisecond()))
        }
        (Type::Text, value) if !value.is_string() => json!(value.to_string()),
        (Type::Double | Type::Integer | Type::BigInt, value) => json!(value.as_f64()),
        (Type::Boolean, Value::String(text)) => json!(text == "true"),
        (_, value) => value,
    }
}

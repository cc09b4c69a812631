//! Writes that need more than one party: another program that loads a session, and a client that
//! hears warnings.

use serde_json::json;

use super::{Outcome, check};
use crate::ctx::Ctx;

const SESSIONS: &str = "identity_sources.sessions";
const HR: &str = "identity_source_id = '0oahr000000000000001'";
const OPEN: &str = "INSERT INTO identity_sources.sessions (identity_source_id)
                    VALUES ('0oahr000000000000001') RETURNING id";

/// A session that another program has loaded is started by UPDATE, and then no longer cancelled.
pub(super) fn import_under_way(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    let id = check::text(&mut client, OPEN)?;
    let load = format!("/api/v1/identity-sources/0oahr000000000000001/sessions/{id}/bulk-upsert");
    let profile = json!({ "userName": "new@acme.example", "email": "new@acme.example",
                          "firstName": "New", "lastName": "Hire" });
    let profiles = json!([{ "externalId": "1", "profile": profile }]);
    ctx.emulator().call("POST", &load, &json!({ "entityType": "USERS", "profiles": profiles }))?;

    let key = format!("{HR} AND id = '{id}'");
    let status = format!("SELECT status FROM {SESSIONS} WHERE {key}");
    check::equal("loaded", &check::text(&mut client, &status)?.as_str(), &"IN_PROGRESS")?;
    ctx.okta_requests()?;

    let start = format!("UPDATE {SESSIONS} SET status = 'TRIGGERED' WHERE {key} RETURNING status");
    check::equal("started", &check::text(&mut client, &start)?.as_str(), &"TRIGGERED")?;
    check::equal("requests of the start", &ctx.okta_requests()?.len(), &1)?;

    let cancel = format!("DELETE FROM {SESSIONS} WHERE {key}");
    check::refused(client.simple_query(&cancel), "55000")?;
    check::equal("still", &check::text(&mut client, &status)?.as_str(), &"TRIGGERED")
}

/// psql tells a warning that follows an error before or after it, as they happen to arrive.
pub(super) fn warning_after_an_error(ctx: &Ctx) -> Outcome {
    let (mut client, heard) = ctx.connect_hearing()?;
    client.batch_execute("BEGIN")?;
    let id = check::text(&mut client, OPEN)?;
    check::refused(client.simple_query("SELECT 1 / 0"), "22012")?;
    client.batch_execute("ROLLBACK")?;

    let warnings: Vec<_> = heard.try_iter().collect();
    match warnings.as_slice() {
        [one] if one.contains("cannot be rolled back") && one.contains(&id) => {}
        other => return Err(format!("heard {other:?}").into()),
    }
    client.batch_execute(&format!("DELETE FROM {SESSIONS} WHERE {HR} AND id = '{id}'"))?;
    check::equal("heard after a commit", &heard.try_iter().count(), &0)
}

//! A transaction loads a session, and an answer about that session gets lost: what the user is told is
//! true, and nothing that stays in Okta is kept from them.

use serde_json::{Value, json};

use super::super::{Outcome, check};
use super::experiment::{Bench, Seen};
use super::operations::{self, Operation};
use crate::ctx::Ctx;

const LOAD: &str = "INSERT INTO identity_sources.bulk_upsert
    (identity_source_id, external_id, user_name) VALUES ('0oahr000000000000001', '1', 'one')";

const CANCEL: &str = "DELETE /api/v1/identity-sources/*";
const OPEN: &str = "POST /api/v1/identity-sources/*/sessions";
const LIST: &str = "GET /api/v1/identity-sources/*/sessions";

/// ROLLBACK cancels the session; its repetition is refused since the first attempt has done it.
pub(crate) fn of_a_cancel(ctx: &Ctx) -> Outcome {
    let fault = json!({ "fault": "reset_after", "nth": 1, "match": CANCEL });
    let seen = load(ctx, &[fault])?;
    let status = seen.after.pointer("/sources/0oahr000000000000001/sessions/0/status");
    let status = status.and_then(Value::as_str).unwrap_or_default();
    check::equal("status", &status, &"CLOSED")?;
    if seen.has_heard("has started") {
        return Err(seen.told_with(&"told that the import of a cancelled session goes on".into()));
    }
    Ok(())
}

/// The session is opened, and neither that answer nor the list comes through.
pub(crate) fn of_an_opening(ctx: &Ctx) -> Outcome {
    let open = json!({ "fault": "reset_after", "match": OPEN });
    let list = json!({ "fault": "status", "code": 503, "match": LIST });
    let seen = load(ctx, &[open, list])?;
    let status = seen.after.pointer("/sources/0oahr000000000000001/sessions/0/status");
    check::equal("status", &status.and_then(Value::as_str), &Some("CREATED"))?;
    let told = ["may have been", "cannot be rolled back", "could not be cancelled"]
        .into_iter()
        .any(|words| seen.has_heard(words) || seen.has_failed_with(words));
    if told {
        return Ok(());
    }
    Err(seen.told_with(&"a session stays open, and nobody is told".into()))
}

/// Loads a session under faults, and rolls back.
fn load(ctx: &Ctx, faults: &[Value]) -> Result<Seen, libtest_mimic::Failed> {
    let operation: &Operation = operations::ALL.first().ok_or("no operations")?;
    let mut bench = Bench::new(ctx.another(1)?)?;
    bench.prepare(operation)?;
    faults.iter().try_for_each(|fault| bench.strike(operation, fault))?;
    bench.client.batch_execute("BEGIN")?;
    bench.statement(LOAD).map(drop)?;
    bench.client.batch_execute("ROLLBACK")?;
    bench.look()
}

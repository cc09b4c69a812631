//! An import right after another one: Okta opens no new session yet, and what is done meanwhile by others
//! is noticed.

use std::sync::mpsc::Receiver;
use std::thread;

use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::super::{Outcome, check};
use crate::ctx::Ctx;

const SOURCE: &str = "0oahr000000000000001";
const SESSIONS: &str = "/api/v1/identity-sources/0oahr000000000000001/sessions";
const LOAD: &str =
    "INSERT INTO identity_sources.bulk_upsert (identity_source_id, external_id, user_name)
    VALUES ('0oahr000000000000001', '1', 'one')";

/// The answer to the second attempt of an opening is lost: the session that it has opened is adopted.
pub(crate) fn lost_answer(ctx: &Ctx) -> Outcome {
    let (end, heard) = load_while_cooling_down(ctx, || {
        let fault =
            json!({ "fault": "reset_after", "nth": 1, "match": format!("POST {SESSIONS}") });
        ctx.emulator().admin("POST", "faults", Some(&fault))?;
        pass_cool_down(ctx)
    })?;
    end?;
    let state = ctx.emulator().state()?;
    let sessions = state.pointer(&format!("/sources/{SOURCE}/sessions")).and_then(Value::as_array);
    check::equal("sessions", &sessions.map(Vec::len), &Some(2))?;
    let heard: Vec<_> = heard.try_iter().collect();
    if heard.iter().any(|told| told.contains("until Okta opens a new import session"))
        && !heard.iter().any(|told| told.contains("rate limit"))
    {
        return Ok(());
    }
    Err(format!("heard {heard:?}").into())
}

/// Somebody else opens and loads a session: that is said, and nothing of a cool-down that is over.
pub(crate) fn another_client(ctx: &Ctx) -> Outcome {
    let (end, _) = load_while_cooling_down(ctx, || {
        pass_cool_down(ctx)?;
        let emulator = ctx.emulator();
        emulator.call("POST", SESSIONS, &Value::Null)?;
        let state = emulator.state()?;
        let newest = format!("/sources/{SOURCE}/sessions/1/id");
        let id = state.pointer(&newest).and_then(Value::as_str).ok_or("no second session")?;
        let users = json!({ "entityType": "USERS",
            "profiles": [{ "externalId": "2", "profile": { "userName": "two" } }] });
        emulator.call("POST", &format!("{SESSIONS}/{id}/bulk-upsert"), &users)
    })?;
    let error = end.err().ok_or("loaded a session of somebody else's")?;
    let error = error.as_db_error().ok_or("no error of the server's")?;
    let told = format!("{:?} {:?}", error.detail(), error.hint());
    if told.contains("is being loaded") && !told.contains("opens no new session") {
        return Ok(());
    }
    Err(told.into())
}

/// Imports, and loads again; `act` follows as soon as Okta has refused the second opening.
fn load_while_cooling_down(
    ctx: &Ctx,
    act: impl FnOnce() -> Outcome,
) -> Result<(Result<(), postgres::Error>, Receiver<String>), Failed> {
    let (mut client, heard) = ctx.connect_hearing()?;
    client.batch_execute(LOAD)?;
    client.batch_execute("SET okta_fdw.progress_interval = '1s'")?;
    let end = thread::scope(|scope| {
        let loads = scope.spawn(|| client.batch_execute(LOAD));
        check::wait_until("the second opening is refused", || {
            let log = ctx.emulator().log()?;
            Ok(log
                .iter()
                .any(|r| r.method == "POST" && r.path == SESSIONS && r.status == Some(400)))
        })?;
        act()?;
        loads.join().map_err(|_| Failed::from("the client panicked"))
    })?;
    Ok((end, heard))
}

fn pass_cool_down(ctx: &Ctx) -> Outcome {
    let pass = json!({ "advance_seconds": 400 });
    ctx.emulator().admin("POST", "clock", Some(&pass)).map(drop)
}

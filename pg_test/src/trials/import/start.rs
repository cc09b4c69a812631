//! The start of the import and the local commit belong together, whatever happens meanwhile: either both
//! or neither.

use std::thread;

use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::super::Outcome;
use super::scene::{Act, DELETE, LOAD, LOCAL, SOURCE, Scene, Seen, TRANSACTION};
use crate::ctx::Ctx;

const START: &str = "POST /api/v1/identity-sources/*/start-import";

/// A cancel that comes while the import starts is too late: it must not strike between the start and the
/// commit, where PostgreSQL still empties or drops temporary tables and would serve it.
pub(crate) fn cancelled_too_late(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    for temporary in ["ON COMMIT DROP", "ON COMMIT DELETE ROWS"] {
        scene.reset()?;
        scene.strike(&json!({ "fault": "delay_ms", "ms": 2000, "match": START }))?;
        let create = format!("CREATE TEMP TABLE t {temporary} AS SELECT 1 AS x");
        let transaction = ["BEGIN", LOCAL, &create, LOAD, DELETE, "COMMIT"];
        let seen = scene.run(&transaction, Some(Act::Cancel))?;
        both(&mut scene, &seen).map_err(|e| {
            format!("a temporary table {temporary}: {}", e.message().unwrap_or_default())
        })?;
    }
    Ok(())
}

/// The answer to the start comes later than a commit waits for it; Okta has started the import, and says
/// so when it is asked.
pub(crate) fn answered_too_late(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    let patient = "ALTER SERVER okta OPTIONS (SET request_timeout '60')";
    scene.observer.batch_execute(patient)?;
    scene.strike(&json!({ "fault": "delay_ms", "ms": 40000, "match": START }))?;
    let seen = scene.run(TRANSACTION, None)?;
    both(&mut scene, &seen)
}

/// The start is lost on its way, and Okta takes it all the same, but only when the session has been looked
/// at: after the first attempt, and after the last one.
pub(crate) fn taken_late(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    for attempts in [1, 3] {
        scene.reset()?;
        scene.strike(&json!({ "fault": "reset_before", "nth": [1, attempts], "match": START }))?;
        // The answer takes its time: meanwhile Okta takes the start.
        let look = "GET /api/v1/identity-sources/*/sessions/*";
        let slow = json!({ "fault": "delay_ms", "ms": 2000, "nth": attempts, "match": look });
        scene.strike(&slow)?;
        let mut party = scene.party()?;
        let process = party.process.clone();
        let (seen, started) = thread::scope(|scope| {
            let commit = scope.spawn(|| party.run(TRANSACTION));
            let started = scene.await_struck(&process).and_then(|()| start(&scene));
            let seen = commit.join().map_err(|_| Failed::from("the client panicked"))?;
            Ok::<_, Failed>((seen, started))
        })?;
        started.map_err(|e| seen.told_with(&e))?;
        both(&mut scene, &seen)
            .map_err(|e| format!("{attempts} lost: {}", e.message().unwrap_or_default()))?;
    }
    Ok(())
}

/// Starts the import of the open session.
fn start(scene: &Scene) -> Outcome {
    let state = scene.ctx.emulator().state()?;
    let sessions = state.pointer(&format!("/sources/{SOURCE}/sessions")).and_then(Value::as_array);
    let id = sessions.and_then(|all| all.last()?.get("id")?.as_str()).ok_or("no session")?;
    let path = format!("/api/v1/identity-sources/{SOURCE}/sessions/{id}/start-import");
    scene.ctx.emulator().call("POST", &path, &json!({}))
}

/// A rate limit keeps the start back for longer than a commit waits for an answer, which is 30 s; it is
/// waited for all the same, as far as `max_wait` allows.
pub(crate) fn limited(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    scene.observer.batch_execute("ALTER SERVER okta OPTIONS (SET max_wait '60')")?;
    scene.strike(&json!({ "fault": "rate_limit", "seconds": 32, "nth": 1, "match": START }))?;
    let seen = scene.run(TRANSACTION, None)?;
    let held = scene.look().map_err(|e| seen.told_with(&e))?;
    if held.committed && held.imported {
        return Ok(());
    }
    Err(seen.told_with(&format!("{held:?}").into()))
}

/// The start is the last call that `max_requests` allows, and its answer is lost.
pub(crate) fn no_call_left(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    scene.strike(&json!({ "fault": "reset_after", "match": START }))?;
    // At COMMIT: the rest of the rows, the deletion, the start.
    let budget = "SET LOCAL okta_fdw.max_requests = 3";
    let seen = scene.run(&["BEGIN", LOCAL, LOAD, DELETE, budget, "COMMIT"], None)?;
    both(&mut scene, &seen)
}

/// What was loaded before the transaction turned to a dry run is not imported without the rest.
pub(crate) fn dry_half_way(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    let dry = "SET LOCAL okta_fdw.dry_run = on";
    let seen = scene.run(&["BEGIN", LOCAL, LOAD, DELETE, dry, "COMMIT"], None)?;
    let held = scene.look().map_err(|e| seen.told_with(&e))?;
    if held.imported {
        return Err(seen.told_with(&"imported in a dry run".into()));
    }
    Ok(())
}

/// Okta ignores deletions of users that it does not know, and then there is nothing to start: no reason to
/// refuse the commit, or the queue that they came from would never be emptied.
pub(crate) fn nothing_to_import(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    let unknown =
        "INSERT INTO identity_sources.bulk_delete (external_id) VALUES ('nobody'), ('no one')";
    let seen = scene.run(&["BEGIN", LOCAL, unknown, "COMMIT"], None)?;
    let held = scene.look().map_err(|e| seen.told_with(&e))?;
    let closed = held.session.as_ref().is_some_and(|(_, status)| status == "CLOSED");
    if held.committed && !held.imported && closed {
        return Ok(());
    }
    Err(seen.told_with(&format!("{held:?}").into()))
}

/// A statement that is cancelled while its session is being opened leaves none, or tells of it.
pub(crate) fn cancelled_opening(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    let open = "POST /api/v1/identity-sources/*/sessions";
    scene.strike(&json!({ "fault": "delay_ms", "ms": 2000, "match": open }))?;
    let seen = scene.run(TRANSACTION, Some(Act::Cancel))?;
    let held = scene.look().map_err(|e| seen.told_with(&e))?;
    let Some((id, status)) = &held.session else { return Ok(()) };
    if status == "CLOSED" || seen.was_told(id) || seen.was_told("may have been opened") {
        return Ok(());
    }
    Err(seen.told_with(&format!("{id} is {status}, and nobody was told").into()))
}

fn both(scene: &mut Scene, seen: &Seen) -> Outcome {
    let held = scene.look().map_err(|e| seen.told_with(&e))?;
    if held.committed == held.imported {
        return Ok(());
    }
    Err(seen.told_with(&format!("one side without the other: {held:?}").into()))
}

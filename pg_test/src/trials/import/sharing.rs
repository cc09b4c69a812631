//! A source has one open session at a time. Whoever else would load it at that time must not get into it:
//! rows of two transactions in one session are imported by the commit of either.

use std::collections::BTreeSet;
use std::thread;

use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::super::{Outcome, check};
use super::scene::{LOAD, LOCAL, Party, SOURCE, Scene, Seen};
use crate::ctx::Ctx;

/// Two transactions load the source at the same time, and commit. What is imported is what is committed.
pub(crate) fn two_transactions(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    // No transaction waits for a cool-down.
    let settings = json!({ "cooldown_seconds": 0 });
    scene.ctx.emulator().admin("POST", "orgs/acme/settings", Some(&settings))?;
    let upsert = "POST /api/v1/identity-sources/*/bulk-upsert";
    scene.strike(&json!({ "fault": "delay_ms", "ms": 1000, "match": upsert }))?;

    let (mut one, mut two) = (scene.party()?, scene.party()?);
    let load = |party: &mut Party, name: &str| {
        party.run(&[
            "BEGIN",
            &format!("INSERT INTO ledger VALUES ('{name}')"),
            &format!(
                "INSERT INTO identity_sources.bulk_upsert (external_id, user_name)
                 VALUES ('{name}', '{name}')"
            ),
        ])
    };
    let first = load(&mut one, "one");
    check::equal("the first", &first.failed, &None)?;
    // The second may have to wait for the first: it loads while the first commits.
    let seen = thread::scope(|scope| {
        let second = scope.spawn(|| {
            let seen = load(&mut two, "two");
            if seen.failed.is_some() { seen } else { two.run(&["COMMIT"]) }
        });
        let first = scope.spawn(|| {
            // With the second's row loaded, if it can be: what matters is what comes of it.
            thread::sleep(std::time::Duration::from_millis(500));
            one.run(&["COMMIT"])
        });
        let joined = |seen: thread::ScopedJoinHandle<'_, Seen>| {
            seen.join().map_err(|_| Failed::from("a client panicked"))
        };
        Ok::<_, Failed>([joined(first)?, joined(second)?])
    })?;

    let wrong = |what: &str| Failed::from(format!("{what}; the clients saw {seen:?}"));
    let sent = "SELECT what FROM ledger ORDER BY what";
    let committed: BTreeSet<_> = check::texts(&mut scene.observer, sent)?.into_iter().collect();
    if !committed.contains("one") {
        return Err(wrong("the first transaction has not committed"));
    }
    let imported = imported(&mut scene)?;
    if imported == committed {
        return Ok(());
    }
    Err(wrong(&format!("committed {committed:?}, imported {imported:?}")))
}

/// A function of another role loads the same source within the transaction.
pub(crate) fn two_roles(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    scene.observer.batch_execute(
        "CREATE ROLE import_two_roles;
         GRANT USAGE, CREATE ON SCHEMA public TO import_two_roles;
         GRANT USAGE ON SCHEMA identity_sources TO import_two_roles;
         GRANT INSERT ON ALL TABLES IN SCHEMA identity_sources TO import_two_roles;
         CREATE USER MAPPING FOR import_two_roles SERVER okta OPTIONS (api_token '00acme-token');
         CREATE FUNCTION leave() RETURNS void LANGUAGE sql SECURITY DEFINER AS
           $$ INSERT INTO identity_sources.bulk_delete (external_id) VALUES ('leaver') $$;
         ALTER FUNCTION leave() OWNER TO import_two_roles",
    )?;
    let seen = scene.run(&["BEGIN", LOCAL, "SELECT leave()", LOAD, "COMMIT"], None)?;
    let held = scene.look();
    scene.observer.batch_execute("DROP OWNED BY import_two_roles; DROP ROLE import_two_roles")?;
    let held = held.map_err(|e| seen.told_with(&e))?;
    if held.committed == held.imported {
        return Ok(());
    }
    Err(seen.told_with(&format!("one side without the other: {held:?}").into()))
}

/// The users that the source has in the end, but the one that it had before.
fn imported(scene: &mut Scene) -> Result<BTreeSet<String>, Failed> {
    scene.ctx.emulator().admin("DELETE", "faults", None)?;
    scene.pass_time()?;
    let state = scene.ctx.emulator().state()?;
    let users = state.pointer(&format!("/sources/{SOURCE}/users")).and_then(Value::as_array);
    let ids = users.into_iter().flatten().filter_map(|user| user.get("externalId")?.as_str());
    Ok(ids.filter(|id| *id != "leaver").map(str::to_owned).collect())
}

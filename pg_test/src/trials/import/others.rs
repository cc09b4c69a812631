//! Another wrapper in the same transaction, whose commit fails: PostgreSQL asks the libraries before a commit
//! in an order of its own, the one that was loaded last first.

use libtest_mimic::Failed;

use super::super::{Outcome, check};
use super::scene::{DELETE, LOAD, LOCAL, Scene};
use crate::ctx::Ctx;

const FAR: &str = "INSERT INTO far_late VALUES (1)";

pub(crate) fn wrapper(ctx: &Ctx) -> Outcome {
    let mut scene = Scene::set(ctx)?;
    if !has_postgres_fdw(&mut scene)? {
        ctx.note("not tried: postgres_fdw is not installed");
        return Ok(());
    }
    // Loaded first, and so asked last: the other one fails before the import starts.
    let load = "LOAD 'okta_fdw'";
    let seen = scene.run(&[load, "BEGIN", FAR, LOCAL, LOAD, DELETE, "COMMIT"], None)?;
    let held = scene.look().map_err(|e| seen.told_with(&e))?;
    check::equal("failed", &seen.failed.as_deref(), &Some("23505"))?;
    if held.committed || held.imported {
        return Err(seen.told_with(&format!("loaded first: {held:?}").into()));
    }

    // Loaded last, and so asked first. This is what the documentation warns of.
    scene.reset()?;
    let seen = scene.run(&["BEGIN", FAR, LOCAL, LOAD, DELETE, "COMMIT"], None)?;
    let held = scene.look().map_err(|e| seen.told_with(&e))?;
    check::equal("failed", &seen.failed.as_deref(), &Some("23505"))?;
    let (id, _) = held.session.clone().unwrap_or_default();
    if !held.imported || !seen.was_told(&format!("{id} has started and cannot be stopped")) {
        return Err(seen.told_with(&format!("loaded last: {held:?}").into()));
    }
    Ok(())
}

/// A table behind postgres_fdw, if there is one, that fails at its commit.
fn has_postgres_fdw(scene: &mut Scene) -> Result<bool, Failed> {
    let available = "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'";
    if check::text(&mut scene.observer, available)? == "0" {
        return Ok(false);
    }
    scene.observer.batch_execute(
        "CREATE EXTENSION postgres_fdw;
         DO $$ BEGIN EXECUTE format(
           'CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)',
           current_setting('unix_socket_directories'), current_setting('port'), current_database());
         END $$;
         CREATE USER MAPPING FOR CURRENT_USER SERVER far;
         CREATE TABLE late (no int UNIQUE DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO late VALUES (1);
         CREATE FOREIGN TABLE far_late (no int) SERVER far OPTIONS (table_name 'late')",
    )?;
    Ok(true)
}

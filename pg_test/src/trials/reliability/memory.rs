//! A backend's memory does not grow with the table.
//!
//! `SOAK` scans 100,000 users, which takes the emulator a while; otherwise fewer are held against the
//! same bound.

use std::env;
use std::time::Instant;

use serde_json::json;

use super::super::{Outcome, check};
use super::process::Usage;
use crate::ctx::Ctx;

const USERS: usize = 20_000;
const SOAK_USERS: usize = 100_000;
const MORE_KB: u64 = 32 << 10;

const SMALL: &str = "SELECT count(*) FROM apps.apps";
const COUNT: &str = "SELECT count(*), max(length(profile::text)) FROM users.users";

pub(crate) fn of_a_scan(ctx: &Ctx) -> Outcome {
    let users = if env::var_os("SOAK").is_some() { SOAK_USERS } else { USERS };
    let order = json!({ "count": users });
    let made = ctx.emulator().admin("POST", "orgs/acme/users", Some(&order))?;
    let made = made.get("users").map(ToString::to_string).unwrap_or_default();

    let grown = |what: &str, scan: &dyn Fn(&mut postgres::Client) -> Outcome| {
        let mut client = ctx.connect()?;
        check::text(&mut client, SMALL)?;
        let idle = Usage::of(&mut client)?;
        let begun = Instant::now();
        scan(&mut client)?;
        let seconds = begun.elapsed().as_secs_f32();
        let more = Usage::of(&mut client)?.peak.saturating_sub(idle.resident);
        ctx.note(&format!(
            "{what} of {made} users: {more} KB above the idle backend, {seconds:.1} s"
        ));
        if more > MORE_KB {
            return Err(format!("{what}: {more} KB more than the idle backend").into());
        }
        Ok(())
    };
    grown("a scan", &|client| check::equal("users", &check::text(client, COUNT)?, &made))?;
    grown("a cursor", &|client| {
        client.batch_execute("BEGIN; DECLARE c CURSOR FOR SELECT id, profile FROM users.users")?;
        let mut seen = 0;
        loop {
            match check::texts(client, "FETCH 1000 FROM c")?.len() {
                0 => break,
                rows => seen += rows,
            }
        }
        client.batch_execute("COMMIT")?;
        check::equal("users", &seen.to_string(), &made)
    })
}

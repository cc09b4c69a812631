//! A rate limit is met by slowing down, not by being refused.

use std::thread;
use std::time::Instant;

use serde_json::json;

use super::super::{Outcome, check};
use crate::ctx::Ctx;

const GETS: usize = 40;

/// Rate limits by the names that the emulator gives them.
const SESSION: &str = "/api/v1/identity-sources/{id}/sessions";
const USER: &str = "/api/v1/users/{id}";

/// Forty gets from a bucket of ten per two seconds, in one statement and in one each: Okta refuses none.
pub(crate) fn forty_gets(ctx: &Ctx) -> Outcome {
    // Okta has no list of sessions by id, so that these are gets, several at once.
    let ids: Vec<_> = (1..=GETS).map(|n| format!("'aps{n:017}'")).collect();
    let at_once = format!(
        "SELECT count(*) FROM identity_sources.sessions
         WHERE identity_source_id = '0oahr000000000000001' AND id IN ({})",
        ids.join(",")
    );
    let user = |n| format!("SELECT count(*) FROM users.users WHERE id = '00uacme{n:013}'");
    let each = (1..=GETS).map(user).collect();
    thread::scope(|scope| {
        let other = scope.spawn(|| paced(&ctx.another(1)?, "one statement each", USER, each, 12));
        paced(ctx, "in one statement", SESSION, vec![at_once], 0)?;
        other.join().map_err(|_| "panicked")?
    })
}

/// Makes the statements, which must find so many objects, while the bucket is small.
fn paced(ctx: &Ctx, what: &str, bucket: &str, statements: Vec<String>, objects: usize) -> Outcome {
    let okta = ctx.emulator();
    let limit = json!({ "bucket": bucket, "limit": 10, "window_seconds": 2 });
    okta.admin("POST", "rate_limits", Some(&limit))?;
    let mut client = ctx.connect()?;
    let begun = Instant::now();
    let mut found = 0;
    for sql in statements {
        found += check::text(&mut client, &sql)?.parse::<usize>()?;
    }
    ctx.note(&format!("{GETS} gets, {what}: {:.1} s", begun.elapsed().as_secs_f32()));
    let log = okta.take_log()?;
    check::equal("objects found", &found, &objects)?;
    check::equal("requests", &log.len(), &GETS)?;
    let refused = log.iter().filter(|request| request.status == Some(429)).count();
    check::equal("requests refused", &refused, &0)
}

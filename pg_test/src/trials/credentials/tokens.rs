//! The access tokens of a service app: how many are asked for, and what happens at a token's end.
//! The emulator checks signature, audience, expiry and nonce of what it gets, and takes no
//! assertion twice.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{answers, app_options, map, register};
use crate::ctx::Ctx;
use crate::trials::{Outcome, check};

const ADA: &str = "SELECT login FROM users.users WHERE id = '00uacme0000000000001'";
const LOGIN: &str = "ada.lovelace@acme.example";

/// A thousand statements of one call each.
pub(in crate::trials) fn one_for_a_thousand_calls(ctx: &Ctx) -> Outcome {
    for (demands_proof, dance) in [(false, vec![200]), (true, vec![400, 400, 200])] {
        register(ctx, "acme", demands_proof)?;
        let mut client = ctx.connect()?;
        map(&mut client, &app_options("auto"))?;
        ctx.emulator().take_log()?;
        let began = Instant::now();
        client.batch_execute(&format!(
            "DO $$ BEGIN FOR n IN 1..1000 LOOP PERFORM ({ADA}); END LOOP; END $$"
        ))?;
        ctx.note(&format!("1,000 calls took {:.1} s", began.elapsed().as_secs_f64()));
        let (tokens, calls) = answers(ctx)?;
        check::equal("questions for tokens", &tokens, &dance)?;
        check::equal("calls", &calls, &vec![200; 1000])?;
    }
    Ok(())
}

/// Tokens that live for two seconds, cut to whole ones, so that some end before they are renewed: no
/// statement fails.
pub(in crate::trials) fn renewed_before_its_end(ctx: &Ctx) -> Outcome {
    register(ctx, "acme", false)?;
    let life = json!({ "token_seconds": 2 });
    ctx.emulator().admin("POST", "orgs/acme/settings", Some(&life))?;
    let mut client = ctx.connect()?;
    map(&mut client, &app_options("auto"))?;
    ctx.emulator().take_log()?;
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(5) {
        check::equal("login", &check::text(&mut client, ADA)?.as_str(), &LOGIN)?;
        sleep(Duration::from_millis(100));
    }
    let (tokens, calls) = answers(ctx)?;
    let refused = calls.iter().filter(|status| **status == 401).count();
    if !(3..=6).contains(&tokens.len()) || refused >= tokens.len() {
        return Err(format!("tokens {tokens:?}, calls {calls:?}").into());
    }
    // One that has ended long since is not even tried.
    sleep(Duration::from_millis(2200));
    check::equal("login", &check::text(&mut client, ADA)?.as_str(), &LOGIN)?;
    check::equal("after the end", &answers(ctx)?, &(vec![200], vec![200]))
}

/// A token that the org takes no more: one renewal, one repetition, and no word to the user.
pub(in crate::trials) fn renewed_when_refused(ctx: &Ctx) -> Outcome {
    for demands_proof in [false, true] {
        register(ctx, "acme", demands_proof)?;
        let mut client = ctx.connect()?;
        map(&mut client, &app_options("auto"))?;
        check::equal("login", &check::text(&mut client, ADA)?.as_str(), &LOGIN)?;
        ctx.emulator().admin("DELETE", "orgs/acme/access_tokens", None)?;
        ctx.emulator().take_log()?;
        check::equal("again", &check::text(&mut client, ADA)?.as_str(), &LOGIN)?;
        let (tokens, calls) = answers(ctx)?;
        check::equal("questions for tokens", &tokens, &vec![200])?;
        check::equal("calls", &calls, &vec![401, 200])?;
    }
    Ok(())
}

/// Proofs of possession: when the org demands them, when only the user does, and never.
pub(in crate::trials) fn with_proofs(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    for (demands_proof, dpop, scheme) in [
        (false, "auto", Some("Bearer")),
        (false, "always", Some("DPoP")),
        (true, "auto", Some("DPoP")),
        (true, "always", Some("DPoP")),
        (true, "never", None),
    ] {
        let what = format!("dpop {dpop}, demanded {demands_proof}");
        register(ctx, "acme", demands_proof)?;
        map(&mut client, &app_options(dpop))?;
        ctx.emulator().take_log()?;
        match scheme {
            Some(_) => check::equal(&what, &check::text(&mut client, ADA)?.as_str(), &LOGIN)?,
            None => check::refused(client.simple_query(ADA), "28000")?,
        }
        let log = ctx.emulator().admin("DELETE", "requests", None)?;
        let log = log.as_array().map(Vec::as_slice).unwrap_or_default();
        let call = log.iter().find(|request| request["path"] != "/oauth2/v1/token");
        let used = call.and_then(|request| request["authorization"].as_str());
        check::equal(&what, &used, &scheme)?;
    }
    // Another nonce, which proofs for tokens must carry from now on.
    register(ctx, "acme", true)?;
    map(&mut client, &app_options("auto"))?;
    check::text(&mut client, ADA)?;
    ctx.emulator().admin("POST", "orgs/acme/dpop_nonce", None)?;
    ctx.emulator().admin("DELETE", "orgs/acme/access_tokens", None)?;
    ctx.emulator().take_log()?;
    check::equal("with another nonce", &check::text(&mut client, ADA)?.as_str(), &LOGIN)?;
    check::equal("questions for tokens", &answers(ctx)?.0, &vec![400, 200])
}

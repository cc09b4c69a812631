//! What can be asked at the same time is.
//!
//! Times depend on the machine; what had been asked when something else was does not. Okta takes the
//! same time for every answer here, so answers come in the order of their requests.

use std::thread;
use std::time::Duration;

use libtest_mimic::Failed;
use postgres::Client;
use serde_json::json;

use super::{Outcome, check};
use crate::ctx::Ctx;
use crate::okta::Request;

const LATENCY: Duration = Duration::from_millis(50);
/// A hundred keys take as many round trips as they fill windows of the allowed width, and two more at
/// most.
pub(super) fn keys(ctx: &Ctx) -> Outcome {
    const SOURCE: &str = "0oahr000000000000001";
    ctx.emulator().admin("POST", "orgs/acme/users", Some(&json!({ "count": 100 })))?;
    for n in 1..=100 {
        let profile = json!({ "userName": format!("u{n}"), "email": "u@acme.example" });
        let user = json!({ "externalId": format!("e{n}"), "profile": profile });
        ctx.emulator().call("POST", &format!("/api/v1/identity-sources/{SOURCE}/users"), &user)?;
    }
    let of_source = format!(
        "SELECT count(*) FROM identity_sources.users WHERE identity_source_id = '{SOURCE}'
           AND external_id = ANY (ARRAY(SELECT 'e' || n FROM generate_series(1, 100) n))"
    );
    let of_org = "SELECT count(*) FROM users.users WHERE id = ANY
        (ARRAY(SELECT '00u' || lpad(n::text, 14, '0') || '1d7' FROM generate_series(1, 100) n))";

    let mut client = ctx.connect()?;
    client.batch_execute("ALTER SERVER okta OPTIONS (ADD max_concurrency '8')")?;
    ctx.emulator().set_latency(LATENCY)?;
    for width in [4, 8, 16] {
        let set = format!("ALTER SERVER okta OPTIONS (SET max_concurrency '{width}')");
        client.batch_execute(&set)?;
        let log = log_of(ctx, &mut client, &of_source, "100", most(width))?;
        check::equal("requests", &log.len(), &100)?;
        check::equal("at once", &most_at_once(&log), &width)?;
        at_most(ctx, "keys of a source", width, &log)?;

        // How large the org is is not known, so that keys are not taken to be more calls than its list.
        let log = log_of(ctx, &mut client, of_org, "100", most(width))?;
        check::equal("requests for keys of the org", &log.len(), &5)?;
        if most_at_once(&log) > width {
            return Err(format!("{} requests at once of {width}", most_at_once(&log)).into());
        }
        at_most(ctx, "keys of the org", width, &log)?;
    }
    Ok(())
}

/// Round trips that a hundred keys may take.
fn most(width: usize) -> usize {
    100 / width + 2
}

fn at_most(ctx: &Ctx, what: &str, width: usize, log: &[Request]) -> Outcome {
    let (trips, most) = (round_trips(log), most(width));
    ctx.note(&format!("100 {what}, {width} at once: {} calls, {trips} round trips", log.len()));
    if trips <= most {
        return Ok(());
    }
    Err(format!("100 {what}, {width} at once: {trips} round trips, more than {most}").into())
}

/// The sources of an org, then the sessions of all of them.
pub(super) fn fan_out(ctx: &Ctx) -> Outcome {
    let source = |n| json!({ "name": "custom_identity_source", "label": format!("Source {n}") });
    let apps: Vec<_> = (1..=16).map(source).collect();
    let org = json!({ "tokens": ["00acme-token"], "apps": apps });
    ctx.emulator().admin("POST", "orgs/hive", Some(&org))?;
    ctx.emulator().set_latency(LATENCY)?;
    let sql = "SELECT count(*) FROM identity_sources.sessions WHERE subdomain = 'hive'";
    let log = log_of(ctx, &mut ctx.connect()?, sql, "0", 3)?;
    check::equal("requests", &log.len(), &17)?;
    check::equal("at once", &most_at_once(&log), &8)?;
    check::equal("round trips", &round_trips(&log), &3)
}

/// While the rows of a page are consumed the next one is under way, and no other.
pub(super) fn next_page(ctx: &Ctx) -> Outcome {
    const STOPS: [usize; 2] = [150, 350];
    ctx.emulator().admin("POST", "orgs/acme/users", Some(&json!({ "count": 988 })))?;
    let (mut reader, mut observer) = (ctx.connect()?, ctx.connect()?);
    reader.batch_execute("CREATE SEQUENCE rows")?;
    let process = check::text(&mut reader, "SELECT pg_backend_pid()")?;
    for stop in STOPS {
        observer.batch_execute(&format!("SELECT pg_advisory_lock({stop})"))?;
    }
    ctx.emulator().take_log()?;
    let read = "SELECT count(id), count(CASE nextval('rows')
                  WHEN 150 THEN pg_advisory_lock(150)::text
                  WHEN 350 THEN pg_advisory_lock(350)::text END) FROM users.users";
    let consumed = thread::scope(|scope| {
        let reading = scope.spawn(|| check::text(&mut reader, read));
        let watched = watch(ctx, &mut observer, &STOPS, &process);
        // The reader must end even when the check has failed.
        observer.batch_execute("SELECT pg_advisory_unlock_all()")?;
        let consumed = reading.join().map_err(|_| Failed::from("the reader panicked"))?;
        watched.and(consumed)
    })?;
    check::equal("rows", &consumed.as_str(), &"1000")?;
    check::equal("pages", &ctx.emulator().take_log()?.len(), &5)
}

/// At each stop, one page more has been asked for than is being consumed.
fn watch(ctx: &Ctx, observer: &mut Client, stops: &[usize], process: &str) -> Outcome {
    for (page, stop) in stops.iter().enumerate() {
        let waits = format!(
            "SELECT count(*) FROM pg_locks WHERE pid = {process} AND objid = {stop} AND NOT granted"
        );
        check::wait_until("the reader waits", || Ok(check::text(observer, &waits)? == "1"))?;
        let asked = page + 2;
        check::wait_until("the next page is under way", || {
            Ok(ctx.emulator().log()?.len() >= asked)
        })?;
        thread::sleep(LATENCY);
        check::equal("pages asked for", &ctx.emulator().log()?.len(), &asked)?;
        observer.batch_execute(&format!("SELECT pg_advisory_unlock({stop})"))?;
    }
    Ok(())
}

/// The partitions of a table, each of an org of its own, are read at the same time.
pub(super) fn several_orgs(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    client.batch_execute(
        "CREATE TABLE people (id text, subdomain text) PARTITION BY LIST (subdomain)",
    )?;
    let orgs = ["one", "two", "three", "four"];
    for org in orgs {
        let seed = json!({ "tokens": ["00acme-token"], "generated_users": 10 });
        ctx.emulator().admin("POST", &format!("orgs/{org}"), Some(&seed))?;
        let url = format!("{}/orgs/{{subdomain}}", ctx.emulator().url());
        client.batch_execute(&format!(
            "CREATE SERVER {org} FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url '{url}', subdomain '{org}');
             CREATE USER MAPPING FOR CURRENT_USER SERVER {org} OPTIONS (api_token '00acme-token');
             CREATE FOREIGN TABLE people_{org} PARTITION OF people FOR VALUES IN ('{org}')
               SERVER {org} OPTIONS (resource 'users.users')"
        ))?;
    }
    ctx.emulator().set_latency(Duration::from_secs(1))?;
    thread::scope(|scope| {
        let reading = scope.spawn(|| check::text(&mut client, "SELECT count(*) FROM people"));
        let all = check::wait_until("every org is asked before one has answered", || {
            let log = ctx.emulator().log()?;
            Ok(orgs.iter().all(|org| log.iter().any(|r| r.org == *org && r.outcome == "pending")))
        });
        let rows = reading.join().map_err(|_| Failed::from("the reader panicked"))?;
        all.and(check::equal("rows", &rows?.as_str(), &"40"))
    })
}

/// The log of a statement that takes this many round trips at most, or of its last try. A machine that
/// stands still for a moment makes a request late, and its answer with it: so there are three tries.
fn log_of(
    ctx: &Ctx,
    client: &mut Client,
    sql: &str,
    rows: &str,
    most: usize,
) -> Result<Vec<Request>, Failed> {
    let mut tries = 0;
    loop {
        ctx.emulator().take_log()?;
        check::equal("rows", &check::text(client, sql)?.as_str(), &rows)?;
        let log = ctx.emulator().take_log()?;
        tries += 1;
        if round_trips(&log) <= most || tries == 3 {
            return Ok(log);
        }
    }
}

/// How many requests waited for one another. A request was made after as many answers had come as there
/// were requests before it that were no longer under way.
fn round_trips(log: &[Request]) -> usize {
    let mut trips: Vec<usize> = Vec::new();
    for (n, request) in log.iter().enumerate() {
        let answered = (n + 1).saturating_sub(request.in_flight);
        let last = answered.checked_sub(1).and_then(|last| trips.get(last));
        trips.push(last.map_or(1, |trips| trips + 1));
    }
    trips.into_iter().max().unwrap_or(0)
}

fn most_at_once(log: &[Request]) -> usize {
    log.iter().map(|request| request.in_flight).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(in_flight: &[usize]) -> Vec<Request> {
        let request = |in_flight: &usize| Request {
            org: "acme".to_owned(),
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: String::new(),
            status: Some(200),
            in_flight: *in_flight,
            outcome: "answered".to_owned(),
            ..Request::default()
        };
        in_flight.iter().map(request).collect()
    }

    #[test]
    fn round_trips_are_counted_by_what_was_under_way() {
        assert_eq!(round_trips(&log(&[])), 0);
        assert_eq!(round_trips(&log(&[1, 1, 1])), 3);
        assert_eq!(round_trips(&log(&[1, 2, 3])), 1);
        // Three at once, refilled one by one, or all at once.
        assert_eq!(round_trips(&log(&[1, 2, 3, 3, 3, 3, 3])), 3);
        assert_eq!(round_trips(&log(&[1, 2, 3, 1, 2, 3, 1])), 3);
    }
}

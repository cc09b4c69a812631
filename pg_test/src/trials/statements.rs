//! One connection, statement after statement: errors, cursors and prepared statements leave nothing
//! behind that the next one would trip over.

use std::time::Duration;

use super::{Outcome, check};
use crate::ctx::Ctx;

const SOURCES: [&str; 2] = ["0oahr000000000000001", "0oacontractors000001"];

/// What goes wrong in as many places as there are: before a request, in Okta, in the executor.
const ERRORS: &[(&str, &str)] = &[
    ("SELECT * FROM identity_sources.sessions WHERE subdomain = 'a/b'", "HV00L"),
    ("SELECT 1 / (length(id) - 20) FROM identity_sources.sessions", "22012"),
    ("INSERT INTO identity_sources.sessions (id) VALUES ('x')", "428C9"),
    (
        "INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001')",
        "55000",
    ),
    ("UPDATE identity_sources.sessions SET status = 'CLOSED'", "0A000"),
    ("SELECT no_such_column FROM identity_sources.sessions", "42703"),
];

/// Settings under which the read below fails, and how to take them back.
const BROKEN_SETTINGS: &[(&str, &str, &str)] = &[
    (
        "ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET api_token 'wrong')",
        "28000",
        "ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET api_token '00acme-token')",
    ),
    (
        "DROP USER MAPPING FOR CURRENT_USER SERVER okta",
        "28000",
        "CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '00acme-token')",
    ),
    (
        "ALTER SERVER okta OPTIONS (DROP subdomain)",
        "HV00L",
        "ALTER SERVER okta OPTIONS (ADD subdomain 'acme')",
    ),
];

const COUNT: &str = "SELECT count(*) FROM identity_sources.sessions";

pub(super) fn after_any_error(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    open_sessions(&mut client)?;
    for (sql, sqlstate) in ERRORS {
        fails(&mut client, sql, sqlstate)?;
        check::equal(sql, &check::text(&mut client, COUNT)?.as_str(), &"2")?;
    }
    for (setting, sqlstate, back) in BROKEN_SETTINGS {
        client.batch_execute(setting)?;
        fails(&mut client, COUNT, sqlstate)
            .map_err(|e| format!("{setting}: {}", e.message().unwrap_or_default()))?;
        client.batch_execute(back)?;
        check::equal(back, &check::text(&mut client, COUNT)?.as_str(), &"2")?;
    }
    caught_in_a_transaction(&mut client)
}

/// The same inside one transaction, where a savepoint takes the error back.
fn caught_in_a_transaction(client: &mut postgres::Client) -> Outcome {
    client.batch_execute("BEGIN")?;
    for (sql, sqlstate) in ERRORS {
        client.batch_execute("SAVEPOINT before")?;
        fails(client, sql, sqlstate)?;
        client.batch_execute("ROLLBACK TO before")?;
        check::equal(sql, &check::text(client, COUNT)?.as_str(), &"2")?;
    }
    Ok(client.batch_execute("COMMIT")?)
}

pub(super) fn cursor_closed_half_way(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    client.batch_execute("ALTER FOREIGN TABLE users.users OPTIONS (ADD page_size '3')")?;
    let all: usize = check::text(&mut client, "SELECT count(*) FROM users.users")?.parse()?;
    let pages = ctx.okta_requests()?.len();

    client.batch_execute("BEGIN; DECLARE half CURSOR FOR SELECT id FROM users.users")?;
    check::equal("fetched", &check::texts(&mut client, "FETCH 4 FROM half")?.len(), &4)?;
    client.batch_execute("CLOSE half")?;
    let asked = ctx.okta_requests()?.len();
    if asked >= pages {
        return Err(
            format!("{asked} requests for 4 of {all} rows, all of them take {pages}").into()
        );
    }

    let again: usize = check::text(&mut client, "SELECT count(*) FROM users.users")?.parse()?;
    check::equal("rows in the same transaction", &again, &all)?;
    client.batch_execute("COMMIT")?;
    Ok(())
}

pub(super) fn generic_plan_eight_times(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    let sessions = open_sessions(&mut client)?;
    client.batch_execute("SET plan_cache_mode = force_generic_plan")?;
    let by_source =
        client.prepare("SELECT id FROM identity_sources.sessions WHERE identity_source_id = $1")?;
    for _ in 0..4 {
        for (source, session) in SOURCES.iter().zip(&sessions) {
            let rows = client.query(&by_source, &[source])?;
            let found: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            check::equal("session", &found.iter().collect(), &vec![session])?;
        }
    }
    let plans = "SELECT generic_plans || ' generic, ' || custom_plans || ' custom'
                 FROM pg_prepared_statements WHERE statement LIKE '%sessions WHERE%'";
    check::equal("plans", &check::text(&mut client, plans)?.as_str(), &"8 generic, 0 custom")
}

/// How often depends on the machine; that it is told while Okta takes its time does not.
pub(super) fn progress_is_told(ctx: &Ctx) -> Outcome {
    let (mut client, heard) = ctx.connect_hearing()?;
    ctx.emulator().set_latency(Duration::from_secs(4))?;
    client.batch_execute("SET okta_fdw.progress_interval = '1s'")?;
    check::text(&mut client, "SELECT count(*) FROM apps.apps WHERE id = 'x'")?;

    let told: Vec<_> = heard.try_iter().collect();
    if told.is_empty() || told.iter().any(|t| !t.contains("0 rows, 1 calls so far")) {
        return Err(format!("heard {told:?}").into());
    }
    Ok(())
}

/// One session in each source of the emulated org; their ids in that order.
fn open_sessions(client: &mut postgres::Client) -> Result<Vec<String>, libtest_mimic::Failed> {
    let open = |source| {
        let sql = format!(
            "INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('{source}') RETURNING id"
        );
        check::text(client, &sql)
    };
    SOURCES.iter().map(open).collect()
}

fn fails(client: &mut postgres::Client, sql: &str, sqlstate: &str) -> Outcome {
    let result = client.simple_query(sql);
    check::refused(result, sqlstate)
        .map_err(|e| format!("{sql}: {}", e.message().unwrap_or_default()).into())
}

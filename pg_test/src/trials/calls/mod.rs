//! No statement makes more calls than it must.
//!
//! The statements, the least number of calls that each needs and the reason stand in `pg_test/calls`.
//! Each runs in a session of its own and finds the same Okta; the emulator's log says how many calls it
//! made, and EXPLAIN ANALYZE has to say the same. What comes of it is the page `docs/calls.md`.

mod page;
mod statement;

use std::time::Duration;

use libtest_mimic::Failed;
use postgres::Client;
use serde_json::{Value, json};

use self::statement::Statement;
use super::{Outcome, check};
use crate::ctx::Ctx;
use crate::expected::Expected;
use crate::okta::Okta;

/// For a page that was asked for in advance to show in the log, while a cursor stays open.
const LATE: Duration = Duration::from_millis(100);

pub(super) fn least(ctx: &Ctx) -> Outcome {
    ctx.run_file(&statement::folder().join("setup.sql"))?;
    let mut wrong = Vec::new();
    let mut sections = Vec::new();
    let mut untouched = false;
    for section in statement::all()? {
        let mut counted = Vec::new();
        for statement in section.statements {
            if !untouched || !statement.is_query() {
                seed(ctx.emulator())?;
            }
            untouched = statement.is_query();
            let made = made(ctx, &statement).map_err(|e| naming(&statement, &e))?;
            if made != statement.expected() {
                wrong.push(format!("{made} calls, {statement}"));
            }
            if let Err(error) = explained(ctx, &statement) {
                wrong.push(naming(&statement, &error));
            }
            counted.push((statement, made));
        }
        sections.push((section.title, counted));
    }
    let page = Expected::page("docs/calls.md", "calls::least");
    if let Err(error) = ctx.settle(&page, &page::render(&sections)) {
        wrong.push(error.message().unwrap_or_default().to_owned());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn naming(statement: &Statement, error: &Failed) -> String {
    format!("{}: {}", statement.sql, error.message().unwrap_or_default())
}

/// The calls that a statement makes.
fn made(ctx: &Ctx, statement: &Statement) -> Result<usize, Failed> {
    let mut client = prepared(ctx, statement)?;
    execute(&mut client, &statement.sql)?;
    if statement.leaves_cursor() {
        std::thread::sleep(LATE);
    }
    Ok(ctx.emulator().take_log()?.len())
}

/// What EXPLAIN ANALYZE says of a query's calls must be what the log says.
fn explained(ctx: &Ctx, statement: &Statement) -> Outcome {
    if !statement.is_query() {
        return Ok(());
    }
    let mut client = prepared(ctx, statement)?;
    let sql = format!("EXPLAIN (ANALYZE, FORMAT JSON) {}", statement.sql);
    let plan: Value = serde_json::from_str(&check::text(&mut client, &sql)?)?;
    let logged = ctx.emulator().take_log()?.len();
    check::equal("Okta Calls of EXPLAIN ANALYZE", &calls(&plan), &u64::try_from(logged)?)
}

/// The sum of the property over all nodes of a plan.
fn calls(plan: &Value) -> u64 {
    match plan {
        Value::Array(parts) => parts.iter().map(calls).sum(),
        Value::Object(properties) => {
            let here = properties.get("Okta Calls").and_then(Value::as_u64).unwrap_or(0);
            here + properties.values().map(calls).sum::<u64>()
        }
        _ => 0,
    }
}

/// A session in which everything has been done but the statement itself, and an empty log.
fn prepared(ctx: &Ctx, statement: &Statement) -> Result<Client, Failed> {
    let mut client = ctx.connect()?;
    for sql in &statement.before {
        execute(&mut client, sql)?;
    }
    ctx.emulator().take_log()?;
    Ok(client)
}

fn execute(client: &mut Client, sql: &str) -> Outcome {
    client.batch_execute(sql).map_err(|error| check::describe(&error).into())
}

/// Okta as every statement finds it: 512 and 503 users, an open session of each source, and two users
/// and a group with a member in one of them.
fn seed(okta: &Okta) -> Outcome {
    const SOURCE: &str = "/api/v1/identity-sources/0oahr000000000000001";
    okta.admin("POST", "reset", None)?;
    for org in ["acme", "globex"] {
        okta.admin("POST", &format!("orgs/{org}/users"), Some(&json!({ "count": 500 })))?;
    }
    let user = |id: &str| {
        let name = format!("{id}@acme.example");
        json!({ "externalId": id, "profile": { "userName": name, "email": name } })
    };
    let calls = [
        (format!("{SOURCE}/sessions"), json!({})),
        ("/api/v1/identity-sources/0oacontractors000001/sessions".to_owned(), json!({})),
        (format!("{SOURCE}/users"), user("e1")),
        (format!("{SOURCE}/users"), user("e2")),
        (
            format!("{SOURCE}/groups"),
            json!({ "externalId": "g1", "profile": { "displayName": "One" } }),
        ),
        (format!("{SOURCE}/groups/g1/membership"), json!({ "memberExternalId": "e1" })),
    ];
    calls.iter().try_for_each(|(path, body)| okta.call("POST", path, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_all_nodes_are_added() {
        let plan = json!([{ "Plan": { "Okta Calls": 1, "Plans": [
            { "Okta Calls": 2 }, { "Plans": [{ "Okta Calls": 4 }] }
        ] } }]);
        assert_eq!(calls(&plan), 7);
    }
}

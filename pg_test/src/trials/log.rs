//! The server's log has a line for each request, whatever became of the statement that made it.

use super::{Outcome, check};
use crate::ctx::Ctx;

const GROUP: &str = "of-the-log";

/// A page that is asked for in advance, and that nobody reads before the cursor is closed.
pub(super) fn of_a_closed_cursor(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    client
        .batch_execute(&format!(
            "INSERT INTO identity_sources.groups (identity_source_id, external_id, display_name)
           VALUES ('0oahr000000000000001', '{GROUP}', 'Log');
         INSERT INTO identity_sources.users (identity_source_id, external_id, user_name, email)
           SELECT '0oahr000000000000001', 'm' || n, 'm' || n, 'm' || n || '@acme.example'
             FROM generate_series(1, 6) n;
         INSERT INTO identity_sources.group_memberships
             (identity_source_id, group_external_id, member_external_id)
           SELECT '0oahr000000000000001', '{GROUP}', 'm' || n FROM generate_series(1, 6) n;
         ALTER FOREIGN TABLE identity_sources.group_memberships OPTIONS (ADD page_size '2');
         SET okta_fdw.log_requests = on"
        ))
        .map_err(|e| check::describe(&e))?;
    ctx.okta_requests()?;
    client.batch_execute("BEGIN")?;
    client.batch_execute(&format!(
        "DECLARE c CURSOR FOR SELECT member_external_id FROM identity_sources.group_memberships
         WHERE identity_source_id = '0oahr000000000000001' AND group_external_id = '{GROUP}'"
    ))?;
    client.batch_execute("MOVE 2 IN c")?;
    let pages = |ctx: &Ctx| -> Result<usize, libtest_mimic::Failed> {
        let log = ctx.emulator().log()?;
        Ok(log.iter().filter(|r| r.path.contains(GROUP) && r.outcome == "answered").count())
    };
    check::wait_until("the next page is asked for", || Ok(pages(ctx)? == 2))?;
    client.batch_execute("CLOSE c")?;
    client.batch_execute("SELECT count(*) FROM apps.apps")?;
    client.batch_execute("COMMIT")?;
    let log = ctx.server_log()?;
    let lines = log.lines().filter(|line| line.contains(GROUP) && line.contains("okta_fdw: GET"));
    check::equal("lines of the log", &lines.count(), &2)
}

/// A request that is given up with its statement.
pub(super) fn of_a_cancelled_statement(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    ctx.emulator().set_latency(std::time::Duration::from_secs(10))?;
    client.batch_execute("SET okta_fdw.log_requests = on; SET statement_timeout = '300ms'")?;
    let asked = "SELECT id FROM users.users WHERE id = 'given-up-with-its-statement'";
    check::refused(client.simple_query(asked), "57014")?;
    client.batch_execute("SET statement_timeout = 0")?;
    check::wait_until("the log has the line", || {
        client.batch_execute("SELECT * FROM okta_fdw_rate_limits(); SELECT 1")?;
        let log = ctx.server_log()?;
        Ok(log.contains("GET /api/v1/users/given-up-with-its-statement: given up in "))
    })
}

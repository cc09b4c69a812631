//! That no secret shows: everything is done with the server and the client told to say all that they
//! can, and what came out is searched.
//!
//! The secrets are this trial's own, so that the whole log of the cluster can be searched. They are set
//! by a connection that is not told to say anything: PostgreSQL itself logs statements, and one that
//! creates a user mapping holds its secret.

use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use libtest_mimic::Failed;
use postgres::{Client, SimpleQueryMessage};
use serde_json::json;

use super::{PRIVATE_KEY, app_options, map, register};
use crate::ctx::Ctx;
use crate::trials::{Outcome, check};

const API_TOKEN: &str = "00NeverShownApiToken00000000000000000000000";
const ACCESS_TOKEN: &str = "NeverShownAccessToken.NeverShownClaims.NeverShownSignature";
const WRONG_TOKEN: &str = "00NeverShownWrongToken";

/// Parts of secrets; the last two are those of any assertion or proof, and of any token that the
/// emulator issues.
const SECRETS: &[&str] =
    &["NeverShown", "fqICxhojsUDGfhAarNcA8vpSjFAj", "eyJ", "issued-access-token"];

const LOUD: &str = "
    SET log_min_messages = debug5; SET client_min_messages = debug5; SET log_error_verbosity = verbose;
    SET debug_print_plan = on; SET debug_print_parse = on; SET debug_print_rewritten = on;
    SET log_duration = on; SET log_executor_stats = on;
    SET okta_fdw.log_requests = on; SET okta_fdw.progress_interval = '1s';";

/// Reads, writes and questions, some of which fail with some of the credentials.
const STATEMENTS: &[&str] = &[
    "SELECT id, login FROM users.users",
    "SELECT login FROM users.users WHERE id = '00uquiet000000000001'",
    "SELECT u.login, s.id FROM users.users u LEFT JOIN identity_sources.sessions s ON s.id = u.id",
    "SELECT id FROM apps.apps",
    "SELECT id FROM users.users WHERE subdomain = 'globex'",
    "SELECT id FROM users.users WHERE subdomain = 'a/b'",
    "SELECT 1 / (length(id) - length(id)) FROM users.users",
    "PREPARE one(text) AS SELECT login FROM users.users WHERE id = $1",
    "SET plan_cache_mode = force_generic_plan; EXECUTE one('00uquiet000000000001'); DEALLOCATE one",
    "BEGIN; DECLARE c CURSOR FOR SELECT id FROM users.users; FETCH 1 FROM c; COMMIT",
    "INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001')",
    "INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001')",
    "DELETE FROM identity_sources.sessions",
    "BEGIN; INSERT INTO identity_sources.bulk_upsert (identity_source_id, external_id, user_name)
     VALUES ('0oahr000000000000001', '1', 'one'); ROLLBACK",
    "SET okta_fdw.dry_run = on; DELETE FROM identity_sources.sessions; RESET okta_fdw.dry_run",
    "SET okta_fdw.max_requests = 1; SELECT count(*) FROM identity_sources.sessions; RESET okta_fdw.max_requests",
    "EXPLAIN VERBOSE SELECT login FROM users.users WHERE id = 'x'",
    "EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) SELECT id FROM users.users",
    "EXPLAIN (VERBOSE) DELETE FROM identity_sources.sessions",
    "ANALYZE users.users",
    "CREATE SCHEMA IF NOT EXISTS again",
    "IMPORT FOREIGN SCHEMA users FROM SERVER okta INTO again",
    "SELECT * FROM okta_fdw_diag('okta')",
    "SELECT * FROM okta_fdw_connections()",
    "SELECT * FROM okta_fdw_rate_limits()",
    "SELECT * FROM pg_foreign_server",
    "SELECT okta_fdw_disconnect()",
];

/// Options that are refused. PostgreSQL logs the text of a statement that fails, unless told not to.
const BAD_OPTIONS: &[&str] = &[
    "OPTIONS (ADD api_tokem '00NeverShownWrongName')",
    "OPTIONS (SET api_token 'NeverShown with spaces')",
    "OPTIONS (ADD access_token 'NeverShownSecondKind')",
    "OPTIONS (ADD private_key '-----BEGIN PRIVATE KEY-----NeverShown-----END PRIVATE KEY-----')",
    "OPTIONS (ADD private_key '{\"kty\":\"EC\",\"d\":\"NeverShown\"}')",
];

/// What came to the client.
struct Heard {
    notices: Receiver<String>,
    text: String,
}

impl Heard {
    /// Runs a statement, which may fail.
    fn run(&mut self, client: &mut Client, sql: &str) {
        match client.simple_query(sql) {
            Ok(messages) => self.rows(messages),
            Err(error) => {
                self.text.push_str(&format!("{sql}: {error:?}\n"));
                // Ends a transaction that the error has left open.
                let _ = client
                    .simple_query("ROLLBACK; RESET okta_fdw.max_requests; RESET okta_fdw.dry_run");
            }
        }
        self.text.extend(self.notices.try_iter());
    }

    fn rows(&mut self, messages: Vec<SimpleQueryMessage>) {
        for message in messages {
            let SimpleQueryMessage::Row(row) = message else { continue };
            let cells = (0..row.len()).filter_map(|n| row.get(n));
            self.text.push_str(&format!("{}\n", cells.collect::<Vec<_>>().join("|")));
        }
    }

    fn all(&mut self, client: &mut Client) {
        for sql in STATEMENTS {
            self.run(client, sql);
        }
    }
}

pub(in crate::trials) fn never_shown(ctx: &Ctx) -> Outcome {
    let mut quiet = ctx.connect()?;
    found_org(ctx, &mut quiet)?;
    let (sender, notices) = mpsc::channel();
    let mut loud = ctx.connect_hearing_all(sender)?;
    loud.batch_execute(LOUD)?;
    let mut heard = Heard { notices, text: String::new() };

    for dpop in ["never", "always"] {
        map(&mut quiet, &app_options(dpop))?;
        heard.all(&mut loud);
    }
    for (option, token) in
        [("access_token", ACCESS_TOKEN), ("api_token", WRONG_TOKEN), ("api_token", API_TOKEN)]
    {
        map(&mut quiet, &format!("{option} '{token}'"))?;
        heard.all(&mut loud);
    }
    faults(ctx, &mut quiet, &mut loud, &mut heard)?;
    activity(ctx, &mut quiet, &mut loud, &mut heard)?;

    // Since PostgreSQL 16 these print statements about options as they were typed.
    loud.batch_execute("SET debug_print_parse = off; SET debug_print_rewritten = off")?;
    loud.batch_execute("SET log_min_error_statement = panic")?;
    for options in BAD_OPTIONS {
        let sql = format!("ALTER USER MAPPING FOR CURRENT_USER SERVER okta {options}");
        check::refused(
            loud.simple_query(&sql),
            if options.contains("tokem") { "HV00D" } else { "HV024" },
        )?;
        let Err(error) = loud.simple_query(&sql) else { continue };
        heard.text.push_str(&format!("{error:?}\n"));
        heard.text.extend(heard.notices.try_iter());
    }
    drop((quiet, loud));
    search(
        "the client",
        &heard.text,
        &["DEBUG", "28000", "42501", "HV024", "08001", "Okta Calls", "SSWS [redacted]"],
    )?;
    search(
        "the server's log",
        &ctx.server_log()?,
        &["PLANNEDSTMT", "GET /api/v1/users", "okta_fdw"],
    )
}

/// An org whose secrets are this trial's own.
fn found_org(ctx: &Ctx, quiet: &mut Client) -> Outcome {
    let scopes = ["okta.users.read"];
    let org = json!({
        "tokens": [API_TOKEN], "access_tokens": [{ "token": ACCESS_TOKEN, "scopes": scopes }],
        "apps": [{ "id": "0oahr000000000000001", "name": "custom_identity_source", "label": "HR" }],
        "users": [{ "id": "00uquiet000000000001", "profile": { "login": "q@quiet.example" } }],
        "generated_users": 300,
    });
    ctx.emulator().admin("POST", "orgs/quiet", Some(&org))?;
    register(ctx, "quiet", false)?;
    quiet
        .batch_execute("ALTER SERVER okta OPTIONS (SET subdomain 'quiet', ADD max_retries '1')")?;
    let searched_for = SECRETS.iter().any(|part| PRIVATE_KEY.contains(part));
    check::equal("the key is searched for", &searched_for, &true)
}

/// Answers that are wrong in many ways, and no answer.
fn faults(ctx: &Ctx, quiet: &mut Client, loud: &mut Client, heard: &mut Heard) -> Outcome {
    for fault in [
        json!({ "fault": "status", "code": 503 }),
        json!({ "fault": "status", "code": 401 }),
        json!({ "fault": "status", "code": 403, "body": "<html>no</html>" }),
        json!({ "fault": "status", "code": 502, "body": format!("Authorization: SSWS {API_TOKEN}") }),
        json!({ "fault": "redirect", "location": "http://127.0.0.1:9/" }),
        json!({ "fault": "reset_before" }),
        json!({ "fault": "cut_body" }),
        json!({ "fault": "bad_json" }),
        json!({ "fault": "next_foreign", "location": "http://127.0.0.1:9/" }),
        json!({ "fault": "rate_limit", "seconds": 300 }),
    ] {
        let mut order = fault;
        if let Some(order) = order.as_object_mut() {
            order.insert("match".to_owned(), json!("* /api/v1/*"));
        }
        ctx.emulator().admin("POST", "faults", Some(&order))?;
        for sql in ["SELECT id FROM users.users", "SELECT * FROM okta_fdw_diag('okta')"] {
            heard.run(loud, sql);
        }
        ctx.emulator().admin("DELETE", "faults", None)?;
    }
    let here = format!("{}/orgs/{{subdomain}}", ctx.emulator().url());
    for there in ["http://127.0.0.1:9/{subdomain}", "https://{subdomain}.invalid"] {
        quiet.batch_execute(&format!("ALTER SERVER okta OPTIONS (SET org_url '{there}')"))?;
        heard.run(loud, "SELECT id FROM users.users");
    }
    quiet.batch_execute(&format!("ALTER SERVER okta OPTIONS (SET org_url '{here}')"))?;
    Ok(())
}

/// What others see of a session that waits for Okta.
fn activity(ctx: &Ctx, quiet: &mut Client, loud: &mut Client, heard: &mut Heard) -> Outcome {
    ctx.emulator().set_latency(Duration::from_millis(1500))?;
    let seen: Result<Vec<String>, Failed> = std::thread::scope(|scope| {
        let reader = scope.spawn(|| loud.simple_query("SELECT id FROM users.users").map(drop));
        std::thread::sleep(Duration::from_millis(700));
        let seen = check::texts(
            quiet,
            "SELECT to_jsonb(a)::text FROM pg_stat_activity a WHERE datname = current_database()",
        );
        reader.join().map_err(|_| Failed::from("the reader panicked"))??;
        seen
    });
    ctx.emulator().set_latency(Duration::ZERO)?;
    let seen = seen?.join("\n");
    check::equal("a waiting scan is seen", &seen.contains("SELECT id FROM users.users"), &true)?;
    heard.text.push_str(&seen);
    Ok(())
}

/// No secret may stand in the text, and what shows that the text is whole must.
fn search(whose: &str, text: &str, expected: &[&str]) -> Outcome {
    if let Some(missing) = expected.iter().find(|part| !text.contains(**part)) {
        return Err(format!("{whose} was not told {missing}").into());
    }
    let shows = |line: &&str| SECRETS.iter().any(|secret| line.contains(secret));
    match text.lines().find(shows) {
        Some(line) => Err(format!("{whose} was shown a secret: {line}").into()),
        None => Ok(()),
    }
}

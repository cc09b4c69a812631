//! Waiting for an import's end: Okta is asked with growing pauses.

use std::time::{Duration, Instant};

use okta::catalog::SESSIONS;
use okta::client::Caller;
use okta::org::Org;
use okta::{Error, Kind, import_session, scan};
use pgrx::{PgSqlErrorCode, pg_sys};

use super::super::table::Table;
use super::super::{clients, options, statement};
use crate::io;
use crate::pg::foreign;
use crate::pg::report::raise_as;
use crate::pg::role;

/// The statuses in which an import has come to its end.
const ENDED: &[&str] = &["COMPLETED", "ERROR", "CLOSED", "EXPIRED"];
/// The first and the longest pause between two questions.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Waits until a session of a table has ended, and returns its status.
///
/// # Errors
/// [`Kind::NotFound`] for a session that does not exist; those of the client. That the time is over is
/// raised as 57014.
pub(crate) fn wait(sessions: pg_sys::Oid, id: &str, longest: Duration) -> Result<String, Error> {
    role::require_select(sessions);
    let options = foreign::is_table(sessions).then(|| foreign::table(sessions).options);
    let resource = options.iter().find_map(|options| options::find(options, "resource"));
    if resource.is_none_or(|resource| resource != SESSIONS.name) {
        raise_as(
            PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE,
            format!(
                "\"{}\" is not a foreign table of import sessions",
                foreign::relation_name(sessions)
            ),
            Some("It must have the option resource 'identity_sources.sessions'.".to_owned()),
        );
    }
    let table = Table::open(sessions)?;
    let client = clients::client(&table.server, role::current_user())?;
    let (org, caller) = (table.row_org(None)?, Caller::new(client, statement::meter()));
    let since = Instant::now();
    let mut pause = FIRST_PAUSE;
    let (source, mut status) = find(&table, &caller, &org, id)?;
    while !ENDED.contains(&status.as_str()) {
        let left = longest.saturating_sub(since.elapsed());
        if left.is_zero() {
            raise_as(
                PgSqlErrorCode::ERRCODE_QUERY_CANCELED,
                format!("session {id} is still {status} after {} s", longest.as_secs()),
                Some("Wait again, or longer: Okta goes on with it.".to_owned()),
            );
        }
        io::pause(pause.min(left))?;
        pause = (pause * 2).min(LONGEST_PAUSE);
        status = ask(&caller, &org, &source, id)?.ok_or_else(|| missing(id))?;
    }
    Ok(status)
}

/// The source of a session, and its status: the table's source, or the one of the org's that has it.
fn find(table: &Table, caller: &Caller, org: &Org, id: &str) -> Result<(String, String), Error> {
    let sources = match table.defaults.parameter("identity_source_id") {
        Some(source) => vec![source.to_owned()],
        None => {
            let (org, resource) = (org.clone(), table.resource);
            let found = statement::call(caller, |caller| async move {
                scan::parents(&caller, &org, resource, "identity_source_id").await
            })?;
            found.into_iter().map(|found| found.value).collect()
        }
    };
    for source in sources {
        if let Some(status) = ask(caller, org, &source, id)? {
            return Ok((source, status));
        }
    }
    Err(missing(id))
}

fn missing(id: &str) -> Error {
    Error::new(Kind::NotFound, format!("Okta has no session \"{id}\""))
}

fn ask(caller: &Caller, org: &Org, source: &str, id: &str) -> Result<Option<String>, Error> {
    let (org, source, id) = (org.clone(), source.to_owned(), id.to_owned());
    statement::call(caller, |caller| async move {
        import_session::status(&caller, &org, &source, &id).await
    })
}

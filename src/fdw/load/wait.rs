//! Waiting for an import's end: Okta is asked with growing pauses.

use std::sync::Arc;
use std::time::{Duration, Instant};

use okta::catalog::SESSIONS;
use okta::client::{Client, Meter};
use okta::org::Org;
use okta::{Error, Kind, import_session, scan};
use pgrx::{PgSqlErrorCode, pg_sys};

use super::super::table::Table;
use super::super::{clients, options, statement};
use crate::io;
use crate::pg::foreign;
use crate::pg::report::raise_as;

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
    foreign::require_select(sessions);
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
    let client = clients::client(&table.server, foreign::current_user())?;
    let (org, meter) = (table.row_org(None)?, statement::meter());
    let since = Instant::now();
    let mut pause = FIRST_PAUSE;
    let (source, mut status) = find(&table, &client, &meter, &org, id)?;
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
        status = ask(&client, &meter, &org, &source, id)?.ok_or_else(|| missing(id))?;
    }
    Ok(status)
}

/// The source of a session, and its status: the table's source, or the one of the org's that has it.
fn find(
    table: &Table,
    client: &Arc<Client>,
    meter: &Arc<Meter>,
    org: &Org,
    id: &str,
) -> Result<(String, String), Error> {
    let sources = match table.defaults.parameter("identity_source_id") {
        Some(source) => vec![source.to_owned()],
        None => {
            let parent = scan::parent_of(table.resource, "identity_source_id")?;
            let (asked, counted, org) = (Arc::clone(client), Arc::clone(meter), org.clone());
            let task = async move { scan::parents(&asked, &counted, &org, parent).await };
            let found = io::wait_for(task, || statement::progress(meter, 0))?;
            found.into_iter().map(|found| found.value).collect()
        }
    };
    for source in sources {
        if let Some(status) = ask(client, meter, org, &source, id)? {
            return Ok((source, status));
        }
    }
    Err(missing(id))
}

fn missing(id: &str) -> Error {
    Error::new(Kind::NotFound, format!("Okta has no session \"{id}\""))
}

fn ask(
    client: &Arc<Client>,
    meter: &Arc<Meter>,
    org: &Org,
    source: &str,
    id: &str,
) -> Result<Option<String>, Error> {
    let (asked, counted, org) = (Arc::clone(client), Arc::clone(meter), org.clone());
    let (source, id) = (source.to_owned(), id.to_owned());
    let task = async move { import_session::status(&asked, &counted, &org, &source, &id).await };
    let status = io::wait_for(task, || statement::progress(meter, 0));
    statement::log(meter);
    status
}

//! An import session from its opening to its start or its cancelling, with what Okta's rules make of it.
//!
//! When a transaction wants which of these is not decided here.

use std::time::Duration;

use jiff::{Timestamp, ToSpan};
use tokio::time::{Instant, timeout, timeout_at};

use crate::catalog::{SESSIONS, Write};
use crate::client::{Caller, Method, Pause, Request};
use crate::decode::{Form, Page, Wanted};
use crate::error::{Error, Kind};
use crate::org::Org;
use crate::plan::{path, write};
use crate::scan::bad_shape;

/// An open session of an identity source.
#[derive(Debug, Clone)]
pub struct ImportSession {
    /// The org of the source.
    pub org: Org,
    /// The id of the identity source.
    pub source: String,
    /// The id of the session.
    pub id: String,
    /// Whether it was there before.
    pub adopted: bool,
}

/// How a start has ended.
#[derive(Debug)]
pub enum Start {
    /// Okta has started the import.
    Started,
    /// Nothing was done, and a rate limit lets it through only after a pause of at most `max_wait`, whose
    /// end is not waited for here.
    Limited(Error, Duration),
    /// It has not, and now it cannot any more.
    Cancelled(Error),
}

/// A session as Okta lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    id: String,
    status: String,
    last_updated: String,
}

/// How long Okta refuses a new session after an import was started, by its guide.
const COOL_DOWN_MINUTES: i64 = 5;
/// Pauses between attempts to open a session in the cool-down: live orgs end it earlier than the guide
/// says.
const PAUSES: [u64; 3] = [5, 10, 15];
/// The pause after those.
const LAST_PAUSE: u64 = 30;
/// How often a start is sent at most.
const STARTS: u32 = 3;
/// The longest pause within a start. The caller can be interrupted in a longer one, and not in a start.
const SHORT: Duration = Duration::from_secs(2);
/// How long a look at a session may take, when a commit waits for it.
const LOOK: Duration = Duration::from_secs(10);

/// Opens the session of a source, or adopts its CREATED one.
///
/// A cool-down is waited for up to `max_wait`. When the answer to the opening was lost, the session
/// that it may have opened is found and adopted.
///
/// # Errors
/// [`Kind::WrongState`] when the source is being loaded by someone else, or for longer than the wait.
pub async fn open(caller: &Caller, org: &Org, source: &str) -> Result<ImportSession, Error> {
    let max_wait = caller.settings().max_wait;
    let session = |id: String, adopted| ImportSession {
        org: org.clone(),
        source: source.to_owned(),
        id,
        adopted,
    };
    let since = Instant::now();
    let mut pauses = PAUSES.into_iter();
    loop {
        let refused = match create(caller, org, source).await {
            Ok(id) => return Ok(session(id, false)),
            Err(error) if error.kind == Kind::WrongState || error.may_have_been_done() => error,
            Err(error) => return Err(error),
        };
        // Each time anew: meanwhile somebody else may have opened a session, or started an import.
        let listed = match list(caller, org, source).await {
            Ok(listed) => listed,
            Err(_) if refused.may_have_been_done() => {
                return Err(refused.detail(
                    "A session may have been opened: the next import of the source adopts it.",
                ));
            }
            Err(error) => return Err(error),
        };
        if let Some(created) = listed.iter().find(|listed| listed.status == "CREATED") {
            return Ok(session(created.id.clone(), true));
        }
        if refused.kind != Kind::WrongState {
            return Err(refused);
        }
        if let Some(loading) = listed.iter().find(|listed| listed.status == "IN_PROGRESS") {
            return Err(being_loaded(refused, &loading.id));
        }
        let pause = Duration::from_secs(pauses.next().unwrap_or(LAST_PAUSE));
        if since.elapsed() + pause > max_wait {
            return Err(cooling_down(refused, &listed));
        }
        caller.meter().pause(Pause::CoolDown, pause).await;
    }
}

fn being_loaded(refused: Error, id: &str) -> Error {
    refused.hint(format!(
        "Session {id} of this source is being loaded: wait for its end, or cancel it with DELETE FROM sessions."
    ))
}

fn cooling_down(refused: Error, listed: &[Listed]) -> Error {
    let triggered = listed.iter().find(|listed| listed.status == "TRIGGERED");
    let end = triggered
        .and_then(|listed| listed.last_updated.parse::<Timestamp>().ok())
        .and_then(|at| at.checked_add(COOL_DOWN_MINUTES.minutes()).ok());
    let until = match end {
        Some(end) => format!("until {end} at the latest"),
        None => format!("for up to {COOL_DOWN_MINUTES} minutes after the last start"),
    };
    refused
        .detail(format!("Okta opens no new session of a source {until}."))
        .hint("Try again then, or raise the server option \"max_wait\".")
}

async fn create(caller: &Caller, org: &Org, source: &str) -> Result<String, Error> {
    let create = SESSIONS.insert.as_ref().ok_or_else(no_such_write)?;
    let request = write::request(SESSIONS, create, org.clone(), |_| Some(source))?;
    let answer = caller.send(&request).await?;
    let mut wanted = Wanted::default();
    let id = wanted.add("id", Form::Text);
    let page = Page::object(&answer.body, &wanted)
        .map_err(|error| bad_shape(&request, &answer, &error))?;
    page.cell(0, id).map(str::to_owned).ok_or_else(|| {
        Error::new(Kind::BadAnswer, format!("{}: Okta's answer names no session", request.line()))
    })
}

fn no_answer(request: &Request, patience: Duration) -> Error {
    let (line, seconds) = (request.line(), patience.as_secs());
    Error::new(Kind::Lost, format!("{line}: no answer within {seconds} s"))
}

fn no_such_write() -> Error {
    Error::new(Kind::CannotAsk, "Okta offers no such write of sessions")
}

async fn list(caller: &Caller, org: &Org, source: &str) -> Result<Vec<Listed>, Error> {
    let template = SESSIONS.collection.as_ref().map_or("", |collection| collection.path);
    let request = read(org, template, |_| source);
    let answer = caller.send(&request).await?;
    let mut wanted = Wanted::default();
    let cells = ["id", "status", "lastUpdated"].map(|name| wanted.add(name, Form::Text));
    let page =
        Page::list(&answer.body, &wanted).map_err(|error| bad_shape(&request, &answer, &error))?;
    let listed = (0..page.len()).map(|row| {
        let [id, status, last_updated] =
            cells.map(|cell| page.cell(row, cell).unwrap_or_default().to_owned());
        Listed { id, status, last_updated }
    });
    Ok(listed.collect())
}

fn read<'a>(org: &Org, template: &str, key: impl Fn(&str) -> &'a str) -> Request {
    let fill = |template| path::fill(template, |name| Some(key(name).into()));
    Request {
        scope: Some(SESSIONS.read_scope),
        bucket: SESSIONS.bucket.map(fill),
        ..Request::new(org.clone(), Method::Get, fill(template))
    }
}

/// The status of a session; `None` when there is no such session.
///
/// # Errors
/// Those of the client, and [`Kind::BadAnswer`].
pub async fn status(
    caller: &Caller,
    org: &Org,
    source: &str,
    id: &str,
) -> Result<Option<String>, Error> {
    let template = SESSIONS.item.map_or("", |item| item.path);
    let request = read(org, template, |name| if name == "id" { id } else { source });
    let answer = match caller.send(&request).await {
        Ok(answer) => answer,
        Err(error) if error.is_missing_object() => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut wanted = Wanted::default();
    let status = wanted.add("status", Form::Text);
    let page = Page::object(&answer.body, &wanted)
        .map_err(|error| bad_shape(&request, &answer, &error))?;
    Ok(Some(page.cell(0, status).unwrap_or_default().to_owned()))
}

impl ImportSession {
    fn request(&self, write: &Write) -> Result<Request, Error> {
        write::request(SESSIONS, write, self.org.clone(), |name| {
            Some(if name == "id" { &self.id } else { &self.source })
        })
    }

    /// Starts the import, for `patience` at most. When no clear answer comes, the session is looked at, and
    /// in the end cancelled: Okta may take a lost start late, but not that of a cancelled session. `looking`
    /// counts these calls, which no budget may keep from being made.
    ///
    /// # Errors
    /// Okta's refusal; or, with a detail that says so, that it is not known whether the import started.
    pub async fn start(
        &self,
        caller: &Caller,
        looking: &Caller,
        patience: Duration,
    ) -> Result<Start, Error> {
        let update = SESSIONS.updates.first().ok_or_else(no_such_write)?;
        let request = self.request(&update.write)?;
        let (end, max_wait) = (Instant::now() + patience, caller.settings().max_wait);
        for attempt in 1.. {
            let sent = caller.send_within(SHORT.min(max_wait), &request);
            let error = match timeout_at(end, sent).await {
                Ok(Ok(_)) => break,
                Ok(Err(error)) if attempt == 1 && !error.may_have_been_done() => {
                    return match error.sendable_after {
                        Some(pause) if pause <= max_wait => Ok(Start::Limited(error, pause)),
                        _ => Err(error),
                    };
                }
                Ok(Err(error)) => error,
                Err(_) => no_answer(&request, patience),
            };
            match self.status(looking).await.as_deref() {
                Some("TRIGGERED" | "COMPLETED" | "ERROR") => break,
                Some("IN_PROGRESS")
                    if attempt < STARTS && Instant::now() < end && error.may_have_been_done() => {}
                _ => return self.settle(looking, error).await,
            }
        }
        Ok(Start::Started)
    }

    /// Finds out by cancelling how an unclear start has ended.
    async fn settle(&self, looking: &Caller, error: Error) -> Result<Start, Error> {
        match timeout(LOOK, self.cancel(looking)).await {
            Ok(Ok(true)) => Ok(Start::Cancelled(error)),
            Ok(Ok(false)) => Ok(Start::Started),
            Ok(Err(_)) | Err(_) => Err(error.detail(format!(
                "It is not known whether the import of session {} has started.",
                self.id
            ))),
        }
    }

    /// Its status, as far as it can be known soon.
    pub async fn status(&self, caller: &Caller) -> Option<String> {
        let asked = status(caller, &self.org, &self.source, &self.id);
        timeout(LOOK, asked).await.ok()?.ok()?
    }

    /// Cancels the session, and returns whether it could be: an import that has started goes on.
    ///
    /// # Errors
    /// Those of the client.
    pub async fn cancel(&self, caller: &Caller) -> Result<bool, Error> {
        let delete = SESSIONS.delete.as_ref().ok_or_else(no_such_write)?;
        match caller.send(&self.request(delete)?).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_missing_object() => Ok(true),
            Err(error) if error.kind == Kind::WrongState => {
                // Someone may have cancelled it before.
                let status = status(caller, &self.org, &self.source, &self.id).await?;
                Ok(!matches!(status.as_deref(), Some("TRIGGERED" | "COMPLETED" | "ERROR")))
            }
            Err(error) => Err(error),
        }
    }
}

//! The way of a request: find its org, note it, let the org answer, wait as told, send.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::Response;
use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::http::request::Parts;
use serde_json::Value;

use crate::answer::Answer;
use crate::control;
use crate::faults::{Fault, Kind};
use crate::ids::trace;
use crate::outgoing::Outgoing;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::request::{OrgRequest, decode_query, readable_query};
use crate::request_log::Outcome;
use crate::wire::ResetFlag;
use crate::world::{Shared, Ticket};

const MAX_BODY: usize = 16 << 20;

/// An error ends the connection without an answer.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    reset: ResetFlag,
    incoming: hyper::Request<Incoming>,
) -> io::Result<Response<Payload>> {
    let (parts, body) = incoming.into_parts();
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
        return Ok(plain(413, None));
    };
    let body = body.to_bytes();
    let path = parts.uri.path();
    if let Some(path) = path.strip_prefix("/_emulator/") {
        let (status, value) = control::answer(&shared, parts.method.as_str(), path, &body);
        return Ok(plain(status, Some(&value)));
    }
    let Some((org, request)) = locate(&parts, body) else {
        return Ok(plain(404, Some(&Refusal::unknown_path().body(&trace("oae", 0)))));
    };
    let mut visit = Visit::enter(shared, org, &request);
    let work = visit.work(&request);
    if !work.pause.is_zero() {
        tokio::time::sleep(work.pause).await;
    }
    let Some(mut outgoing) = work.outgoing else {
        visit.end(Outcome::Reset, None);
        reset.store(true, Ordering::SeqCst);
        return Err(io::Error::other("reset on purpose"));
    };
    outgoing.zip_for(&request);
    visit.end(Outcome::Answered, Some(outgoing.status));
    Ok(outgoing.into_response())
}

/// Splits `/orgs/acme/api/v1/users` into the org and the request that it sees.
fn locate(parts: &Parts, body: Bytes) -> Option<(String, OrgRequest)> {
    let below = parts.uri.path().strip_prefix("/orgs/")?;
    let (org, path) = below.split_once('/')?;
    let host = parts.headers.get(HOST).and_then(|v| v.to_str().ok()).unwrap_or("localhost");
    let request = OrgRequest {
        method: parts.method.as_str().to_owned(),
        path: format!("/{path}"),
        query: decode_query(parts.uri.query().unwrap_or_default()),
        headers: parts.headers.clone(),
        body,
        base: format!("http://{host}/orgs/{org}"),
    };
    Some((org.to_owned(), request))
}

/// A request under way. The server drops it when the client goes away, and then it was aborted.
struct Visit {
    shared: Arc<Shared>,
    org: String,
    ticket: Ticket,
    ended: bool,
}

/// What came of a request. Without an answer, the connection is to be reset.
struct Work {
    outgoing: Option<Outgoing>,
    pause: Duration,
}

impl Visit {
    fn enter(shared: Arc<Shared>, org: String, request: &OrgRequest) -> Visit {
        let ticket = shared.lock().arrive(&org, request);
        Visit { shared, org, ticket, ended: false }
    }

    fn work(&self, request: &OrgRequest) -> Work {
        let n = self.ticket.n;
        let query = readable_query(&request.query);
        let mut world = self.shared.lock();
        let latency = world.latency(request, &query);
        let fault = world.strike(n, &self.org, request, &query);
        let pause = latency + fault.as_ref().map_or(Duration::ZERO, Fault::delay);
        let kind = fault.as_ref().map(Fault::kind);
        if kind == Some(Kind::ResetBefore) {
            return Work { outgoing: None, pause };
        }
        let reply = world.answer(&self.org, request, fault.as_ref().and_then(Fault::instead));
        drop(world);
        if kind == Some(Kind::ResetAfter) {
            return Work { outgoing: None, pause };
        }
        let standing = fault.as_ref().map_or(reply.standing, |f| f.standing(reply.standing));
        let mut answer = reply.answer.unwrap_or_else(|refusal| refused(refusal, n));
        answer.headers.extend([
            ("x-okta-request-id", trace("req", n)),
            ("x-rate-limit-limit", standing.limit.to_string()),
            ("x-rate-limit-remaining", standing.remaining.to_string()),
            ("x-rate-limit-reset", standing.reset.to_string()),
        ]);
        if let Some(fault) = &fault {
            fault.spoil_answer(&mut answer, request);
        }
        let mut outgoing = Outgoing::of(&answer);
        if let Some(fault) = &fault {
            fault.spoil_bytes(&mut outgoing);
        }
        Work { outgoing: Some(outgoing), pause }
    }

    fn end(&mut self, outcome: Outcome, status: Option<u16>) {
        if !self.ended {
            self.ended = true;
            self.shared.lock().leave(self.ticket, &self.org, outcome, status);
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.end(Outcome::Aborted, None);
    }
}

fn refused(refusal: Refusal, n: u64) -> Answer {
    let mut answer = if refusal.code.is_empty() {
        Answer::empty(refusal.status)
    } else {
        Answer::json(refusal.status, refusal.body(&trace("oae", n)))
    };
    answer.headers = refusal.headers;
    answer
}

fn plain(status: u16, body: Option<&Value>) -> Response<Payload> {
    Outgoing::new(status, body).into_response()
}

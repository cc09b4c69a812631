//! What a fault does to a request, its answer and its bytes.

use std::time::Duration;

use bytes::Bytes;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answer::{Answer, Link};
use crate::outgoing::{Delivery, Outgoing};
use crate::rates::Standing;
use crate::refusal::Refusal;
use crate::request::OrgRequest;

use super::bomb::bomb;
use super::{Fault, Kind};

impl Fault {
    pub(crate) fn kind(&self) -> Kind {
        self.fault
    }

    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.ms.unwrap_or_default())
    }

    /// What is answered in place of the org's work.
    pub(crate) fn instead(&self) -> Option<Refusal> {
        match self.fault {
            Kind::RateLimit | Kind::ConcurrencyLimit => Some(Refusal::rate_limit()),
            Kind::Status => {
                let status = self.code.unwrap_or(500);
                let (code, summary) = usual_error(status);
                let code = self.error_code.as_deref().unwrap_or(code);
                Some(Refusal::new(status, code, self.summary.as_deref().unwrap_or(summary)))
            }
            Kind::Redirect => {
                let location = self.location.as_deref().unwrap_or("http://other.example/");
                let refusal = Refusal::new(self.code.unwrap_or(302), "", "");
                Some(refusal.with_header("location", location))
            }
            _ => None,
        }
    }

    /// What the rate-limit headers say.
    pub(crate) fn standing(&self, standing: Standing) -> Standing {
        let limit = match self.fault {
            Kind::RateLimit => standing.limit,
            Kind::ConcurrencyLimit => 0,
            _ => return standing,
        };
        let reset = Timestamp::now().as_second().saturating_add(self.seconds.unwrap_or(2));
        Standing { limit, remaining: 0, reset, allowed: false }
    }

    pub(crate) fn spoil_answer(&self, answer: &mut Answer, request: &OrgRequest) {
        match self.fault {
            Kind::EmptyPage => {
                answer.body = Some(json!([]));
                lead_to(answer, request.url_with(&[]));
            }
            Kind::NextLoop => lead_to(answer, request.url_with(&[])),
            Kind::NextForeign => {
                let base = self.location.as_deref().unwrap_or("https://other.example");
                lead_to(answer, format!("{base}{}?after=2000", request.path));
            }
            Kind::NextOtherPath => {
                let url = format!("{}/api/v1/otherCollection?after=2000&limit=-1", request.base);
                lead_to(answer, url);
            }
            Kind::WrongType => {
                if let Some(body) = &mut answer.body {
                    self.spoil_type(body);
                }
            }
            _ => {}
        }
    }

    pub(crate) fn spoil_bytes(&self, outgoing: &mut Outgoing) {
        match self.fault {
            Kind::BadJson => {
                let kept = outgoing.body.len() * 2 / 3;
                outgoing.body.truncate(kept);
            }
            Kind::CutBody => outgoing.delivery = Delivery::Cut,
            Kind::DeepJson => {
                let depth = self.depth.unwrap_or(100_000);
                outgoing.body = Bytes::from("[".repeat(depth) + &"]".repeat(depth));
            }
            Kind::GzipBomb => {
                outgoing.body = bomb(self.megabytes.unwrap_or(1024));
                outgoing.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            Kind::HugeHeader => {
                let value = "x".repeat(self.kilobytes.unwrap_or(512) << 10);
                outgoing.add(HeaderName::from_static("x-huge"), &value);
            }
            Kind::Oversized => {
                let mut body = outgoing.body.to_vec();
                body.resize(body.len() + (self.megabytes.unwrap_or(64) << 20), b' ');
                outgoing.body = Bytes::from(body);
                // Compressing would undo it.
                outgoing.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("identity"));
            }
            Kind::SlowBody => {
                outgoing.delivery = Delivery::Slow(self.bytes_per_second.unwrap_or(100));
            }
            Kind::Status => {
                if let Some(body) = &self.body {
                    outgoing.body = Bytes::from(body.clone());
                    outgoing.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
                }
            }
            _ => {}
        }
    }

    /// An object in place of the property in every row, or else in place of the list.
    fn spoil_type(&self, body: &mut Value) {
        let wrong = json!({ "unexpected": "object" });
        let Some(field) = &self.field else {
            *body = if body.is_array() { wrong } else { json!([wrong]) };
            return;
        };
        let rows = match body {
            Value::Array(rows) => rows.as_mut_slice(),
            row => std::slice::from_mut(row),
        };
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            row.insert(field.clone(), wrong.clone());
        }
    }
}

fn lead_to(answer: &mut Answer, url: String) {
    answer.links.retain(|link| link.rel != "next");
    answer.links.push(Link { rel: "next", url });
}

fn usual_error(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("E0000001", "Api validation failed: fault"),
        401 => ("E0000011", "Invalid token provided"),
        403 => ("E0000006", "You do not have permission to perform the requested action"),
        404 => ("E0000007", "Not found: Resource not found: fault (Fault)"),
        409 => ("E0000195", "Api validation failed due to conflict: fault"),
        429 => ("E0000047", "API call exceeded rate limit due to too many requests."),
        503 => ("E0000010", "Service is in read only mode"),
        _ => ("E0000009", "Internal Server Error"),
    }
}

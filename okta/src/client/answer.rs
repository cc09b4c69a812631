//! Receiving an answer: its body, within bounds, and what of it the caller gets.
//!
//! A body is bytes here; whether it is the JSON that was asked for, its decoder finds out.

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::{HeaderMap, LOCATION};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::body::{Body, Refused};
use super::refusal::{self, REQUEST_ID};
use super::{Meter, Method, Request, fault, link};
use crate::error::{Error, Kind, excerpt};
use crate::secret::Secret;

/// The most of an error's body that is read: many times what Okta's errors need.
const ERROR_BODY: usize = 64 * 1024;

/// A successful answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// 200 to 299.
    pub status: u16,
    /// The query of the next page, for [`Request::following`]: of a link with the request's own
    /// path, whatever its host was.
    pub next: Option<String>,
    /// The body, decompressed; empty when there is none.
    pub body: Bytes,
    /// `X-Okta-Request-Id`, by which Okta's System Log knows the request.
    pub request_id: Option<String>,
}

impl Answer {
    /// The answer to a DELETE whose first attempt has done it.
    pub(super) fn deleted(reply: &Reply) -> Self {
        Self { status: 204, next: None, body: Bytes::new(), request_id: reply.request_id() }
    }
}

/// Any answer, as far as it came.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    body: Bytes,
    /// Why the body of a success is not whole.
    fault: Option<Error>,
}

impl Reply {
    /// Reads the body until `deadline`. An error's body may be cut: its status says enough.
    pub(super) async fn read(
        request: &Request,
        mut response: Response,
        max_body: usize,
        deadline: Instant,
        meter: &Meter,
    ) -> Self {
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let success = (200..300).contains(&status);
        let most = if success { max_body } else { ERROR_BODY };
        let refused = |refused| match refused {
            Refused::TooLarge => too_large(request, most),
            Refused::Garbled(error) => fault::garbled(request, &error),
        };
        let (mut body, mut some) = match Body::new(&headers, most) {
            Ok(body) => (body, false),
            Err(error) => {
                let fault = Some(refused(error)).filter(|_| success);
                return Self { status, headers, body: Bytes::new(), fault };
            }
        };
        let fault = loop {
            match timeout_at(deadline, response.chunk()).await {
                Ok(Ok(Some(chunk))) => {
                    some = true;
                    if let Err(error) = body.push(&chunk) {
                        break Some(refused(error));
                    }
                }
                Ok(Ok(None)) => break None,
                Ok(Err(error)) => break Some(fault::body(request, &error)),
                Err(_) => {
                    break Some(fault::silence(request, "the answer was not complete in time"));
                }
            }
        };
        let (body, fault) = match fault {
            Some(fault) => (body.into_bytes(), Some(fault)),
            None => match body.finish(some) {
                Ok(body) => (body, None),
                Err(error) => (Bytes::new(), Some(refused(error))),
            },
        };
        meter.received(body.len());
        Self { status, headers, body, fault: fault.filter(|_| success) }
    }

    /// With `[redacted]` in an error's body where it repeats a credential, as gateways do that show the
    /// request's headers: errors quote bodies.
    pub(super) fn without(mut self, secrets: &[Secret]) -> Self {
        if (200..300).contains(&self.status) {
            return self;
        }
        let text = String::from_utf8_lossy(&self.body);
        let mut found = secrets.iter().map(Secret::expose).filter(|secret| text.contains(secret));
        if let Some(first) = found.next() {
            let text = text.replace(first, "[redacted]");
            let text = found.fold(text, |text, secret| text.replace(secret, "[redacted]"));
            self.body = text.into_bytes().into();
        }
        self
    }

    /// The error that it is, when it is none of 2xx.
    pub(super) fn refusal(&self, request: &Request) -> Error {
        refusal::refusal(request, self.status, &self.headers, &self.body)
    }

    /// Bytes of the body, after decompression.
    pub(super) fn body_bytes(&self) -> usize {
        self.body.len()
    }

    pub(super) fn request_id(&self) -> Option<String> {
        self.headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).map(str::to_owned)
    }

    /// Whether the connection broke in the body of a success.
    pub(super) fn is_cut(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| fault.kind == Kind::Lost)
    }

    /// The answer for the caller, or the error that it is.
    pub(super) fn into_answer(self, request: &Request) -> Result<Answer, Error> {
        let status = self.status;
        let request_id = self.request_id();
        if !(200..300).contains(&status) {
            return Err(redirected(self.refusal(request), &self.headers));
        }
        if let Some(mut fault) = self.fault {
            fault.status = Some(status);
            if let Some(id) = request_id {
                fault = fault.detail(format!("X-Okta-Request-Id: {}", excerpt(&id, 80)));
            }
            return Err(fault);
        }
        // Only lists go on, and only a GET lists.
        let next = match request.method {
            Method::Get => link::next(request, &self.headers)?,
            _ => None,
        };
        Ok(Answer { status, next, body: self.body, request_id })
    }
}

fn too_large(request: &Request, most: usize) -> Error {
    let line = request.line();
    Error::new(Kind::BadAnswer, format!("{line}: the answer is larger than {most} bytes"))
        .hint("A smaller page_size makes smaller answers.")
}

/// Says where a redirect leads, without its path and query, which may carry somebody's token.
fn redirected(error: Error, headers: &HeaderMap) -> Error {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    match location.and_then(|location| Url::parse(location).ok()) {
        Some(url) if error.kind == Kind::BadAnswer => error.detail(format!(
            "It redirects to {}; redirects are not followed, since the credential would go along.",
            excerpt(&url.origin().ascii_serialization(), 80)
        )),
        _ => error,
    }
}

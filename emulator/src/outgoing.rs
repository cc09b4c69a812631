//! An answer as bytes: status line, headers, body, and how the body is delivered.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LINK};
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::Value;

use crate::answer::Answer;
use crate::payload::Payload;
use crate::request::OrgRequest;

/// Smaller bodies are not worth compressing.
const MIN_ZIPPED: usize = 1024;

#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) delivery: Delivery,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Delivery {
    Whole,
    /// Half of it, then the connection ends.
    Cut,
    /// So many bytes a second.
    Slow(usize),
}

impl Outgoing {
    pub(crate) fn new(status: u16, body: Option<&Value>) -> Outgoing {
        let mut headers = HeaderMap::new();
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        Outgoing { status, headers, body, delivery: Delivery::Whole }
    }

    pub(crate) fn of(answer: &Answer) -> Outgoing {
        let mut outgoing = Outgoing::new(answer.status, answer.body.as_ref());
        for link in &answer.links {
            outgoing.add(LINK, &link.header());
        }
        for (name, value) in &answer.headers {
            outgoing.add(HeaderName::from_static(name), value);
        }
        outgoing
    }

    /// Adds a header line. What no header can hold is left out.
    pub(crate) fn add(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            self.headers.append(name, value);
        }
    }

    /// Compresses the body if the client can read that and it is worth the while.
    pub(crate) fn zip_for(&mut self, request: &OrgRequest) {
        let accepted = request.header("accept-encoding").unwrap_or_default();
        let accepts = accepted.split(',').any(|coding| {
            let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
            name.trim().eq_ignore_ascii_case("gzip") && quality.trim() != "q=0"
        });
        if accepts
            && self.body.len() >= MIN_ZIPPED
            && !self.headers.contains_key(CONTENT_ENCODING)
            && let Some(zipped) = gzip([self.body.as_ref()])
        {
            self.body = zipped;
            self.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }

    pub(crate) fn into_response(self) -> Response<Payload> {
        let length = self.body.len();
        let payload = match self.delivery {
            Delivery::Whole => Payload::whole(self.body),
            Delivery::Cut => Payload::cut(&self.body),
            Delivery::Slow(rate) => Payload::slow(self.body, rate),
        };
        let mut response = Response::new(payload);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        *response.headers_mut() = self.headers;
        if self.delivery == Delivery::Cut {
            // The server would derive it from what is really sent.
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        response
    }
}

/// Writing to memory can't fail, so there is a result whenever there is memory.
pub(crate) fn gzip<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for part in parts {
        encoder.write_all(part).ok()?;
    }
    encoder.finish().ok().map(Bytes::from)
}

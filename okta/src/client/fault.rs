//! What the HTTP library's errors mean: was anything sent, and can trying again help?
//!
//! None of its texts with an address in it is repeated: only the innermost cause is quoted.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use super::{Request, Settings};
use crate::error::{Error, Kind, excerpt};

/// An attempt that brought no answer.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) error: Error,
    /// Trying again cannot help.
    pub(super) lasting: bool,
}

impl Fault {
    /// Why a request brought no headers.
    pub(super) fn of(request: &Request, error: &reqwest::Error, settings: &Settings) -> Self {
        if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse_too_large) {
            return Self { error: large_head(request), lasting: true };
        }
        if !error.is_connect() {
            let why =
                format!("the connection was lost after the request was sent: {}", root(error));
            return Self { error: silence(request, &why), lasting: false };
        }
        let line = request.line();
        let origin = request.org.origin();
        let tls = find::<rustls::Error>(error);
        let why = if error.is_timeout() { within(settings.connect_timeout) } else { root(error) };
        let hint = match tls {
            Some(rustls::Error::InvalidCertificate(_)) => {
                "The certificate must be valid for the host and signed by a root that the \
                 database server's system trusts, or that ca_file holds."
            }
            _ if settings.proxy.is_some() && origin.starts_with("https:") => {
                "Check proxy, and that it may reach that host; proxy_user and proxy_password of the \
                 user mapping, if it asks for them; and subdomain and org_url."
            }
            _ => "Check subdomain and org_url, and that the database server may reach that host.",
        };
        let message = format!("{line}: no connection to {origin}: {why}");
        Self { error: Error::new(Kind::Connect, message).hint(hint), lasting: tls.is_some() }
    }
}

/// The request was sent, and no whole answer came back.
pub(super) fn silence(request: &Request, why: &str) -> Error {
    perhaps_done(request, Error::new(Kind::Lost, format!("{}: {why}", request.line())))
}

/// The HTTP library takes about 400 KB of headers.
fn large_head(request: &Request) -> Error {
    let message = format!("{}: the answer's headers are too large", request.line());
    perhaps_done(request, Error::new(Kind::BadAnswer, message))
}

/// Says of a write that it may have been done.
fn perhaps_done(request: &Request, error: Error) -> Error {
    match request.method {
        super::Method::Get => error,
        _ => error.hint("Okta may have done it all the same: look before you repeat it."),
    }
}

/// For a message: nothing happened for so long.
pub(super) fn within(time: Duration) -> String {
    format!("time-out after {} s", time.as_secs_f32())
}

/// The compression of a body is broken.
pub(super) fn garbled(request: &Request, error: &io::Error) -> Error {
    let (line, why) = (request.line(), excerpt(&error.to_string(), 200));
    Error::new(Kind::BadAnswer, format!("{line}: the answer's compression is broken: {why}"))
}

/// The connection has broken in a body.
pub(super) fn body(request: &Request, error: &reqwest::Error) -> Error {
    silence(request, &format!("the answer was cut: {}", root(error)))
}

/// The innermost cause's text.
fn root(error: &reqwest::Error) -> String {
    let mut last: &(dyn StdError + 'static) = error;
    while let Some(cause) = cause(last) {
        last = cause;
    }
    excerpt(&last.to_string(), 200)
}

fn find<'a, E: StdError + 'static>(error: &'a reqwest::Error) -> Option<&'a E> {
    let mut next: Option<&'a (dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = cause(error);
    }
    None
}

/// The cause of an error. An `io::Error` passes over the error it wraps when asked for its source.
fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

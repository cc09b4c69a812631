//! What goes wrong between a query and Okta, in the words that the user reads.
//!
//! No SQLSTATE stands here: the PostgreSQL half maps each [`Kind`] to one. No credential and no
//! header value but Okta's request id ever gets into a text.

use std::fmt::Write as _;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde::Deserialize;
use thiserror::Error as ThisError;

use crate::client::Request;

/// The most of a strange body that an error quotes, in characters.
const EXCERPT: usize = 200;

/// The header that names a request in Okta's own System Log (`transaction.id`).
pub(crate) const REQUEST_ID: &str = "x-okta-request-id";

/// The one error of this crate. The fields are PostgreSQL's: message, DETAIL, HINT.
#[derive(Clone, Debug, ThisError)]
#[error("{message}")]
pub struct Error {
    pub kind: Kind,
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
    /// The HTTP status, when Okta answered.
    pub status: Option<u16>,
    /// Okta's `errorCode` (e.g. `E0000001`) or OAuth's `error`; only it is stable across releases.
    pub code: Option<String>,
    /// Whether the call may have been done, when more is known about it than the kind tells.
    pub(crate) maybe_done: Option<bool>,
    /// After what pause the request may be sent that was not, as the pause was longer than allowed.
    pub(crate) sendable_after: Option<Duration>,
}

/// What sort of failure it is: what the caller may do about it, and which SQLSTATE it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No connection, no TLS, no name: nothing was sent (08001).
    Connect,
    /// The connection or the time ended after sending began: Okta may have done it (08006).
    Lost,
    /// 401, a bad credential (28000).
    Unauthorized,
    /// 403 (42501).
    Forbidden,
    /// 400 since the session is in another state than the call needs (55000).
    WrongState,
    /// Any other 400, and the 4xx without a kind of their own (22023).
    Invalid,
    /// 404: no row for a read; for a write, the parent does not exist (P0002).
    NotFound,
    /// 409 (55000).
    Conflict,
    /// 429 after the retries, or a wait beyond `max_wait` (53400).
    RateLimited,
    /// 5xx after the retries (58000).
    ServerFault,
    /// An answer that is not what was asked for: no JSON, wrong shape, too large, a redirect
    /// (HV00M).
    BadAnswer,
    /// A query that cannot become a request (HV00L).
    CannotAsk,
    /// An org outside the server's allow-list (42501).
    NotAllowed,
    /// A budget is used up, e.g. `max_requests` (54000).
    Budget,
    /// An unknown option (HV00D).
    OptionName,
    /// A bad value of an option (HV024).
    OptionValue,
}

impl Error {
    /// An error of which no answer of Okta tells more.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            detail: None,
            hint: None,
            status: None,
            code: None,
            maybe_done: None,
            sendable_after: None,
        }
    }

    /// With this DETAIL, after what is there already.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        self.detail = Some(match self.detail {
            Some(before) => format!("{before}\n{detail}"),
            None => detail,
        });
        self
    }

    /// With this HINT instead of the one that is there.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The error that an answer of Okta with a status other than 2xx is.
    ///
    /// The body should be Okta's error object or OAuth's; anything else is quoted in the DETAIL.
    pub fn from_answer(request: &Request, status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        let told = Told::read(body);
        let kind = kind_of(request, status, told.code.as_deref());
        let mut message = format!("{}: HTTP {status}", request.line());
        if let Some(code) = &told.code {
            let _ = write!(message, ", {code}");
        }
        if let Some(summary) = &told.summary {
            let _ = write!(message, ": {summary}");
        }
        let id = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        let mut details = told.causes;
        details.extend(id.map(|id| format!("X-Okta-Request-Id: {}", excerpt(id, EXCERPT))));
        Self {
            kind,
            message,
            detail: (!details.is_empty()).then(|| details.join("\n")),
            hint: hint_for(kind, request, told.code.as_deref()),
            status: Some(status),
            code: told.code,
            maybe_done: None,
            sendable_after: None,
        }
    }

    /// Whether a write that ended so may have been done all the same: no clear answer has come.
    pub fn may_have_been_done(&self) -> bool {
        let by_kind = matches!(self.kind, Kind::Lost | Kind::ServerFault | Kind::BadAnswer);
        self.maybe_done.unwrap_or(by_kind)
    }

    /// Whether Okta says that an object named in the path does not exist, so that a read has no
    /// row. A path that Okta does not know (E0000008), or a 404 that is not Okta's, is a mistake
    /// in the set-up, which must not look like an empty table.
    pub fn is_missing_object(&self) -> bool {
        self.kind == Kind::NotFound && self.code.as_deref().is_some_and(|code| code != "E0000008")
    }
}

/// What an error body says, whatever its shape.
#[derive(Default)]
struct Told {
    code: Option<String>,
    summary: Option<String>,
    causes: Vec<String>,
}

/// Okta's error object, and OAuth's, whose two members the token endpoint sends instead.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Body {
    error_code: Option<String>,
    error_summary: Option<String>,
    error_causes: Option<Vec<Cause>>,
    error: Option<String>,
    #[serde(rename = "error_description")]
    error_description: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Cause {
    error_summary: Option<String>,
}

impl Told {
    fn read(body: &[u8]) -> Self {
        // Nothing but white space is no body: 401 and 5xx often come with none.
        if body.trim_ascii().is_empty() {
            return Self::default();
        }
        // serde would also read an array as an object without names.
        let known = match body.trim_ascii_start().first() {
            Some(b'{') => serde_json::from_slice(body).unwrap_or_default(),
            _ => Body::default(),
        };
        let clean = |text: String| Some(excerpt(&text, 1000)).filter(|text| !text.is_empty());
        let code = known.error_code.or(known.error).and_then(clean);
        let summary = known.error_summary.or(known.error_description).and_then(clean);
        let causes = known.error_causes.unwrap_or_default();
        let mut causes: Vec<String> =
            causes.into_iter().filter_map(|cause| cause.error_summary).filter_map(clean).collect();
        if code.is_none() && summary.is_none() && causes.is_empty() {
            causes.push(format!("Body: {}", excerpt(&String::from_utf8_lossy(body), EXCERPT)));
        }
        Self { code, summary, causes }
    }
}

fn kind_of(request: &Request, status: u16, code: Option<&str>) -> Kind {
    match status {
        400 if code == Some("E0000001") && request.wrong_state.is_some() => Kind::WrongState,
        401 => Kind::Unauthorized,
        403 => Kind::Forbidden,
        404 | 410 => Kind::NotFound,
        409 => Kind::Conflict,
        429 => Kind::RateLimited,
        400..=499 => Kind::Invalid,
        500..=599 => Kind::ServerFault,
        _ => Kind::BadAnswer,
    }
}

fn hint_for(kind: Kind, request: &Request, code: Option<&str>) -> Option<String> {
    let hint = match (kind, code) {
        (Kind::Unauthorized, Some("E0000015")) => {
            "The org has not this feature; Okta's support can switch it on."
        }
        (Kind::Unauthorized, _) => {
            "Check the credential in the user mapping: it may be mistyped, revoked, expired \
             (an API token dies after 30 days without use) or meant for another org."
        }
        (Kind::Forbidden, _) => return Some(forbidden(request)),
        (Kind::WrongState, _) => request.wrong_state?,
        (Kind::Conflict, _) => "Something else changed it at the same time: try again.",
        (Kind::RateLimited, _) => {
            "Other clients may be using up the org's rate limit; okta_fdw keeps below \
             the server's option rate_limit_share and waits up to max_wait."
        }
        (Kind::ServerFault, _) if !request.method.is_repeatable() => {
            "Okta may have done it all the same: look before you repeat it. \
             See https://status.okta.com."
        }
        (Kind::ServerFault, _) => {
            "Okta has a fault of its own, or the page is too much for it: try again later or \
             with a smaller page_size. See https://status.okta.com."
        }
        (Kind::NotFound, Some("E0000008")) => "Check org_url: its base path may be wrong.",
        (Kind::NotFound, _) => "Check the ids in the path, and whether this is the right org.",
        (Kind::BadAnswer, _) => "Check org_url and subdomain: this may not be an Okta org.",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn forbidden(request: &Request) -> String {
    match request.scope {
        Some(scope) => format!(
            "The call needs an admin role that allows it and, with OAuth, the scope {scope} \
             granted to the app."
        ),
        None => "The credential's admin role does not allow this call.".to_owned(),
    }
}

/// Text with its control characters escaped, so that nobody else's bytes steer a terminal or forge
/// a line of a log.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Bidirectional overrides and line separators deceive as control characters do.
        let deceives = matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if c.is_control() || deceives {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// The beginning of a text of others, escaped, at most `most` characters of it.
pub(crate) fn excerpt(text: &str, most: usize) -> String {
    let text = text.trim();
    match text.char_indices().nth(most) {
        Some((end, _)) => escaped(text.get(..end).unwrap_or_default()) + "…",
        None => escaped(text),
    }
}

/// A value that a user gave, quoted for a message.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", excerpt(text, 80).replace('"', "\\\""))
}

#[cfg(test)]
mod tests;

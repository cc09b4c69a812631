//! Answers that are refusals: what Okta says, what kind of error it is, and what to do about it.
//!
//! No header value but Okta's request id gets into a text, and no credential.

use std::fmt::Write as _;

use reqwest::header::HeaderMap;
use serde::Deserialize;

use super::Request;
use crate::error::{Error, Kind, excerpt};

/// The most of a strange body that an error quotes, in characters.
const EXCERPT: usize = 200;

/// The header that names a request in Okta's own System Log (`transaction.id`).
pub(super) const REQUEST_ID: &str = "x-okta-request-id";

/// The code for a call that belongs to a feature which the org does not have.
pub(super) const NO_FEATURE: &str = "E0000015";

/// The codes for a call that the present state of an object, or of the org, does not allow, although the
/// credential does. Okta sends them with 403 as a rule.
const STATES: &[&str] = &[
    "E0000016", "E0000032", "E0000038", "E0000046", "E0000056", "E0000069", "E0000079", "E0000086",
    "E0000102", "E0000103", "E0000104", "E0000107", "E0000117", "E0000142", "E0000143", "E0000148",
    "E0000152", "E0000155", "E0000162", "E0000165", "E0000166", "E0000168", "E0000174", "E0000180",
    "E0000190", "E0000213", "E0000219", "E0000220", "E0000221", "E0000239", "E0000246", "E0000248",
    "E0000250", "E0000251", "E0000252", "E0000255", "E0000262",
];

/// Returns the error that an answer with a status other than 2xx is.
///
/// The body should be Okta's error object or OAuth's; anything else is quoted in the DETAIL.
pub fn refusal(request: &Request, status: u16, headers: &HeaderMap, body: &[u8]) -> Error {
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
    Error {
        detail: (!details.is_empty()).then(|| details.join("\n")),
        hint: hint_for(kind, request, told.code.as_deref()),
        status: Some(status),
        code: told.code,
        ..Error::new(kind, message)
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
        _ if code.is_some_and(|code| request.none.contains(&code)) => Kind::NotFound,
        400 if code == Some("E0000001") && request.wrong_state.is_some() => Kind::WrongState,
        _ if code.is_some_and(|code| STATES.contains(&code)) => Kind::WrongState,
        401 if code == Some(NO_FEATURE) => Kind::NotOffered,
        401 => Kind::Unauthorized,
        403 => Kind::Forbidden,
        404 | 410 => Kind::NotFound,
        409 => Kind::Conflict,
        423 => Kind::WrongState,
        429 => Kind::RateLimited,
        400..=499 => Kind::Invalid,
        500..=599 => Kind::ServerFault,
        _ => Kind::BadAnswer,
    }
}

fn hint_for(kind: Kind, request: &Request, code: Option<&str>) -> Option<String> {
    let hint = match (kind, code) {
        (Kind::NotOffered, _) => {
            "The org does not have this feature. Okta's support can switch it on."
        }
        (Kind::Unauthorized, _) => {
            "Check the credential in the user mapping: it may be mistyped, revoked, expired \
             (an API token dies after 30 days without use) or meant for another org."
        }
        (Kind::Forbidden, _) => return Some(forbidden(request)),
        (Kind::WrongState, _) => {
            request.wrong_state.unwrap_or("The object is in a state that does not allow this call.")
        }
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

#[cfg(test)]
mod tests;

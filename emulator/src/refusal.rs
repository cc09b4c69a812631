//! What Okta says when it refuses: status, error code, summary and causes.
//!
//! Only codes that the emulator can give stand here; it is no copy of Okta's catalogue.

use serde_json::{Value, json};

/// A request that Okta answers with an error body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) summary: String,
    pub(crate) causes: Vec<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, summary: impl Into<String>) -> Refusal {
        Refusal {
            status,
            code: code.to_owned(),
            summary: summary.into(),
            causes: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// `E0000001`: what failed (a property or an object of the request) and why.
    pub(crate) fn validation(subject: &str, cause: impl Into<String>) -> Refusal {
        Refusal::new(400, "E0000001", format!("Api validation failed: {subject}")).because(cause)
    }

    pub(crate) fn invalid_cursor() -> Refusal {
        Refusal::new(400, "E0000029", "Invalid paging request.").because("Invalid cursor.")
    }

    pub(crate) fn malformed() -> Refusal {
        Refusal::new(400, "E0000003", "The request body was not well-formed.")
    }

    pub(crate) fn invalid_session() -> Refusal {
        Refusal::new(403, "E0000005", "Invalid session")
    }

    pub(crate) fn invalid_token() -> Refusal {
        Refusal::new(401, "E0000011", "Invalid token provided")
    }

    pub(crate) fn no_permission() -> Refusal {
        Refusal::new(403, "E0000006", "You do not have permission to perform the requested action")
    }

    /// `E0000007`, in the shape that recorded answers have.
    pub(crate) fn not_found(id: &str, kind: &str) -> Refusal {
        let summary = format!("Not found: Resource not found: {id} ({kind})");
        Refusal::new(404, "E0000007", summary)
    }

    pub(crate) fn rate_limit() -> Refusal {
        let summary = "API call exceeded rate limit due to too many requests.";
        Refusal::new(429, "E0000047", summary)
    }

    pub(crate) fn unknown_path() -> Refusal {
        Refusal::new(404, "E0000008", "The requested path was not found")
    }

    pub(crate) fn wrong_method() -> Refusal {
        Refusal::new(405, "E0000022", "The endpoint does not support the provided HTTP method")
    }

    /// A call that this emulator does not do, though Okta would.
    pub(crate) fn unsupported() -> Refusal {
        Refusal::new(501, "E0000060", "Unsupported operation.")
    }

    /// A write without `Content-Length`. Okta's edge answers this one before the API sees it, so it
    /// has no error code, and the answer no body.
    pub(crate) fn length_required() -> Refusal {
        Refusal::new(411, "", "Length Required")
    }

    pub(crate) fn because(mut self, cause: impl Into<String>) -> Refusal {
        self.causes.push(cause.into());
        self
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Refusal {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn body(&self, error_id: &str) -> Value {
        let causes: Vec<_> = self.causes.iter().map(|c| json!({ "errorSummary": c })).collect();
        json!({
            "errorCode": self.code,
            "errorSummary": self.summary,
            "errorLink": self.code,
            "errorId": error_id,
            "errorCauses": causes,
        })
    }
}

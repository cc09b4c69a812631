//! What goes wrong between a query and Okta, in the words that the user reads.
//!
//! No SQLSTATE stands here: the PostgreSQL half maps each [`Kind`] to one. What an answer of Okta's means,
//! `client::refusal` knows.

use std::time::Duration;

use thiserror::Error as ThisError;

/// The one error of this crate. The fields are PostgreSQL's: message, DETAIL, HINT.
#[derive(Clone, Debug, ThisError)]
#[error("{message}")]
pub struct Error {
    /// What sort of failure it is.
    pub kind: Kind,
    /// What has gone wrong.
    pub message: String,
    /// What else is known of it.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The HTTP status, when Okta answered.
    pub status: Option<u16>,
    /// Okta's `errorCode` (e.g. `E0000001`) or OAuth's `error`; only it is stable across releases.
    pub code: Option<String>,
    /// Whether the call may have been done, when more is known about it than the kind tells.
    pub(crate) maybe_done: Option<bool>,
    /// The pause after which the request may be sent. It was not sent, since the pause is longer than allowed.
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
    /// The org does not have the feature that the call belongs to (0A000).
    NotOffered,
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
mod tests {
    use super::*;

    #[test]
    fn details_add_up_and_hints_replace() {
        let e = Error::new(Kind::Budget, "m").detail("a").detail("b").hint("c").hint("d");
        assert_eq!((e.detail.as_deref(), e.hint.as_deref()), (Some("a\nb"), Some("d")));
    }

    #[test]
    fn texts_of_others_cannot_forge_lines() {
        assert_eq!(quoted("a\"b\nc"), r#""a\"b\nc""#);
        assert_eq!(excerpt("  éé  ", 1), "é…");
        assert_eq!(escaped("a\u{202e}b\u{85}"), "a\\u{202e}b\\u{85}");
    }
}

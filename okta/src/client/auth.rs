//! From a credential to the headers of an attempt.
//!
//! Where a credential comes from and who may set it is the PostgreSQL half's business. Nothing
//! here keeps a header: it is made anew for each attempt and marked sensitive.

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

use super::Request;
use crate::error::{Error, Kind};
use crate::secret::Secret;

/// What proves to Okta who asks.
#[derive(Clone, Debug)]
pub enum Credential {
    /// Okta's own API token, sent as `SSWS`.
    ApiToken(Secret),
    /// An OAuth 2.0 access token obtained elsewhere, sent as `Bearer`.
    AccessToken(Secret),
}

impl Credential {
    pub(super) fn authorize(&self, _request: &Request) -> Result<HeaderMap, Error> {
        Ok(HeaderMap::from_iter([(AUTHORIZATION, self.header()?)]))
    }

    /// [`Kind::OptionValue`] when the token cannot be a header: found out before anything is sent.
    pub(super) fn header(&self) -> Result<HeaderValue, Error> {
        let (option, scheme, token) = match self {
            Self::ApiToken(token) => ("api_token", "SSWS", token.expose()),
            Self::AccessToken(token) => ("access_token", "Bearer", token.expose()),
        };
        // Okta's tokens and RFC 6750's are visible ASCII: anything else was pasted by mistake, and
        // a line end in it would begin another header.
        if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::new(
                Kind::OptionValue,
                format!("{option} is empty or has characters that no token has"),
            )
            .hint("A token has no white space and no line ends."));
        }
        let text = Secret::new(format!("{scheme} {token}"));
        let mut value = HeaderValue::from_str(text.expose())
            .map_err(|_| Error::new(Kind::OptionValue, format!("{option} cannot be sent")))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_header_is_sensitive() {
        let value = Credential::ApiToken(token("00abc")).header().unwrap();
        assert!(value.is_sensitive());
        assert_eq!(
            (value.as_bytes(), format!("{value:?}").as_str()),
            (&b"SSWS 00abc"[..], "Sensitive")
        );
        let value = Credential::AccessToken(token("eyJ")).header().unwrap();
        assert_eq!(value.as_bytes(), b"Bearer eyJ");
    }

    #[test]
    fn a_mistyped_token_is_told_and_not_shown() {
        for bad in ["", "hunter2\n", " hunter2", "hunter2\r\nHost: x", "hunter\u{e9}"] {
            let error = Credential::ApiToken(token(bad)).header().unwrap_err();
            assert_eq!(error.kind, Kind::OptionValue);
            assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
        }
        let shown = format!("{:?}", Credential::ApiToken(token("hunter2")));
        assert_eq!(shown, "ApiToken([redacted])");
    }
}

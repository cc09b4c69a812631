//! From a credential to the headers of an attempt.
//!
//! Where a credential comes from and who may set it is the PostgreSQL half's business. Nothing
//! here keeps a header: it is made anew for each attempt and marked sensitive.

use super::authorization::header;
use super::oauth::{ClientCredentials, Grant};
use super::{Accepts, Client, Meter, Request};
use crate::error::{Error, Kind};
use crate::secret::Secret;

/// What proves to Okta who asks.
#[derive(Clone, Debug)]
pub enum Credential {
    /// Okta's own API token, sent as `SSWS`.
    ApiToken(Secret),
    /// An OAuth 2.0 access token obtained elsewhere, sent as `Bearer`.
    AccessToken(Secret),
    /// A service app, for which access tokens are fetched and renewed as they are needed.
    Client(ClientCredentials),
}

impl Credential {
    /// [`Kind::OptionValue`] when it cannot be sent: found out before anything is.
    pub(super) fn check(&self) -> Result<(), Error> {
        let (option, token) = match self {
            Self::ApiToken(token) => ("api_token", token),
            Self::AccessToken(token) => ("access_token", token),
            Self::Client(who) => return who.check(),
        };
        if token.is_token() {
            return Ok(());
        }
        Err(Error::new(
            Kind::OptionValue,
            format!("{option} is empty or has characters that no token has"),
        )
        .hint("A token has no white space and no line ends."))
    }
}

impl Credential {
    /// [`Kind::Unauthorized`] for a call that Okta does not take with such a credential.
    fn check_for(&self, request: &Request) -> Result<(), Error> {
        let (taken, hint) = match (request.accepts, self) {
            (Accepts::Oauth, Self::ApiToken(_)) => (
                "OAuth 2.0 alone, and the user mapping has an API token",
                "Give the user mapping access_token, or client_id, private_key and scopes.",
            ),
            (Accepts::Token, Self::AccessToken(_) | Self::Client(_)) => (
                "an API token alone, and the user mapping has OAuth 2.0",
                "Give the user mapping api_token.",
            ),
            _ => return Ok(()),
        };
        let message = format!("{}: Okta takes {taken}", request.line());
        Err(Error::new(Kind::Unauthorized, message).hint(hint))
    }
}

impl Client {
    /// What authorises an attempt; nothing for a public call. It may take a while: a token may have to be
    /// fetched.
    pub(super) async fn grant(
        &self,
        request: &Request,
        meter: &Meter,
    ) -> Result<Option<Grant>, Error> {
        self.credential.check_for(request)?;
        let grant = match &self.credential {
            _ if request.accepts == Accepts::None => return Ok(None),
            Credential::ApiToken(token) => header("SSWS", token).map(Grant::Fixed),
            Credential::AccessToken(token) => header("Bearer", token).map(Grant::Fixed),
            Credential::Client(who) => {
                self.tokens.token(&self.transport, who, &request.org, meter).await
            }
        };
        grant.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_call_takes_the_credentials_that_okta_accepts() {
        let org = crate::org::OrgTemplate::default().org(&"acme".parse().unwrap()).unwrap();
        let kinds =
            [Credential::ApiToken(token("hunter2")), Credential::AccessToken(token("hunter2"))];
        let refused = |accepts| {
            let method = crate::client::Method::Get;
            let request = Request { accepts, ..Request::new(org.clone(), method, "/api/v1/x") };
            kinds.each_ref().map(|kind| kind.check_for(&request).is_err())
        };
        assert_eq!(refused(Accepts::Any), [false, false]);
        assert_eq!(refused(Accepts::Oauth), [true, false]);
        assert_eq!(refused(Accepts::Token), [false, true]);
        assert_eq!(refused(Accepts::None), [false, false]);
    }

    #[test]
    fn a_mistyped_token_is_told_and_not_shown() {
        for bad in ["", "hunter2\n", " hunter2", "hunter2\r\nHost: x", "hunter\u{e9}"] {
            let error = Credential::ApiToken(token(bad)).check().unwrap_err();
            assert_eq!(error.kind, Kind::OptionValue);
            assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
        }
        let shown = format!("{:?}", Credential::ApiToken(token("hunter2")));
        assert_eq!(shown, "ApiToken([redacted])");
    }
}

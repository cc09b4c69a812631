//! OAuth 2.0 for a service app: who asks, with which key, and for what.
//!
//! One grant is known, client credentials with `private_key_jwt`, and one server, the org's own:
//! Okta takes no other for its API. Nothing is kept on disk, and no token leaves this room but in a
//! header of its org's request.

mod clock;
mod dpop;
mod jwt;
mod key;
mod token_request;
mod tokens;

use std::str::FromStr;

use crate::error::{Error, Kind, quoted};

pub use self::key::PrivateKey;
pub(super) use self::tokens::{Grant, Remedies, Tokens};

/// A service app of an org, which asks for access tokens by itself.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// The app's id.
    pub client_id: String,
    /// The key that signs assertions.
    pub private_key: PrivateKey,
    /// The id under which Okta knows the key, when the key does not carry it.
    pub key_id: Option<String>,
    /// What the tokens are to be good for, e.g. `okta.users.read`.
    pub scopes: Vec<String>,
    /// When tokens are bound to a key of this process.
    pub dpop: Dpop,
}

/// Whether tokens are bound to a key of this client's, so that they are of no use to others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dpop {
    /// Never.
    Never,
    /// When the org demands it.
    #[default]
    Auto,
    /// A token that is not bound is refused.
    Always,
}

impl FromStr for Dpop {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "never" => Ok(Self::Never),
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            _ => {
                Err(Error::new(Kind::OptionValue, format!("{} is no value of dpop", quoted(text)))
                    .hint("It must be auto, always or never."))
            }
        }
    }
}

impl ClientCredentials {
    /// The scopes of a text that lists them with spaces, commas or both between.
    pub fn scopes_of(text: &str) -> Vec<String> {
        let scopes = text.split(|c: char| c == ',' || c.is_whitespace());
        scopes.filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
    }

    /// [`Kind::OptionValue`] when Okta could only refuse it.
    pub(super) fn check(&self) -> Result<(), Error> {
        let bad = |text: String| Err(Error::new(Kind::OptionValue, text));
        let visible = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        if !visible(&self.client_id) {
            return bad("client_id is empty or has characters that no client id has".to_owned());
        }
        if self.key_id.as_deref().is_some_and(|id| !visible(id)) {
            return bad("key_id is empty or has characters that no key id has".to_owned());
        }
        if self.scopes.is_empty() {
            return Err(Error::new(Kind::OptionValue, "scopes are missing")
                .hint("Name what the app has been granted, e.g. 'okta.users.read'."));
        }
        // RFC 6749 §3.3
        let legal = |scope: &str| visible(scope) && !scope.contains(['"', '\\']);
        match self.scopes.iter().find(|scope| !legal(scope)) {
            Some(scope) => bad(format!("{} is no scope", quoted(scope))),
            None => Ok(()),
        }
    }

    fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref().or(self.private_key.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn who() -> ClientCredentials {
        let key = Secret::new(key::tests::pem());
        ClientCredentials {
            client_id: "0oa1".to_owned(),
            private_key: PrivateKey::parse(&key).unwrap(),
            key_id: None,
            scopes: vec!["okta.users.read".to_owned()],
            dpop: Dpop::default(),
        }
    }

    #[test]
    fn scopes_come_in_any_list() {
        let scopes =
            ClientCredentials::scopes_of(" okta.users.read,okta.groups.read\n okta.apps.read ,");
        assert_eq!(scopes, ["okta.users.read", "okta.groups.read", "okta.apps.read"]);
        assert!(ClientCredentials::scopes_of(" , ").is_empty());
    }

    #[test]
    fn what_okta_could_only_refuse_is_told_before() {
        assert!(who().check().is_ok());
        for (change, name) in [
            ((|who| who.client_id.clear()) as fn(&mut ClientCredentials), "client_id"),
            (|who| who.client_id.push('\n'), "client_id"),
            (|who| who.key_id = Some(String::new()), "key_id"),
            (|who| who.scopes.clear(), "scopes"),
            (|who| who.scopes.push("a b".to_owned()), "scope"),
            (|who| who.scopes.push("\"".to_owned()), "scope"),
        ] {
            let mut who = who();
            change(&mut who);
            let error = who.check().unwrap_err();
            assert!(error.kind == Kind::OptionValue && error.message.contains(name), "{error:?}");
        }
    }

    #[test]
    fn dpop_has_three_values() {
        for (text, value) in
            [("auto", Dpop::Auto), ("never", Dpop::Never), ("always", Dpop::Always)]
        {
            assert_eq!(text.parse::<Dpop>().unwrap(), value);
        }
        let error = "true".parse::<Dpop>().unwrap_err();
        assert!(error.kind == Kind::OptionValue && error.hint.is_some());
    }
}

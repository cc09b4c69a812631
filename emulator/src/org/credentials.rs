//! Who may call the org: API tokens, and OAuth 2.0 access tokens with their scopes.

use std::collections::{BTreeMap, BTreeSet};

use crate::refusal::Refusal;
use crate::request::Request;
use crate::seed::OrgSeed;

#[derive(Debug, Default)]
pub(crate) struct Credentials {
    api_tokens: BTreeSet<String>,
    access_tokens: BTreeMap<String, AccessToken>,
}

#[derive(Debug)]
pub(crate) struct AccessToken {
    scopes: BTreeSet<String>,
}

impl Credentials {
    pub(crate) fn from_seed(seed: &OrgSeed) -> Credentials {
        let access_tokens = seed
            .access_tokens
            .iter()
            .map(|t| (t.token.clone(), AccessToken { scopes: t.scopes.iter().cloned().collect() }));
        Credentials {
            api_tokens: seed.tokens.iter().cloned().collect(),
            access_tokens: access_tokens.collect(),
        }
    }

    /// Refuses a request that may not do what needs `scope`.
    pub(crate) fn check(&self, request: &Request, scope: &str) -> Result<(), Refusal> {
        let Some(header) = request.header("authorization") else {
            return Err(Refusal::invalid_session());
        };
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        if scheme.eq_ignore_ascii_case("SSWS") {
            return if self.api_tokens.contains(token) {
                Ok(())
            } else {
                Err(Refusal::invalid_token())
            };
        }
        if scheme.eq_ignore_ascii_case("Bearer") {
            return self.check_access_token(token, scope);
        }
        Err(Refusal::invalid_token())
    }

    fn check_access_token(&self, token: &str, scope: &str) -> Result<(), Refusal> {
        let Some(token) = self.access_tokens.get(token) else {
            let challenge = "Bearer error=\"invalid_token\", \
                             error_description=\"The access token is invalid.\"";
            return Err(Refusal::invalid_token().with_header("www-authenticate", challenge));
        };
        if token.allows(scope) {
            return Ok(());
        }
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
        Err(Refusal::no_permission().with_header("www-authenticate", challenge))
    }
}

impl AccessToken {
    /// Whoever may manage a resource may read it.
    fn allows(&self, scope: &str) -> bool {
        let managing = scope.strip_suffix(".read").map(|stem| format!("{stem}.manage"));
        self.scopes.contains(scope) || managing.is_some_and(|m| self.scopes.contains(&m))
    }
}

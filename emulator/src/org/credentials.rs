//! Who may call the org: API tokens, and OAuth 2.0 access tokens with their scopes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::oauth::dpop::{About, Proofs};
use crate::oauth::proven_url;
use crate::refusal::Refusal;
use crate::request::OrgRequest;
use crate::seed::OrgSeed;
use crate::spec::{Credential, Operation};

#[derive(Debug, Default)]
pub(crate) struct Credentials {
    api_tokens: BTreeSet<String>,
    access_tokens: BTreeMap<String, AccessToken>,
    pub(crate) proofs: Proofs,
    issued: u64,
}

#[derive(Debug)]
struct AccessToken {
    scopes: BTreeSet<String>,
    /// The thumbprint of the key that a request must prove to hold.
    key: Option<String>,
    /// Epoch seconds.
    expiry: i64,
}

impl Credentials {
    pub(crate) fn from_seed(seed: &OrgSeed) -> Credentials {
        let access_tokens = seed.access_tokens.iter().map(|t| {
            let scopes = t.scopes.iter().cloned().collect();
            (t.token.clone(), AccessToken { scopes, key: None, expiry: i64::MAX })
        });
        Credentials {
            api_tokens: seed.tokens.iter().cloned().collect(),
            access_tokens: access_tokens.collect(),
            ..Credentials::default()
        }
    }

    /// A new access token.
    pub(crate) fn issue(
        &mut self,
        scopes: Vec<String>,
        key: Option<String>,
        expiry: i64,
    ) -> String {
        self.issued += 1;
        let token = format!("issued-access-token-{:06}", self.issued);
        let scopes = scopes.into_iter().collect();
        self.access_tokens.insert(token.clone(), AccessToken { scopes, key, expiry });
        token
    }

    /// Forgets all access tokens, those of the seed included.
    pub(crate) fn revoke(&mut self) -> usize {
        std::mem::take(&mut self.access_tokens).len()
    }

    /// Refuses a request that may not do what needs `scope`.
    pub(crate) fn check(&mut self, request: &OrgRequest, scope: &str) -> Result<(), Refusal> {
        let Some((scheme, token)) = request.authorization() else {
            return Err(Refusal::invalid_session());
        };
        match scheme.to_ascii_lowercase().as_str() {
            "ssws" if self.api_tokens.contains(token) => Ok(()),
            "bearer" => self.check_access_token("Bearer", token, request, scope),
            "dpop" => self.check_access_token("DPoP", token, request, scope),
            _ => Err(Refusal::invalid_token()),
        }
    }

    /// Refuses a request that may not call an operation of the specification.
    pub(crate) fn check_operation(
        &mut self,
        request: &OrgRequest,
        operation: &Operation,
    ) -> Result<(), Refusal> {
        let is_token =
            request.authorization().is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("ssws"));
        match operation.credential {
            Credential::None => return Ok(()),
            Credential::Oauth if is_token => return Err(Refusal::no_permission()),
            Credential::Token if !is_token => return Err(Refusal::no_permission()),
            _ => {}
        }
        if operation.scopes.is_empty() {
            return self.check(request, "");
        }
        operation.scopes.iter().try_for_each(|scope| self.check(request, scope))
    }

    fn check_access_token(
        &mut self,
        scheme: &str,
        text: &str,
        request: &OrgRequest,
        scope: &str,
    ) -> Result<(), Refusal> {
        let now = Timestamp::now().as_second();
        let refused = |refusal: Refusal, error: &str, description: &str| {
            let challenge =
                format!("{scheme} error=\"{error}\", error_description=\"{description}\"");
            Err(refusal.with_header("www-authenticate", challenge))
        };
        let invalid = |error, text: &str| refused(Refusal::invalid_token(), error, text);
        let token = self.access_tokens.get(text).filter(|token| token.expiry > now);
        let Some(token) = token.filter(|token| token.key.is_some() == (scheme == "DPoP")) else {
            return invalid("invalid_token", "The access token is invalid.");
        };
        if let Some(key) = &token.key {
            let Some(proof) = request.header("dpop") else {
                return invalid("invalid_dpop_proof", "The DPoP proof JWT header is missing.");
            };
            let url = proven_url(request);
            let about = About { method: &request.method, url: &url, token: Some(text) };
            match self.proofs.check(proof, about, now) {
                Ok(proof) if proof.key == *key => {}
                Ok(_) => return invalid("invalid_dpop_proof", "The proof has another key."),
                Err(error) => return invalid("invalid_dpop_proof", &error),
            }
        }
        if token.allows(scope) {
            return Ok(());
        }
        refused(Refusal::no_permission(), "insufficient_scope", &format!("{scope} is needed."))
    }
}

/// What a seed writes for all scopes.
const EVERY_SCOPE: &str = "*";

impl AccessToken {
    /// Whoever may manage a resource may read it.
    fn allows(&self, scope: &str) -> bool {
        if self.scopes.contains(EVERY_SCOPE) {
            return true;
        }
        let managing = scope.strip_suffix(".read").map(|stem| format!("{stem}.manage"));
        self.scopes.contains(scope) || managing.is_some_and(|m| self.scopes.contains(&m))
    }
}

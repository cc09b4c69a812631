//! How the client trusts the other side.
//!
//! The system's roots decide, through the system's own verifier. There is no way to turn
//! verification off.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// The TLS settings, and why the system's roots cannot be had, if so.
///
/// Without roots no certificate is trusted; that is told when an org is asked over TLS, so that a
/// machine without them can still use a server on its loopback.
pub(super) fn config() -> Result<(ClientConfig, Option<String>), rustls::Error> {
    // Given to the builder rather than installed: a process-wide default is not ours to set in
    // somebody else's process.
    let provider = Arc::new(ring::default_provider());
    let builder = || {
        ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
    };
    let (mut config, fault) = match builder()?.with_platform_verifier() {
        Ok(verified) => (verified.with_no_client_auth(), None),
        Err(error) => {
            let empty = builder()?.with_root_certificates(RootCertStore::empty());
            (empty.with_no_client_auth(), Some(error.to_string()))
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((config, fault))
}

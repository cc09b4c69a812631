//! How the client trusts the other side.
//!
//! The system's roots decide, and those that a server's option adds, through the system's own
//! verifier. There is no way to turn verification off.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::{Error, Kind};

/// The TLS settings, and why the system's roots cannot be had, if so. `extra` is PEM.
///
/// Without roots no certificate is trusted; that is told when an org is asked over TLS, so that a
/// machine without them can still use a server on its loopback.
pub(super) fn config(extra: Option<&[u8]>) -> Result<(ClientConfig, Option<String>), Error> {
    // Given to the builder rather than installed: a process-wide default is not ours to set in
    // somebody else's process.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let extra = extra.map(certificates).transpose()?.unwrap_or_default();
    let (verifier, fault) = match Verifier::new_with_extra_roots(extra, Arc::clone(&provider)) {
        Ok(verifier) => (Some(verifier), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let mut config = built(provider, verifier).map_err(|error| {
        Error::new(Kind::Connect, format!("the HTTP client cannot be set up: {error}"))
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((config, fault))
}

fn built(
    provider: Arc<CryptoProvider>,
    verifier: Option<Verifier>,
) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions()?;
    let verified = match verifier {
        // The library calls every verifier dangerous but its own, which this one wraps.
        Some(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)),
        None => builder.with_root_certificates(RootCertStore::empty()),
    };
    Ok(verified.with_no_client_auth())
}

/// The certificates of a PEM, each of which must be one that can be a root.
fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let bad = |why: &str| {
        Error::new(Kind::OptionValue, format!("the file that ca_file names {why}"))
            .hint("It must hold root certificates in PEM: -----BEGIN CERTIFICATE-----.")
    };
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|_| bad("has a damaged certificate"))?;
    if certificates.is_empty() {
        return Err(bad("has no certificate"));
    }
    let mut roots = RootCertStore::empty();
    for certificate in &certificates {
        roots.add(certificate.clone()).map_err(|_| bad("has a certificate that is no root"))?;
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_told() {
        let damaged = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        let wrong = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for bad in ["", "hunter2", damaged, wrong] {
            let error = config(Some(bad.as_bytes())).unwrap_err();
            assert_eq!(error.kind, Kind::OptionValue, "{bad}");
            assert!(error.message.contains("ca_file"), "{}", error.message);
        }
    }
}

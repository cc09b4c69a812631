//! The proxy of a server, if it has one.
//!
//! None is taken from the environment: the database server's may be set for other programs. What
//! is not encrypted does not pass through a proxy: of TLS it sees the host's name and nothing else.

use url::Url;

use crate::error::{Error, Kind};

/// The address of a proxy.
///
/// # Errors
/// [`Kind::OptionValue`] for what is no `http://host:port`.
pub fn proxy_url(text: &str) -> Result<Url, Error> {
    let url = text.parse().map_err(|error| {
        Error::new(Kind::OptionValue, format!("proxy is not a URL: {error}"))
            .hint("A proxy is such as http://proxy.example.com:3128.")
    })?;
    tunnel(&url).map(|_| url)
}

/// A proxy for TLS connections alone, which it tunnels (CONNECT).
///
/// Plain HTTP, which goes to loopback hosts only, is sent directly: a proxy would read the
/// credential.
pub(super) fn tunnel(url: &Url) -> Result<reqwest::Proxy, Error> {
    let refuse = |why: &str| {
        Error::new(Kind::OptionValue, format!("proxy {why}"))
            .hint("A proxy is such as http://proxy.example.com:3128.")
    };
    if url.scheme() != "http" || url.host_str().is_none_or(str::is_empty) {
        return Err(refuse("must begin with http:// and name a host"));
    }
    // It is an option of a server, which everybody may read.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("must not have a user name or a password"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("must not have a path, a query or a fragment"));
    }
    reqwest::Proxy::https(url.clone()).map_err(|_| refuse("cannot be used"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_host_and_a_port() {
        for good in ["http://proxy.example.com:3128", "http://10.0.0.1/", "http://[::1]:8080"] {
            assert!(tunnel(&good.parse().unwrap()).is_ok(), "{good}");
        }
        for bad in [
            "https://proxy.example.com",
            "socks5://proxy.example.com",
            "file:///etc/passwd",
            "http://user:hunter2@proxy.example.com",
            "http://user@proxy.example.com",
            "http://proxy.example.com/path",
            "http://proxy.example.com?x",
            "http://proxy.example.com#x",
        ] {
            let error = tunnel(&bad.parse().unwrap()).unwrap_err();
            assert_eq!(error.kind, Kind::OptionValue, "{bad}");
            assert!(error.hint.is_some() && !format!("{error:?}").contains("hunter2"), "{bad}");
        }
    }
}

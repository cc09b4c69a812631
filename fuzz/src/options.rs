//! Values of options: addresses lead where they say, and no message repeats a secret.

use std::net::{Ipv4Addr, Ipv6Addr};

use okta::client::{ClientCredentials, Dpop, PrivateKey, proxy_url};
use okta::org::{OrgTemplate, Subdomain};
use okta::secret::Secret;
use url::Host;

use crate::Input;

const SECRET: &str = "hunter2";

fn odd(input: &mut Input<'_>, good: &[&str]) -> String {
    let good = input.one_of(good);
    if input.below(4) == 3 { input.text() } else { input.mutated(good) }
}

pub fn an_org_url(input: &mut Input<'_>) {
    let good = [
        "https://{subdomain}.okta.com",
        "https://login.example.com/",
        "http://127.0.0.1:8080/orgs/{subdomain}",
        "https://user:hunter2@acme.okta.com",
    ];
    let text = odd(input, &good);
    let template = match text.parse::<OrgTemplate>() {
        Ok(template) => template,
        Err(error) => return assert!(!format!("{error:?}").contains(SECRET), "{text:?}"),
    };
    let org = match template.is_pinned() {
        true => template.pinned(None),
        false => template.org(&"acme".parse().unwrap()),
    };
    let Ok(org) = org else { return };
    let url = org.base();
    let loopback = match url.host().unwrap() {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.octets()[0] == Ipv4Addr::LOCALHOST.octets()[0],
        Host::Ipv6(address) => address == Ipv6Addr::LOCALHOST,
    };
    assert!(url.scheme() == "https" || (url.scheme() == "http" && loopback), "{text:?}: {url}");
    assert!(url.username().is_empty() && url.password().is_none(), "{text:?}");
    assert!(url.query().is_none() && url.fragment().is_none(), "{text:?}");
    let first = url.host_str().unwrap().split('.').next().unwrap();
    assert!(!first.ends_with("-admin"), "{text:?}");
}

/// Whatever a query names, the host stays below the template's domain.
pub fn a_subdomain(input: &mut Input<'_>) {
    let text = odd(input, &["acme", "dev-123", "xn--acme"]);
    let Ok(name) = text.parse::<Subdomain>() else { return };
    let Ok(org) = OrgTemplate::default().org(&name) else { return };
    assert_eq!(org.base().as_str(), format!("https://{text}.okta.com/"));
}

pub fn a_proxy(input: &mut Input<'_>) {
    let text = odd(input, &["http://proxy.example.com:3128", "http://user:hunter2@10.0.0.1/"]);
    match proxy_url(&text) {
        Ok(url) => assert!(url.scheme() == "http" && url.username().is_empty(), "{text:?}"),
        Err(error) => assert!(!format!("{error:?}").contains(SECRET), "{text:?}"),
    }
}

const KEYS: &[&str] = &[
    include_str!("ec_test_key.txt"),
    r#"{"kty":"EC","crv":"P-256","kid":"k1","x":"s9Cjx_714cyPEbFM-RrzA20H_M-tKjpvbSGvJ3lTpzo","y":"V6ya8XuhOoIoQcGytP9WnXCEUtYEzMUB2KFchM84adg","d":"fqICxhojsUDGfhAarNcA8vpSjFAjZ9-2T7-bL8v9KZ0"}"#,
    // This one has the form of a key and is none.
    r#"{"kty":"RSA","n":"AQAB","e":"AQAB","d":"hunter2","p":"","q":""}"#,
];

pub fn a_private_key(input: &mut Input<'_>) {
    let text = odd(input, KEYS);
    if let Err(error) = PrivateKey::parse(&Secret::new(text.clone())) {
        let told = format!("{error:?}");
        assert!(!told.contains(SECRET) && !told.contains("fqICxhoj"), "{text:?}: {told}");
        assert!(!KEYS[..2].contains(&text.as_str()), "{told}");
    }
}

pub fn a_list_of_scopes(input: &mut Input<'_>) {
    let text = odd(input, &["okta.users.read, okta.groups.read"]);
    let scopes = ClientCredentials::scopes_of(&text);
    assert!(scopes.iter().all(|s| !s.is_empty() && !s.contains([',', ' ', '\n'])), "{text:?}");
    drop(text.parse::<Dpop>());
}

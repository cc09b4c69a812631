//! Values of options: addresses lead where they say, and no message repeats a secret.

use okta::client::{ClientCredentials, Dpop, PrivateKey, proxy_url};
use okta::org::{OrgTemplate, Subdomain};
use okta::secret::Secret;
use okta_fuzz::{Rng, input, run};

const SECRET: &str = "hunter2";

fn odd(rng: &mut Rng, good: &[&str]) -> String {
    let good = good[rng.usize(..good.len())];
    if rng.u8(..4) == 0 { input::text(rng) } else { input::mutated(rng, good) }
}

#[test]
fn an_org_url() {
    let good = [
        "https://{subdomain}.okta.com",
        "https://login.example.com/",
        "http://127.0.0.1:8080/orgs/{subdomain}",
        "https://user:hunter2@acme.okta.com",
    ];
    run(|rng| {
        let text = odd(rng, &good);
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
        let host = url.host_str().unwrap();
        let loopback = host == "localhost" || host.starts_with("127.") || host == "[::1]";
        assert!(url.scheme() == "https" || (url.scheme() == "http" && loopback), "{text:?}: {url}");
        assert!(url.username().is_empty() && url.password().is_none(), "{text:?}");
        assert!(url.query().is_none() && url.fragment().is_none(), "{text:?}");
        assert!(!host.split('.').next().unwrap().ends_with("-admin"), "{text:?}");
    });
}

/// Whatever a query names, the host stays below the template's domain.
#[test]
fn a_subdomain() {
    let template = OrgTemplate::default();
    run(|rng| {
        let text = odd(rng, &["acme", "dev-123", "xn--acme"]);
        let Ok(name) = text.parse::<Subdomain>() else { return };
        let Ok(org) = template.org(&name) else { return };
        assert_eq!(org.base().as_str(), format!("https://{text}.okta.com/"));
    });
}

#[test]
fn a_proxy() {
    run(|rng| {
        let text = odd(rng, &["http://proxy.example.com:3128", "http://user:hunter2@10.0.0.1/"]);
        match proxy_url(&text) {
            Ok(url) => assert!(url.scheme() == "http" && url.username().is_empty(), "{text:?}"),
            Err(error) => assert!(!format!("{error:?}").contains(SECRET), "{text:?}"),
        }
    });
}

#[test]
fn a_private_key() {
    let good = [
        include_str!("ec_test_key.txt"),
        r#"{"kty":"EC","crv":"P-256","kid":"k1","x":"s9Cjx_714cyPEbFM-RrzA20H_M-tKjpvbSGvJ3lTpzo","y":"V6ya8XuhOoIoQcGytP9WnXCEUtYEzMUB2KFchM84adg","d":"fqICxhojsUDGfhAarNcA8vpSjFAjZ9-2T7-bL8v9KZ0"}"#,
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB","d":"hunter2","p":"","q":""}"#,
    ];
    assert!(good[..2].iter().all(|key| PrivateKey::parse(&Secret::new((*key).to_owned())).is_ok()));
    run(|rng| {
        let text = odd(rng, &good);
        if let Err(error) = PrivateKey::parse(&Secret::new(text.clone())) {
            let told = format!("{error:?}");
            assert!(!told.contains(SECRET) && !told.contains("fqICxhoj"), "{text:?}: {told}");
        }
    });
}

#[test]
fn a_list_of_scopes() {
    run(|rng| {
        let text = odd(rng, &["okta.users.read, okta.groups.read"]);
        let scopes = ClientCredentials::scopes_of(&text);
        assert!(scopes.iter().all(|s| !s.is_empty() && !s.contains([',', ' ', '\n'])), "{text:?}");
        drop(text.parse::<Dpop>());
    });
}

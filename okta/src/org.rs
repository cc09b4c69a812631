//! Which Okta org is asked, and under which address.
//!
//! Everything that may name a host passes here and is checked once. This room neither resolves
//! names nor decides who may ask which org (that is the server's allow-list).

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use url::{Host, Url};

use crate::error::{Error, Kind, quoted};

/// What stands for the org's name in an `org_url`.
const VARIABLE: &str = "{subdomain}";

/// What stands for the variable while the rest of an `org_url` is checked.
const STAND_IN: &str = "subdomain-stands-here";

/// The name of an org: one DNS label, e.g. `acme` of `acme.okta.com`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subdomain(Box<str>);

impl Subdomain {
    /// The label itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subdomain {
    type Err = Error;

    /// Takes 1 to 63 characters of `[a-z0-9-]` that neither start nor end with `-`, and not an
    /// admin console's name (`acme-admin`), which Okta's API does not answer under.
    /// Else [`Kind::CannotAsk`]: the value often comes from a query.
    fn from_str(text: &str) -> Result<Self, Error> {
        let legal = (1..=63).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if !legal {
            return Err(not_a_subdomain(text).hint(
                "A subdomain is 1 to 63 lower-case letters, digits and hyphens, \
                 such as acme for acme.okta.com.",
            ));
        }
        if text.ends_with("-admin") {
            return Err(not_a_subdomain(text)
                .hint("That is the name of an admin console: leave out \"-admin\"."));
        }
        Ok(Self(text.into()))
    }
}

fn not_a_subdomain(text: &str) -> Error {
    Error::new(Kind::CannotAsk, format!("{} is not the subdomain of an Okta org", quoted(text)))
}

/// The address of a server's orgs, from the option `org_url`: `https://{subdomain}.okta.com`.
#[derive(Clone, Debug)]
pub struct OrgTemplate {
    /// Checked when it was parsed; each org's address is checked again as it is made.
    text: Cow<'static, str>,
}

impl OrgTemplate {
    /// What a server without the option `org_url` uses.
    pub const DEFAULT: &'static str = "https://{subdomain}.okta.com";

    /// Whether the address names one org, and a query cannot choose another.
    pub fn is_pinned(&self) -> bool {
        !self.text.contains(VARIABLE)
    }

    /// The org of that name. [`Kind::CannotAsk`] when the server is pinned to one org or when the
    /// name gives no legal host.
    pub fn org(&self, name: &Subdomain) -> Result<Org, Error> {
        if self.is_pinned() {
            return Err(Error::new(
                Kind::CannotAsk,
                format!("the server is pinned to one org and cannot ask {}", quoted(name.as_str())),
            )
            .hint("An org_url with {subdomain} lets the query choose the org."));
        }
        let refuse = |why: String| {
            let name = quoted(name.as_str());
            Error::new(Kind::CannotAsk, format!("org_url gives no address for the org {name}"))
                .detail(format!("The address {why}."))
        };
        // The name may complete a "-admin" or turn the host into a number: so the address is
        // checked as a whole, and must differ from the template's in the name alone.
        let base = checked(&self.text.replace(VARIABLE, name.as_str())).map_err(refuse)?;
        let template = checked(&self.text.replace(VARIABLE, STAND_IN)).map_err(refuse)?;
        let expected = |url: &Url| {
            let host = url.host_str().unwrap_or_default();
            (host.replace(STAND_IN, name.as_str()), url.path().replace(STAND_IN, name.as_str()))
        };
        let still_a_name = matches!(base.host(), Some(Host::Domain(_)));
        let had_a_name = matches!(template.host(), Some(Host::Domain(_)));
        if still_a_name != had_a_name || expected(&base) != expected(&template) {
            return Err(refuse("would not be what org_url says".to_owned()));
        }
        Ok(Org { name: name.as_str().into(), base: Arc::new(base), chosen: true })
    }

    /// The one org of a pinned server, called `name`, or by its host when there is none.
    /// [`Kind::CannotAsk`] when the org is still to be chosen.
    pub fn pinned(&self, name: Option<&str>) -> Result<Org, Error> {
        if !self.is_pinned() {
            return Err(Error::new(Kind::CannotAsk, "no Okta org is named").hint(
                "Give one in the query (WHERE subdomain = 'acme') \
                 or as the server's option subdomain.",
            ));
        }
        let base = checked(&self.text)
            .map_err(|why| Error::new(Kind::OptionValue, format!("org_url {why}")))?;
        let name = name.or(base.host_str()).unwrap_or_default();
        Ok(Org { name: name.into(), base: Arc::new(base), chosen: false })
    }
}

impl Default for OrgTemplate {
    /// [`OrgTemplate::DEFAULT`]
    fn default() -> Self {
        Self { text: Cow::Borrowed(Self::DEFAULT) }
    }
}

impl FromStr for OrgTemplate {
    type Err = Error;

    /// Checks an `org_url` by the rules of the option; errors are [`Kind::OptionValue`] and do
    /// not repeat the value, which might hold a password.
    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim().trim_end_matches('/');
        let refuse = |why: String| {
            Error::new(Kind::OptionValue, format!("org_url {why}")).hint(
                "An org_url is such as https://{subdomain}.okta.com, \
                 https://{subdomain}.oktapreview.com or https://login.example.com.",
            )
        };
        if text.contains("{yourOktaDomain}") {
            return Err(refuse("still has the placeholder {yourOktaDomain}".to_owned()));
        }
        if text.matches(VARIABLE).count() > 1 {
            return Err(refuse("has {subdomain} more than once".to_owned()));
        }
        let checked = checked(&text.replace(VARIABLE, STAND_IN)).map_err(refuse)?;
        if checked.host_str() == Some(STAND_IN) {
            return Err(refuse("would let a query name any host: add a domain".to_owned()));
        }
        Ok(Self { text: Cow::Owned(text.to_owned()) })
    }
}

/// The rules for every address, or why it breaks one.
fn checked(text: &str) -> Result<Url, String> {
    if text.contains(['{', '}']) {
        return Err("has a placeholder other than {subdomain}".to_owned());
    }
    let mut url = Url::parse(text).map_err(|e| format!("is not a URL: {e}"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err("must begin with https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not have a user name or a password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a query or a fragment".to_owned());
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err("must begin with https:// (http only to a loopback host)".to_owned());
    }
    // Okta's API does not answer under the admin console's host; every SDK refuses it.
    let first = url.host_str().and_then(|host| host.split('.').next()).unwrap_or_default();
    if first.ends_with("-admin") {
        return Err("names an admin console: leave out \"-admin\"".to_owned());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    if path.split('/').skip(1).any(str::is_empty) {
        return Err("has an empty segment in its path".to_owned());
    }
    url.set_path(&path);
    Ok(url)
}

/// Whether the host is this machine by its very text: no name is resolved to find out.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// An org that can be asked: its name and the address of its API.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Org {
    name: Arc<str>,
    base: Arc<Url>,
    /// Whether it is one of several that might be asked, so that an error has to name it.
    chosen: bool,
}

impl Org {
    /// The value of the column `subdomain`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address that paths are appended to, without a trailing `/` beyond the root's.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The same for a host whose name has a label before the org's. Where all orgs stand under one address,
    /// as on a loopback host, that has them, too.
    ///
    /// # Errors
    /// [`Kind::CannotAsk`] when that is no host's name.
    pub(crate) fn address(&self, label: Option<&str>) -> Result<Cow<'_, Url>, Error> {
        let Some((label, host)) =
            label.zip(self.base.domain()).filter(|_| !is_loopback(&self.base))
        else {
            return Ok(Cow::Borrowed(&self.base));
        };
        let mut url = Url::clone(&self.base);
        let refuse = |_| Error::new(Kind::CannotAsk, format!("{label}.{host} is not a host"));
        url.set_host(Some(&format!("{label}.{host}"))).map_err(refuse)?;
        Ok(Cow::Owned(url))
    }

    /// The same as the only one that might be asked.
    #[must_use]
    pub fn by_default(self) -> Self {
        Self { chosen: false, ..self }
    }

    /// An error of this org, which names it where another might have been meant.
    pub fn name_in(&self, error: Error) -> Error {
        if self.chosen {
            error.detail(format!("The org is {}.", quoted(&self.name)))
        } else {
            error
        }
    }

    /// Scheme, host and port, e.g. `https://acme.okta.com`.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(template: &str, name: &str) -> Result<String, Error> {
        let template: OrgTemplate = template.parse()?;
        Ok(template.org(&name.parse()?)?.base().to_string())
    }

    #[test]
    fn a_subdomain_is_one_label() {
        let longest = "a".repeat(63);
        for good in ["acme", "a", "dev-123", "0", "xn--x", longest.as_str()] {
            assert_eq!(good.parse::<Subdomain>().unwrap().as_str(), good);
        }
        let long = "a".repeat(64);
        for bad in [
            "",
            "-a",
            "a-",
            "acme-admin",
            "Acme",
            "a.b",
            "a/b",
            "a b",
            "a@b",
            "a\r\nb",
            "a%2e",
            "é",
            "{subdomain}",
            long.as_str(),
        ] {
            let error = bad.parse::<Subdomain>().unwrap_err();
            assert_eq!(error.kind, Kind::CannotAsk, "{bad}");
            assert!(error.hint.is_some() && !error.message.contains('\r'), "{}", error.message);
        }
    }

    #[test]
    fn a_template_makes_orgs() {
        assert_eq!(base(OrgTemplate::DEFAULT, "acme").unwrap(), "https://acme.okta.com/");
        let template = OrgTemplate::default();
        assert_eq!(template.text, OrgTemplate::DEFAULT.parse::<OrgTemplate>().unwrap().text);
        assert!(!template.is_pinned());
        let org = template.org(&"acme".parse().unwrap()).unwrap();
        assert_eq!((org.name(), org.origin().as_str()), ("acme", "https://acme.okta.com"));
        assert_eq!(
            base("http://127.0.0.1:8080/orgs/{subdomain}//", "a").unwrap(),
            "http://127.0.0.1:8080/orgs/a"
        );
        assert_eq!(
            base("https://Id.{subdomain}.Example:8443", "a").unwrap(),
            "https://id.a.example:8443/"
        );
        assert_eq!(template.pinned(None).unwrap_err().kind, Kind::CannotAsk);
    }

    #[test]
    fn a_name_cannot_bend_the_template() {
        for (template, name) in [
            ("https://acme-{subdomain}.okta.com", "admin"),
            ("https://127.0.0.{subdomain}", "1"),
            ("https://login.example.com", "acme"),
        ] {
            assert_eq!(base(template, name).unwrap_err().kind, Kind::CannotAsk, "{template}");
        }
    }

    #[test]
    fn a_pinned_server_has_one_org() {
        let template: OrgTemplate = "https://login.example.com/".parse().unwrap();
        assert!(template.is_pinned());
        assert_eq!(template.pinned(None).unwrap().name(), "login.example.com");
        assert_eq!(template.pinned(Some("acme")).unwrap().name(), "acme");
        assert_eq!(template.pinned(None).unwrap().base().as_str(), "https://login.example.com/");
    }

    #[test]
    fn refuses_what_is_not_an_orgs_address() {
        for bad in [
            "",
            "acme.okta.com",
            "ftp://acme.okta.com",
            "http://acme.okta.com",
            "http://localhost.evil.example",
            "http://{subdomain}.okta.com",
            "http://{subdomain}",
            "https://{subdomain}",
            "https://acme-admin.okta.com",
            "https://{subdomain}-admin.okta.com",
            "https://{yourOktaDomain}",
            "https://{domain}.okta.com",
            "https://{subdomain}.{subdomain}.com",
            "https://user:hunter2@acme.okta.com",
            "https://{subdomain}@acme.okta.com",
            "https://acme.okta.com:{subdomain}",
            "https://acme.okta.com?x={subdomain}",
            "https://acme.okta.com#{subdomain}",
            "https://acme.okta.com/a//b",
            "{subdomain}://acme.okta.com",
        ] {
            let error = bad.parse::<OrgTemplate>().unwrap_err();
            assert_eq!(error.kind, Kind::OptionValue, "{bad}");
            assert!(error.hint.is_some() && !error.message.contains("hunter2"), "{bad}");
        }
        for good in
            ["http://localhost:1", "http://[::1]:1/x", "http://127.9.9.9", "https://10.0.0.1"]
        {
            assert!(good.parse::<OrgTemplate>().unwrap().pinned(None).is_ok(), "{good}");
        }
    }
}

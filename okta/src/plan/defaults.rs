//! What is asked when a query does not say: the options of server and table, and the bound of a partition.
//!
//! The rules of the column `subdomain` are kept here, before any URL exists.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::error::{Error, Kind};
use crate::org::{Org, OrgTemplate, Subdomain};

/// What the options of server and table give when a query does not say.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// The address of orgs.
    pub org_url: OrgTemplate,
    /// The org to ask when a query names none.
    pub subdomain: Option<Subdomain>,
    /// The only orgs that a query may name, when the server says so.
    pub allowed: Option<Vec<Subdomain>>,
    /// Path parameters by column name.
    pub parameters: BTreeMap<String, String>,
    /// What the table is for, as the bound of a partition.
    pub bound: Bound,
    /// When the statement began.
    pub now: Timestamp,
}

/// Which orgs and parents a partition is for. Nothing else is asked, whatever a query names.
#[derive(Debug, Clone, Default)]
pub struct Bound {
    /// The values of a column, where the bound lists them.
    pub listed: BTreeMap<String, Vec<String>>,
    /// Whether it leaves orgs out in another way.
    pub cuts_orgs: bool,
}

impl Defaults {
    /// The org of a name that a query gives.
    ///
    /// # Errors
    /// [`Kind::CannotAsk`] for an illegal name, [`Kind::NotAllowed`] for one that the server's option
    /// `subdomains` leaves out.
    pub fn named_org(&self, name: &str) -> Result<Option<Org>, Error> {
        if self.org_url.is_pinned() {
            let org = self.pinned_org()?;
            return Ok((org.name() == name).then_some(org));
        }
        let subdomain: Subdomain = name.parse()?;
        match &self.allowed {
            Some(allowed) if !allowed.contains(&subdomain) => Err(Error::new(
                Kind::NotAllowed,
                format!("this server may not be used for the org \"{name}\""),
            )
            .hint("Its option \"subdomains\" lists the orgs that a query may name.")),
            _ => self.org_url.org(&subdomain).map(Some),
        }
    }

    /// The org of a name that a row to be written gives.
    ///
    /// # Errors
    /// Those of [`Self::named_org`], and [`Kind::CannotAsk`] for another org than a pinned server's.
    pub fn required_org(&self, name: &str) -> Result<Org, Error> {
        self.named_org(name)?.ok_or_else(|| {
            Error::new(Kind::CannotAsk, format!("this server is not for the org \"{name}\""))
                .hint("Its options \"org_url\" and \"subdomain\" say which org it is for.")
        })
    }

    /// The org that is asked when a query names none.
    ///
    /// # Errors
    /// [`Kind::CannotAsk`] when no option gives one.
    pub fn org(&self) -> Result<Org, Error> {
        if self.org_url.is_pinned() {
            return self.pinned_org();
        }
        let subdomain = self.subdomain.as_ref().ok_or_else(|| {
            Error::new(Kind::CannotAsk, "the org is not known")
                .hint("Add WHERE subdomain = '…', or set the option \"subdomain\" of the server.")
        })?;
        self.org_url.org(subdomain).map(Org::by_default)
    }

    /// The orgs that are asked when a query names none: those of a partition, else the server's.
    ///
    /// # Errors
    /// Those of [`Self::org`] and [`Self::named_org`].
    pub(super) fn orgs(&self, column: &str) -> Result<Vec<Org>, Error> {
        match (self.bound.listed.get(column), &self.allowed) {
            (Some(listed), _) => listed.iter().map(|name| self.required_org(name)).collect(),
            (None, Some(_)) if self.bound.cuts_orgs => self.every_org(),
            _ => Ok(vec![self.org()?]),
        }
    }

    /// The orgs that a query could mean that restricts the org and does not name it.
    ///
    /// # Errors
    /// [`Kind::CannotAsk`] when nothing lists them.
    pub(super) fn every_org(&self) -> Result<Vec<Org>, Error> {
        if self.org_url.is_pinned() {
            return Ok(vec![self.pinned_org()?]);
        }
        let Some(allowed) = &self.allowed else {
            let message = "the query restricts the org and does not name it";
            return Err(Error::new(Kind::CannotAsk, message).hint(
                "Add WHERE subdomain = '…', or list the orgs in the option \"subdomains\" of the server.",
            ));
        };
        allowed.iter().map(|subdomain| self.org_url.org(subdomain)).collect()
    }

    /// The org that a row is written to: the one that it names, else the only one of a partition, else
    /// the server's.
    ///
    /// # Errors
    /// Those of [`Self::required_org`] and [`Self::org`]; [`Kind::NotAllowed`] for an org that the
    /// partition is not for.
    pub fn row_org(&self, column: &str, name: Option<&str>) -> Result<Org, Error> {
        match (name, self.bound.listed.get(column).map(Vec::as_slice)) {
            (Some(name), Some(listed)) if !listed.iter().any(|known| known == name) => {
                Err(wrong_partition(name).hint(format!("It is for {}.", listed.join(", "))))
            }
            (Some(name), _) => self.required_org(name),
            (None, Some([only])) => self.required_org(only),
            (None, Some(listed)) => Err(Error::new(Kind::CannotAsk, "the org is not known")
                .hint(format!("Give the column {column} a value: {}.", listed.join(", ")))),
            (None, None) => self.org(),
        }
    }

    /// The value of a path parameter that nobody gives: the only one of a partition, else the option's.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        match self.bound.listed.get(name).map(Vec::as_slice) {
            Some([only]) => Some(only),
            Some(_) => None,
            None => self.parameters.get(name).map(String::as_str),
        }
    }

    /// Whether an option or a partition gives a path parameter.
    pub fn gives(&self, name: &str) -> bool {
        self.parameters.contains_key(name) || self.bound.listed.contains_key(name)
    }

    fn pinned_org(&self) -> Result<Org, Error> {
        self.org_url.pinned(self.subdomain.as_ref().map(Subdomain::as_str))
    }
}

/// The error for a row of another org than those that a partition is for.
pub fn wrong_partition(org: &str) -> Error {
    Error::new(Kind::NotAllowed, format!("this partition may not be used for the org \"{org}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::plan::{Fetch, Fetches, Needs, Op, Predicate, PredicateValue, choose};

    fn defaults(bound: &[(&str, &[&str])], allowed: Option<&[&str]>) -> Defaults {
        let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        let listed = bound.iter().map(|(name, values)| ((*name).to_owned(), texts(values)));
        Defaults {
            subdomain: Some("acme".parse().unwrap()),
            allowed: allowed.map(|names| names.iter().map(|name| name.parse().unwrap()).collect()),
            parameters: [("identity_source_id".to_owned(), "0oa1".to_owned())].into(),
            bound: Bound { listed: listed.collect(), cuts_orgs: false },
            ..Defaults::default()
        }
    }

    /// What a plan for sessions asks: org and source of each fetch.
    fn asked(
        orgs: Option<&[&str]>,
        restricted: &[&str],
        defaults: &Defaults,
    ) -> Result<Vec<String>, Error> {
        let resource = catalog::find("identity_sources.sessions").unwrap();
        let predicate = |values: &[&str]| Predicate {
            column: "subdomain".into(),
            op: Op::Eq,
            value: PredicateValue::Known(values.iter().map(|value| (*value).to_owned()).collect()),
        };
        let predicates = orgs.map(predicate).into_iter().collect();
        let mut plan = choose(resource, predicates, Needs::default(), |_| false)?;
        plan.restricted = restricted.iter().map(|name| (*name).to_owned()).collect();
        let shown = |fetch: Fetch| {
            let source = fetch.parameter("identity_source_id").unwrap_or("?");
            format!("{} {source}", fetch.org.name())
        };
        let asked = plan.bind(&[], defaults)?;
        Ok(asked.iter().flat_map(Fetches::iter).map(shown).collect())
    }

    #[test]
    fn options_stand_in_where_the_query_is_silent() {
        let defaults = defaults(&[], Some(&["acme", "globex"]));
        assert_eq!(asked(None, &[], &defaults).unwrap(), ["acme 0oa1"]);
        assert_eq!(asked(Some(&["globex"]), &[], &defaults).unwrap(), ["globex 0oa1"]);
        let all = asked(None, &["subdomain"], &defaults).unwrap();
        assert_eq!(all, ["acme 0oa1", "globex 0oa1"]);
        assert_eq!(asked(None, &["identity_source_id"], &defaults).unwrap(), ["acme ?"]);
        let named = asked(Some(&["globex"]), &["subdomain"], &defaults).unwrap();
        assert_eq!(named, ["globex 0oa1"]);
    }

    #[test]
    fn an_org_that_nobody_lists_is_an_error() {
        let error = asked(None, &["subdomain"], &defaults(&[], None)).unwrap_err();
        assert_eq!(error.kind, Kind::CannotAsk);
        assert!(error.hint.is_some());
    }

    #[test]
    fn a_partition_is_for_its_bound() {
        let bound: &[(&str, &[&str])] =
            &[("subdomain", &["globex", "initech"]), ("identity_source_id", &["0oa2"])];
        let defaults = defaults(bound, None);
        let both = ["globex 0oa2", "initech 0oa2"];
        assert_eq!(asked(None, &[], &defaults).unwrap(), both);
        assert_eq!(asked(None, &["subdomain"], &defaults).unwrap(), both);
        let named = asked(Some(&["acme", "initech"]), &[], &defaults).unwrap();
        assert_eq!(named, ["initech 0oa2"]);
        assert!(asked(Some(&["acme"]), &[], &defaults).unwrap().is_empty());
        assert_eq!(defaults.parameter("identity_source_id"), Some("0oa2"));
        let row = |name| defaults.row_org("subdomain", name);
        assert_eq!(row(Some("globex")).unwrap().name(), "globex");
        assert_eq!(row(Some("acme")).unwrap_err().kind, Kind::NotAllowed);
        assert_eq!(row(None).unwrap_err().kind, Kind::CannotAsk);
    }
}

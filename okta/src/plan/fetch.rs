//! What is asked for: one object or one list, and many that differ only in their org and in the values of
//! their path parameters.
//!
//! Those are made one at a time: the lists of keys that a query gives may have more combinations than
//! memory holds. Which values there are is decided elsewhere.

use std::borrow::Cow;

use super::path;
use crate::client::{Method, Request};
use crate::error::Error;
use crate::org::Org;

/// One object or one collection to ask for, page by page.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// The org that is asked.
    pub org: Org,
    /// Whether one object is asked for, and not a list.
    pub item: bool,
    pub(super) path: &'static str,
    pub(super) scope: &'static str,
    pub(super) bucket: Option<&'static str>,
    /// Path parameters; one without a value is to be found by listing the parents.
    pub(super) parameters: Vec<(&'static str, Option<String>)>,
    /// Those of them that options of the table give: what they name must exist.
    pub(super) by_option: Vec<&'static str>,
    /// Query parameters of the first page, the page size left out.
    pub(super) query: Vec<(String, String)>,
}

/// A fetch for each org and each combination of values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fetches {
    pub(super) item: bool,
    pub(super) path: &'static str,
    pub(super) scope: &'static str,
    pub(super) bucket: Option<&'static str>,
    pub(super) orgs: Vec<Org>,
    /// The values of each path parameter; one without a value is to be found by listing the parents.
    pub(super) parameters: Vec<(&'static str, Vec<Option<String>>)>,
    /// The path parameters that options of the table give.
    pub(super) by_option: Vec<&'static str>,
    pub(super) query: Vec<(String, String)>,
}

impl Fetches {
    /// The number of fetches.
    pub fn count(&self) -> u64 {
        let lists = self.parameters.iter().map(|(_, values)| values.len() as u64);
        lists.fold(self.orgs.len() as u64, u64::saturating_mul)
    }

    /// Whether single objects are asked for, and not lists.
    pub fn are_items(&self) -> bool {
        self.item
    }

    /// The orgs that are asked.
    pub fn orgs(&self) -> &[Org] {
        &self.orgs
    }

    /// The path parameters whose values are not known yet.
    pub fn unknown(&self) -> impl Iterator<Item = &'static str> + '_ {
        let unknown =
            self.parameters.iter().filter(|(_, values)| values.iter().any(Option::is_none));
        unknown.map(|(name, _)| *name)
    }

    /// The first of them.
    pub fn missing(&self) -> Option<&'static str> {
        self.unknown().next()
    }

    /// The fetches, those of an org after each other.
    pub fn iter(&self) -> impl Iterator<Item = Fetch> + Send + use<'_> {
        (0..self.count()).filter_map(|number| self.fetch(number))
    }

    /// The fetches by themselves.
    pub fn into_fetches(self) -> impl Iterator<Item = Fetch> + Send {
        (0..self.count()).filter_map(move |number| self.fetch(number))
    }

    /// The fetch of a number, whose last digit counts the values of the last parameter.
    fn fetch(&self, mut number: u64) -> Option<Fetch> {
        let mut digit = |base: usize| {
            let digit = number.checked_rem(base as u64)?;
            number /= base as u64;
            usize::try_from(digit).ok()
        };
        let mut parameters = Vec::with_capacity(self.parameters.len());
        for (name, values) in self.parameters.iter().rev() {
            parameters.push((*name, values.get(digit(values.len())?)?.clone()));
        }
        parameters.reverse();
        let org = self.orgs.get(digit(self.orgs.len())?)?.clone();
        let (item, path, scope, bucket) = (self.item, self.path, self.scope, self.bucket);
        let (by_option, query) = (self.by_option.clone(), self.query.clone());
        Some(Fetch { org, item, path, scope, bucket, parameters, by_option, query })
    }
}

impl From<Fetch> for Fetches {
    fn from(fetch: Fetch) -> Self {
        let Fetch { org, item, path, scope, bucket, parameters, by_option, query } = fetch;
        let parameters = parameters.into_iter().map(|(name, value)| (name, vec![value])).collect();
        Self { item, path, scope, bucket, orgs: vec![org], parameters, by_option, query }
    }
}

/// Looks a parameter up among values.
pub(super) fn lookup<'a>(
    values: &'a [(&'static str, Option<String>)],
) -> impl Fn(&str) -> Option<Cow<'a, str>> {
    move |name| {
        let (_, value) = values.iter().find(|(known, _)| *known == name)?;
        value.as_deref().map(Cow::Borrowed)
    }
}

impl Fetch {
    /// The first path parameter whose value is not known yet.
    pub fn missing(&self) -> Option<&'static str> {
        self.unknown().next()
    }

    /// The path parameters whose values are not known yet.
    pub fn unknown(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name)
    }

    /// Returns whether what Okta does not find, by its 404, must be there: the query has named nothing in
    /// the path, or it has, and what is missing is what an option of the table names.
    pub fn must_exist(&self, missing: &Error) -> bool {
        let by_option = |name: &&'static str| self.by_option.contains(name);
        if self.parameters.iter().all(|(name, _)| by_option(name)) {
            return true;
        }
        let told = missing.message.split_once(": HTTP ").map_or("", |(_, told)| told);
        let values = self.by_option.iter().filter_map(|name| self.parameter(name));
        // Okta quotes the id: "Resource not found: 0oa1 (AppInstance)".
        values.into_iter().any(|value| told.split_whitespace().any(|word| word == value))
    }

    /// This fetch with a value for a parameter that it lacks.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut fetch = self.clone();
        for (known, slot) in &mut fetch.parameters {
            if *known == name {
                *slot = Some(value.to_owned());
            }
        }
        fetch
    }

    /// The value of a path parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| *known == name)?.1.as_deref()
    }

    /// The request for the first page, or for the object.
    pub fn request(&self, page_size: Option<u32>) -> Request {
        let mut query = self.query.clone();
        query.extend(
            page_size.filter(|_| !self.item).map(|size| ("limit".to_owned(), size.to_string())),
        );
        let fill = |template| path::fill(template, lookup(&self.parameters));
        Request {
            query,
            scope: Some(self.scope),
            bucket: self.bucket.map(fill),
            ..Request::new(self.org.clone(), Method::Get, fill(self.path))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog;
    use crate::plan::{Defaults, Op, Predicate, PredicateValue, choose};

    fn equal(column: &str, values: impl Iterator<Item = String>) -> Predicate {
        Predicate {
            column: column.into(),
            op: Op::Eq,
            value: PredicateValue::Known(values.collect()),
        }
    }

    fn defaults() -> Defaults {
        Defaults { subdomain: Some("acme".parse().unwrap()), ..Defaults::default() }
    }

    #[test]
    fn the_last_parameter_varies_fastest() {
        let resource = catalog::find("identity_sources.sessions").unwrap();
        let texts = |values: [&'static str; 2]| values.into_iter().map(str::to_owned);
        let predicates = vec![
            equal("subdomain", texts(["acme", "other"])),
            equal("identity_source_id", texts(["s", "t"])),
            equal("id", texts(["1", "2"])),
        ];
        let plan = choose(resource, predicates, |_| false).unwrap();
        let asked = plan.bind(&[], &defaults()).unwrap();
        let [fetches] = asked.as_slice() else { panic!("{asked:?}") };
        let named = |fetch: super::Fetch| {
            let value = |name| fetch.parameter(name).unwrap_or_default().to_owned();
            [fetch.org.name().to_owned(), value("identity_source_id"), value("id")].join(" ")
        };
        assert_eq!(fetches.count(), 8);
        let named: Vec<_> = fetches.iter().map(named).collect();
        assert_eq!(named[..4], ["acme s 1", "acme s 2", "acme t 1", "acme t 2"]);
        assert_eq!(named[4..], ["other s 1", "other s 2", "other t 1", "other t 2"]);
    }

    /// Two lists of so many keys have more combinations than memory holds, and to compare each key of
    /// one list with each of the other would take hours.
    #[test]
    fn long_lists_of_keys_take_no_time() {
        const MANY: usize = 100_000;
        let keys = |first: usize| (first..first + MANY).map(|n| n.to_string());
        let resource = catalog::find("identity_sources.sessions").unwrap();
        let ids = vec![equal("identity_source_id", keys(0)), equal("id", keys(0))];
        let plan = choose(resource, ids, |_| false).unwrap();
        let asked = plan.bind(&[], &defaults()).unwrap();
        assert_eq!(asked[0].count(), (MANY * MANY) as u64);
        assert_eq!(asked[0].iter().nth(MANY).unwrap().parameter("id"), Some("0"));
        assert_eq!(plan.show_requests(resource, &defaults()).len(), 1);

        let users = catalog::find("users.users").unwrap();
        let plan =
            choose(users, vec![equal("id", keys(0)), equal("id", keys(MANY - 1))], |_| false);
        let asked = plan.unwrap().bind(&[], &defaults()).unwrap();
        assert_eq!(asked.iter().map(super::Fetches::count).sum::<u64>(), 1);
        let plan = choose(users, vec![equal("id", keys(0))], |_| false).unwrap();
        let asked = plan.bind(&[], &defaults()).unwrap();
        assert_eq!(asked.iter().map(super::Fetches::count).sum::<u64>(), MANY as u64 / 20);
    }
}

//! What is asked for: one object or one list, and many that differ only in their org and in the values of
//! their parameters.
//!
//! Those are made one at a time: the lists of keys that a query gives may have more combinations than
//! memory holds. Which values there are is decided elsewhere.

use std::borrow::Cow;
use std::sync::Arc;

use super::path;
use crate::catalog::Resource;
use crate::client::{Method, Request};
use crate::error::Error;
use crate::org::Org;

/// A parameter of a path or query, and its values: one without a value is to be found by listing the parents.
pub(super) type Values = (&'static str, Vec<Option<String>>);

/// What fetches have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Template {
    pub(super) resource: &'static Resource,
    /// Whether one object is asked for, and not a list.
    pub(super) item: bool,
    pub(super) path: &'static str,
    /// Query parameters whose texts hold parameters: one whose parameter has no value is not sent.
    pub(super) parameter_query: Vec<(&'static str, Cow<'static, str>)>,
    /// The other query parameters of the first page, the page size left out.
    pub(super) query: Vec<(String, String)>,
    /// The parameters that options of the table give: what they name must exist.
    pub(super) by_option: Vec<&'static str>,
    /// The query of the list that finds the objects' own key, where that is how it is found.
    pub(super) listed_by: Option<Vec<(String, String)>>,
}

/// One object or one collection to ask for, page by page.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// The org that is asked.
    pub org: Org,
    pub(super) template: Arc<Template>,
    /// The parameters; one without a value is to be found by listing the parents.
    pub(super) parameters: Vec<(&'static str, Option<String>)>,
}

/// A fetch for each org and each combination of values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fetches {
    pub(super) template: Arc<Template>,
    pub(super) orgs: Vec<Org>,
    pub(super) parameters: Vec<Values>,
}

impl Fetches {
    /// The number of fetches.
    pub fn count(&self) -> u64 {
        let lists = self.parameters.iter().map(|(_, values)| values.len() as u64);
        lists.fold(self.orgs.len() as u64, u64::saturating_mul)
    }

    /// Whether single objects are asked for, and not lists.
    pub fn are_items(&self) -> bool {
        self.template.item
    }

    /// The orgs that are asked.
    pub fn orgs(&self) -> &[Org] {
        &self.orgs
    }

    /// The path that is asked, with its parameters.
    pub(super) fn path(&self) -> &'static str {
        self.template.path
    }

    /// The query parameters that are the same for all.
    pub(super) fn sent(&self) -> &[(String, String)] {
        &self.template.query
    }

    /// The parameters whose values are not known yet.
    pub fn unknown(&self) -> impl Iterator<Item = &'static str> {
        let lacking = |values: &[Option<String>]| values.iter().any(Option::is_none);
        self.parameters.iter().filter(move |(_, values)| lacking(values)).map(|(name, _)| *name)
    }

    /// Whether every parameter has its values.
    pub fn is_complete(&self) -> bool {
        self.parameters.iter().all(|(_, values)| values.iter().all(Option::is_some))
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
        Some(Fetch { org, template: Arc::clone(&self.template), parameters })
    }
}

impl From<Fetch> for Fetches {
    fn from(fetch: Fetch) -> Self {
        let Fetch { org, template, parameters } = fetch;
        let parameters = parameters.into_iter().map(|(name, value)| (name, vec![value])).collect();
        Self { template, orgs: vec![org], parameters }
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
    /// The resource that is read.
    pub fn resource(&self) -> &'static Resource {
        self.template.resource
    }

    /// Whether one object is asked for, and not a list.
    pub fn is_item(&self) -> bool {
        self.template.item
    }

    /// The parameters whose values are not known yet.
    pub fn unknown(&self) -> impl DoubleEndedIterator<Item = &'static str> {
        self.parameters.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name)
    }

    /// Returns whether what Okta does not find, by its 404, must be there: the query has named nothing of
    /// it, or it has, and what is missing is what an option of the table names. The only object of an org
    /// or of a parent may be missing.
    pub fn must_exist(&self, missing: &Error) -> bool {
        let by_option = &self.template.by_option;
        let named = !self.parameters.iter().all(|(name, _)| by_option.contains(name));
        let key = self.resource().item.map_or(&[][..], |item| item.key);
        let is_only = self.is_item() && key.is_empty();
        if !named && !is_only {
            return true;
        }
        let told = missing.message.split_once(": HTTP ").map_or("", |(_, told)| told);
        let mut values = by_option.iter().filter_map(|name| self.parameter(name));
        // Okta quotes the id: "Resource not found: 0oa1 (AppInstance)".
        values.any(|value| told.split_whitespace().any(|word| word == value))
    }

    /// This fetch with a value for a parameter that it lacks.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut fetch = self.clone();
        let lacking = fetch.parameters.iter_mut().filter(|(known, _)| *known == name);
        lacking.for_each(|(_, slot)| *slot = Some(value.to_owned()));
        fetch
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| *known == name)?.1.as_deref()
    }

    /// The request for the first page, or for the object.
    pub fn request(&self, page_size: Option<u32>) -> Request {
        let Template { resource, path, .. } = *self.template;
        let value = lookup(&self.parameters);
        let filled =
            self.template.parameter_query.iter().filter_map(|(name, text)| {
                Some(((*name).to_owned(), path::fill_query(text, &value)?))
            });
        let mut query: Vec<_> = filled.chain(self.template.query.iter().cloned()).collect();
        let page = resource.collection.as_ref().and_then(|list| list.page);
        let size = page.zip(page_size).filter(|_| !self.is_item());
        query.extend(size.map(|(page, size)| (page.parameter.to_owned(), size.to_string())));
        let fill = |template| path::fill(template, &value);
        Request {
            query,
            host: resource.host,
            accepts: resource.credential,
            scope: Some(resource.read_scope).filter(|scope| !scope.is_empty()),
            none: resource.none,
            bucket: resource.bucket.map(fill),
            ..Request::new(self.org.clone(), Method::Get, fill(path))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog;
    use crate::plan::{Defaults, Needs, Op, Predicate, PredicateValue, choose};

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
        let plan = choose(resource, predicates, Needs::default(), |_| false).unwrap();
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

    /// All combinations of two such lists would take gigabytes, and to compare each key of one with each of
    /// the other half a minute.
    #[test]
    fn long_lists_of_keys_take_no_time() {
        const MANY: usize = 10_000;
        let keys = |first: usize| (first..first + MANY).map(|n| n.to_string());
        let resource = catalog::find("identity_sources.sessions").unwrap();
        let ids = vec![equal("identity_source_id", keys(0)), equal("id", keys(0))];
        let plan = choose(resource, ids, Needs::default(), |_| false).unwrap();
        let asked = plan.bind(&[], &defaults()).unwrap();
        assert_eq!(asked[0].count(), (MANY * MANY) as u64);
        assert_eq!(asked[0].iter().nth(MANY).unwrap().parameter("id"), Some("0"));
        assert_eq!(plan.show_requests(&defaults()).len(), 1);

        let users = catalog::find("users.users").unwrap();
        let both = vec![equal("id", keys(0)), equal("id", keys(MANY - 1))];
        let plan = choose(users, both, Needs::default(), |_| false);
        let asked = plan.unwrap().bind(&[], &defaults()).unwrap();
        assert_eq!(asked.iter().map(super::Fetches::count).sum::<u64>(), 1);
        let plan = choose(users, vec![equal("id", keys(0))], Needs::default(), |_| false).unwrap();
        let asked = plan.bind(&[], &defaults()).unwrap();
        assert_eq!(asked.iter().map(super::Fetches::count).sum::<u64>(), MANY as u64 / 20);
    }
}

//! Several objects as one list: where an endpoint's filter takes keys, twenty of them cost one call. The
//! whole list is read where it has fewer pages than that.
//!
//! A single object is still asked for by its path: that answer is up to date at once, a list's within a
//! moment.

use std::collections::HashSet;
use std::sync::Arc;

use super::fetch::{Fetches, Template};
use super::{filter, path};
use crate::catalog::{Filter, Resource};

/// Replaces fetches of single objects by lists, where the resource can be filtered by its key and there
/// are several. `whole_pages` is how many the whole list has, where that is known.
pub(super) fn merge(
    resource: &'static Resource,
    fetches: Fetches,
    whole_pages: Option<u32>,
) -> Vec<Fetches> {
    let Some(list) = List::of(resource).filter(|_| fetches.are_items()) else {
        return vec![fetches];
    };
    let [(name, values)] = fetches.parameters.as_slice() else { return vec![fetches] };
    let sayable = |value: &Option<String>| value.as_deref().is_some_and(filter::can_say);
    let (keys, others): (Vec<_>, Vec<_>) = values.iter().cloned().partition(sayable);
    if *name != list.key || keys.len() <= 1 {
        return vec![fetches];
    }
    let keys = distinct(keys.into_iter().flatten());
    let chunks = keys.chunks(filter::LONGEST_LIST);
    if whole_pages.is_some_and(|pages| chunks.len() > pages as usize) {
        // What cannot be said is in the whole list, too.
        return vec![list.fetches(&fetches, list.filter.all.map(str::to_owned))];
    }
    let texts = chunks.filter_map(|keys| filter::equal_to_any(resource, list.key, keys));
    let lists: Vec<_> = texts.map(|text| list.fetches(&fetches, Some(text))).collect();
    let mut asked = Vec::new();
    if !others.is_empty() {
        asked.push(Fetches { parameters: vec![(list.key, others)], ..fetches });
    }
    asked.extend(lists);
    asked
}

/// The key by which the resource can be filtered.
pub(super) fn key(resource: &'static Resource) -> Option<&'static str> {
    List::of(resource).map(|list| list.key)
}

/// Okta compares without case: a key that differs in it alone would bring its object twice.
fn distinct(keys: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    keys.filter(|value| seen.insert(value.to_lowercase())).collect()
}

/// A list that can be filtered by a key, and needs nothing else.
struct List {
    key: &'static str,
    path: &'static str,
    filter: &'static Filter,
}

impl List {
    fn of(resource: &'static Resource) -> Option<Self> {
        let collection = resource.collection.as_ref()?;
        let filter = collection.filter.as_ref().filter(|filter| filter.combines)?;
        let [key] = resource.item?.key else { return None };
        let alone =
            collection.query.is_empty() && path::parameters(collection.path).next().is_none();
        let attribute = resource.attribute(key).filter(|attribute| attribute.equals && alone);
        attribute.map(|_| Self { key, path: collection.path, filter })
    }

    /// The list in the orgs of objects.
    fn fetches(&self, objects: &Fetches, expression: Option<String>) -> Fetches {
        // What Okta embeds is wanted of a list, too.
        let is_embedding = |(name, _): &&(String, String)| name == "expand";
        let embedding = objects.template.query.iter().filter(is_embedding).cloned();
        let query = expression.map(|text| (self.filter.parameter.to_owned(), text));
        let template = Template {
            item: false,
            path: self.path,
            parameter_query: Vec::new(),
            query: query.into_iter().chain(embedding).collect(),
            by_option: Vec::new(),
            ..Template::clone(&objects.template)
        };
        Fetches { template: Arc::new(template), orgs: objects.orgs.clone(), parameters: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::find;
    use crate::plan::{Defaults, Needs, Op, Predicate, PredicateValue, choose};

    fn requests(ids: &[&str]) -> Vec<String> {
        requests_of(ids, None)
    }

    fn requests_of(ids: &[&str], whole_pages: Option<u32>) -> Vec<String> {
        let resource = find("users.users").unwrap();
        let values = ids.iter().map(|id| (*id).to_owned()).collect();
        let predicate =
            Predicate { column: "id".into(), op: Op::Eq, value: PredicateValue::Known(values) };
        let mut plan = choose(resource, vec![predicate], Needs::default(), |_| false).unwrap();
        plan.whole_pages = whole_pages;
        let defaults = Defaults { subdomain: Some("acme".parse().unwrap()), ..Defaults::default() };
        let asked = plan.bind(&[], &defaults).unwrap();
        let fetches = asked.iter().flat_map(|fetches| fetches.iter());
        fetches.map(|fetch| fetch.request(None).to_string()).collect()
    }

    #[test]
    fn one_is_got_and_several_are_listed() {
        assert_eq!(requests(&["00u1"]), ["GET /api/v1/users/00u1"]);
        assert_eq!(
            requests(&["00u1", "00u2", "00U1"]),
            [r#"GET /api/v1/users?search=(id eq "00u1" or id eq "00u2")"#]
        );
    }

    #[test]
    fn expressions_are_cut() {
        let ids: Vec<String> = (0..45).map(|n| format!("00u{n}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(requests(&ids).len(), 3);
        assert_eq!(requests_of(&ids, Some(3)).len(), 3);
    }

    #[test]
    fn the_whole_list_is_read_where_that_takes_fewer_pages() {
        let ids: Vec<String> = (0..45).map(|n| format!("00u{n}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).chain(["🦀"]).collect();
        assert_eq!(requests_of(&ids, Some(2)), ["GET /api/v1/users?search=status pr"]);
        assert_eq!(requests_of(&["00u1"], Some(0)), ["GET /api/v1/users/00u1"]);
    }

    #[test]
    fn what_cannot_be_said_is_got() {
        assert_eq!(requests(&["00u1", "🦀"]).len(), 2);
    }
}

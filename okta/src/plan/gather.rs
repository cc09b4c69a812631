//! Several objects as one list: where an endpoint's filter takes keys, twenty of them cost one call. The
//! whole list is read where it has fewer pages than that.
//!
//! A single object is still asked for by its path: that answer is up to date at once, a list's within a
//! moment.

use std::collections::HashSet;

use super::bind::Fetch;
use super::filter;
use crate::catalog::Resource;

/// Replaces fetches of single objects by lists, where the resource can be filtered by its key and there
/// are several. `whole_pages` is how many the whole list has, where that is known.
pub(super) fn gather(
    resource: &Resource,
    fetches: Vec<Fetch>,
    whole_pages: Option<u32>,
) -> Vec<Fetch> {
    let Some((key, list)) = key_of(resource) else { return fetches };
    let (mut objects, mut rest): (Vec<_>, Vec<_>) = fetches
        .into_iter()
        .partition(|fetch| fetch.item && fetch.parameter(key).is_some_and(filter::can_say));
    let mut orgs: Vec<Fetch> = Vec::new();
    for fetch in &objects {
        if !orgs.iter().any(|known| known.org.name() == fetch.org.name()) {
            orgs.push(fetch.clone());
        }
    }
    if objects.len() <= orgs.len() {
        objects.extend(rest);
        return objects;
    }
    let mut lists = Vec::new();
    for one in orgs {
        let is_ours = |fetch: &Fetch| fetch.org.name() == one.org.name();
        let keys = distinct(objects.iter().filter(|fetch| is_ours(fetch)), key);
        let chunks = keys.chunks(filter::LONGEST_LIST);
        let whole = whole_pages.is_some_and(|pages| chunks.len() > pages as usize);
        if whole {
            // What cannot be said is in the whole list, too.
            rest.retain(|fetch| !is_ours(fetch));
            lists.push(list.fetch(&one, list.all.map(str::to_owned)));
        } else {
            let texts = chunks.filter_map(|keys| filter::equal_to_any(resource, key, keys));
            lists.extend(texts.map(|text| list.fetch(&one, Some(text))));
        }
    }
    rest.extend(lists);
    rest
}

/// The keys of objects. Okta compares without case: one that differs in it alone would bring its object
/// twice.
fn distinct<'a>(objects: impl Iterator<Item = &'a Fetch>, key: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let keys = objects.filter_map(|fetch| fetch.parameter(key));
    keys.filter(|value| seen.insert(value.to_lowercase())).map(str::to_owned).collect()
}

/// A list that can be filtered.
struct List {
    path: &'static str,
    parameter: &'static str,
    all: Option<&'static str>,
}

impl List {
    /// The list in the org of an object.
    fn fetch(&self, object: &Fetch, expression: Option<String>) -> Fetch {
        let query = expression.map(|text| (self.parameter.to_owned(), text));
        let (parameters, query) = (Vec::new(), query.into_iter().collect());
        Fetch { item: false, path: self.path, parameters, query, ..object.clone() }
    }
}

/// The key by which the resource can be filtered, and the list.
fn key_of(resource: &Resource) -> Option<(&'static str, List)> {
    let collection = resource.collection.as_ref()?;
    let filter = collection.filter.as_ref().filter(|filter| filter.combines)?;
    let item: Vec<_> = super::path::parameters(resource.item?).collect();
    let [key] = item.as_slice() else { return None };
    let (path, parameter, all) = (collection.path, filter.parameter, filter.all);
    resource.attribute(key).map(|_| (*key, List { path, parameter, all }))
}

#[cfg(test)]
mod tests {
    use crate::catalog::find;
    use crate::plan::{Defaults, Op, Predicate, Value, choose};

    fn requests(ids: &[&str]) -> Vec<String> {
        requests_of(ids, None)
    }

    fn requests_of(ids: &[&str], whole_pages: Option<u32>) -> Vec<String> {
        let resource = find("users.users").unwrap();
        let values = ids.iter().map(|id| (*id).to_owned()).collect();
        let predicate = Predicate { column: "id".into(), op: Op::Eq, value: Value::Known(values) };
        let mut plan = choose(resource, vec![predicate], |_| false).unwrap();
        plan.whole_pages = whole_pages;
        let defaults = Defaults { subdomain: Some("acme".parse().unwrap()), ..Defaults::default() };
        let fetches = plan.bind(&[], &defaults).unwrap();
        fetches.iter().map(|fetch| fetch.request(None).to_string()).collect()
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

//! Several objects as one list: where an endpoint's filter takes keys, twenty of them cost one call.
//!
//! A single object is still asked for by its path: that answer is up to date at once, a list's within a
//! moment.

use std::collections::HashSet;

use super::bind::Fetch;
use super::filter;
use crate::catalog::Resource;

/// Replaces fetches of single objects by lists, where the resource can be filtered by its key and there
/// are several.
pub(super) fn gather(resource: &Resource, fetches: Vec<Fetch>) -> Vec<Fetch> {
    let Some((key, parameter, path)) = key_of(resource) else { return fetches };
    let (mut objects, rest): (Vec<_>, Vec<_>) = fetches
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
    let mut gathered = rest;
    for one in orgs {
        let ours = objects.iter().filter(|fetch| fetch.org.name() == one.org.name());
        // Okta compares without case: a key that differs in it alone would bring its object twice.
        let mut seen = HashSet::new();
        let keys: Vec<String> = ours
            .filter_map(|fetch| fetch.parameter(key))
            .filter(|value| seen.insert(value.to_lowercase()))
            .map(str::to_owned)
            .collect();
        for keys in keys.chunks(filter::LONGEST_LIST) {
            let Some(text) = filter::any_of(resource, key, keys) else { continue };
            gathered.push(Fetch {
                item: false,
                path,
                parameters: Vec::new(),
                query: vec![(parameter.to_owned(), text)],
                ..one.clone()
            });
        }
    }
    gathered
}

/// The key by which the resource can be filtered, the query parameter for it, and the list's path.
fn key_of(resource: &Resource) -> Option<(&'static str, &'static str, &'static str)> {
    let collection = resource.collection.as_ref()?;
    let filter = collection.filter.as_ref().filter(|filter| filter.combines)?;
    let item: Vec<_> = super::path::parameters(resource.item?).collect();
    let [key] = item.as_slice() else { return None };
    resource.attribute(key).map(|_| (*key, filter.parameter, collection.path))
}

#[cfg(test)]
mod tests {
    use crate::catalog::find;
    use crate::plan::{Defaults, Op, Predicate, Value, choose};

    fn requests(ids: &[&str]) -> Vec<String> {
        let resource = find("users.users").unwrap();
        let values = ids.iter().map(|id| (*id).to_owned()).collect();
        let predicate = Predicate { column: "id".into(), op: Op::Eq, value: Value::Known(values) };
        let plan = choose(resource, vec![predicate], |_| false).unwrap();
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
    }

    #[test]
    fn what_cannot_be_said_is_got() {
        assert_eq!(requests(&["00u1", "🦀"]).len(), 2);
    }
}

//! Where the values of a parameter come from that neither a query nor an option gives: the list of a parent,
//! or of the objects themselves.
//!
//! It says what to ask for; `scan` asks.

use std::sync::Arc;

use super::fetch::{Fetch, Template};
use super::{demanded, path};
use crate::catalog::{ParentColumn, Resource};
use crate::error::{Error, Kind};
use crate::org::Org;

/// A list that gives a parameter its values.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    /// What needs the values.
    pub(crate) child: &'static Resource,
    /// The parameter.
    pub(crate) parameter: &'static str,
    /// The column of the listed rows that holds the values.
    pub(crate) column: &'static str,
    /// The list, which may lack parameters itself.
    pub(crate) fetch: Fetch,
    /// The parameters that the list lacks, and that it finds for the child together with its own.
    pub(crate) shared: Vec<&'static str>,
}

/// The list that gives a fetch a parameter that it lacks; `None` when it lacks none. The last one comes
/// first: its parent is the deepest, and finds the others on its way.
///
/// # Errors
/// [`Kind::CannotAsk`] when nothing lists the values.
pub(crate) fn listing(fetch: &Fetch) -> Result<Option<Listing>, Error> {
    let resource = fetch.resource();
    let Some(parameter) = fetch.unknown().next_back() else { return Ok(None) };
    let (parent, column, query) = match (&fetch.template.listed_by, resource.parent(parameter)) {
        (Some(query), _) if resource.item.is_some_and(|item| item.key.contains(&parameter)) => {
            (resource, parameter, query.clone())
        }
        (_, Some(parent)) => (parent.resource, parent.column, Vec::new()),
        (_, None) => return Err(needs(resource, parameter)),
    };
    let known = |name: &str| fetch.parameter(name).map(str::to_owned);
    let by_option = fetch.template.by_option.clone();
    let fetch = list(parent, fetch.org.clone(), query, by_option, known);
    let lacking: Vec<_> = fetch.unknown().collect();
    let shared = lacking.into_iter().filter(|name| resource.parameters.contains(name)).collect();
    Ok(Some(Listing { child: resource, parameter, column, fetch, shared }))
}

/// A fetch for each value of a parameter that it lacks and whose values are known beforehand; `None` when it
/// lacks no such one.
pub(crate) fn with_known_values(fetch: &Fetch) -> Option<Vec<Fetch>> {
    let known = |name: &&'static str| !fetch.resource().known_values(name).is_empty();
    let name = fetch.unknown().find(known)?;
    let values = fetch.resource().known_values(name).iter();
    Some(values.map(|value| fetch.with(name, value)).collect())
}

/// The list of a resource of which nothing but the org is known.
pub(crate) fn list_of_org(resource: &'static Resource, org: &Org) -> Fetch {
    list(resource, org.clone(), Vec::new(), Vec::new(), |_| None)
}

/// The list of a resource, with what is known of its parameters.
fn list(
    resource: &'static Resource,
    org: Org,
    query: Vec<(String, String)>,
    by_option: Vec<&'static str>,
    known: impl Fn(&str) -> Option<String>,
) -> Fetch {
    let list = resource.collection.as_ref();
    let (path, fixed) = list.map_or(("", &[][..]), |list| (list.path, list.query));
    let all = list.and_then(|list| list.filter.as_ref()).and_then(|filter| {
        let none = query.iter().all(|(name, _)| name != filter.parameter);
        Some((filter.parameter.to_owned(), filter.all.filter(|_| none)?.to_owned()))
    });
    let template = Template {
        resource,
        item: false,
        path,
        parameter_query: fixed.iter().map(|(name, text)| (*name, (*text).into())).collect(),
        query: query.into_iter().chain(all).collect(),
        by_option,
        listed_by: None,
    };
    let parameters = demanded(resource, path, fixed).map(|name| (name, known(name))).collect();
    Fetch { org, template: Arc::new(template), parameters }
}

/// The error for a parameter that nobody gives and nothing lists.
pub(crate) fn needs(resource: &Resource, parameter: &str) -> Error {
    Error::new(Kind::CannotAsk, format!("{} needs a value for {parameter}", resource.name))
        .hint(format!("Add WHERE {parameter} = …, or set the table's option \"{parameter}\"."))
}

/// How the values of a parameter can be found.
///
/// # Errors
/// [`Kind::CannotAsk`] when Okta has no list of them.
pub(crate) fn parent_of(
    resource: &'static Resource,
    parameter: &str,
) -> Result<&'static ParentColumn, Error> {
    resource.parent(parameter).ok_or_else(|| needs(resource, parameter))
}

/// Adds the requests that find the values of a parameter, as EXPLAIN shows them: its parents' parents first.
pub(super) fn show(resource: &'static Resource, parameter: &str, requests: &mut Vec<String>) {
    let Some(parent) = resource.parent(parameter) else { return };
    let Some(list) = parent.resource.collection.as_ref() else { return };
    for name in demanded(parent.resource, list.path, list.query) {
        if !resource.parameters.contains(&name) {
            show(parent.resource, name, requests);
        }
    }
    let all = list.filter.as_ref().and_then(|filter| Some((filter.parameter, filter.all?)));
    let query = list.query.iter().copied().chain(all).map(|(name, text)| format!("{name}={text}"));
    let request = format!("GET {}{}", list.path, path::joined(query));
    if !requests.contains(&request) {
        requests.push(request);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::plan::{Defaults, Needs, choose};

    fn requests(resource: &'static Resource) -> Result<Vec<String>, Error> {
        let defaults = Defaults { subdomain: Some("acme".parse().unwrap()), ..Defaults::default() };
        let plan = choose(resource, Vec::new(), Needs::default(), |_| false)?;
        Ok(plan.show_requests(&defaults))
    }

    fn requests_of(name: &str) -> Vec<String> {
        requests(catalog::find(name).unwrap()).unwrap()
    }

    #[test]
    fn parents_come_before_their_children() {
        assert_eq!(
            requests_of("users.factors"),
            ["GET /api/v1/users?search=status pr", "GET /api/v1/users/{user_id}/factors"]
        );
        let roles = "GET /api/v1/users/{user_id}/roles";
        assert_eq!(
            requests_of("users.role_group_targets"),
            [
                "GET /api/v1/iam/assignees/users",
                roles,
                &format!("{roles}/{{role_assignment_id}}/targets/groups")
            ]
        );
        assert_eq!(requests_of("policies.policies"), ["GET /api/v1/policies?type={type}"]);
    }

    /// What Okta cannot list is an error that names the keys, and nothing else is.
    #[test]
    fn every_relation_is_listed_or_names_its_keys() {
        let (mut listed, mut named, mut written) = (0, 0, 0);
        for resource in catalog::resources() {
            match requests(resource) {
                Ok(requests) => {
                    listed += 1;
                    assert!(!requests.is_empty(), "{}", resource.name);
                }
                Err(error) if resource.item.is_none() && resource.collection.is_none() => {
                    written += 1;
                    assert!(error.message.contains("can only be written to"), "{error}");
                }
                Err(error) => {
                    named += 1;
                    let hint = error.hint.unwrap_or_default();
                    let names = hint.strip_prefix("Name what you want: WHERE ").unwrap();
                    for name in names.trim_end_matches(" = …").split(" = … AND ") {
                        assert!(resource.parameters.contains(&name), "{}: {hint}", resource.name);
                    }
                }
            }
        }
        assert_eq!((listed, named, written), (191, 9, 6));
    }
}

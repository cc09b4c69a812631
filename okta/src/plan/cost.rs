//! What a plan costs Okta, as far as it is known before it runs.
//!
//! It guesses for the planner's sake; no row depends on it.

use super::{Access, Defaults, PredicateValue, ScanPlan, demanded, query};
use crate::catalog::{Collection, Resource};

/// What a plan costs Okta, as far as it is known before it runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Requests before the first row can come.
    pub startup_calls: f64,
    /// All requests.
    pub calls: f64,
    /// Rows that Okta sends.
    pub rows: f64,
}

/// The values that a parameter is taken to have, and the calls that list them.
struct ExpectedParents {
    values: f64,
    calls: f64,
    /// Whether there is a list for each value of another parameter of the same path.
    shared: bool,
}

impl ScanPlan {
    /// What the plan costs. `rows` are those of an org that can be listed; `share` of them satisfy what
    /// Okta filters; `page` rows come in one answer.
    pub fn cost(&self, defaults: &Defaults, rows: f64, share: f64, page: Option<u32>) -> Cost {
        let column = self.resource.org_column();
        let orgs = column.map_or(1.0, |column| self.org_count(column.name, defaults));
        // The lists of the org, those of them that are asked, and the calls that find their parents.
        let (mut lists, mut asked, mut parents) = (1.0, orgs, 0.0);
        for name in self.parameters().filter(|name| !self.is_found_by_listing(name)) {
            let listing = expected(self.resource, name);
            let given = defaults.gives(name) && !self.restricts(name);
            if given || self.on(name).next().is_some() {
                asked *= self.value_count(name);
            } else if let Some(listing) = &listing {
                parents += listing.calls * if listing.shared { asked } else { orgs };
                asked *= listing.values;
            }
            lists *= listing.map_or(1.0, |listing| listing.values);
        }
        if matches!(self.access, Access::Item | Access::OtherItem) {
            return Cost { startup_calls: 1.0 + parents, calls: asked + parents, rows: asked };
        }
        let filtered = !self.any_of.is_empty()
            || self.predicates.iter().any(|p| query::understands(self.resource, p));
        let whole = rows / lists * asked;
        let sent = if filtered { whole * share } else { whole };
        let pages = page.map_or(1.0, |page| (sent / asked / f64::from(page)).ceil().max(1.0));
        let objects = if self.access == Access::EachItem { sent } else { 0.0 };
        let startup_calls = 1.0 + parents + if objects > 0.0 { 1.0 } else { 0.0 };
        Cost { startup_calls, calls: asked * pages + parents + objects, rows: sent }
    }

    /// Whether the objects of the list are what gives a parameter its values.
    fn is_found_by_listing(&self, name: &str) -> bool {
        self.access == Access::EachItem && self.own_key().contains(&name)
    }

    /// How many orgs are asked, one at least.
    pub(super) fn org_count(&self, column: &str, defaults: &Defaults) -> f64 {
        let listed = defaults.bound.listed.get(column).map(Vec::len);
        let allowed = defaults.allowed.as_ref().map(Vec::len).filter(|_| self.restricts(column));
        match listed.or(allowed) {
            Some(most) if self.on(column).next().is_none() => most.max(1) as f64,
            _ => self.value_count(column),
        }
    }

    /// How many values a column is compared with, one at least.
    fn value_count(&self, column: &str) -> f64 {
        let counts = self.on(column).map(|predicate| match &predicate.value {
            PredicateValue::Known(values) => values.len().max(1) as f64,
            PredicateValue::Param(_) | PredicateValue::List(_) => 1.0,
        });
        counts.reduce(f64::min).unwrap_or(1.0)
    }
}

/// The values that a parameter of a resource is expected to have; `None` where nothing lists them.
fn expected(resource: &Resource, parameter: &str) -> Option<ExpectedParents> {
    let known = resource.known_values(parameter);
    if !known.is_empty() {
        return Some(ExpectedParents { values: known.len() as f64, calls: 0.0, shared: false });
    }
    let parent = resource.parent(parameter)?;
    let list = parent.resource.collection.as_ref()?;
    let (mut lists, mut calls, mut shared) = (1.0, 0.0, false);
    for name in demanded(parent.resource, list.path, list.query) {
        if resource.parameters.contains(&name) {
            shared = true;
        } else if let Some(above) = expected(parent.resource, name) {
            calls += above.calls;
            lists *= above.values;
        }
    }
    let (values, calls) = (lists * f64::from(list.typical_rows), calls + lists * pages(list));
    Some(ExpectedParents { values, calls, shared })
}

fn pages(list: &Collection) -> f64 {
    let size = list.page.map_or(list.typical_rows, |page| page.default);
    f64::from(list.typical_rows.div_ceil(size.max(1)).max(1))
}

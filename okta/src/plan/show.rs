//! What EXPLAIN shows of a plan: its requests, filters and order.
//!
//! Nothing is sent for it, and what is known only at run time stands as `{column}`.

use super::fetch::{Fetches, lookup};
use super::{
    Access, Defaults, Predicate, PredicateValue, ScanPlan, demanded, key_lists, parents, path,
};
use crate::catalog::Collection;

impl ScanPlan {
    /// The distinct requests of the plan as EXPLAIN shows them, without sending any: values that are
    /// known stand in the path, `{column}` for the others.
    pub fn show_requests(&self, defaults: &Defaults) -> Vec<String> {
        if self.asks_nothing || self.of_known_values().contradicts_itself(&[]) {
            return Vec::new();
        }
        if let Some(list) = self.gathered(defaults).first() {
            return vec![format!("GET {}", list.path())];
        }
        let unknown = demanded(self.resource, self.path(), self.query()).filter(|name| {
            self.on(name).next().is_none()
                && !defaults.bound.listed.contains_key(*name)
                && self.option(name, defaults).is_none()
        });
        let is_listed =
            |name: &&str| self.access == Access::EachItem && self.own_key().contains(name);
        let unknown: Vec<_> = unknown.collect();
        let mut requests = Vec::new();
        for name in unknown.iter().filter(|name| !is_listed(name)) {
            parents::show(self.resource, name, &mut requests);
        }
        if self.access == Access::EachItem {
            let list = self.resource.collection.as_ref().map_or("", |list| list.path);
            let paths = self.show_paths(list, defaults);
            requests.extend(paths.iter().map(|path| format!("GET {path}")));
        }
        let query = self.show_query(defaults);
        let paths = self.show_paths(self.path(), defaults);
        requests.extend(paths.iter().map(|path| format!("GET {path}{query}")));
        let list = self.perhaps_gathered().and(self.resource.collection.as_ref());
        requests.extend(list.map(|list| format!("GET {}", list.path)));
        requests
    }

    /// A path filled with the keys of the plan: one for each combination of known values, unless there
    /// are more than anyone would read.
    pub fn show_paths(&self, template: &'static str, defaults: &Defaults) -> Vec<String> {
        let values = |name| (name, self.shown_values(name, defaults));
        let mut lists: Vec<_> = path::parameters(template).map(values).collect();
        if lists.iter().fold(1, |count, (_, list)| list.len().saturating_mul(count)) > MOST_SHOWN {
            let long = lists.iter_mut().filter(|(_, list)| list.len() > 1);
            long.for_each(|(_, list)| *list = vec![None]);
        }
        let paths = lists.into_iter().fold(vec![Vec::new()], product);
        paths.iter().map(|values| path::show(template, lookup(values))).collect()
    }

    /// The query beside the path; a parameter that has one value is shown with it.
    fn show_query(&self, defaults: &Defaults) -> String {
        let value = |name: &str| {
            let name = path::query_parameters(self.query()).find(|other| *other == name)?;
            match self.shown_values(name, defaults).as_slice() {
                [Some(value)] => Some(value.clone().into()),
                _ => None,
            }
        };
        // What need not be asked by is shown where the query names it.
        let is_sent = |text: &str| {
            let names = path::query_parameters(self.query())
                .filter(|name| text.contains(&format!("{{{name}}}")));
            names.into_iter().all(|name| {
                self.resource.parameters.contains(&name) || self.on(name).next().is_some()
            })
        };
        let query = self.shown_query().into_iter().filter(|(_, text)| is_sent(text));
        let pairs = query.map(|(name, text)| format!("{name}={}", path::show_query(&text, value)));
        path::joined(pairs)
    }

    /// The lists that are asked for instead of objects, as far as their keys are known.
    fn gathered(&self, defaults: &Defaults) -> Vec<Fetches> {
        let known = self.predicates.iter().all(|p| matches!(p.value, PredicateValue::Known(_)));
        let by_key = self.access == Access::Item && known;
        let plan = self.of_known_values();
        let asked = if by_key { plan.bind(&[], defaults) } else { Ok(Vec::new()) };
        let lists = asked.unwrap_or_default().into_iter().filter(|fetches| !fetches.are_items());
        lists.collect()
    }

    /// What Okta would filter by, if a list of keys that is known only later has several.
    fn perhaps_gathered(&self) -> Option<String> {
        let key = key_lists::key(self.resource).filter(|_| self.access == Access::Item)?;
        let list = self.on(key).any(|p| matches!(p.value, PredicateValue::List(_)));
        list.then(|| Some(format!("{} eq {{{key}}}", self.resource.attribute(key)?.name)))?
    }

    /// The plan without the predicates whose values are known only when it runs.
    #[must_use]
    pub fn of_known_values(&self) -> Self {
        let mut plan = self.clone();
        let known = |p: &Predicate| matches!(p.value, PredicateValue::Known(_));
        plan.predicates.retain(known);
        plan.any_of.retain(|list| list.iter().all(known));
        plan.local_conditions.retain(|list| list.iter().all(known));
        plan
    }

    /// The values of a parameter as far as they are known without running the query.
    fn shown_values(&self, name: &'static str, defaults: &Defaults) -> Vec<Option<String>> {
        let known = self.on(name).all(|p| matches!(p.value, PredicateValue::Known(_)));
        if !known {
            return vec![None];
        }
        self.of_known_values().parameter_values(name, &[], defaults)
    }

    /// What Okta filters, as EXPLAIN shows it; more than one when keys do not fit into one expression.
    pub fn show_filters(&self, defaults: &Defaults) -> Vec<String> {
        if self.asks_nothing || self.of_known_values().contradicts_itself(&[]) {
            return Vec::new();
        }
        let pair = |(name, text): (&str, String)| format!("{name}={text}");
        let gathered = self.gathered(defaults);
        if !gathered.is_empty() {
            let sent = gathered.iter().flat_map(|fetches| fetches.sent());
            return sent.map(|(name, text)| format!("{name}={text}")).collect();
        }
        if self.access == Access::Item {
            let filter = self.resource.collection.as_ref().and_then(Collection::filter_parameter);
            return filter.zip(self.perhaps_gathered()).map(pair).into_iter().collect();
        }
        let equal = self.equal_parameters().into_iter().map(|(name, column)| {
            let values = self.shown_values(column, defaults).into_iter();
            let values: Vec<_> =
                values.map(|value| value.unwrap_or_else(|| format!("{{{column}}}"))).collect();
            (name, values.join(", "))
        });
        let said = self.expression(None).into_iter().chain(self.intervals(None)).chain(equal);
        said.map(pair).collect()
    }

    /// The order that Okta is asked for, as EXPLAIN shows it.
    pub fn show_order(&self) -> Option<String> {
        let order = self.order.as_ref()?;
        Some(format!("{}{}", order.column, if order.descending { " DESC" } else { "" }))
    }
}

/// Requests that EXPLAIN lists with their keys.
const MOST_SHOWN: usize = 1000;

/// Every combination so far, continued with every value.
fn product(
    combinations: Vec<Vec<(&'static str, Option<String>)>>,
    (name, values): (&'static str, Vec<Option<String>>),
) -> Vec<Vec<(&'static str, Option<String>)>> {
    let continued = combinations.into_iter().flat_map(|combination| {
        values.iter().map(move |value| {
            let mut longer = combination.clone();
            longer.push((name, value.clone()));
            longer
        })
    });
    continued.collect()
}

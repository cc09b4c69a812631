//! From a plan and the values of one run to the fetches to make.
//!
//! Keys are intersected, duplicates dropped, and nothing is asked that cannot have an answer.

use super::fetch::{Fetches, lookup};
use super::{
    Defaults, Params, Predicate, PredicateValue, ScanPlan, choose, filter, key_lists, path,
};
use crate::catalog::{Filter, Resource};
use crate::error::Error;
use crate::org::Org;

impl ScanPlan {
    /// The fetches that answer this run; none when its predicates contradict each other.
    ///
    /// # Errors
    /// Those of [`Defaults::named_org`] and [`Defaults::org`], and [`Kind::CannotAsk`] for a plan that
    /// names nothing to ask for.
    pub fn bind(&self, params: &Params, defaults: &Defaults) -> Result<Vec<Fetches>, Error> {
        let resource = self.resource()?;
        let fetches = self.bind_to(self.path(resource), params, defaults)?;
        Ok(fetches.map_or_else(Vec::new, |one| key_lists::merge(resource, one, self.whole_pages)))
    }

    /// The same for another path: that of a write whose keys the plan knows.
    ///
    /// # Errors
    /// Those of [`Self::bind`].
    pub fn bind_to(
        &self,
        template: &'static str,
        params: &Params,
        defaults: &Defaults,
    ) -> Result<Option<Fetches>, Error> {
        let resource = self.resource()?;
        if self.contradicts_itself(params) {
            return Ok(None);
        }
        if self.asks_nothing {
            return Err(choose::cannot_list(resource));
        }
        let values = |name| (name, self.parameter_values(name, params, defaults));
        let parameters: Vec<_> = path::parameters(template).map(values).collect();
        // Without a combination no org is needed either, so a missing one is not an error.
        if parameters.iter().any(|(_, values)| values.is_empty()) {
            return Ok(None);
        }
        let (query, scope) = (self.query(resource, params), resource.read_scope);
        let orgs = self.orgs(resource, params, defaults)?;
        let by_option = path::parameters(template).filter(|name| {
            self.bound_values(name, params, defaults).is_none()
                && self.option(name, defaults).is_some()
        });
        let fetches = Fetches {
            item: self.item,
            path: template,
            scope,
            bucket: resource.bucket,
            orgs,
            parameters,
            by_option: by_option.collect(),
            query,
        };
        Ok(Some(fetches).filter(|fetches| fetches.count() > 0))
    }

    /// The values that a path parameter takes: from the query, else from an option, else unknown.
    fn parameter_values(
        &self,
        name: &'static str,
        params: &Params,
        defaults: &Defaults,
    ) -> Vec<Option<String>> {
        match self.bound_values(name, params, defaults) {
            Some(values) => values.into_iter().filter(|v| path::addressable(v)).map(Some).collect(),
            None => vec![self.option(name, defaults).cloned()],
        }
    }

    /// The option that gives a path parameter, unless the query restricts it.
    fn option<'a>(&self, name: &str, defaults: &'a Defaults) -> Option<&'a String> {
        defaults.parameters.get(name).filter(|_| !self.restricts(name))
    }

    /// The values that the query names and the partition is for; `None` when neither says some.
    fn bound_values(
        &self,
        column: &str,
        params: &Params,
        defaults: &Defaults,
    ) -> Option<Vec<String>> {
        let bound = defaults.bound.listed.get(column);
        let Some(mut values) = self.key_values(column, params) else { return bound.cloned() };
        values.retain(|value| bound.is_none_or(|bound| bound.contains(value)));
        Some(values)
    }

    fn orgs(
        &self,
        resource: &Resource,
        params: &Params,
        defaults: &Defaults,
    ) -> Result<Vec<Org>, Error> {
        let column = resource.org_column().map_or("", |column| column.name);
        if self.on(column).next().is_some() {
            let names = self.bound_values(column, params, defaults).unwrap_or_default();
            return names.iter().filter_map(|name| defaults.named_org(name).transpose()).collect();
        }
        if self.restricts(column) && !defaults.bound.listed.contains_key(column) {
            return defaults.every_org();
        }
        defaults.orgs(column)
    }

    fn query(&self, resource: &Resource, params: &Params) -> Vec<(String, String)> {
        let Some(filter) = self.filter_of(resource) else { return Vec::new() };
        let sorted = filter.sort.as_ref().filter(|_| self.order.is_some());
        let expression = filter::expression(self, resource, Some(params))
            .or_else(|| sorted?.all.map(str::to_owned));
        let mut query: Vec<_> =
            expression.into_iter().map(|text| (filter.parameter.to_owned(), text)).collect();
        if let (Some(sort), Some(order)) = (&filter.sort, &self.order)
            && let Some(attribute) = resource.attribute(&order.column)
        {
            let direction = if order.descending { sort.descending } else { sort.ascending };
            query.extend(sort.by.map(|by| (by.to_owned(), attribute.name.to_owned())));
            query.push((sort.order.to_owned(), direction.to_owned()));
        }
        query
    }

    fn filter_of<'a>(&self, resource: &'a Resource) -> Option<&'a Filter> {
        if self.item { None } else { resource.collection.as_ref()?.filter.as_ref() }
    }

    /// The distinct requests of the plan as EXPLAIN shows them, without sending any: values that are
    /// known stand in the path, `{column}` for the others.
    pub fn show_requests(&self, resource: &Resource, defaults: &Defaults) -> Vec<String> {
        if self.asks_nothing || self.of_known_values().contradicts_itself(&[]) {
            return Vec::new();
        }
        if let Some(list) = self.gathered(resource, defaults).first() {
            return vec![format!("GET {}", list.path)];
        }
        let template = self.path(resource);
        let mut requests = Vec::new();
        let parent = resource.parent.as_ref().filter(|parent| {
            path::parameters(template).any(|name| {
                name == parent.parameter
                    && self.on(name).next().is_none()
                    && !defaults.bound.listed.contains_key(name)
                    && self.option(name, defaults).is_none()
            })
        });
        if let Some(parent) = parent {
            let shown = parent.query.iter().filter(|(name, _)| *name != "limit");
            let query: Vec<_> = shown.map(|(name, value)| format!("{name}={value}")).collect();
            requests.push(format!("GET {}?{}", parent.path, query.join("&")));
        }
        requests
            .extend(self.show_paths(template, defaults).iter().map(|path| format!("GET {path}")));
        let list = self.perhaps_gathered(resource).and(resource.collection.as_ref());
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

    /// The lists that are asked for instead of objects, as far as their keys are known.
    fn gathered(&self, resource: &Resource, defaults: &Defaults) -> Vec<Fetches> {
        let known = self.predicates.iter().all(|p| matches!(p.value, PredicateValue::Known(_)));
        let plan = self.of_known_values();
        let asked = if self.item && known { plan.bind(&[], defaults) } else { Ok(Vec::new()) };
        let lists = asked.unwrap_or_default().into_iter().filter(|fetches| !fetches.item);
        lists
            .filter(|_| resource.item.is_some_and(|item| self.path(resource) == item.path))
            .collect()
    }

    /// What Okta would filter by, if a list of keys that is known only later has several.
    fn perhaps_gathered(&self, resource: &Resource) -> Option<String> {
        let key = key_lists::key(resource).filter(|_| self.item && !self.other_item)?;
        let list = self.on(key).any(|p| matches!(p.value, PredicateValue::List(_)));
        list.then(|| Some(format!("{} eq {{{key}}}", resource.attribute(key)?.name)))?
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
    pub fn show_filters(&self, resource: &Resource, defaults: &Defaults) -> Vec<String> {
        if self.asks_nothing || self.of_known_values().contradicts_itself(&[]) {
            return Vec::new();
        }
        let pair = |(name, text): &(String, String)| format!("{name}={text}");
        let gathered = self.gathered(resource, defaults);
        if !gathered.is_empty() {
            return gathered.iter().flat_map(|fetches| fetches.query.iter().map(pair)).collect();
        }
        let filter = resource.collection.as_ref().and_then(|list| list.filter.as_ref());
        let expression = match self.filter_of(resource) {
            Some(_) => filter::expression(self, resource, None),
            None => self.perhaps_gathered(resource),
        };
        let shown = filter.zip(expression);
        shown.into_iter().map(|(filter, text)| format!("{}={text}", filter.parameter)).collect()
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

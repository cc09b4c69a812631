//! From a plan and the values of one run to the fetches to make.
//!
//! Keys are intersected, duplicates dropped, and nothing is asked that cannot have an answer.

use std::borrow::Cow;
use std::sync::Arc;

use super::fetch::{Fetches, Template, Values};
use super::{Access, Defaults, Params, ScanPlan, choose, demanded, key_lists, path};
use crate::catalog::Query;
use crate::error::{Error, Kind};
use crate::org::Org;

impl ScanPlan {
    /// The fetches that answer this run; none when its predicates contradict each other.
    ///
    /// # Errors
    /// Those of [`Defaults::named_org`] and [`Defaults::org`], and [`Kind::CannotAsk`] for a plan that
    /// names nothing to ask for.
    pub fn bind(&self, params: &Params, defaults: &Defaults) -> Result<Vec<Fetches>, Error> {
        let fetches = self.bind_template(self.path(), self.query(), params, defaults)?;
        let merged = |one| key_lists::merge(self.resource, one, self.whole_pages);
        Ok(fetches.map_or_else(Vec::new, merged))
    }

    /// The same for another path: that of a write whose keys the plan knows.
    ///
    /// # Errors
    /// Those of [`Self::bind`].
    pub fn bind_to(
        &self,
        path: &'static str,
        params: &Params,
        defaults: &Defaults,
    ) -> Result<Option<Fetches>, Error> {
        self.bind_template(path, &[], params, defaults)
    }

    fn bind_template(
        &self,
        path: &'static str,
        query: Query,
        params: &Params,
        defaults: &Defaults,
    ) -> Result<Option<Fetches>, Error> {
        if self.contradicts_itself(params) {
            return Ok(None);
        }
        if self.asks_nothing {
            return Err(choose::cannot_list(self.resource));
        }
        let demanded: Vec<_> = demanded(self.resource, path, query).collect();
        let values = |name: &&'static str| (*name, self.parameter_values(name, params, defaults));
        let mut parameters: Vec<_> = demanded.iter().map(values).collect();
        let equal = self.equal_parameters();
        let others = path::query_parameters(query).filter(|name| !demanded.contains(name));
        for name in others.chain(equal.iter().map(|(_, column)| *column)) {
            parameters.extend(self.optional_values(name, params, defaults));
        }
        // Without a combination no org is needed either, so a missing one is not an error.
        if parameters.iter().any(|(_, values)| values.is_empty()) {
            return Ok(None);
        }
        self.refuse_unnamed()?;
        let parameter_query = query.iter().map(|(name, text)| (*name, Cow::Borrowed(*text)));
        let equal =
            equal.into_iter().map(|(name, column)| (name, Cow::Owned(format!("{{{column}}}"))));
        let sent = self.sent_query(params, defaults.now);
        let is_each = self.access == Access::EachItem;
        let by_option = demanded.into_iter().filter(|name| {
            self.bound_values(name, params, defaults).is_none()
                && self.option(name, defaults).is_some()
        });
        let template = Template {
            resource: self.resource,
            item: self.is_item(),
            path,
            parameter_query: parameter_query.chain(equal).collect(),
            query: if is_each { Vec::new() } else { sent.clone() },
            by_option: by_option.collect(),
            listed_by: is_each.then_some(sent),
        };
        let orgs = self.orgs(params, defaults)?;
        let fetches = Fetches { template: Arc::new(template), orgs, parameters };
        Ok(Some(fetches).filter(|fetches| fetches.count() > 0))
    }

    /// The values that a parameter takes: from the query, else from an option, else those that are known
    /// beforehand, else unknown.
    pub(super) fn parameter_values(
        &self,
        name: &'static str,
        params: &Params,
        defaults: &Defaults,
    ) -> Vec<Option<String>> {
        if let Some(values) = self.bound_values(name, params, defaults) {
            return values.into_iter().filter(|v| path::addressable(v)).map(Some).collect();
        }
        let known = self.resource.known_values(name);
        match self.option(name, defaults) {
            Some(value) => vec![Some(value.clone())],
            None if known.is_empty() || self.own_key().contains(&name) => vec![None],
            None => known.iter().map(|value| Some((*value).to_owned())).collect(),
        }
    }

    /// The values of a parameter that need not have one, where the query names some.
    fn optional_values(
        &self,
        name: &'static str,
        params: &Params,
        defaults: &Defaults,
    ) -> Option<Values> {
        let values = self.bound_values(name, params, defaults)?;
        Some((name, values.into_iter().filter(|value| !value.is_empty()).map(Some).collect()))
    }

    /// Refuses a query that restricts what Okta must be asked by, and does not name it: rows have the value
    /// that was asked for, and none else.
    fn refuse_unnamed(&self) -> Result<(), Error> {
        let asked_by = self.resource.columns.iter().filter(|column| column.is_asked_by());
        let unnamed = asked_by.map(|column| column.name).find(|name| self.restricts(name));
        let Some(name) = unnamed else { return Ok(()) };
        let message =
            format!("the query restricts {name} of {} and does not name it", self.resource.name);
        Err(Error::new(Kind::CannotAsk, message).hint(format!("Add WHERE {name} = …")))
    }

    /// The option that gives a parameter, unless the query restricts it.
    pub(super) fn option<'a>(&self, name: &str, defaults: &'a Defaults) -> Option<&'a String> {
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

    fn orgs(&self, params: &Params, defaults: &Defaults) -> Result<Vec<Org>, Error> {
        let column = self.resource.org_column().map_or("", |column| column.name);
        if self.on(column).next().is_some() {
            let names = self.bound_values(column, params, defaults).unwrap_or_default();
            return names.iter().filter_map(|name| defaults.named_org(name).transpose()).collect();
        }
        if self.restricts(column) && !defaults.bound.listed.contains_key(column) {
            return defaults.every_org();
        }
        defaults.orgs(column)
    }
}

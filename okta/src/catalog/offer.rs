//! What a resource offers, told in words: verbs, states, conditions, credentials, and what a scan costs.
//!
//! It is read off the catalogue for people to see; planning reads the catalogue itself.

use std::collections::BTreeMap;

use super::{Column, Comparison, Lifecycle, Read, Resource, Source};
use crate::client::Accepts;

/// The values that an UPDATE may set in a column, each with those from which it is possible; none when
/// any will do.
pub type States = BTreeMap<&'static str, BTreeMap<&'static str, Vec<&'static str>>>;

/// How a column is compared by Okta.
pub type Conditions = BTreeMap<&'static str, Vec<&'static str>>;

impl Resource {
    /// The statements that it takes.
    pub fn verbs(&self) -> Vec<&'static str> {
        let written = self.is_written();
        let offers = [
            ("SELECT", self.item.is_some() || self.collection.is_some()),
            ("INSERT", written && (self.insert.is_some() || self.load.is_some())),
            ("UPDATE", written && !self.updates.is_empty()),
            ("DELETE", written && self.delete.is_some()),
        ];
        offers.into_iter().filter(|(_, offered)| *offered).map(|(verb, _)| verb).collect()
    }

    /// The columns that a new row must have a value in.
    pub fn required(&self) -> impl Iterator<Item = &'static Column> {
        let inserts = self.verbs().contains(&"INSERT");
        self.served_columns().filter(move |column| {
            inserts && column.rule.required && (column.rule.insert || self.load.is_some())
        })
    }

    /// The states that an UPDATE may bring about. NULL stands for what clears a column.
    pub fn states(&self) -> States {
        let mut states = States::new();
        let updates = self.updates.iter().filter(|_| self.is_written());
        for update in updates {
            let cleared = update.clears.map(|column| (column, "NULL"));
            let Some((column, value)) = update.sets.or(cleared) else { continue };
            let from = states.entry(column).or_default().entry(value).or_default();
            from.extend(update.from);
        }
        states
    }

    /// The conditions that Okta is told for a list, by column.
    pub fn conditions(&self) -> Conditions {
        let mut conditions = Conditions::new();
        let Some(list) = &self.collection else { return conditions };
        for attribute in list.filter.iter().flat_map(|filter| filter.attributes) {
            let kinds = [
                ("eq", attribute.equals),
                ("range", attribute.ranges),
                ("prefix", attribute.prefixes),
            ];
            let kinds = kinds.into_iter().filter(|(_, offered)| *offered).map(|(kind, _)| kind);
            conditions.entry(attribute.column).or_default().extend(kinds);
        }
        for parameter in list.filter_parameters {
            let kind = match parameter.comparison {
                Comparison::Equals => "eq",
                Comparison::From | Comparison::Before => "range",
                // One parameter compares several columns at once, which no condition does.
                Comparison::Prefix => continue,
            };
            for column in parameter.columns {
                let kinds = conditions.entry(column).or_default();
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
        }
        conditions.retain(|_, kinds| !kinds.is_empty());
        conditions
    }

    /// The columns by which Okta can sort a list.
    pub fn sorted(&self) -> impl Iterator<Item = &'static str> {
        let filter = self.collection.as_ref().and_then(|list| list.filter.as_ref());
        let filter = filter.filter(|filter| filter.sort.is_some());
        let attributes = filter.into_iter().flat_map(|filter| filter.attributes);
        attributes.filter(|attribute| attribute.sorts).map(|attribute| attribute.column)
    }

    /// Whether there is one row, for the org or for each parent.
    pub fn is_singleton(&self) -> bool {
        self.collection.is_none() && self.item.is_some_and(|item| item.key.is_empty())
    }

    /// Calls that a scan of every row makes where nothing better is known, unless there is no such scan.
    pub fn typical_calls(&self) -> Option<u64> {
        self.typical_scan().map(|scan| scan.calls)
    }

    fn typical_scan(&self) -> Option<Scan> {
        if self
            .chosen()
            .any(|name| self.known_values(name).is_empty() && self.parent(name).is_none())
        {
            return None;
        }
        let (pages, rows) = match &self.collection {
            Some(list) => {
                let rows = u64::from(list.typical_rows);
                (list.page.map_or(1, |page| rows.div_ceil(page.default.into()).max(1)), rows)
            }
            None if self.is_singleton() => (1, 1),
            None => return None,
        };
        let (mut calls, mut lists) = (0, 1_u64);
        for parent in self.parents {
            // A parent of another parent comes with that one.
            let mut others = self.parents.iter().flat_map(|other| other.resource.parents);
            if others.any(|above| above.parameter == parent.parameter) {
                continue;
            }
            let scan = parent.resource.typical_scan()?;
            calls += scan.calls;
            lists = lists.saturating_mul(scan.rows);
        }
        for values in self.counts_of_values() {
            lists = lists.saturating_mul(values);
        }
        calls += lists.saturating_mul(pages);
        Some(Scan { calls, rows: lists.saturating_mul(rows) })
    }

    /// The parameters without which nothing can be listed.
    fn chosen(&self) -> impl Iterator<Item = &'static str> {
        let list = self.collection.as_ref().map(|list| (list.path, list.query));
        let (path, query) =
            list.or(self.item.map(|item| (item.path, item.query))).unwrap_or_default();
        self.parameters.iter().copied().filter(move |name| {
            let name = format!("{{{name}}}");
            path.contains(&name) || query.iter().any(|(_, text)| text.contains(&name))
        })
    }

    /// How many values are known for each column that chooses a list and has no parent.
    fn counts_of_values(&self) -> impl Iterator<Item = u64> {
        let chosen = self.columns.iter().filter(|column| {
            self.parameters.contains(&column.name)
                && column.source != Source::Org
                && self.parents.iter().all(|parent| parent.parameter != column.name)
                && self.item.is_none_or(|item| !item.key.contains(&column.name))
        });
        chosen.map(|column| column.values.len() as u64).filter(|values| *values > 0)
    }
}

/// What a scan of every row typically is.
struct Scan {
    calls: u64,
    rows: u64,
}

impl Column {
    /// Whether its value can be written, and is never shown.
    pub fn is_write_only(&self) -> bool {
        self.read == Read::Never
    }
}

impl Accepts {
    /// The kinds of credential that it means.
    pub fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Any => &["api_token", "oauth"],
            Self::Oauth => &["oauth"],
            Self::Token => &["api_token"],
            Self::None => &[],
        }
    }
}

impl Lifecycle {
    /// Okta's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ga => "GA",
            Self::LimitedGa => "LIMITED_GA",
            Self::Ea => "EA",
            Self::Beta => "BETA",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ALL;
    use super::*;

    fn resource(name: &str) -> &'static Resource {
        ALL.iter().find(|resource| resource.name == name).unwrap()
    }

    #[test]
    fn a_scan_costs_its_pages_for_each_parent() {
        assert_eq!(resource("zones.network_zones").typical_calls(), Some(1));
        let users = resource("users.users");
        let list = users.collection.as_ref().unwrap();
        let pages = u64::from(list.typical_rows.div_ceil(list.page.unwrap().default));
        assert_eq!(users.typical_calls(), Some(pages));
        let factors = resource("users.factors").typical_calls();
        assert_eq!(factors, Some(pages + u64::from(list.typical_rows)));
    }

    #[test]
    fn a_chain_of_parents_costs_each_once() {
        let tokens = resource("authorizationservers.refresh_tokens");
        let typical = |name| u64::from(resource(name).collection.as_ref().unwrap().typical_rows);
        let servers = typical("authorizationservers.authorization_servers");
        let clients = servers * typical("authorizationservers.clients");
        let above = resource("authorizationservers.clients").typical_calls().unwrap();
        let pages = tokens.collection.as_ref().unwrap();
        let pages = u64::from(pages.typical_rows.div_ceil(pages.page.unwrap().default));
        assert_eq!(tokens.typical_calls(), Some(above + clients * pages));
    }

    #[test]
    fn every_resource_is_described() {
        for resource in ALL {
            let known = |name: &str| resource.columns.iter().any(|column| column.name == name);
            assert!(resource.conditions().keys().all(|name| known(name)), "{}", resource.name);
            assert!(resource.sorted().all(known), "{}", resource.name);
            assert!(resource.states().keys().all(|name| known(name)), "{}", resource.name);
            assert!(resource.typical_calls() != Some(0), "{}", resource.name);
        }
    }
}

//! The bound of a partition in terms of the catalogue: which orgs and parents the table is for.

use std::cell::RefCell;
use std::collections::HashMap;

use okta::catalog::Resource;
use okta::plan::{Bound, Fetch};
use pgrx::pg_sys;

use super::column::TableColumn;
use crate::pg::partition::{self, Part};
use crate::pg::value::is_text;

/// What a bound says in a way that only PostgreSQL can decide: DEFAULT, a range, a hash.
#[derive(Default)]
pub(crate) struct Rest {
    relation: pg_sys::Oid,
    org: Option<&'static str>,
    /// The columns that it is about and that choose what is asked, by catalogue name.
    columns: Vec<(i16, &'static str)>,
    decided: RefCell<HashMap<Vec<(i16, String)>, bool>>,
}

/// Reads the bound of a relation.
pub(crate) fn read(
    relation: pg_sys::Oid,
    resource: &'static Resource,
    columns: &[TableColumn],
) -> (Bound, Rest) {
    let org = resource.org_column().map(|column| column.name);
    let (mut bound, mut rest) = (Bound::default(), Rest { relation, org, ..Rest::default() });
    let parts = partition::bound(relation);
    for column in columns.iter().filter(|_| !parts.is_empty()) {
        let attnum = column.attribute.attnum;
        let Some(name) = column.catalogue_name(resource) else { continue };
        if Some(name) != org && !resource.parameters.contains(&name) {
            continue;
        }
        for part in &parts {
            match part {
                Part::Listed(listed, values) if *listed == attnum => {
                    let known = bound.listed.entry(name.to_owned());
                    known
                        .and_modify(|known| known.retain(|value| values.contains(value)))
                        .or_insert_with(|| values.clone());
                }
                Part::Other(about)
                    if about.contains(&attnum) && is_text(column.attribute.type_oid) =>
                {
                    bound.cuts_orgs |= Some(name) == org;
                    rest.columns.push((attnum, name));
                }
                _ => {}
            }
        }
    }
    (bound, rest)
}

impl Rest {
    /// Whether nothing is left for PostgreSQL to decide.
    pub(crate) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Whether a path parameter decides which rows are the partition's.
    pub(crate) fn decides_by(&self, parameter: &str) -> bool {
        self.columns.iter().any(|(_, name)| *name == parameter)
    }

    /// Whether the rows of a fetch are the partition's, as far as the org and the parents tell.
    pub(crate) fn admits(&self, fetch: &Fetch) -> bool {
        let org = |name| (Some(name) == self.org).then(|| fetch.org.name());
        self.admits_row(|name| org(name).or(fetch.parameter(name)))
    }

    /// The same for a row, of which `value` knows some columns.
    pub(crate) fn admits_row<'a>(&self, value: impl Fn(&'static str) -> Option<&'a str>) -> bool {
        if self.columns.is_empty() {
            return true;
        }
        let known = self.columns.iter().filter_map(|(attnum, name)| Some((*attnum, value(name)?)));
        let row: Vec<(i16, &str)> = known.collect();
        let key = row.iter().map(|(attnum, text)| (*attnum, (*text).to_owned())).collect();
        *self
            .decided
            .borrow_mut()
            .entry(key)
            .or_insert_with(|| partition::admits(self.relation, &row))
    }
}

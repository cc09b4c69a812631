//! The columns that a query restricts, so that an option says no longer what is asked.
//!
//! An option stands in where a query is silent. Once there is a condition, what the option gives might be
//! too little; how the condition is met depends on the plan, and rows must not. So it is with columns that
//! are nothing but a parameter of the request.

use okta::Error;

use super::column::Meaning;
use super::table::Table;
use crate::pg::condition::Condition;
use crate::pg::planner::Rel;

/// The restricted columns among those that a request is made by, by catalogue name.
pub(super) fn columns(rel: Rel, table: &Table) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for column in &table.columns {
        let Some(name) = column.catalogue_name(table.resource) else { continue };
        let defaults = &table.defaults;
        let known = column.known(table.resource);
        let counts = match column.meaning {
            Meaning::Org => !defaults.org_url.is_pinned(),
            _ => defaults.parameters.contains_key(name) || known.is_some_and(|c| c.is_asked_by()),
        };
        if counts
            && !defaults.bound.listed.contains_key(name)
            && !is_free(rel, table, column.attribute.attnum, name)?
        {
            found.push(name.to_owned());
        }
    }
    Ok(found)
}

/// Whether no condition is on a column but that it equals the same column of other tables of the server,
/// for which the same value stands in, and which are as free.
fn is_free(rel: Rel, table: &Table, attnum: i16, name: &str) -> Result<bool, Error> {
    let mut peers = vec![(rel, attnum)];
    let mut next = 0;
    while let Some((peer, attnum)) = peers.get(next).copied() {
        next += 1;
        for condition in peer.conditions(attnum) {
            let (other, column) = match condition {
                Condition::EqualTo(other, column) | Condition::Given(other, column)
                    if peers.contains(&(other, column)) =>
                {
                    continue;
                }
                Condition::EqualTo(other, column) => (other, column),
                Condition::Given(other, column) => {
                    peers.push((other, column));
                    continue;
                }
                Condition::Other => return Ok(false),
            };
            let base =
                if other.is_foreign() { Some((other, column)) } else { other.behind(column) };
            let Some((base, of_base)) = base else { return Ok(false) };
            if !rel.shares_server(base) || !stands_in(base, of_base, table, name)? {
                return Ok(false);
            }
            peers.extend([(other, column), (base, of_base)]);
        }
    }
    Ok(true)
}

/// Whether a column of another table is the same, with the same value to stand in.
fn stands_in(other: Rel, attnum: i16, table: &Table, name: &str) -> Result<bool, Error> {
    let other = Table::open(other.relation())?;
    let Some(column) = other.column(attnum) else { return Ok(false) };
    let same = |defaults: &okta::plan::Defaults| {
        (defaults.parameters.get(name).cloned(), defaults.bound.listed.get(name).cloned())
    };
    Ok(column.catalogue_name(other.resource) == Some(name)
        && same(&other.defaults) == same(&table.defaults))
}

//! Planning a scan: clauses become predicates, and the accesses that Okta offers become paths.
//!
//! No request is made here, and no option with a secret is read.

use okta::Error;
use okta::catalog::Read;
use okta::plan::{Needs, Op, Order, Predicate, PredicateValue, ScanPlan, choose};
use pgrx::pg_sys;

use super::column::TableColumn;
use super::private::{ScanPrivate, encode};
use super::table::Table;
use super::{restricted, row_counts};
use crate::pg::clause::{AnyOf, Comparison, Expr, Operand, Test};
use crate::pg::join::Parameterised;
use crate::pg::planner::{PathCost, Rel};
use crate::pg::relation::{Attribute, analyzed_rows};

/// A way to read the relation, ready to become a path.
struct Access {
    plan: ScanPlan,
    exprs: Vec<Expr>,
    cost: PathCost,
}

/// Sets the size of the relation. One that Okta cannot list, and whose objects only a join may name, is
/// taken to be small.
pub(crate) fn rel_size(rel: Rel) -> Result<(), Error> {
    let table = Table::open(rel.relation())?;
    let restricted = restricted::columns(rel, &table)?;
    let needs = needs(rel, &table);
    let query = Query { table, restricted, needs };
    let access = query.access(rel.restrictions(), rel.selectivity());
    rel.set_rows(access.map_or(1.0, |access| access.cost.rows));
    rel.keep(Box::new(query));
    Ok(())
}

/// Offers the paths: a plain one, a sorted one, and one for each set of relations that gives values.
///
/// # Errors
/// For an ill-declared table. That Okta cannot be asked for its rows is an error once one is wanted.
pub(crate) fn paths(rel: Rel) -> Result<(), Error> {
    let Some(query) = rel.kept::<Query>() else { return Ok(()) };
    let table = &query.table;
    let plain = query.access(rel.restrictions(), rel.selectivity());
    let known = plain.as_ref().map_or(0, |plain| plain.plan.demands());
    for outer in rel.parameterisations(&useful_columns(table)) {
        add_joined(rel, query, known, &outer)?;
    }
    let plain = match plain {
        // Perhaps nobody wants a row: LIMIT 0, or a condition that turns out to be false.
        Err(_) => query.unanswerable(rel.restrictions()),
        Ok(plain) => plain,
    };
    if let Some(order) = sortable(rel, table, &plain.plan) {
        let mut plan = plain.plan.clone();
        plan.order = Some(order);
        let private = encode(&private(rel, table, plan))?;
        rel.add_path(plain.cost, None, true, &private, &plain.exprs);
    }
    let private = encode(&private(rel, table, plain.plan))?;
    rel.add_path(plain.cost, None, false, &private, &plain.exprs);
    Ok(())
}

/// Offers the path for a set of outer relations, when what they give makes a difference to Okta: more
/// demands than the `known` ones.
fn add_joined(rel: Rel, query: &Query, known: usize, joined: &Parameterised) -> Result<(), Error> {
    let mut demands = rel.restrictions();
    demands.extend(joined.demands.iter().cloned());
    let share = rel.selectivity() * joined.selectivity;
    let Ok(access) = query.access(demands, share) else { return Ok(()) };
    if access.plan.demands() <= known {
        return Ok(());
    }
    joined.set_rows(access.cost.rows);
    let private = encode(&private(rel, &query.table, access.plan))?;
    rel.add_path(access.cost, Some(joined.outer), false, &private, &access.exprs);
    Ok(())
}

/// The columns for which a value chooses requests, or is something that Okta filters by.
fn useful_columns(table: &Table) -> Vec<i16> {
    let resource = table.resource;
    let org = resource.org_column().map(|column| column.name);
    let useful = table.columns.iter().filter(|column| {
        column.catalogue_name(resource).is_some_and(|name| {
            let parameter = resource.parameters.contains(&name);
            parameter || Some(name) == org || resource.filters_by(name)
        })
    });
    useful.map(|column| column.attribute.attnum).collect()
}

/// A table, and the columns that the query restricts.
struct Query {
    table: Table,
    restricted: Vec<String>,
    needs: Needs,
}

impl Query {
    /// The access for what the query demands, which lets a share of the rows through.
    fn access(&self, demands: Vec<AnyOf>, share: f64) -> Result<Access, Error> {
        let table = &self.table;
        let mut exprs = Vec::new();
        let (single, lists): (Vec<_>, Vec<_>) = predicates(table, demands, &mut exprs)
            .into_iter()
            .partition(|any_of| any_of.len() == 1);
        let given = |name: &str| {
            let is_free = || !self.restricted.iter().any(|restricted| restricted == name);
            table.defaults.bound.listed.contains_key(name)
                || (table.defaults.parameters.contains_key(name) && is_free())
        };
        let mut plan = choose(table.resource, single.concat(), self.needs, given)?;
        lists.into_iter().for_each(|list| plan.filter_by_any(list));
        plan.restricted.clone_from(&self.restricted);
        let rows = expected_rows(table);
        let okta = plan.cost(&table.defaults, rows, share, table.page_size);
        let cost = PathCost {
            rows: if plan.is_item() { okta.rows } else { (rows * share).min(okta.rows) },
            startup: table.costs.call * okta.startup_calls,
            total: table.costs.call * okta.calls + table.costs.row * okta.rows,
            last_resort: !plan.knows_orgs(&table.defaults),
        };
        Ok(Access { plan, exprs, cost })
    }

    /// The access to rows that Okta cannot be asked for: an error once one is wanted.
    fn unanswerable(&self, demands: Vec<AnyOf>) -> Access {
        let mut exprs = Vec::new();
        let demands = predicates(&self.table, demands, &mut exprs);
        let plan = ScanPlan::of_nothing(self.table.resource, demands);
        let cost = PathCost { rows: 1.0, startup: 0.0, total: 0.0, last_resort: true };
        Access { plan, exprs, cost }
    }
}

/// Rows of all that the table can list: as its option says, as ANALYZE has counted, as earlier scans of
/// this backend saw, or as is typical.
fn expected_rows(table: &Table) -> f64 {
    let typical = table.resource.collection.as_ref().map_or(1, |c| c.typical_rows);
    known_rows(table).unwrap_or_else(|| f64::from(typical))
}

/// Rows of all that the table can list, without a guess: `None` when nobody has counted them.
fn known_rows(table: &Table) -> Option<f64> {
    let said = table.estimated_rows.map(f64::from);
    said.or_else(|| analyzed_rows(table.relation)).or_else(|| row_counts::rows(table.relation))
}

/// The predicates that demands are.
fn predicates(table: &Table, demands: Vec<AnyOf>, exprs: &mut Vec<Expr>) -> Vec<Vec<Predicate>> {
    let mut predicate = |comparison: Comparison| {
        let column = name(table, table.column(comparison.attnum)?, comparison.test);
        let value = match comparison.operand {
            Operand::Known(values) => PredicateValue::Known(values),
            Operand::Runtime(expr) => {
                exprs.push(expr);
                let number = exprs.len() - 1;
                if expr.is_array() {
                    PredicateValue::List(number)
                } else {
                    PredicateValue::Param(number)
                }
            }
        };
        Some(Predicate { column, op: op(comparison.test), value })
    };
    let all = demands.into_iter();
    all.filter_map(|any_of| any_of.into_iter().map(&mut predicate).collect()).collect()
}

/// The name of a column in predicates: the catalogue's, or its number where Okta must not be told. That is
/// so where the catalogue does not have the column, and where its type rounds, cuts or pads what Okta has.
/// Keys have nothing that a type could cut.
fn name(table: &Table, column: &TableColumn, test: Test) -> String {
    let resource = table.resource;
    let org = resource.org_column().map(|column| column.name);
    let is_key = |name: &str| Some(name) == org || resource.parameters.contains(&name);
    let usable = |name: &&str| column.attribute.exact || (is_key(name) && test == Test::Eq);
    let known = column.catalogue_name(resource).filter(usable).map(str::to_owned);
    known.unwrap_or_else(|| format!("#{}", column.attribute.attnum))
}

fn op(test: Test) -> Op {
    match test {
        Test::Eq => Op::Eq,
        Test::Like => Op::Like,
        Test::ILike => Op::ILike,
        Test::Lt => Op::Lt,
        Test::Le => Op::Le,
        Test::Gt => Op::Gt,
        Test::Ge => Op::Ge,
    }
}

/// The order that the query wants, when Okta can give it.
fn sortable(rel: Rel, table: &Table, plan: &ScanPlan) -> Option<Order> {
    let wanted = rel.wanted_order()?;
    let column = table.column(wanted.attnum)?;
    // Okta sorts points in time. Another type sorts what it makes of them.
    let Attribute { exact, base, .. } = column.attribute;
    if !exact || base != pg_sys::TIMESTAMPTZOID {
        return None;
    }
    let column = column.catalogue_name(table.resource)?;
    plan.sorts_by(column, &table.defaults)
        .then(|| Order { column: column.to_owned(), descending: wanted.descending })
}

/// What of the wanted columns only some answers have. A key is known from the request.
fn needs(rel: Rel, table: &Table) -> Needs {
    let used = used_columns(rel, table);
    let known = table.columns.iter().filter(|column| used.contains(&column.attribute.attnum));
    let known: Vec<_> = known.filter_map(|column| column.known(table.resource)).collect();
    let reads = |read: Read| {
        let is_key = |name: &str| table.resource.parameters.contains(&name);
        known.iter().any(|column| column.read == read && !is_key(column.name))
    };
    Needs { items: reads(Read::Get), lists: reads(Read::List) }
}

/// The attributes that the query needs.
fn used_columns(rel: Rel, table: &Table) -> Vec<i16> {
    match rel.used_columns() {
        (_, true) => table.columns.iter().map(|column| column.attribute.attnum).collect(),
        (attnums, false) => attnums,
    }
}

/// What Okta must be asked to embed for the wanted columns.
fn expand(table: &Table, attnums: &[i16]) -> Vec<String> {
    let wanted = table.columns.iter().filter(|column| attnums.contains(&column.attribute.attnum));
    let known = wanted.filter_map(|column| column.known(table.resource));
    known.flat_map(|column| column.expand).map(|value| (*value).to_owned()).collect()
}

fn private(rel: Rel, table: &Table, mut plan: ScanPlan) -> ScanPrivate {
    let attnums = used_columns(rel, table);
    plan.expand = expand(table, &attnums);
    // A limit says something about pages only when no row is dropped after it has arrived, and none is
    // sorted here.
    let sorted_here = rel.is_sorted() && (plan.order.is_none() || rel.order_length() > 1);
    let certain = rel.restriction_count() == 0 && !sorted_here;
    plan.limit = rel.hard_limit().filter(|_| certain);
    plan.eager = rel.reads_all();
    let pages = known_rows(table).zip(table.page_size);
    plan.whole_pages = pages.map(|(rows, page)| (rows / f64::from(page)).ceil().max(1.0) as u32);
    plan.patient = rel.stops_early() && !sorted_here;
    let page_size = plan.limit.and_then(|limit| Some(limit.min(table.page_size?)));
    let complete = plan.predicates.len() == rel.restriction_count() && rel.is_understood();
    ScanPrivate { plan, attnums, page_size, complete }
}

//! Planning a scan: clauses become predicates, and the access that Okta offers becomes a path.
//!
//! No request is made here, and no option with a secret is read.

use okta::Error;
use okta::plan::{Op, Predicate, ScanPlan, Value, choose};

use super::private::{ScanPrivate, encode};
use super::table::Table;
use crate::pg::clause::{Comparison, Expr, Operand, Test};
use crate::pg::planner::{Cost, Rel};

/// The cost of one request, in the planner's unit: a round trip outweighs anything local.
const CALL_COST: f64 = 1000.0;
/// The cost of a row that arrives.
const ROW_COST: f64 = 0.01;

/// Sets the size of the relation.
pub(crate) fn rel_size(rel: Rel) -> Result<(), Error> {
    let (_, plan, _) = plan_of(rel)?;
    let table = Table::open(rel.relation())?;
    rel.set_rows(estimated_rows(&table, &plan, rel.selectivity()));
    Ok(())
}

/// Offers the paths.
pub(crate) fn paths(rel: Rel) -> Result<(), Error> {
    let (table, plan, exprs) = plan_of(rel)?;
    let asked = rows_asked(&table, &plan);
    let pages = if plan.item { asked } else { (asked / page_rows(&table)).ceil().max(1.0) };
    let private = private(rel, &table, plan);
    let cost =
        Cost { rows: rel.rows(), startup: CALL_COST, total: CALL_COST * pages + ROW_COST * asked };
    rel.add_path(cost, &encode(&private)?, &exprs);
    Ok(())
}

/// The plan for a relation's own clauses, and the expressions that are its slots.
fn plan_of(rel: Rel) -> Result<(Table, ScanPlan, Vec<Expr>), Error> {
    let table = Table::open(rel.relation())?;
    let mut exprs = Vec::new();
    let predicates = predicates(&table, rel.restrictions(), &mut exprs);
    let given = |name: &str| table.defaults.parameters.contains_key(name);
    let plan = choose(table.resource, predicates, given)?;
    Ok((table, plan, exprs))
}

/// The predicates that comparisons are, for columns that the catalogue knows.
fn predicates(
    table: &Table,
    comparisons: Vec<Comparison>,
    exprs: &mut Vec<Expr>,
) -> Vec<Predicate> {
    let known = comparisons.into_iter().filter_map(|comparison| {
        let column = table.column(comparison.attnum)?.catalogue_name(table.resource)?;
        let value = match comparison.operand {
            Operand::Known(values) => Value::Known(values),
            Operand::Runtime(expr) => {
                exprs.push(expr);
                Value::Slot(exprs.len() - 1)
            }
        };
        Some(Predicate { column: column.to_owned(), op: op(comparison.test), value })
    });
    known.collect()
}

fn op(test: Test) -> Op {
    match test {
        Test::Eq => Op::Eq,
        Test::Lt => Op::Lt,
        Test::Le => Op::Le,
        Test::Gt => Op::Gt,
        Test::Ge => Op::Ge,
    }
}

fn private(rel: Rel, table: &Table, mut plan: ScanPlan) -> ScanPrivate {
    let (mut attnums, whole) = rel.used_columns();
    if whole {
        attnums = table.columns.iter().map(|column| column.attribute.attnum).collect();
    }
    // A limit says something about pages only when no row is dropped after it has arrived.
    let limit = rel.hard_limit().filter(|_| rel.restriction_count() == 0);
    let page_size = limit.and_then(|limit| Some(limit.min(table.page_size?)));
    // Okta's answer to a get is exact: no clause but the keys' own is left to check.
    let exact = plan.item && plan.predicates.len() == rel.restriction_count();
    plan.limit = limit;
    ScanPrivate { plan, attnums, page_size, exact }
}

/// Rows that Okta will send.
fn rows_asked(table: &Table, plan: &ScanPlan) -> f64 {
    if plan.item {
        return plan.item_count();
    }
    let typical = table.resource.collection.as_ref().map_or(1, |c| c.typical_rows);
    f64::from(table.estimated_rows.unwrap_or(typical))
}

fn estimated_rows(table: &Table, plan: &ScanPlan, selectivity: f64) -> f64 {
    let asked = rows_asked(table, plan);
    if plan.item { asked } else { asked * selectivity }
}

fn page_rows(table: &Table) -> f64 {
    f64::from(table.page_size.unwrap_or(u32::MAX))
}

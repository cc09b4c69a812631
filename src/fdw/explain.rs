//! EXPLAIN: what will be asked of Okta, and under ANALYZE what was.
//!
//! Nothing is asked to explain; the names of the properties are a contract.

use std::sync::atomic::Ordering::Relaxed;

use okta::Error;
use okta::client::{Meter, Method};
use okta::plan::load::MOST_ENTRIES;
use okta::plan::path;

use super::direct::Direct;
use super::modify::write_of;
use super::private::{self, DirectPrivate, ModifyPrivate, ScanPrivate};
use super::scan::Scan;
use super::table::Table;
use super::writer::Writer;
use crate::pg::exec::ScanNode;
use crate::pg::explain::Explainer;
use crate::pg::modify::ResultRel;

/// Explains a scan, which is there when the statement was executed.
pub(crate) fn scan(
    node: ScanNode,
    scan: Option<&Scan>,
    explainer: &Explainer,
) -> Result<(), Error> {
    let private: ScanPrivate = private::decode(node.private())?;
    let table = Table::open(node.relation())?;
    let plan = &private.plan;
    if scan.is_none() && plan.asks_nothing && !explainer.may_want_no_row() {
        // Unless its conditions contradict each other, the statement would fail.
        plan.of_known_values().bind(&[], &table.defaults)?;
    }
    let requests = plan.show_requests(&table.defaults);
    explainer.lines(c"Okta Request", &requests);
    explainer.lines(c"Okta Filter", &plan.show_filters(&table.defaults));
    if let Some(order) = plan.show_order() {
        explainer.text(c"Okta Order", &order);
    }
    let is_list = !plan.is_item() && !plan.asks_nothing;
    if let Some(size) = private.page_size.or(table.page_size).filter(|_| is_list) {
        explainer.number(c"Okta Page Size", size.into());
    }
    if let Some(scan) = scan.filter(|_| explainer.is_analyze()) {
        figures(explainer, scan.meter(), Some(scan.rows()));
    }
    Ok(())
}

/// Explains a modification, whose writer is there when the statement was executed.
pub(crate) fn modify(
    rel: ResultRel,
    what: &ModifyPrivate,
    writer: Option<&Writer>,
    explainer: &Explainer,
) -> Result<(), Error> {
    let table = Table::open(rel.relation())?;
    let write = write_of(table.resource, what).map(|write| (write.method, write.path));
    let load = table.resource.load.as_ref().map(|load| (Method::Post, load.path));
    if let Some((method, template)) = write.or(load) {
        let given = |name: &str| Some(table.defaults.parameter(name)?.into());
        let path = path::show(template, given);
        explainer.text(c"Okta Request", &format!("{method} {path}"));
        explainer.number(c"Okta Batch Size", if load.is_some() { MOST_ENTRIES as u64 } else { 1 });
    }
    if let Some(writer) = writer.filter(|_| explainer.is_analyze()) {
        figures(explainer, writer.meter(), None);
    }
    Ok(())
}

/// Explains a direct modification, which is there when the statement was executed.
pub(crate) fn direct(
    node: ScanNode,
    direct: Option<&Direct>,
    explainer: &Explainer,
) -> Result<(), Error> {
    let private: DirectPrivate = private::decode(node.private())?;
    let table = Table::open(node.relation())?;
    if let Some(write) = write_of(table.resource, &private.modify) {
        let plan = &private.scan.plan;
        let path = plan.write_path(&write);
        let paths = plan.show_paths(path, &table.defaults);
        let requests: Vec<_> =
            paths.iter().map(|path| format!("{} {path}", write.method)).collect();
        explainer.lines(c"Okta Request", &requests);
        explainer.number(c"Okta Batch Size", 1);
    }
    if let Some(direct) = direct.filter(|_| explainer.is_analyze()) {
        figures(explainer, direct.meter(), None);
    }
    Ok(())
}

/// What a statement has cost, as ANALYZE shows it.
pub(super) fn figures(explainer: &Explainer, meter: &Meter, rows: Option<u64>) {
    explainer.number(c"Okta Calls", meter.calls.load(Relaxed));
    if let Some(rows) = rows {
        explainer.number(c"Okta Rows", rows);
    }
    explainer.number(c"Okta Bytes", meter.bytes.load(Relaxed));
    explainer.number(c"Okta Retries", meter.retries.load(Relaxed));
    explainer.number(c"Okta Wait", meter.wait_us.load(Relaxed) / 1000);
}

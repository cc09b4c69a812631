//! EXPLAIN: what will be asked of Okta, and under ANALYZE what was.
//!
//! Nothing is asked to explain; the names of the properties are a contract.

use std::sync::atomic::Ordering::Relaxed;

use okta::Error;
use okta::client::Meter;

use super::private::{self, ScanPrivate};
use super::scan::Scan;
use super::table::Table;
use crate::pg::exec::ScanNode;
use crate::pg::explain::Explainer;

/// Explains a scan, which is there when the statement was executed.
pub(crate) fn scan(
    node: ScanNode,
    scan: Option<&Scan>,
    explainer: &Explainer,
) -> Result<(), Error> {
    let private: ScanPrivate = private::decode(node.private())?;
    let table = Table::open(node.relation())?;
    let plan = &private.plan;
    let requests = plan.show_requests(table.resource, &table.defaults);
    explainer.lines(c"Okta Request", &requests);
    if let Some(filter) = plan.show_filter(table.resource) {
        explainer.text(c"Okta Filter", &filter);
    }
    if let Some(size) = private.page_size.or(table.page_size).filter(|_| !plan.item) {
        explainer.number(c"Okta Page Size", size.into());
    }
    if let Some(scan) = scan.filter(|_| explainer.is_analyze()) {
        figures(explainer, scan.meter(), Some(scan.rows()));
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

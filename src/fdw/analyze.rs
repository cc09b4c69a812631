//! ANALYZE: a sample of the rows that a table lists, read page by page.
//!
//! It costs as many requests as the list has pages, and says how many.

use std::sync::atomic::Ordering::Relaxed;

use okta::Error;
use okta::plan::{Needs, choose};
use pgrx::pg_sys;

use super::options;
use super::private::ScanPrivate;
use super::scan::Scan;
use super::table::Table;
use crate::pg::analyze::{Sample, tell};
use crate::pg::exec::Exprs;
use crate::pg::foreign;
use crate::pg::role;

/// The pages that the table has, when it can be listed.
pub(crate) fn pages(relation: pg_sys::Oid) -> Result<Option<u32>, Error> {
    let declared = foreign::table(relation);
    let server = foreign::server(declared.server);
    if !options::analyze(&server.options, &declared.options)? {
        return Ok(None);
    }
    let table = Table::open(relation)?;
    let typical = table.resource.collection.as_ref().map(|c| c.typical_rows);
    Ok(typical.map(|rows| {
        let rows = table.estimated_rows.unwrap_or(rows);
        table.page_size.map_or(1, |page| rows.div_ceil(page).max(1))
    }))
}

/// Takes a sample.
pub(crate) fn sample(sample: &mut Sample, level: i32) -> Result<(), Error> {
    let table = Table::open(sample.relation())?;
    let name = table.name();
    let given = |name: &str| table.defaults.gives(name);
    let plan = choose(table.resource, Vec::new(), Needs::default(), given)?;
    let attnums = table.columns.iter().map(|column| column.attribute.attnum).collect();
    let private = ScanPrivate { plan, attnums, page_size: None, complete: false };
    // ANALYZE has switched to the owner of the table.
    let mut scan = Scan::new(table, private, Exprs::none(), role::current_user());
    scan.start(Vec::new())?;
    let mut random = fastrand::Rng::new();
    sample.fill(|slot| scan.store_next(slot, true), |below| random.u64(..below))?;
    let (kept, seen) = sample.counts();
    let calls = scan.meter().calls.load(Relaxed);
    tell(level, format!("\"{name}\": calls to Okta: {calls}, rows: {seen}, in the sample: {kept}"));
    Ok(())
}

//! The routine that PostgreSQL asks for: which of its callbacks there are.
//!
//! The callbacks themselves stand in the files beside this one.

mod modify;
mod other;
mod scan;

use pgrx::prelude::*;

/// The callbacks that PostgreSQL may call.
pub(crate) fn routine() -> PgBox<pg_sys::FdwRoutine, AllocatedByRust> {
    // SAFETY: the node is made with its tag; callbacks that are not set are null, which PostgreSQL takes
    // for "not supported".
    let mut routine = unsafe {
        PgBox::<pg_sys::FdwRoutine, AllocatedByRust>::alloc_node(pg_sys::NodeTag::T_FdwRoutine)
    };
    routine.GetForeignRelSize = Some(scan::get_foreign_rel_size);
    routine.GetForeignPaths = Some(scan::get_foreign_paths);
    routine.GetForeignPlan = Some(scan::get_foreign_plan);
    routine.BeginForeignScan = Some(scan::begin_foreign_scan);
    routine.IterateForeignScan = Some(scan::iterate_foreign_scan);
    routine.ReScanForeignScan = Some(scan::rescan_foreign_scan);
    routine.EndForeignScan = Some(scan::end_foreign_scan);
    routine.ExplainForeignScan = Some(scan::explain_foreign_scan);
    routine.IsForeignPathAsyncCapable = Some(scan::is_foreign_path_async_capable);
    routine.ForeignAsyncRequest = Some(scan::foreign_async_request);
    routine.ForeignAsyncConfigureWait = Some(scan::foreign_async_configure_wait);
    routine.ForeignAsyncNotify = Some(scan::foreign_async_request);
    routine.IsForeignRelUpdatable = Some(modify::is_foreign_rel_updatable);
    routine.AddForeignUpdateTargets = Some(modify::add_foreign_update_targets);
    routine.PlanForeignModify = Some(modify::plan_foreign_modify);
    routine.BeginForeignModify = Some(modify::begin_foreign_modify);
    routine.BeginForeignInsert = Some(modify::begin_foreign_insert);
    routine.ExecForeignInsert = Some(modify::exec_foreign_insert);
    routine.ExecForeignUpdate = Some(modify::exec_foreign_change);
    routine.ExecForeignDelete = Some(modify::exec_foreign_change);
    routine.ExecForeignBatchInsert = Some(modify::exec_foreign_batch_insert);
    routine.GetForeignModifyBatchSize = Some(modify::get_foreign_modify_batch_size);
    routine.EndForeignModify = Some(modify::end_foreign_modify);
    routine.EndForeignInsert = Some(modify::end_foreign_modify);
    routine.ExplainForeignModify = Some(modify::explain_foreign_modify);
    routine.PlanDirectModify = Some(modify::plan_direct_modify);
    routine.BeginDirectModify = Some(modify::begin_direct_modify);
    routine.IterateDirectModify = Some(modify::iterate_direct_modify);
    routine.EndDirectModify = Some(modify::end_direct_modify);
    routine.ExplainDirectModify = Some(modify::explain_direct_modify);
    routine.AnalyzeForeignTable = Some(other::analyze_foreign_table);
    routine.ImportForeignSchema = Some(other::import_foreign_schema);
    routine
}

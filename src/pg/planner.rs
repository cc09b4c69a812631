//! A base relation in the hands of the planner.
//!
//! Paths and plans are made here; which ones are worth making is decided elsewhere.

use pgrx::list::old_list::PgList;
use pgrx::pg_sys;

use super::clause::{Comparison, Expr, Reader};
use super::{compat, list};

/// A foreign base relation during one planning run.
#[derive(Clone, Copy)]
pub(crate) struct Rel {
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
}

/// Costs in the planner's unit, the cost of reading a page in sequence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) rows: f64,
    pub(crate) startup: f64,
    pub(crate) total: f64,
}

impl Rel {
    /// Wraps what a planner callback was called with.
    ///
    /// # Safety
    /// Both are the planner's, alive for as long as the value is used.
    pub(crate) unsafe fn new(root: *mut pg_sys::PlannerInfo, rel: *mut pg_sys::RelOptInfo) -> Self {
        Self { root, rel }
    }

    fn relid(self) -> pg_sys::Index {
        // SAFETY: by `new`.
        unsafe { (*self.rel).relid }
    }

    /// The foreign table.
    pub(crate) fn relation(self) -> pg_sys::Oid {
        // SAFETY: simple_rte_array has an entry for every base relation of the run.
        unsafe { (**(*self.root).simple_rte_array.add(self.relid() as usize)).relid }
    }

    /// The restriction clauses that are comparisons.
    pub(crate) fn restrictions(self) -> Vec<Comparison> {
        let reader = Reader { root: self.root, relid: self.relid() };
        // SAFETY: baserestrictinfo is a list of RestrictInfo, whose clause is an expression.
        unsafe {
            let clauses = PgList::<pg_sys::RestrictInfo>::from_pg((*self.rel).baserestrictinfo);
            clauses.iter_ptr().filter_map(|info| reader.comparison((*info).clause.cast())).collect()
        }
    }

    /// The number of restriction clauses.
    pub(crate) fn restriction_count(self) -> usize {
        // SAFETY: as for `restrictions`.
        unsafe { PgList::<pg_sys::RestrictInfo>::from_pg((*self.rel).baserestrictinfo).len() }
    }

    /// The share of rows that the restriction clauses let through, from 0 to 1.
    pub(crate) fn selectivity(self) -> f64 {
        // SAFETY: by `new`; a null SpecialJoinInfo means no join.
        unsafe {
            pg_sys::clauselist_selectivity(
                self.root,
                (*self.rel).baserestrictinfo,
                self.relid() as i32,
                pg_sys::JoinType::JOIN_INNER,
                std::ptr::null_mut(),
            )
        }
    }

    /// The columns that the query needs, and whether it needs the row as a whole.
    pub(crate) fn used_columns(self) -> (Vec<i16>, bool) {
        let mut members: *mut pg_sys::Bitmapset = std::ptr::null_mut();
        let mut found = Vec::new();
        // SAFETY: pull_varattnos offsets attribute numbers so that system columns fit; its set is
        // walked with bms_next_member as PostgreSQL does.
        unsafe {
            let mut pull = |node: *mut pg_sys::Node| {
                pg_sys::pull_varattnos(node, self.relid(), &mut members);
            };
            pull((*(*self.rel).reltarget).exprs.cast());
            let clauses = PgList::<pg_sys::RestrictInfo>::from_pg((*self.rel).baserestrictinfo);
            clauses.iter_ptr().for_each(|info| pull((*info).clause.cast()));
            let joins = PgList::<pg_sys::RestrictInfo>::from_pg((*self.rel).joininfo);
            joins.iter_ptr().for_each(|info| pull((*info).clause.cast()));
            let mut member = pg_sys::bms_next_member(members, -1);
            while member >= 0 {
                found.push(member as i16 + pg_sys::FirstLowInvalidHeapAttributeNumber as i16);
                member = pg_sys::bms_next_member(members, member);
            }
        }
        let whole = found.contains(&0);
        found.retain(|attnum| *attnum > 0);
        (found, whole)
    }

    /// The rows after which the query stops, when nothing above the scan can drop or reorder them.
    pub(crate) fn hard_limit(self) -> Option<u32> {
        // SAFETY: by `new`.
        unsafe {
            let alone = pg_sys::bms_membership((*self.root).all_baserels)
                == pg_sys::BMS_Membership::BMS_SINGLETON;
            let sorted = !(*(*self.root).parse).sortClause.is_null();
            let limit = (*self.root).limit_tuples;
            (alone && !sorted && limit >= 1.0 && limit < f64::from(u32::MAX))
                .then_some(limit as u32)
        }
    }

    /// Sets the size that joins will reckon with.
    pub(crate) fn set_rows(self, rows: f64) {
        // SAFETY: by `new`.
        unsafe { (*self.rel).rows = rows.max(1.0) };
    }

    /// The size that was set.
    pub(crate) fn rows(self) -> f64 {
        // SAFETY: by `new`.
        unsafe { (*self.rel).rows }
    }

    /// Offers a path that scans the relation by itself.
    pub(crate) fn add_path(self, cost: Cost, private: &str, exprs: &[Expr]) {
        // SAFETY: the lists are made in the planner's memory context; lateral_relids is what an
        // unparameterised path of the relation must require.
        unsafe {
            let private = private_list(private, exprs);
            let path = compat::create_foreignscan_path(
                self.root,
                self.rel,
                cost.rows.max(1.0),
                cost.startup,
                cost.total,
                std::ptr::null_mut(),
                (*self.rel).lateral_relids,
                private,
            );
            pg_sys::add_path(self.rel, &mut (*path).path);
        }
    }
}

/// A path's private list: the text, then the expressions.
unsafe fn private_list(text: &str, exprs: &[Expr]) -> *mut pg_sys::List {
    // SAFETY: `of_string` gives a valid list; nodes are appended to it.
    unsafe {
        let mut private = PgList::<pg_sys::Node>::from_pg(list::of_string(text));
        exprs.iter().for_each(|expr| private.push(expr.node()));
        private.into_pg()
    }
}

/// What GetForeignPlan was called with.
pub(crate) struct PlanRequest {
    pub(crate) path: *mut pg_sys::ForeignPath,
    pub(crate) targets: *mut pg_sys::List,
    pub(crate) clauses: *mut pg_sys::List,
    pub(crate) outer: *mut pg_sys::Plan,
}

impl Rel {
    /// Makes the plan node of a path of ours. PostgreSQL checks every clause again.
    ///
    /// # Safety
    /// The request is the planner's own.
    pub(crate) unsafe fn make_plan(self, request: &PlanRequest) -> *mut pg_sys::ForeignScan {
        // SAFETY: the path is one that `add_path` has made, so its private list is ours.
        unsafe {
            let private = (*request.path).fdw_private;
            let text = list::string_at_head(private).unwrap_or_default();
            let mut exprs = PgList::<pg_sys::Node>::new();
            let ours = PgList::<pg_sys::Node>::from_pg(private);
            ours.iter_ptr().skip(1).for_each(|expr| exprs.push(expr));
            pg_sys::make_foreignscan(
                request.targets,
                pg_sys::extract_actual_clauses(request.clauses, false),
                self.relid(),
                exprs.into_pg(),
                list::of_string(&text),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                request.outer,
            )
        }
    }
}

//! A base relation in the hands of the planner.
//!
//! Paths and plans are made here; which ones are worth making is decided elsewhere.

use std::any::Any;

use pgrx::list::old_list::PgList;
use pgrx::{PgMemoryContexts, pg_sys};

use super::clause::{AnyOf, Expr, Reader};
use super::{compat, list};

/// A foreign base relation during one planning run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rel {
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
}

/// An order by one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WantedOrder {
    pub(crate) attnum: i16,
    pub(crate) descending: bool,
}

/// Costs in the planner's unit, the cost of reading a page in sequence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathCost {
    pub(crate) rows: f64,
    pub(crate) startup: f64,
    pub(crate) total: f64,
    /// Whether anything else is to be preferred.
    pub(crate) last_resort: bool,
}

impl Rel {
    /// Wraps what a planner callback was called with.
    ///
    /// # Safety
    /// Both are the planner's, alive for as long as the value is used.
    pub(crate) unsafe fn new(root: *mut pg_sys::PlannerInfo, rel: *mut pg_sys::RelOptInfo) -> Self {
        Self { root, rel }
    }

    /// Keeps what a callback has found out of the relation for those that follow in the planning run.
    pub(crate) fn keep(self, found: Box<dyn Any>) {
        // SAFETY: the current memory context is the planning run's, as the relation's is, and drops the
        // value at its end; `fdw_private` is the wrapper's own.
        unsafe {
            let kept = PgMemoryContexts::CurrentMemoryContext.leak_and_drop_on_delete(found);
            (*self.rel).fdw_private = kept.cast();
        }
    }

    /// What was [kept](Self::keep).
    pub(crate) fn kept<T: 'static>(&self) -> Option<&T> {
        // SAFETY: what stands there is a value that `keep` has put there, and lives as long as the relation.
        let kept = unsafe { (*self.rel).fdw_private.cast::<Box<dyn Any>>().as_ref()? };
        kept.downcast_ref()
    }

    pub(super) fn relid(self) -> pg_sys::Index {
        // SAFETY: by `new`.
        unsafe { (*self.rel).relid }
    }

    /// The foreign table.
    pub(crate) fn relation(self) -> pg_sys::Oid {
        // SAFETY: simple_rte_array has an entry for every base relation of the run.
        unsafe { (**(*self.root).simple_rte_array.add(self.relid() as usize)).relid }
    }

    /// Reads clauses about this relation.
    pub(super) fn reader(self) -> Reader {
        Reader { root: self.root, relid: self.relid() }
    }

    /// What the restriction clauses demand, as far as they are comparisons.
    pub(crate) fn restrictions(self) -> Vec<AnyOf> {
        // SAFETY: baserestrictinfo is a list of RestrictInfo.
        unsafe { self.demands((*self.rel).baserestrictinfo) }
    }

    /// What clauses demand, as far as they are comparisons or imply some.
    ///
    /// # Safety
    /// `clauses` is a list of RestrictInfo of this planning run.
    pub(super) unsafe fn demands(self, clauses: *mut pg_sys::List) -> Vec<AnyOf> {
        // SAFETY: the clause of a RestrictInfo is an expression.
        unsafe {
            let clauses = PgList::<pg_sys::RestrictInfo>::from_pg(clauses);
            let read = |info: *mut pg_sys::RestrictInfo| self.read((*info).clause.cast());
            clauses.iter_ptr().flat_map(read).collect()
        }
    }

    /// What a clause demands: all of it, or else what follows from it.
    ///
    /// # Safety
    /// `clause` is a valid expression of this planning run.
    pub(super) unsafe fn read(self, clause: *mut pg_sys::Node) -> Vec<AnyOf> {
        // SAFETY: the caller's.
        unsafe {
            match self.reader().any_of(clause) {
                Some(any_of) => vec![any_of],
                None => self.reader().implied(clause).into_iter().map(|one| vec![one]).collect(),
            }
        }
    }

    /// Whether the restriction clauses are what [`restrictions`](Self::restrictions) says, and no more.
    pub(crate) fn is_understood(self) -> bool {
        // SAFETY: as for `restrictions`.
        unsafe {
            let clauses = PgList::<pg_sys::RestrictInfo>::from_pg((*self.rel).baserestrictinfo);
            let mut clauses = clauses.iter_ptr();
            clauses.all(|info| self.reader().any_of((*info).clause.cast()).is_some())
        }
    }

    /// The number of restriction clauses.
    pub(crate) fn restriction_count(self) -> usize {
        // SAFETY: as for `restrictions`.
        unsafe { PgList::<pg_sys::RestrictInfo>::from_pg((*self.rel).baserestrictinfo).len() }
    }

    /// The share of rows that the restriction clauses let through, from 0 to 1.
    pub(crate) fn selectivity(self) -> f64 {
        // SAFETY: by `new`.
        unsafe { self.selectivity_of((*self.rel).baserestrictinfo) }
    }

    /// The share of rows that clauses let through, from 0 to 1.
    ///
    /// # Safety
    /// `clauses` is a list of RestrictInfo of this planning run.
    pub(super) unsafe fn selectivity_of(self, clauses: *mut pg_sys::List) -> f64 {
        // SAFETY: by `new` and the caller; a null SpecialJoinInfo means no join.
        unsafe {
            pg_sys::clauselist_selectivity(
                self.root,
                clauses,
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

    /// The rows after which the query stops, when nothing but a sort can drop or reorder them above the
    /// scan. A function in the targets that returns a set may make no row of one, and ties may be any
    /// number.
    pub(crate) fn hard_limit(self) -> Option<u32> {
        // SAFETY: by `new`.
        let (limit, is_exact) = unsafe {
            let parse = (*self.root).parse;
            let ties = (*parse).limitOption == pg_sys::LimitOption::LIMIT_OPTION_WITH_TIES;
            ((*self.root).limit_tuples, !ties && !(*parse).hasTargetSRFs)
        };
        let is_count = (1.0..f64::from(u32::MAX)).contains(&limit);
        let certain = self.is_alone() && is_exact && is_count;
        certain.then_some(limit as u32)
    }

    /// Whether the query wants its rows in an order.
    pub(crate) fn is_sorted(self) -> bool {
        // SAFETY: by `new`.
        unsafe { !(*(*self.root).parse).sortClause.is_null() }
    }

    /// Whether the query is expected to stop after a few rows: EXISTS, or a LIMIT.
    pub(crate) fn stops_early(self) -> bool {
        // SAFETY: by `new`. tuple_fraction counts rows from 1 on.
        unsafe { self.is_alone() && (*self.root).tuple_fraction >= 1.0 }
    }

    /// Whether the query reads nothing but this relation, and all of it.
    pub(crate) fn reads_all(self) -> bool {
        // SAFETY: by `new`. A tuple_fraction of 0 stands for every row.
        unsafe {
            let relations = pg_sys::bms_membership((*self.root).all_baserels);
            relations == pg_sys::BMS_Membership::BMS_SINGLETON && (*self.root).tuple_fraction == 0.0
        }
    }

    /// Whether the query reads nothing but this relation, and does not need all of it before its first
    /// row of output.
    fn is_alone(self) -> bool {
        // SAFETY: by `new`.
        unsafe {
            let parse = (*self.root).parse;
            let gathers = (*parse).hasAggs
                || !(*parse).groupClause.is_null()
                || (*parse).hasWindowFuncs
                || !(*parse).distinctClause.is_null();
            let relations = pg_sys::bms_membership((*self.root).all_baserels);
            relations == pg_sys::BMS_Membership::BMS_SINGLETON && !gathers
        }
    }

    /// The first of the pathkeys that the query would like the relation's rows to have, as a column and
    /// whether it descends; `None` unless it is one of this relation's.
    pub(crate) fn wanted_order(self) -> Option<WantedOrder> {
        // SAFETY: query_pathkeys is a list of PathKey; the column found is one of this relation.
        unsafe {
            let keys = PgList::<pg_sys::PathKey>::from_pg((*self.root).query_pathkeys);
            let key = keys.get_ptr(0)?;
            let members = compat::members((*key).pk_eclass, self.rel);
            let ours = |member: *mut pg_sys::EquivalenceMember| {
                self.reader().column((*member).em_expr.cast())
            };
            let attnum = members.into_iter().find_map(ours)?;
            let descending = compat::descends(key);
            Some(WantedOrder { attnum, descending })
        }
    }

    /// Sets the size that joins will reckon with.
    pub(crate) fn set_rows(self, rows: f64) {
        // SAFETY: by `new`.
        unsafe { (*self.rel).rows = rows.max(1.0) };
    }

    /// Offers a path: for a scan by itself, or for one to which other relations give values; sorted as
    /// the query wants it, or not.
    pub(crate) fn add_path(
        self,
        cost: PathCost,
        outer: Option<RequiredOuter>,
        sorted: bool,
        private: &str,
        exprs: &[Expr],
    ) {
        // SAFETY: the lists are made in the planner's memory context; lateral_relids is what a path
        // without parameters must require.
        unsafe {
            let lateral = (*self.rel).lateral_relids;
            let private = private_list(private, exprs);
            let order = if sorted { self.first_pathkey() } else { std::ptr::null_mut() };
            let path = compat::create_foreignscan_path(
                self.root,
                self.rel,
                cost.rows.max(1.0),
                cost.startup,
                cost.total,
                cost.last_resort,
                order,
                outer.map_or(lateral, |outer| outer.0),
                private,
            );
            pg_sys::add_path(self.rel, &mut (*path).path);
        }
    }

    /// The pathkeys of a path that is sorted by the first key alone; PostgreSQL sorts what is equal in it.
    fn first_pathkey(self) -> *mut pg_sys::List {
        // SAFETY: query_pathkeys is a list of PathKey.
        unsafe {
            let keys = PgList::<pg_sys::PathKey>::from_pg((*self.root).query_pathkeys);
            let mut first = PgList::<pg_sys::PathKey>::new();
            keys.get_ptr(0).into_iter().for_each(|key| first.push(key));
            first.into_pg()
        }
    }

    /// The number of pathkeys that the query would like.
    pub(crate) fn order_length(self) -> usize {
        // SAFETY: as for `wanted_order`.
        unsafe { PgList::<pg_sys::PathKey>::from_pg((*self.root).query_pathkeys).len() }
    }

    pub(super) fn root(self) -> *mut pg_sys::PlannerInfo {
        self.root
    }

    pub(super) fn as_ptr(self) -> *mut pg_sys::RelOptInfo {
        self.rel
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

/// The relations whose values a parameterized path needs (`required_outer`).
#[derive(Clone, Copy)]
pub(crate) struct RequiredOuter(pub(super) pg_sys::Relids);

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

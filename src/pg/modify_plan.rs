//! UPDATE, DELETE and INSERT in the hands of the planner: targets, junk columns, direct modification.
//!
//! Execution stands in `modify`.

use pgrx::list::old_list::PgList;
use pgrx::{is_a, pg_sys};

use super::{list, text, value};

/// What a statement does to the rows of its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Insert,
    Update,
    Delete,
}

impl Operation {
    fn of(command: pg_sys::CmdType::Type) -> Option<Self> {
        match command {
            pg_sys::CmdType::CMD_INSERT => Some(Self::Insert),
            pg_sys::CmdType::CMD_UPDATE => Some(Self::Update),
            pg_sys::CmdType::CMD_DELETE => Some(Self::Delete),
            _ => None,
        }
    }

    /// The bit that IsForeignRelUpdatable answers with.
    pub(crate) fn bit(self) -> i32 {
        let command = match self {
            Self::Insert => pg_sys::CmdType::CMD_INSERT,
            Self::Update => pg_sys::CmdType::CMD_UPDATE,
            Self::Delete => pg_sys::CmdType::CMD_DELETE,
        };
        1 << command
    }
}

/// The target of an UPDATE or DELETE whose rows must be told apart.
#[derive(Clone, Copy)]
pub(crate) struct UpdateTarget {
    root: *mut pg_sys::PlannerInfo,
    rtindex: pg_sys::Index,
    rte: *mut pg_sys::RangeTblEntry,
}

impl UpdateTarget {
    /// Wraps what AddForeignUpdateTargets was called with.
    ///
    /// # Safety
    /// All are the planner's, alive for as long as the value is used.
    pub(crate) unsafe fn new(
        root: *mut pg_sys::PlannerInfo,
        rtindex: pg_sys::Index,
        rte: *mut pg_sys::RangeTblEntry,
    ) -> Self {
        Self { root, rtindex, rte }
    }

    pub(crate) fn relation(self) -> pg_sys::Oid {
        // SAFETY: by `new`.
        unsafe { (*self.rte).relid }
    }

    /// Whether a DELETE wants to see the rows that it has deleted.
    pub(crate) fn returns_deleted(self) -> bool {
        // SAFETY: by `new`.
        unsafe {
            let parse = (*self.root).parse;
            (*parse).commandType == pg_sys::CmdType::CMD_DELETE && !(*parse).returningList.is_null()
        }
    }

    /// Adds a junk column that brings a column of each row to the modification, under a name.
    pub(crate) fn add_column(self, attnum: i16, type_oid: pg_sys::Oid, typmod: i32, name: &str) {
        let name = text::c_string(name);
        // SAFETY: the column exists; makeVar and pstrdup allocate in the planner's context.
        unsafe {
            let collation = pg_sys::get_typcollation(type_oid);
            // An Index before PostgreSQL 15, an int since.
            let varno = self.rtindex as _;
            let var = pg_sys::makeVar(varno, attnum, type_oid, typmod, collation, 0);
            let name = pg_sys::pstrdup(name.as_ptr());
            pg_sys::add_row_identity_var(self.root, var, self.rtindex, name);
        }
    }

    /// Adds the junk column `wholerow`, as PostgreSQL does for triggers.
    pub(crate) fn add_whole_row(self) {
        // SAFETY: as for `add_column`.
        unsafe {
            let var = pg_sys::makeWholeRowVar(self.rte, self.rtindex as _, 0, false);
            let name = WHOLE_ROW.as_ptr();
            pg_sys::add_row_identity_var(self.root, var, self.rtindex, name);
        }
    }
}

pub(super) const WHOLE_ROW: &std::ffi::CStr = c"wholerow";

/// One target of a ModifyTable node that is being planned.
#[derive(Clone, Copy)]
pub(crate) struct ModifyRequest {
    root: *mut pg_sys::PlannerInfo,
    plan: *mut pg_sys::ModifyTable,
    rtindex: pg_sys::Index,
    subplan: usize,
}

/// The text of a constant; `None` for NULL.
pub(crate) struct Constant(pub(crate) Option<String>);

impl ModifyRequest {
    /// Wraps what PlanForeignModify or PlanDirectModify was called with.
    ///
    /// # Safety
    /// All are the planner's, alive for as long as the value is used.
    pub(crate) unsafe fn new(
        root: *mut pg_sys::PlannerInfo,
        plan: *mut pg_sys::ModifyTable,
        rtindex: pg_sys::Index,
        subplan: i32,
    ) -> Self {
        Self { root, plan, rtindex, subplan: usize::try_from(subplan).unwrap_or(0) }
    }

    fn rte(self) -> *mut pg_sys::RangeTblEntry {
        // SAFETY: simple_rte_array has an entry for every relation of the run.
        unsafe { *(*self.root).simple_rte_array.add(self.rtindex as usize) }
    }

    pub(crate) fn relation(self) -> pg_sys::Oid {
        // SAFETY: by `new`.
        unsafe { (*self.rte()).relid }
    }

    pub(crate) fn operation(self) -> Option<Operation> {
        // SAFETY: by `new`.
        Operation::of(unsafe { (*self.plan).operation })
    }

    /// Whether the statement has a RETURNING clause.
    pub(crate) fn returns(self) -> bool {
        // SAFETY: by `new`.
        unsafe { !(*self.plan).returningLists.is_null() }
    }

    /// Whether the statement's count of rows is this node's.
    pub(crate) fn counts(self) -> bool {
        // SAFETY: by `new`.
        unsafe { (*self.plan).canSetTag }
    }

    /// Whether the statement has an ON CONFLICT clause.
    pub(crate) fn on_conflict(self) -> bool {
        // SAFETY: by `new`.
        unsafe { (*self.plan).onConflictAction != pg_sys::OnConflictAction::ONCONFLICT_NONE }
    }

    /// The columns that an UPDATE sets, in the order of the statement's targets.
    pub(crate) fn assigned(self) -> Vec<i16> {
        // SAFETY: an UPDATE has a list of column numbers for each of its targets, in their numbering.
        unsafe {
            let lists = PgList::<pg_sys::List>::from_pg((*self.plan).updateColnosLists);
            let Some(columns) = lists.get_ptr(self.subplan) else { return Vec::new() };
            let columns = PgList::<i32>::from_pg(columns);
            (0..columns.len()).filter_map(|n| i16::try_from(columns.get_int(n)?).ok()).collect()
        }
    }

    /// What an UPDATE sets a column to, when that is a constant.
    pub(crate) fn constant(self, attnum: i16) -> Option<Constant> {
        let n = self.assigned().into_iter().position(|column| column == attnum)?;
        // SAFETY: processed_tlist begins with the expressions of the assigned columns, in their order.
        unsafe {
            let targets = PgList::<pg_sys::TargetEntry>::from_pg((*self.root).processed_tlist);
            let expr = (*targets.get_ptr(n)?).expr;
            if !is_a(expr.cast(), pg_sys::NodeTag::T_Const) {
                return None;
            }
            let constant = expr.cast::<pg_sys::Const>();
            let null = (*constant).constisnull;
            let text = || value::output((*constant).consttype, (*constant).constvalue);
            Some(Constant((!null).then(text)))
        }
    }

    /// The scan that reads the target's rows, when it reads nothing else.
    pub(crate) fn scan(self) -> Option<TargetScan> {
        // SAFETY: a ModifyTable has one subplan, which is an Append when there are several targets.
        unsafe {
            let mut subplan = (*self.plan).plan.lefttree;
            if is_a(subplan.cast(), pg_sys::NodeTag::T_Append) {
                let append = subplan.cast::<pg_sys::Append>();
                let children = PgList::<pg_sys::Plan>::from_pg((*append).appendplans);
                subplan = children.get_ptr(self.subplan)?;
            }
            if !is_a(subplan.cast(), pg_sys::NodeTag::T_ForeignScan) {
                return None;
            }
            let scan = subplan.cast::<pg_sys::ForeignScan>();
            ((*scan).scan.scanrelid == self.rtindex).then_some(TargetScan(scan))
        }
    }

    /// Turns the scan of the target into the modification itself.
    pub(crate) fn make_direct(self, scan: TargetScan, private: &str) {
        // SAFETY: the scan is a node of this plan. Its clauses are dropped: the caller vouches that the
        // modification does what they demand.
        unsafe {
            (*scan.0).operation = (*self.plan).operation;
            (*scan.0).resultRelation = self.rtindex;
            (*scan.0).scan.plan.qual = std::ptr::null_mut();
            (*scan.0).fdw_private = list::of_string(private);
        }
    }
}

/// The scan of a modification's target.
#[derive(Clone, Copy)]
pub(crate) struct TargetScan(*mut pg_sys::ForeignScan);

impl TargetScan {
    /// The text in the scan's private list.
    pub(crate) fn private(self) -> Option<String> {
        // SAFETY: the scan is one of ours.
        unsafe { list::string_at_head((*self.0).fdw_private) }
    }
}

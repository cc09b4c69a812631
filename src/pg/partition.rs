//! The bound of a partition: what its own and its ancestors' constraints say of its columns.

use pgrx::list::old_list::PgList;
use pgrx::{PgRelation, is_a, pg_sys};

use super::clause::{Comparison, Operand, Reader, Test};
use super::slot::Slot;
use super::text;

unsafe extern "C-unwind" {
    /// Of utils/partcache.h, which pgrx has no binding for.
    fn RelationGetPartitionQual(rel: pg_sys::Relation) -> *mut pg_sys::List;
}

/// A part of a bound.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// A column has one of these values.
    Listed(i16, Vec<String>),
    /// Something else about these columns.
    Other(Vec<i16>),
}

/// The bound of a relation that some query has already locked; nothing unless it is a partition.
pub(crate) fn bound(relation: pg_sys::Oid) -> Vec<Part> {
    // SAFETY: the clauses are valid expressions; those of a partition's constraint number it 1.
    unsafe {
        let reader = Reader { root: std::ptr::null_mut(), relid: 1 };
        let part = |clause: *mut pg_sys::Node| match reader.any_of(clause).as_deref() {
            Some([Comparison { attnum, test: Test::Eq, operand: Operand::Known(values) }]) => {
                Part::Listed(*attnum, values.clone())
            }
            _ => Part::Other(columns(clause)),
        };
        clauses(relation).iter_ptr().filter(|clause| !is_not_null(*clause)).map(part).collect()
    }
}

/// Whether a bound lets a row in, as far as it is about columns whose texts are given.
#[allow(ffi_unwind_calls, reason = "an ERROR is caught at the boundary")]
pub(crate) fn admits(relation: pg_sys::Oid, row: &[(i16, &str)]) -> bool {
    let known = |attnum: &i16| row.iter().any(|(known, _)| known == attnum);
    // SAFETY: the slot and the context live until the end of this function; the clauses are of the
    // relation whose rows the slot holds.
    unsafe {
        let decidable = |clause: &*mut pg_sys::Node| columns(*clause).iter().all(known);
        let clauses = clauses(relation);
        let clauses: Vec<_> = clauses.iter_ptr().filter(decidable).collect();
        let descriptor = PgRelation::open(relation).rd_att;
        let raw = pg_sys::MakeSingleTupleTableSlot(descriptor, &pg_sys::TTSOpsVirtual);
        let context = pg_sys::CreateStandaloneExprContext();
        if let Some(slot) = Slot::new(raw) {
            let text =
                |attnum| row.iter().find(|(known, _)| *known == attnum).map(|(_, text)| *text);
            slot.store(|attnum| text::text_datum(text(attnum)?));
        }
        (*context).ecxt_scantuple = raw;
        let admits = clauses.into_iter().all(|clause| {
            let state = pg_sys::ExecInitExpr(clause.cast(), std::ptr::null_mut());
            let mut null = false;
            let verdict = (*state).evalfunc.map(|evaluate| {
                pg_sys::ffi::pg_guard_ffi_boundary(|| evaluate(state, context, &mut null))
            });
            // NULL satisfies a constraint.
            null || verdict.is_none_or(|verdict| verdict.value() != 0)
        });
        pg_sys::FreeExprContext(context, true);
        pg_sys::ExecDropSingleTupleTableSlot(raw);
        admits
    }
}

/// The clauses that all hold for the rows of a partition, ready to be evaluated.
#[allow(ffi_unwind_calls, reason = "an ERROR is caught at the boundary")]
fn clauses(relation: pg_sys::Oid) -> PgList<pg_sys::Node> {
    let mut ready = PgList::new();
    // SAFETY: the lock is held, so the relation is there; its constraint is a list of clauses.
    unsafe {
        let relation = PgRelation::open(relation);
        if (*relation.rd_rel).relispartition {
            let clauses =
                pg_sys::ffi::pg_guard_ffi_boundary(|| RelationGetPartitionQual(relation.as_ptr()));
            let clauses = PgList::<pg_sys::Expr>::from_pg(clauses);
            clauses
                .iter_ptr()
                .for_each(|clause| flatten(pg_sys::expression_planner(clause), &mut ready));
        }
    }
    ready
}

/// The clauses that AND joins, one by one.
unsafe fn flatten(clause: *mut pg_sys::Expr, into: &mut PgList<pg_sys::Node>) {
    // SAFETY: make_ands_implicit gives a list of expressions.
    unsafe {
        let parts = pg_sys::make_ands_implicit(clause);
        PgList::<pg_sys::Node>::from_pg(parts).iter_ptr().for_each(|part| into.push(part));
    }
}

/// Whether a clause says no more than that something is known.
unsafe fn is_not_null(clause: *mut pg_sys::Node) -> bool {
    // SAFETY: the tag of a node says which struct it is.
    unsafe {
        is_a(clause, pg_sys::NodeTag::T_NullTest)
            && (*clause.cast::<pg_sys::NullTest>()).nulltesttype
                == pg_sys::NullTestType::IS_NOT_NULL
    }
}

/// The columns of a partition that a clause is about.
unsafe fn columns(clause: *mut pg_sys::Node) -> Vec<i16> {
    let mut members: *mut pg_sys::Bitmapset = std::ptr::null_mut();
    let mut found = Vec::new();
    // SAFETY: pull_varattnos offsets attribute numbers so that system columns fit.
    unsafe {
        pg_sys::pull_varattnos(clause, 1, &mut members);
        let mut member = pg_sys::bms_next_member(members, -1);
        while member >= 0 {
            found.push((member + pg_sys::FirstLowInvalidHeapAttributeNumber) as i16);
            member = pg_sys::bms_next_member(members, member);
        }
    }
    found
}

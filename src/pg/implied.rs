//! What follows from alternatives of several conditions each: `(a = 1 AND b = 2) OR (a = 3 AND b = 4)`
//! implies `a IN (1, 3)`. A comparison of rows with a list of rows is such a clause.

use pgrx::list::old_list::PgList;
use pgrx::{is_a, pg_sys};

use super::clause::{Comparison, Operand, Reader, Test, union};

impl Reader {
    /// The equalities that a clause implies and is more than.
    ///
    /// # Safety
    /// `clause` is a valid expression of this planning run.
    pub(super) unsafe fn implied(self, clause: *mut pg_sys::Node) -> Vec<Comparison> {
        // SAFETY: the caller's.
        unsafe {
            let Some(arms) = arguments(clause, pg_sys::BoolExprType::OR_EXPR) else {
                return Vec::new();
            };
            let arms: Vec<_> = arms.iter_ptr().map(|arm| self.equalities(arm)).collect();
            let columns: Vec<_> =
                arms.first().into_iter().flatten().map(|equal| equal.attnum).collect();
            let mut found: Vec<Comparison> = Vec::new();
            for attnum in columns {
                if !found.iter().any(|known| known.attnum == attnum) {
                    found.extend(in_every_arm(&arms, attnum));
                }
            }
            found
        }
    }

    /// The equalities that all hold where an alternative does.
    unsafe fn equalities(self, arm: *mut pg_sys::Node) -> Vec<Comparison> {
        // SAFETY: the caller's.
        unsafe {
            let is_equal = |found: &Comparison| found.test == Test::Eq;
            let of = |node| match self.comparison(node) {
                Some(comparison) => vec![comparison],
                None => self.implied(node),
            };
            let found = match arguments(arm, pg_sys::BoolExprType::AND_EXPR) {
                Some(parts) => parts.iter_ptr().flat_map(of).collect(),
                None => of(arm),
            };
            found.into_iter().filter(is_equal).collect()
        }
    }
}

/// The list of values that a column has, if each alternative gives it some.
///
/// # Safety
/// The expressions are of the planning run that is under way.
unsafe fn in_every_arm(arms: &[Vec<Comparison>], attnum: i16) -> Option<Comparison> {
    let of_arm = |arm: &Vec<Comparison>| {
        arm.iter().find(|equal| equal.attnum == attnum).map(|equal| equal.operand.clone())
    };
    let operands: Vec<Operand> = arms.iter().map(of_arm).collect::<Option<_>>()?;
    // SAFETY: the caller's.
    let operand = unsafe { union(operands)? };
    Some(Comparison { attnum, test: Test::Eq, operand })
}

/// What a clause joins by AND, or by OR.
unsafe fn arguments(
    clause: *mut pg_sys::Node,
    by: pg_sys::BoolExprType::Type,
) -> Option<PgList<pg_sys::Node>> {
    // SAFETY: the tag of a node says which struct it is; a BoolExpr's arguments are expressions.
    unsafe {
        if !is_a(clause, pg_sys::NodeTag::T_BoolExpr) {
            return None;
        }
        let clause = clause.cast::<pg_sys::BoolExpr>();
        ((*clause).boolop == by).then(|| PgList::from_pg((*clause).args))
    }
}

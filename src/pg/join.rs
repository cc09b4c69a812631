//! The join clauses of a base relation: which other relations could give it values for its columns.
//!
//! Which values are worth having is decided by the caller.

use pgrx::list::old_list::PgList;
use pgrx::{pg_guard, pg_sys};

use super::clause::AnyOf;
use super::planner::{Rel, RequiredOuter};

/// What a set of outer relations brings.
pub(crate) struct Parameterised {
    pub(crate) outer: RequiredOuter,
    pub(crate) demands: Vec<AnyOf>,
    /// The share of rows that the join clauses let through, from 0 to 1.
    pub(crate) selectivity: f64,
    info: *mut pg_sys::ParamPathInfo,
}

/// Sets of outer relations that are looked at; a query with more join clauses on keys is planned with
/// the first of them.
const MOST: usize = 16;

impl Rel {
    /// The ways in which other relations can give values to columns of this one.
    pub(crate) fn parameterisations(self, columns: &[i16]) -> Vec<Parameterised> {
        // SAFETY: the lists are the planner's, of RestrictInfo; get_baserel_parampathinfo keeps one
        // description for each set.
        unsafe {
            let mut sets: Vec<pg_sys::Relids> = Vec::new();
            let joins = PgList::<pg_sys::RestrictInfo>::from_pg((*self.as_ptr()).joininfo);
            joins.iter_ptr().for_each(|info| self.note(&mut sets, info));
            if (*self.as_ptr()).has_eclass_joins {
                for attnum in columns {
                    let implied = self.implied(*attnum);
                    implied.iter_ptr().for_each(|info| self.note(&mut sets, info));
                }
            }
            for i in 0..sets.len() {
                for j in 0..i {
                    if let (Some(a), Some(b)) = (sets.get(i), sets.get(j)) {
                        let union = pg_sys::bms_union(*a, *b);
                        add(&mut sets, union);
                    }
                }
            }
            sets.into_iter().map(|set| self.parameterised(set)).collect()
        }
    }

    /// Notes which relations a join clause needs.
    unsafe fn note(self, sets: &mut Vec<pg_sys::Relids>, info: *mut pg_sys::RestrictInfo) {
        // SAFETY: the clause is one of this relation's.
        unsafe {
            if !pg_sys::join_clause_is_movable_to(info, self.as_ptr())
                || self.read((*info).clause.cast()).is_empty()
            {
                return;
            }
            let lateral = (*self.as_ptr()).lateral_relids;
            let needed = pg_sys::bms_union((*info).clause_relids, lateral);
            let outer = pg_sys::bms_del_member(needed, self.relid() as i32);
            if !outer.is_null() {
                add(sets, outer);
            }
        }
    }

    /// The join clauses on a column that follow from equivalences.
    unsafe fn implied(self, attnum: i16) -> PgList<pg_sys::RestrictInfo> {
        let mut wanted = (self, attnum);
        // SAFETY: the callback reads its argument only during the call.
        unsafe {
            PgList::from_pg(pg_sys::generate_implied_equalities_for_column(
                self.root(),
                self.as_ptr(),
                Some(is_column),
                (&raw mut wanted).cast(),
                (*self.as_ptr()).lateral_referencers,
            ))
        }
    }

    unsafe fn parameterised(self, set: pg_sys::Relids) -> Parameterised {
        // SAFETY: the set holds relations of this run, and not this one.
        unsafe {
            let info = pg_sys::get_baserel_parampathinfo(self.root(), self.as_ptr(), set);
            let clauses = (*info).ppi_clauses;
            Parameterised {
                outer: RequiredOuter(set),
                demands: self.demands(clauses),
                selectivity: self.selectivity_of(clauses),
                info,
            }
        }
    }
}

impl Parameterised {
    /// Sets the size that joins with the outer relations will reckon with.
    pub(crate) fn set_rows(&self, rows: f64) {
        // SAFETY: the description belongs to the planning run.
        unsafe { (*self.info).ppi_rows = rows.max(1.0) };
    }
}

/// Adds a set that is not there yet.
unsafe fn add(sets: &mut Vec<pg_sys::Relids>, set: pg_sys::Relids) {
    // SAFETY: the sets are the planner's.
    unsafe {
        if sets.len() < MOST && !sets.iter().any(|known| pg_sys::bms_equal(*known, set)) {
            sets.push(set);
        }
    }
}

/// Whether a member of an equivalence class is the column that is asked about.
#[pg_guard]
unsafe extern "C-unwind" fn is_column(
    _root: *mut pg_sys::PlannerInfo,
    _rel: *mut pg_sys::RelOptInfo,
    _class: *mut pg_sys::EquivalenceClass,
    member: *mut pg_sys::EquivalenceMember,
    wanted: *mut std::ffi::c_void,
) -> bool {
    // SAFETY: the argument is what `implied` has passed; a member is an expression.
    unsafe {
        let (rel, attnum) = *wanted.cast::<(Rel, i16)>();
        rel.reader().column((*member).em_expr.cast()) == Some(attnum)
    }
}

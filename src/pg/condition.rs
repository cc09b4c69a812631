//! The conditions that a query puts on a column of a base relation, whether they are understood or not.
//!
//! What follows from a condition is decided elsewhere.

use pgrx::list::old_list::PgList;
use pgrx::{is_a, pg_sys};

use super::compat;
use super::planner::Rel;

/// A condition on a column.
pub(crate) enum Condition {
    /// It equals a column of another relation, a foreign one or a subquery.
    EqualTo(Rel, i16),
    /// It is a column of a subquery, that relation of the query around it.
    Given(Rel, i16),
    /// Anything else.
    Other,
}

/// The operator `=` of text, as pg_operator.dat numbers it.
const TEXT_EQUAL: u32 = 98;

impl Rel {
    /// The conditions on a column: those of WHERE and HAVING, of joins, what follows from equalities, and
    /// those of the query around a subquery. That it is NULL, or not, is none.
    pub(crate) fn conditions(self, attnum: i16) -> Vec<Condition> {
        // SAFETY: the lists are the planner's, of the types that are named.
        unsafe {
            let restrictions =
                PgList::<pg_sys::RestrictInfo>::from_pg((*self.as_ptr()).baserestrictinfo);
            let joins = PgList::<pg_sys::RestrictInfo>::from_pg((*self.as_ptr()).joininfo);
            let having = (*(*self.root()).parse).havingQual;
            let alone = restrictions.iter_ptr().map(|info| (*info).clause.cast()).chain([having]);
            let mut found: Vec<_> = alone
                .filter(|clause| self.restricts(*clause, attnum))
                .map(|_| Condition::Other)
                .collect();
            let clauses = joins.iter_ptr().map(|info| (*info).clause.cast());
            found.extend(
                clauses
                    .filter(|clause| self.restricts(*clause, attnum))
                    .map(|clause| self.of_join(clause, attnum)),
            );
            let classes = PgList::<pg_sys::EquivalenceClass>::from_pg((*self.root()).eq_classes);
            classes.iter_ptr().for_each(|class| self.of_class(class, attnum, &mut found));
            if let Some(subquery) = self.subquery() {
                let output = self.output(attnum);
                found.extend(output.into_iter().map(|number| Condition::Given(subquery, number)));
            }
            found
        }
    }

    /// The relation that the query under planning is in the query around it, if it stands in its FROM: the
    /// first that is no subquery with a plan yet, as PostgreSQL plans them in their order.
    unsafe fn subquery(self) -> Option<Self> {
        // SAFETY: while a subquery of FROM is planned, the arrays of the query around it have an entry for
        // every relation of its; before that there are none.
        unsafe {
            let around = (*self.root()).parent_root.as_ref()?;
            if around.simple_rel_array.is_null() {
                return None;
            }
            let number = (1..around.simple_rel_array_size as usize).find(|number| {
                let rel = (*around.simple_rel_array.add(*number)).as_ref();
                let rte = *around.simple_rte_array.add(*number);
                rel.is_some_and(|rel| {
                    (*rte).rtekind == pg_sys::RTEKind::RTE_SUBQUERY
                        && !(*rte).inh
                        && rel.subroot.is_null()
                        && rel.pathlist.is_null()
                })
            })?;
            Some(Self::new((*self.root()).parent_root, *around.simple_rel_array.add(number)))
        }
    }

    /// The numbers under which the query gives a column to the query around it.
    unsafe fn output(self, attnum: i16) -> Vec<i16> {
        // SAFETY: a query has a list of TargetEntry.
        unsafe {
            let targets =
                PgList::<pg_sys::TargetEntry>::from_pg((*(*self.root()).parse).targetList);
            let ours = targets.iter_ptr().filter(|target| {
                !(**target).resjunk && self.reader().column((**target).expr.cast()) == Some(attnum)
            });
            ours.map(|target| (*target).resno).collect()
        }
    }

    /// What a join clause says of a column that it mentions.
    unsafe fn of_join(self, clause: *mut pg_sys::Node, attnum: i16) -> Condition {
        // SAFETY: the tag of a node says which struct it is.
        unsafe {
            if !is_a(clause, pg_sys::NodeTag::T_OpExpr) {
                return Condition::Other;
            }
            let clause = clause.cast::<pg_sys::OpExpr>();
            let args = PgList::<pg_sys::Node>::from_pg((*clause).args);
            let (Some(left), Some(right)) = (args.get_ptr(0), args.get_ptr(1)) else {
                return Condition::Other;
            };
            if (*clause).opno.to_u32() != TEXT_EQUAL {
                Condition::Other
            } else if self.reader().column(left) == Some(attnum) {
                self.peer(right)
            } else if self.reader().column(right) == Some(attnum) {
                self.peer(left)
            } else {
                Condition::Other
            }
        }
    }

    /// What an equivalence class says of a column. One with a constant has become a restriction.
    unsafe fn of_class(
        self,
        class: *mut pg_sys::EquivalenceClass,
        attnum: i16,
        found: &mut Vec<Condition>,
    ) {
        // SAFETY: the class is the planner's, and so are its members.
        unsafe {
            if (*class).ec_has_const {
                return;
            }
            let members = compat::members(class, self.as_ptr());
            let ours = |member: &*mut pg_sys::EquivalenceMember| {
                self.mentions((**member).em_expr.cast(), attnum)
            };
            if !members.iter().any(ours) {
                return;
            }
            let parents = (*self.as_ptr()).top_parent_relids;
            let others = members.iter().filter(|member| {
                let is_parent =
                    !parents.is_null() && pg_sys::bms_is_subset((***member).em_relids, parents);
                !ours(member) && !(***member).em_is_child && !is_parent
            });
            found.extend(others.map(|member| self.peer((**member).em_expr.cast())));
        }
    }

    /// The column of another relation that an expression is, if it is one.
    unsafe fn peer(self, mut node: *mut pg_sys::Node) -> Condition {
        // SAFETY: the tag of a node says which struct it is; the arrays of the planner have an entry for
        // every relation of the query.
        unsafe {
            while is_a(node, pg_sys::NodeTag::T_RelabelType) {
                node = (*node.cast::<pg_sys::RelabelType>()).arg.cast();
            }
            if !is_a(node, pg_sys::NodeTag::T_Var) {
                return Condition::Other;
            }
            let var = node.cast::<pg_sys::Var>();
            let (number, root) = ((*var).varno as usize, self.root());
            if (*var).varlevelsup > 0 || number >= (*root).simple_rel_array_size as usize {
                return Condition::Other;
            }
            let rel = *(*root).simple_rel_array.add(number);
            if rel.is_null() {
                return Condition::Other;
            }
            Condition::EqualTo(Self::new(root, rel), (*var).varattno)
        }
    }

    /// The column of a foreign table that stands behind the column of a subquery, once that is planned.
    pub(crate) fn behind(self, attnum: i16) -> Option<(Self, i16)> {
        // SAFETY: the planner of a subquery is kept with its relation.
        unsafe {
            let root = (*self.as_ptr()).subroot;
            if root.is_null() || !(*(*root).parse).setOperations.is_null() {
                return None;
            }
            let targets = PgList::<pg_sys::TargetEntry>::from_pg((*(*root).parse).targetList);
            let target = targets.get_ptr(usize::try_from(attnum).ok()?.checked_sub(1)?)?;
            match Self::new(root, self.as_ptr()).peer((*target).expr.cast()) {
                Condition::EqualTo(rel, column) if rel.is_foreign() => Some((rel, column)),
                Condition::EqualTo(rel, column) => rel.behind(column),
                _ => None,
            }
        }
    }

    /// Whether it is a foreign table.
    pub(crate) fn is_foreign(self) -> bool {
        // SAFETY: the relation is the planner's.
        unsafe { !(*self.as_ptr()).fdwroutine.is_null() }
    }

    /// Whether a clause restricts a column.
    unsafe fn restricts(self, clause: *mut pg_sys::Node, attnum: i16) -> bool {
        // SAFETY: the tag of a node says which struct it is.
        unsafe {
            let is_null_test = is_a(clause, pg_sys::NodeTag::T_NullTest) && {
                let tested = (*clause.cast::<pg_sys::NullTest>()).arg;
                self.reader().column(tested.cast()).is_some()
            };
            !is_null_test && self.mentions(clause, attnum)
        }
    }

    /// Whether an expression holds a column.
    unsafe fn mentions(self, node: *mut pg_sys::Node, attnum: i16) -> bool {
        let mut members: *mut pg_sys::Bitmapset = std::ptr::null_mut();
        // SAFETY: pull_varattnos takes no node for an empty one, and offsets attribute numbers so that
        // system columns fit.
        unsafe {
            pg_sys::pull_varattnos(node, self.relid(), &mut members);
            let number = i32::from(attnum) - pg_sys::FirstLowInvalidHeapAttributeNumber;
            pg_sys::bms_is_member(number, members)
        }
    }

    /// Whether another foreign relation belongs to the same server.
    pub(crate) fn shares_server(self, other: Self) -> bool {
        // SAFETY: both are the planner's.
        unsafe { (*self.as_ptr()).serverid == (*other.as_ptr()).serverid }
    }
}

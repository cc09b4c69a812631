//! Clauses of a query as comparisons of a column with a value.
//!
//! Only comparisons whose meaning does not depend on a collation or on another type are recognised.
//! What is not recognised stays PostgreSQL's, which checks everything again anyway.

use std::ptr::NonNull;

use pgrx::list::old_list::PgList;
use pgrx::{PgBox, is_a, pg_sys};

use super::{text, value};

/// How a column compares with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    Eq,
    /// LIKE, with the pattern as the operand.
    Like,
    ILike,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Test {
    /// The same comparison with its sides exchanged, where there is one.
    fn commuted(self) -> Option<Self> {
        match self {
            Self::Eq => Some(Self::Eq),
            Self::Like | Self::ILike => None,
            Self::Lt => Some(Self::Gt),
            Self::Le => Some(Self::Ge),
            Self::Gt => Some(Self::Lt),
            Self::Ge => Some(Self::Le),
        }
    }
}

/// What a clause demands: that one comparison at least holds, and often there is only one.
pub(crate) type AnyOf = Vec<Comparison>;

/// `column test operand`.
#[derive(Debug, Clone)]
pub(crate) struct Comparison {
    pub(crate) attnum: i16,
    pub(crate) test: Test,
    pub(crate) operand: Operand,
}

/// The other side of a comparison.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    /// Known values; none for NULL, several for a list.
    Known(Vec<String>),
    /// An expression that is evaluated when the query runs.
    Runtime(Expr),
}

/// An expression of the planner's, alive as long as the planning run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expr(NonNull<pg_sys::Expr>);

impl Expr {
    pub(super) fn node(self) -> *mut pg_sys::Node {
        self.0.as_ptr().cast()
    }

    /// Whether its value is an array.
    pub(crate) fn is_array(self) -> bool {
        // SAFETY: the expression is the planner's; the rest is a catalog lookup by value.
        unsafe { pg_sys::get_element_type(pg_sys::exprType(self.node())) != pg_sys::InvalidOid }
    }
}

/// The operators that are understood: those of `text` (equality, LIKE), of `timestamptz`, and equality of
/// booleans, by the OIDs that pg_operator.dat gives them.
const OPERATORS: &[(u32, Test)] = &[
    (91, Test::Eq),
    (98, Test::Eq),
    (1209, Test::Like),
    (1627, Test::ILike),
    (1320, Test::Eq),
    (1322, Test::Lt),
    (1323, Test::Le),
    (1324, Test::Gt),
    (1325, Test::Ge),
];

/// Reads clauses about one relation.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    pub(super) root: *mut pg_sys::PlannerInfo,
    pub(super) relid: pg_sys::Index,
}

impl Reader {
    /// What a clause demands, if it is one comparison or several joined by OR.
    ///
    /// # Safety
    /// `clause` is a valid expression of this planning run.
    pub(super) unsafe fn any_of(self, clause: *mut pg_sys::Node) -> Option<AnyOf> {
        // SAFETY: the caller's.
        unsafe {
            if let Some(comparison) = self.comparison(clause) {
                return Some(vec![comparison]);
            }
            self.joined_by_or(clause)
        }
    }

    /// The comparisons that OR joins, if all that it joins are some.
    unsafe fn joined_by_or(self, clause: *mut pg_sys::Node) -> Option<AnyOf> {
        // SAFETY: the tag of a node says which struct it is; a BoolExpr's arguments are expressions.
        unsafe {
            if !is_a(clause, pg_sys::NodeTag::T_BoolExpr) {
                return None;
            }
            let clause = clause.cast::<pg_sys::BoolExpr>();
            if (*clause).boolop != pg_sys::BoolExprType::OR_EXPR {
                return None;
            }
            let args = PgList::<pg_sys::Node>::from_pg((*clause).args);
            args.iter_ptr().map(|arg| self.comparison(arg)).collect()
        }
    }

    /// The comparison that a clause is, if it is one.
    pub(super) unsafe fn comparison(self, clause: *mut pg_sys::Node) -> Option<Comparison> {
        // SAFETY: the tag of a node says which struct it is.
        unsafe {
            if is_a(clause, pg_sys::NodeTag::T_OpExpr) {
                self.operator(clause.cast())
            } else if is_a(clause, pg_sys::NodeTag::T_ScalarArrayOpExpr) {
                self.element(clause.cast())
            } else {
                self.truth(clause).or_else(|| self.alternatives(clause))
            }
        }
    }

    /// `column`, `NOT column`, `column IS TRUE` and `column IS FALSE` of a boolean column.
    unsafe fn truth(self, clause: *mut pg_sys::Node) -> Option<Comparison> {
        // SAFETY: the tag of a node says which struct it is; NOT has one argument.
        unsafe {
            let (column, truth) = if is_a(clause, pg_sys::NodeTag::T_BooleanTest) {
                let test = clause.cast::<pg_sys::BooleanTest>();
                let truth = match (*test).booltesttype {
                    pg_sys::BoolTestType::IS_TRUE => true,
                    pg_sys::BoolTestType::IS_FALSE => false,
                    _ => return None,
                };
                ((*test).arg.cast(), truth)
            } else if is_a(clause, pg_sys::NodeTag::T_BoolExpr) {
                let clause = clause.cast::<pg_sys::BoolExpr>();
                if (*clause).boolop != pg_sys::BoolExprType::NOT_EXPR {
                    return None;
                }
                (PgList::<pg_sys::Node>::from_pg((*clause).args).get_ptr(0)?, false)
            } else {
                (clause, true)
            };
            let attnum = self.column(column)?;
            let operand = Operand::Known(vec![truth.to_string()]);
            Some(Comparison { attnum, test: Test::Eq, operand })
        }
    }

    /// `column op value` and `value op column`.
    unsafe fn operator(self, clause: *mut pg_sys::OpExpr) -> Option<Comparison> {
        // SAFETY: the caller has looked at the tag.
        unsafe {
            let test = test_of((*clause).opno)?;
            if !is_bytewise((*clause).inputcollid) {
                return None;
            }
            let args = PgList::<pg_sys::Node>::from_pg((*clause).args);
            let (left, right) = (args.get_ptr(0)?, args.get_ptr(1)?);
            if let Some(attnum) = self.column(left) {
                let operand = self.operand(right)?;
                return Some(Comparison { attnum, test, operand });
            }
            let attnum = self.column(right)?;
            Some(Comparison { attnum, test: test.commuted()?, operand: self.operand(left)? })
        }
    }

    /// `column = ANY (array)`, which is also what IN becomes, and `column LIKE ANY (array)`.
    unsafe fn element(self, clause: *mut pg_sys::ScalarArrayOpExpr) -> Option<Comparison> {
        // SAFETY: the caller has looked at the tag.
        unsafe {
            let test = test_of((*clause).opno)?;
            let is_list = matches!(test, Test::Eq | Test::Like | Test::ILike);
            if !is_list || !(*clause).useOr || !is_bytewise((*clause).inputcollid) {
                return None;
            }
            let args = PgList::<pg_sys::Node>::from_pg((*clause).args);
            let attnum = self.column(args.get_ptr(0)?)?;
            Some(Comparison { attnum, test, operand: self.operand(args.get_ptr(1)?)? })
        }
    }

    /// `column = a OR column = b OR …` of one column: a list.
    unsafe fn alternatives(self, clause: *mut pg_sys::Node) -> Option<Comparison> {
        // SAFETY: the caller's.
        unsafe {
            let parts = self.joined_by_or(clause)?;
            let attnum = parts.first()?.attnum;
            let fits = |part: &Comparison| part.attnum == attnum && part.test == Test::Eq;
            if !parts.iter().all(fits) {
                return None;
            }
            let operand = union(parts.into_iter().map(|part| part.operand).collect())?;
            Some(Comparison { attnum, test: Test::Eq, operand })
        }
    }

    /// The number of a plain column of the relation, seen through casts that change nothing.
    ///
    /// # Safety
    /// `node` is a valid expression of this planning run.
    pub(super) unsafe fn column(self, mut node: *mut pg_sys::Node) -> Option<i16> {
        // SAFETY: as above.
        unsafe {
            while is_a(node, pg_sys::NodeTag::T_RelabelType) {
                node = (*node.cast::<pg_sys::RelabelType>()).arg.cast();
            }
            if !is_a(node, pg_sys::NodeTag::T_Var) {
                return None;
            }
            let var = node.cast::<pg_sys::Var>();
            let ours = (*var).varno as pg_sys::Index == self.relid && (*var).varlevelsup == 0;
            (ours && (*var).varattno > 0).then_some((*var).varattno)
        }
    }

    /// The value of a comparison, when it is the same for every row of the relation.
    unsafe fn operand(self, node: *mut pg_sys::Node) -> Option<Operand> {
        // SAFETY: as above; a Const's value is a Datum of its type.
        unsafe {
            let type_oid = pg_sys::exprType(node);
            if !value::is_readable(type_oid) {
                return None;
            }
            if is_a(node, pg_sys::NodeTag::T_Const) {
                let constant = node.cast::<pg_sys::Const>();
                let null = (*constant).constisnull;
                let values =
                    if null { Vec::new() } else { value::texts(type_oid, (*constant).constvalue) };
                return Some(Operand::Known(values));
            }
            let varnos = pg_sys::pull_varnos(self.root, node);
            let own = pg_sys::bms_is_member(self.relid as i32, varnos);
            if own || pg_sys::contain_volatile_functions(node) {
                return None;
            }
            NonNull::new(node.cast()).map(|node| Operand::Runtime(Expr(node)))
        }
    }
}

/// One operand for all of several: a list of known values, or an array of texts that is built when the
/// query runs. `None` when some are arrays that are known only then, or not text.
///
/// # Safety
/// The expressions are of the planning run that is under way.
pub(super) unsafe fn union(operands: Vec<Operand>) -> Option<Operand> {
    let known = |operand: &Operand| match operand {
        Operand::Known(values) => Some(values.clone()),
        Operand::Runtime(_) => None,
    };
    if let Some(values) = operands.iter().map(known).collect::<Option<Vec<_>>>() {
        return Some(Operand::Known(values.into_iter().flatten().collect()));
    }
    let mut elements = PgList::<pg_sys::Node>::new();
    for operand in operands {
        match operand {
            Operand::Known(values) => {
                values.into_iter().for_each(|text| elements.push(text_constant(&text).cast()));
            }
            Operand::Runtime(expr) => {
                // SAFETY: the expression is the planner's.
                if unsafe { pg_sys::exprType(expr.node()) } != pg_sys::TEXTOID {
                    return None;
                }
                elements.push(expr.node());
            }
        }
    }
    // SAFETY: the node is made with its tag, in the planner's memory context.
    unsafe {
        let mut array = PgBox::<pg_sys::ArrayExpr>::alloc_node(pg_sys::NodeTag::T_ArrayExpr);
        array.array_typeid = pg_sys::TEXTARRAYOID;
        array.element_typeid = pg_sys::TEXTOID;
        array.array_collid = pg_sys::DEFAULT_COLLATION_OID;
        array.elements = elements.into_pg();
        array.location = -1;
        NonNull::new(array.into_pg().cast()).map(|node| Operand::Runtime(Expr(node)))
    }
}

/// A constant of type text.
fn text_constant(text: &str) -> *mut pg_sys::Const {
    let datum = text::text_datum(text).unwrap_or(pg_sys::Datum::from(0));
    // SAFETY: the datum is a text in the planner's memory context.
    unsafe {
        let collation = pg_sys::DEFAULT_COLLATION_OID;
        pg_sys::makeConst(pg_sys::TEXTOID, -1, collation, -1, datum, false, false)
    }
}

fn test_of(operator: pg_sys::Oid) -> Option<Test> {
    OPERATORS.iter().find(|(oid, _)| *oid == operator.to_u32()).map(|(_, test)| *test)
}

/// Whether equal means equal bytes under a collation.
fn is_bytewise(collation: pg_sys::Oid) -> bool {
    // SAFETY: a catalog lookup by value.
    collation == pg_sys::InvalidOid || unsafe { pg_sys::get_collation_isdeterministic(collation) }
}

//! Okta's filter and search expressions: `status eq "ACTIVE" and (profile.a sw "x" or b pr)`.
//!
//! Which attributes and operators an endpoint takes is the endpoint's word, given as a `Dialect`;
//! there is no `not`, since none of the emulated endpoints has it.

mod lexer;
mod parser;

use jiff::Timestamp;
use serde_json::Value;

/// What one endpoint's parameter accepts, and how it compares.
#[derive(Clone, Copy)]
pub(crate) struct Dialect<'a> {
    pub(crate) allows: &'a dyn Fn(&str, Op) -> bool,
    /// Text is compared without regard to case.
    pub(crate) ignore_case: bool,
    /// `and` and `or` are refused.
    pub(crate) single: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    Any(Vec<Expression>),
    All(Vec<Expression>),
    Test(Test),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Test {
    path: String,
    op: Op,
    literal: Literal,
    ignore_case: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Op {
    Contains,
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Present,
    StartsWith,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    /// The operator takes none.
    None,
    Bool(bool),
    Number(f64),
    /// Text, and the time that it may also mean.
    Text(String, Option<Timestamp>),
}

impl Expression {
    /// The error says what is wrong, for the cause in the refusal.
    pub(crate) fn parse(text: &str, dialect: Dialect<'_>) -> Result<Expression, String> {
        parser::parse(text, dialect)
    }

    /// Returns whether it is the one comparison `path eq "text"`.
    pub(crate) fn is_equality(&self, path: &str, text: &str) -> bool {
        let Expression::Test(test) = self else { return false };
        let is_text = matches!(&test.literal, Literal::Text(literal, _) if literal == text);
        is_text && test.path == path && test.op == Op::Equal
    }

    pub(crate) fn holds(&self, attribute: &dyn Fn(&str) -> Option<Value>) -> bool {
        match self {
            Expression::Any(terms) => terms.iter().any(|term| term.holds(attribute)),
            Expression::All(terms) => terms.iter().all(|term| term.holds(attribute)),
            Expression::Test(test) => {
                attribute(&test.path).is_some_and(|value| test.accepts(&value))
            }
        }
    }
}

impl Op {
    pub(crate) fn orders(self) -> bool {
        matches!(self, Op::Greater | Op::GreaterOrEqual | Op::Less | Op::LessOrEqual)
    }

    fn accepts(self, order: std::cmp::Ordering) -> bool {
        match self {
            Op::Equal => order.is_eq(),
            Op::Greater => order.is_gt(),
            Op::GreaterOrEqual => order.is_ge(),
            Op::Less => order.is_lt(),
            Op::LessOrEqual => order.is_le(),
            Op::Contains | Op::Present | Op::StartsWith => false,
        }
    }
}

impl Test {
    /// An array is accepted when one of its elements is.
    fn accepts(&self, value: &Value) -> bool {
        match (value, &self.literal) {
            (Value::Null, _) => false,
            (_, Literal::None) => true,
            (Value::Array(elements), _) => elements.iter().any(|element| self.accepts(element)),
            (Value::String(text), Literal::Text(wanted, time)) => {
                self.accepts_text(text, wanted, *time)
            }
            (Value::Bool(value), Literal::Bool(wanted)) => self.op == Op::Equal && value == wanted,
            (Value::Number(number), Literal::Number(wanted)) => {
                let order = number.as_f64().and_then(|n| n.partial_cmp(wanted));
                order.is_some_and(|order| self.op.accepts(order))
            }
            _ => false,
        }
    }

    fn accepts_text(&self, text: &str, wanted: &str, time: Option<Timestamp>) -> bool {
        if let Some(wanted) = time
            && let Ok(time) = text.parse::<Timestamp>()
        {
            return self.op.accepts(time.cmp(&wanted));
        }
        let folded;
        let text = if self.ignore_case {
            folded = text.to_lowercase();
            folded.as_str()
        } else {
            text
        };
        match self.op {
            Op::Contains => text.contains(wanted),
            Op::StartsWith => text.starts_with(wanted),
            op => op.accepts(text.cmp(wanted)),
        }
    }
}

impl std::fmt::Debug for Dialect<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dialect")
            .field("ignore_case", &self.ignore_case)
            .field("single", &self.single)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

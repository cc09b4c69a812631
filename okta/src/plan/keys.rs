//! What the values of a column can be, by all that a query demands of it, and demands that contradict
//! each other.
//!
//! Whether a value is one that Okta knows is found out by asking.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Op, Params, Predicate, ScanPlan, filter, time};

impl ScanPlan {
    /// Returns whether no row can satisfy what the query demands.
    pub(super) fn contradicts_itself(&self, params: &Params) -> bool {
        let impossible = |p: &Predicate| {
            p.value.resolve(params).is_empty()
                || self.key_values(&p.column, params).is_some_and(|values| values.is_empty())
                || self.demanded_of(&p.column).any(|other| excludes(p, other, params))
        };
        let excluded = |p: &Predicate| {
            let values = p.value.resolve(params);
            let others: Vec<_> = self.demanded_of(&p.column).collect();
            if p.op != Op::Eq {
                let admits = Admits::new(p, params);
                let no_value = |other: &Predicate| {
                    other.op == Op::Eq
                        && !other.value.resolve(params).iter().any(|v| admits.value(v))
                };
                let rules_out = |other: &&Predicate| no_value(other) || excludes(p, other, params);
                return values.is_empty() || others.iter().any(rules_out);
            }
            let others: Vec<_> = others.into_iter().map(|p| Admits::new(p, params)).collect();
            !values.iter().any(|value| others.iter().all(|other| other.value(value)))
        };
        self.demanded().any(impossible)
            || self.alternatives().any(|list| list.iter().all(&excluded))
    }

    /// Returns the values that all demands of a column admit, each once; `None` without an equality.
    pub(super) fn key_values(&self, column: &str, params: &Params) -> Option<Vec<String>> {
        let first = self.demanded_of(column).find(|p| p.op == Op::Eq)?;
        let others = self.demanded_of(column).filter(|p| !std::ptr::eq(*p, first));
        let others: Vec<_> = others.map(|p| Admits::new(p, params)).collect();
        let mut seen = HashSet::new();
        let values = first.value.resolve(params).iter();
        let values = values.filter(|value| others.iter().all(|other| other.value(value)));
        Some(values.filter(|value| seen.insert(value.as_str())).cloned().collect())
    }

    /// The predicates that must all hold, whether Okta is told or not.
    fn demanded(&self) -> impl Iterator<Item = &Predicate> {
        let single = |list: &'_ Vec<Predicate>| list.len() == 1;
        self.predicates
            .iter()
            .chain(self.local_conditions.iter().filter(move |l| single(l)).flatten())
    }

    fn demanded_of<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a Predicate> {
        self.demanded().filter(move |predicate| predicate.column == column)
    }

    /// The lists of which one predicate at least must hold.
    fn alternatives(&self) -> impl Iterator<Item = &Vec<Predicate>> {
        self.any_of.iter().chain(self.local_conditions.iter().filter(|list| list.len() > 1))
    }
}

/// A predicate, ready to be held against many values.
struct Admits<'a> {
    op: Op,
    bound: Option<i64>,
    /// The values of an equality that are no points in time, or the beginnings of patterns.
    texts: HashSet<Cow<'a, str>>,
    /// The values that are: they are equal however they are written.
    times: HashSet<i64>,
}

impl<'a> Admits<'a> {
    fn new(predicate: &'a Predicate, params: &'a Params) -> Self {
        let values = predicate.value.resolve(params);
        let (mut texts, mut times, mut bound) = (HashSet::new(), HashSet::new(), None);
        match predicate.op {
            Op::Eq => values.iter().for_each(|value| match time::to_microseconds(value) {
                Some(time) => drop(times.insert(time)),
                None => drop(texts.insert(Cow::Borrowed(value.as_str()))),
            }),
            Op::Like => texts.extend(values.iter().map(|p| Cow::Owned(filter::prefix(p)))),
            Op::ILike => {}
            _ => bound = values.first().and_then(|value| time::to_microseconds(value)),
        }
        Self { op: predicate.op, bound, texts, times }
    }

    /// Returns whether the predicate may be true of a value.
    fn value(&self, value: &str) -> bool {
        match self.op {
            // One column may be declared as text and as a time: what is written differently may be equal.
            Op::Eq => match time::to_microseconds(value) {
                Some(time) => self.times.contains(&time) || !self.texts.is_empty(),
                None => self.texts.contains(value) || !self.times.is_empty(),
            },
            Op::Like => {
                let ends = value.char_indices().map(|(end, _)| end).chain([value.len()]);
                ends.filter_map(|end| value.get(..end)).any(|start| self.texts.contains(start))
            }
            Op::ILike => true,
            op @ (Op::Lt | Op::Le | Op::Gt | Op::Ge) => {
                let times = time::to_microseconds(value).zip(self.bound);
                times.is_none_or(|(value, bound)| match op {
                    Op::Lt => value < bound,
                    Op::Le => value <= bound,
                    Op::Gt => value > bound,
                    _ => value >= bound,
                })
            }
        }
    }
}

/// Returns whether two predicates on a column leave nothing between them: bounds of a point in time that
/// cross, or patterns that begin differently.
fn excludes(one: &Predicate, other: &Predicate, params: &Params) -> bool {
    let (ours, theirs) = (one.value.resolve(params), other.value.resolve(params));
    match (one.op, other.op) {
        (lower @ (Op::Gt | Op::Ge), upper @ (Op::Lt | Op::Le)) => {
            let at = |values: &[String]| time::to_microseconds(values.first()?);
            let strict = lower == Op::Gt || upper == Op::Lt;
            let crosses = |(lower, upper)| lower > upper || (strict && lower == upper);
            at(ours).zip(at(theirs)).is_some_and(crosses)
        }
        (Op::Like, Op::Like) => {
            let (ours, theirs) = (prefixes(ours), prefixes(theirs));
            let fit =
                |a: &String, b: &String| a.starts_with(b.as_str()) || b.starts_with(a.as_str());
            ours.len().saturating_mul(theirs.len()) <= MOST_PAIRS
                && !ours.iter().any(|a| theirs.iter().any(|b| fit(a, b)))
        }
        _ => false,
    }
}

/// Pairs of patterns that are compared; of more it is not found out whether they fit.
const MOST_PAIRS: usize = 10_000;

fn prefixes(patterns: &[String]) -> Vec<String> {
    patterns.iter().map(|pattern| filter::prefix(pattern)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::plan::{Needs, PredicateValue, choose};

    fn is(column: &str, op: Op, values: &[&str]) -> Predicate {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Predicate { column: column.into(), op, value: PredicateValue::Known(values) }
    }

    fn contradict(predicates: Vec<Predicate>, list: Vec<Predicate>) -> bool {
        let resource = catalog::find("identity_sources.sessions").unwrap();
        let mut plan = choose(resource, predicates, Needs::default(), |_| false).unwrap();
        plan.filter_by_any(list);
        plan.contradicts_itself(&[])
    }

    #[test]
    fn columns_that_choose_nothing_are_looked_at() {
        let fixed = |values: &[&str]| contradict(vec![is("status", Op::Eq, values)], Vec::new());
        assert!(fixed(&[]));
        assert!(!fixed(&["CREATED"]));
        let both =
            |column, a, b| contradict(vec![is(column, Op::Eq, a), is(column, Op::Eq, b)], vec![]);
        assert!(both("status", &["CREATED"], &["ERROR"]));
        assert!(both("id", &["a", "b"], &["c"]));
        assert!(!both("id", &["a", "b"], &["c", "b"]));
        let instant = ["2026-01-05T10:00:00+01:00"];
        assert!(!both("created", &["2026-01-05T09:00:00Z"], &instant));
        assert!(both("created", &["2026-01-05T10:00:00Z"], &instant));
    }

    #[test]
    fn bounds_and_values() {
        let (early, late) = (["2026-01-05T09:00:00Z"], ["2026-01-06T09:00:00Z"]);
        let both = |a, early: &[&str], b, late: &[&str]| {
            contradict(vec![is("created", a, early), is("created", b, late)], Vec::new())
        };
        assert!(both(Op::Lt, &early, Op::Gt, &late));
        assert!(both(Op::Lt, &early, Op::Ge, &early));
        assert!(!both(Op::Le, &early, Op::Ge, &early));
        assert!(!both(Op::Gt, &early, Op::Lt, &late));
        assert!(both(Op::Eq, &early, Op::Gt, &late));
        assert!(!both(Op::Eq, &late, Op::Ge, &late));
        assert!(!both(Op::Eq, &["infinity"], Op::Ge, &late));
    }

    #[test]
    fn beginnings() {
        let both = |a, one: &[&str], b, other: &[&str]| {
            contradict(vec![is("status", a, one), is("status", b, other)], Vec::new())
        };
        assert!(both(Op::Eq, &["CREATED"], Op::Like, &["ERR%"]));
        assert!(!both(Op::Eq, &["CREATED", "ERROR"], Op::Like, &["ERR%"]));
        assert!(both(Op::Like, &["CR%"], Op::Like, &["ERR%", "EX%"]));
        assert!(!both(Op::Like, &["E%"], Op::Like, &["ERR%"]));
        assert!(!both(Op::Eq, &["CREATED"], Op::ILike, &["err%"]));
    }

    #[test]
    fn one_of_several() {
        let list = || vec![is("status", Op::Eq, &["CREATED"]), is("import_type", Op::Eq, &["x"])];
        let with = |predicates| contradict(predicates, list());
        assert!(!with(vec![is("status", Op::Eq, &["ERROR"])]));
        assert!(with(vec![is("status", Op::Eq, &["ERROR"]), is("import_type", Op::Eq, &["y"])]));
        let list = vec![is("status", Op::Eq, &["ERROR"]), is("status", Op::Like, &["CL%"])];
        assert!(contradict(vec![is("status", Op::Eq, &["CREATED"])], list.clone()));
        assert!(!contradict(vec![is("status", Op::Eq, &["CREATED", "CLOSED"])], list));
    }
}

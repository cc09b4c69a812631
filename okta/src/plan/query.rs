//! The query of a list: an expression, an order, and parameters that take a value by themselves.
//!
//! What an expression can say, `filter` knows.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use super::{Access, Op, Params, Predicate, PredicateValue, ScanPlan, filter, time};
use crate::catalog::{Column, Comparison, FilterParameter, Resource};

/// Requests that the values of one parameter may make; with more the list is read without it.
const MOST_VALUES: usize = 20;

/// Returns whether the list has a way to say this predicate: by an expression, or by a parameter of its own.
pub(super) fn understands(resource: &Resource, predicate: &Predicate) -> bool {
    filter::understands(resource, predicate)
        || parameters(resource).any(|parameter| compares(resource, parameter, predicate))
}

fn parameters(resource: &Resource) -> impl Iterator<Item = &'static FilterParameter> {
    let list = resource.collection.as_ref();
    list.map_or(&[][..], |list| list.filter_parameters).iter()
}

/// Returns whether a parameter can say a predicate.
fn compares(resource: &Resource, parameter: &FilterParameter, predicate: &Predicate) -> bool {
    if !parameter.columns.contains(&predicate.column.as_str()) {
        return false;
    }
    match parameter.comparison {
        Comparison::Equals => {
            let asks = || resource.column(&predicate.column).is_some_and(Column::is_asked_by);
            predicate.op == Op::Eq && (is_known(resource, predicate) || asks())
        }
        Comparison::From => matches!(predicate.op, Op::Eq | Op::Gt | Op::Ge),
        Comparison::Before => matches!(predicate.op, Op::Eq | Op::Lt | Op::Le),
        // It compares several columns at once, so that an equality of one is not what it says.
        Comparison::Prefix => false,
    }
}

/// Returns whether Okta knows every value: it refuses others, and a condition on one is not wrong.
fn is_known(resource: &Resource, predicate: &Predicate) -> bool {
    let known = resource.known_values(&predicate.column);
    match &predicate.value {
        PredicateValue::Known(values) => {
            values.len() <= MOST_VALUES
                && (known.is_empty() || values.iter().all(|value| known.contains(&value.as_str())))
        }
        PredicateValue::Param(_) => known.is_empty(),
        PredicateValue::List(_) => false,
    }
}

impl ScanPlan {
    /// The parameters that compare a column with each of some values, with that column.
    pub(super) fn equal_parameters(&self) -> Vec<(&'static str, &'static str)> {
        if !matches!(self.access, Access::List | Access::Sublist) {
            return Vec::new();
        }
        let said = parameters(self.resource).filter_map(|parameter| {
            let [column] = parameter.columns else { return None };
            let mut predicates = self.on(column);
            let says = |p: &Predicate| {
                parameter.comparison == Comparison::Equals && compares(self.resource, parameter, p)
            };
            predicates.any(says).then_some((parameter.name, *column))
        });
        said.collect()
    }

    /// What is sent along with the first page, whatever the parameters are.
    pub(super) fn sent_query(&self, params: &Params, now: Timestamp) -> Vec<(String, String)> {
        let owned = |(name, value): (&str, String)| (name.to_owned(), value);
        let mut query: Vec<_> = self.expression(Some(params)).into_iter().map(owned).collect();
        query.extend(self.intervals(Some((params, now))).into_iter().map(owned));
        query.extend(self.sorting().into_iter().map(owned));
        query.extend(self.expanded().map(owned));
        query
    }

    /// The parameter that takes an expression, and the expression.
    pub(super) fn expression(&self, params: Option<&Params>) -> Option<(&'static str, String)> {
        let filter = self.filter()?;
        let text = filter::expression(self, params);
        let sorts = filter.sort.as_ref().filter(|_| self.order.is_some());
        let text = text.or_else(|| sorts?.all.map(str::to_owned));
        Some((filter.parameter, text?))
    }

    /// The parameters that bound a point in time. Without values, they stand as `{column}` and words.
    pub(super) fn intervals(
        &self,
        run: Option<(&Params, Timestamp)>,
    ) -> Vec<(&'static str, String)> {
        if self.list().is_none() {
            return Vec::new();
        }
        let bounded = parameters(self.resource).filter(|parameter| {
            matches!(parameter.comparison, Comparison::From | Comparison::Before)
        });
        let said = bounded.filter_map(|parameter| {
            let text = self.bound(parameter, run).or_else(|| {
                let all = parameter.all?;
                Some(run.map_or_else(|| all.to_owned(), |(_, now)| point(all, now)))
            });
            Some((parameter.name, text?))
        });
        said.collect()
    }

    /// The tightest bound that the query gives a parameter.
    fn bound(
        &self,
        parameter: &FilterParameter,
        run: Option<(&Params, Timestamp)>,
    ) -> Option<String> {
        let [column] = parameter.columns else { return None };
        let from = parameter.comparison == Comparison::From;
        let mut tightest: Option<i64> = None;
        for predicate in self.on(column).filter(|p| compares(self.resource, parameter, p)) {
            let known = matches!(predicate.value, PredicateValue::Known(_));
            if run.is_none() && !known {
                return Some(format!("{{{column}}}"));
            }
            let values = predicate.value.resolve(run.map_or(&[], |(params, _)| params));
            let times = values.iter().map(|value| time::to_microseconds(value));
            let Some(times) = times.collect::<Option<Vec<_>>>() else { continue };
            let bound = if from {
                times.into_iter().min()?.div_euclid(1000)
            } else {
                let last = times.into_iter().max()?;
                // Okta leaves out the bound itself.
                if predicate.op == Op::Lt {
                    -(-last).div_euclid(1000)
                } else {
                    last.div_euclid(1000) + 1
                }
            };
            let tighter = |known: i64| if from { known.max(bound) } else { known.min(bound) };
            tightest = Some(tightest.map_or(bound, tighter));
        }
        Some(format!("{:.3}", Timestamp::from_millisecond(tightest?).ok()?))
    }

    /// The parameters that sort.
    fn sorting(&self) -> Vec<(&'static str, String)> {
        let sort = self.filter().and_then(|filter| filter.sort.as_ref());
        let (Some(sort), Some(order)) = (sort, &self.order) else { return Vec::new() };
        let Some(attribute) = self.resource.attribute(&order.column) else { return Vec::new() };
        let direction = if order.descending { sort.descending } else { sort.ascending };
        let by = sort.by.map(|by| (by, attribute.name.to_owned()));
        by.into_iter().chain([(sort.order, direction.to_owned())]).collect()
    }

    /// What Okta is asked to embed.
    fn expanded(&self) -> impl Iterator<Item = (&'static str, String)> {
        let expands = !self.expand.is_empty();
        expands.then(|| ("expand", self.expand.join(","))).into_iter()
    }

    /// The query as EXPLAIN shows it beside the path: what is not told as a filter or an order.
    pub(super) fn shown_query(&self) -> Vec<(Cow<'static, str>, String)> {
        let fixed =
            self.query().iter().map(|(name, text)| (Cow::Borrowed(*name), (*text).to_owned()));
        fixed.chain(self.expanded().map(|(name, text)| (Cow::Borrowed(name), text))).collect()
    }
}

/// A point in time that the catalogue has words for: `now`, or `90 days ago`.
fn point(words: &str, now: Timestamp) -> String {
    let days = words.strip_suffix(" days ago").and_then(|days| days.parse::<i64>().ok());
    let then = now.checked_sub(SignedDuration::from_hours(24 * days.unwrap_or(0))).unwrap_or(now);
    format!("{then:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::plan::{Needs, choose};

    fn log(predicates: &[(Op, &str)]) -> Vec<(&'static str, String)> {
        let resource = catalog::all().find(|r| r.name == "logs.system_log_events").unwrap();
        let known = |(op, time): &(Op, &str)| Predicate {
            column: "published".into(),
            op: *op,
            value: PredicateValue::Known(vec![(*time).to_owned()]),
        };
        let predicates = predicates.iter().map(known).collect();
        let plan = choose(resource, predicates, Needs::default(), |_| false).unwrap();
        assert_eq!(plan.access, Access::List);
        plan.intervals(Some((&[], "2026-01-05T09:00:00Z".parse().unwrap())))
    }

    #[test]
    fn a_log_is_always_bounded() {
        let said = log(&[]);
        assert_eq!(said[0], ("since", "2025-10-07T09:00:00.000Z".to_owned()));
        assert_eq!(said[1], ("until", "2026-01-05T09:00:00.000Z".to_owned()));
    }

    #[test]
    fn the_tightest_bounds_count_and_are_widened() {
        let said = log(&[
            (Op::Ge, "2026-01-01T00:00:00Z"),
            (Op::Gt, "2026-01-02T00:00:00.0005Z"),
            (Op::Lt, "2026-01-04T00:00:00.0005Z"),
        ]);
        assert_eq!(said[0].1, "2026-01-02T00:00:00.000Z");
        assert_eq!(said[1].1, "2026-01-04T00:00:00.001Z");
        let said = log(&[(Op::Eq, "2026-01-04T00:00:00Z")]);
        assert_eq!(said[0].1, "2026-01-04T00:00:00.000Z");
        assert_eq!(said[1].1, "2026-01-04T00:00:00.001Z");
    }
}

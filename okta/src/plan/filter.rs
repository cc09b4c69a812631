//! Okta's filter expressions: which predicates they can carry, and their text.
//!
//! An expression may admit more rows than the predicates (Okta compares without case, to the
//! millisecond), never fewer: what cannot be said exactly or wider is left out.

use jiff::{Timestamp, ToSpan, Unit};

use super::{Op, Predicate, ScanPlan, Slots};
use crate::catalog::{Attribute, Resource, Type};

/// Values of one `or` chain; Okta publishes no bound for the length of an expression, so it is kept low.
pub(super) const LONGEST_LIST: usize = 20;
/// Characters of one value in an expression, for the same reason.
const LONGEST_VALUE: usize = 500;

/// Whether the endpoint's filter has a way to say this predicate.
pub(super) fn understands(resource: &Resource, predicate: &Predicate) -> bool {
    resource
        .attribute(&predicate.column)
        .is_some_and(|attribute| predicate.op == Op::Eq || attribute.ranges)
}

/// The expression for the values of this run, or as much of it as can be said. Slots that are not known
/// yet stand as `{column}`.
pub(super) fn expression(
    plan: &ScanPlan,
    resource: &Resource,
    slots: Option<&Slots>,
) -> Option<String> {
    let filter = resource.collection.as_ref()?.filter.as_ref()?;
    let alternatives = if filter.combines { LONGEST_LIST } else { 1 };
    let sayable = plan.predicates.iter().filter(|p| understands(resource, p));
    let mut terms: Vec<_> =
        sayable.filter_map(|predicate| term(resource, predicate, slots, alternatives)).collect();
    if !filter.combines {
        terms.truncate(1);
    }
    if terms.is_empty() { filter.all.map(str::to_owned) } else { Some(terms.join(" and ")) }
}

fn term(
    resource: &Resource,
    predicate: &Predicate,
    slots: Option<&Slots>,
    alternatives: usize,
) -> Option<String> {
    let attribute = resource.attribute(&predicate.column)?;
    if let (super::Value::Slot(_), None) = (&predicate.value, slots) {
        let op = word(predicate.op);
        return Some(format!("{} {op} {{{}}}", attribute.name, predicate.column));
    }
    let values = predicate.value.resolve(slots.unwrap_or_default());
    if values.is_empty() || values.len() > alternatives {
        return None;
    }
    let time = resource.column(&predicate.column)?.kind == Type::Timestamp;
    let compare = if time { moment } else { literal };
    let terms = values.iter().map(|value| compare(attribute, predicate.op, value));
    let terms: Vec<String> = terms.collect::<Option<_>>()?;
    Some(alternatives_of(&terms))
}

/// Whether a text can be a value in an expression: Okta knows no characters beyond the basic plane, and
/// an empty value is not a value to it.
pub(super) fn can_say(value: &str) -> bool {
    let plain = value.chars().all(|c| c <= '\u{ffff}' && !c.is_control());
    plain && !value.is_empty() && value.chars().count() <= LONGEST_VALUE
}

/// The expression for one of several texts, each of which [can be said](can_say).
pub(super) fn any_of(resource: &Resource, column: &str, values: &[String]) -> Option<String> {
    let attribute = resource.attribute(column)?;
    let terms = values.iter().map(|value| literal(attribute, Op::Eq, value));
    let terms: Vec<String> = terms.collect::<Option<_>>()?;
    Some(alternatives_of(&terms))
}

fn alternatives_of(terms: &[String]) -> String {
    match terms {
        [one] => one.clone(),
        several => format!("({})", several.join(" or ")),
    }
}

fn word(op: Op) -> &'static str {
    match op {
        Op::Eq => "eq",
        Op::Lt => "lt",
        Op::Le => "le",
        Op::Gt => "gt",
        Op::Ge => "ge",
    }
}

/// A comparison of text.
fn literal(attribute: &Attribute, op: Op, value: &str) -> Option<String> {
    if !can_say(value) {
        return None;
    }
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("{} {} \"{escaped}\"", attribute.name, word(op)))
}

/// A comparison of points in time. Okta keeps milliseconds, PostgreSQL microseconds: bounds are widened
/// to whole milliseconds.
fn moment(attribute: &Attribute, op: Op, value: &str) -> Option<String> {
    let exact: Timestamp = value.parse().ok()?;
    let floor =
        Timestamp::from_millisecond(exact.as_nanosecond().div_euclid(1_000_000) as i64).ok()?;
    let ceiling = if floor == exact { floor } else { floor.checked_add(1.millisecond()).ok()? };
    let at = |op, time: Timestamp| {
        let time = time.round(Unit::Millisecond).unwrap_or(time);
        format!("{} {} \"{time:.3}\"", attribute.name, word(op))
    };
    match op {
        Op::Eq if floor == exact => Some(at(Op::Eq, exact)),
        // Nothing of Okta's lies between two milliseconds; PostgreSQL will find that out.
        Op::Eq => None,
        Op::Gt | Op::Ge => Some(at(if floor == exact { op } else { Op::Ge }, floor)),
        Op::Lt | Op::Le => Some(at(if floor == exact { op } else { Op::Le }, ceiling)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::plan::{Value, choose};

    fn known(column: &str, op: Op, values: &[&str]) -> Predicate {
        let values = values.iter().map(|v| (*v).to_owned()).collect();
        Predicate { column: column.into(), op, value: Value::Known(values) }
    }

    fn said(predicates: Vec<Predicate>) -> String {
        let resource = catalog::find("users.users").unwrap();
        let plan = choose(resource, predicates, |_| false).unwrap();
        expression(&plan, resource, Some(&[])).unwrap()
    }

    #[test]
    fn no_predicate_asks_for_every_status() {
        assert_eq!(said(vec![]), "status pr");
        assert_eq!(said(vec![known("status", Op::Eq, &[""])]), "status pr");
        assert_eq!(said(vec![known("login", Op::Eq, &["🦀"])]), "status pr");
    }

    #[test]
    fn values_are_escaped() {
        assert_eq!(
            said(vec![known("last_name", Op::Eq, &["bob\"sm\\th"])]),
            r#"profile.lastName eq "bob\"sm\\th""#
        );
    }

    #[test]
    fn lists_become_alternatives_and_predicates_conjunctions() {
        let status = known("status", Op::Eq, &["ACTIVE", "STAGED"]);
        let name = known("last_name", Op::Eq, &["Li"]);
        assert_eq!(
            said(vec![status, name]),
            r#"(status eq "ACTIVE" or status eq "STAGED") and profile.lastName eq "Li""#
        );
    }

    #[test]
    fn times_are_widened_to_milliseconds() {
        let day = "2026-01-05T09:00:00Z";
        let odd = "2026-01-05T09:00:00.0005Z";
        assert_eq!(
            said(vec![known("created", Op::Gt, &[day])]),
            r#"created gt "2026-01-05T09:00:00.000Z""#
        );
        assert_eq!(
            said(vec![known("created", Op::Gt, &[odd])]),
            r#"created ge "2026-01-05T09:00:00.000Z""#
        );
        assert_eq!(
            said(vec![known("created", Op::Lt, &[odd])]),
            r#"created le "2026-01-05T09:00:00.001Z""#
        );
        assert_eq!(said(vec![known("created", Op::Eq, &[odd])]), "status pr");
        assert_eq!(said(vec![known("created", Op::Ge, &["infinity"])]), "status pr");
    }

    #[test]
    fn unknown_values_show_their_column() {
        let resource = catalog::find("users.users").unwrap();
        let predicate = Predicate { column: "status".into(), op: Op::Eq, value: Value::Slot(0) };
        let plan = choose(resource, vec![predicate], |_| false).unwrap();
        assert_eq!(expression(&plan, resource, None).unwrap(), "status eq {status}");
    }
}

//! Okta's filter expressions: which predicates they can carry, and their text.
//!
//! An expression may admit more rows than the predicates (Okta compares without case, to the
//! millisecond), never fewer: what cannot be said exactly or wider is left out.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit};

use super::{Op, Params, Predicate, ScanPlan};
use crate::catalog::{FilterAttribute, Resource, Type};

/// Values of one `or` chain; Okta publishes no bound for the length of an expression, so it is kept low.
pub(super) const LONGEST_LIST: usize = 20;
/// Characters of one value in an expression, for the same reason.
const LONGEST_VALUE: usize = 500;

/// Whether the endpoint's filter has a way to say this predicate.
pub(super) fn understands(resource: &Resource, predicate: &Predicate) -> bool {
    resource.attribute(&predicate.column).is_some_and(|attribute| match predicate.op {
        Op::Eq => attribute.equals,
        Op::Like | Op::ILike => attribute.prefixes,
        Op::Lt | Op::Le | Op::Gt | Op::Ge => attribute.ranges,
    })
}

/// The expression for the values of this run, or as much of it as can be said. Params that are not known
/// yet stand as `{column}`.
pub(super) fn expression(plan: &ScanPlan, params: Option<&Params>) -> Option<String> {
    let (resource, filter) = (plan.resource, plan.filter()?);
    let alternatives = if filter.combines { LONGEST_LIST } else { 1 };
    let sayable = plan.predicates.iter().filter(|p| understands(resource, p));
    let said = sayable.filter_map(|predicate| term(resource, predicate, params, alternatives));
    let lists = plan.any_of.iter().filter_map(|list| any_of(resource, list, params));
    let mut terms: Vec<_> = said.chain(lists).collect();
    if !filter.combines {
        terms.truncate(1);
    }
    if terms.is_empty() { filter.all.map(str::to_owned) } else { Some(terms.join(" and ")) }
}

fn term(
    resource: &Resource,
    predicate: &Predicate,
    params: Option<&Params>,
    alternatives: usize,
) -> Option<String> {
    let terms = comparisons(resource, predicate, params)?;
    (1..=alternatives).contains(&terms.len()).then(|| alternatives_of(&terms))
}

/// The term for predicates of which one at least must hold: all of them are said, or none.
fn any_of(resource: &Resource, list: &[Predicate], params: Option<&Params>) -> Option<String> {
    let said: Vec<_> = list
        .iter()
        .map(|predicate| comparisons(resource, predicate, params))
        .collect::<Option<_>>()?;
    let terms = said.concat();
    (1..=LONGEST_LIST).contains(&terms.len()).then(|| alternatives_of(&terms))
}

/// A comparison for each value of a predicate, if all of them can be said; none for a NULL.
fn comparisons(
    resource: &Resource,
    predicate: &Predicate,
    params: Option<&Params>,
) -> Option<Vec<String>> {
    let attribute = resource.attribute(&predicate.column)?;
    if !matches!(predicate.value, super::PredicateValue::Known(_)) && params.is_none() {
        let op = word(predicate.op);
        return Some(vec![format!("{} {op} {{{}}}", attribute.name, predicate.column)]);
    }
    let compare = match resource.column(&predicate.column)?.kind {
        Type::Timestamp => moment,
        Type::Boolean => boolean,
        _ => literal,
    };
    let values = predicate.value.resolve(params.unwrap_or_default());
    values.iter().map(|value| compare(attribute, predicate.op, value)).collect()
}

/// Whether a text can be a value in an expression: Okta knows no characters beyond the basic plane, and
/// an empty value is not a value to it.
pub(super) fn can_say(value: &str) -> bool {
    let plain = value.chars().all(|c| c <= '\u{ffff}' && !c.is_control());
    plain && !value.is_empty() && value.chars().count() <= LONGEST_VALUE
}

/// The expression for one of several texts, each of which [can be said](can_say).
pub(super) fn equal_to_any(resource: &Resource, column: &str, values: &[String]) -> Option<String> {
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
        Op::Like | Op::ILike => "sw",
        Op::Lt => "lt",
        Op::Le => "le",
        Op::Gt => "gt",
        Op::Ge => "ge",
    }
}

/// What every text begins with that is like a pattern. White space at its end is left out: Okta may not
/// count it.
pub(super) fn prefix(pattern: &str) -> String {
    let mut prefix = String::new();
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '%' | '_' => break,
            '\\' => prefix.extend(characters.next()),
            c => prefix.push(c),
        }
    }
    prefix.truncate(prefix.trim_end().len());
    prefix
}

/// Returns the part of a prefix whose case PostgreSQL and Okta fold the same way in every locale. Turkish
/// has two letters i, and the sign for kelvin folds to k.
fn caseless(prefix: &str) -> &str {
    let plain = |c: char| c.is_ascii() && !matches!(c, 'i' | 'I' | 'k' | 'K');
    prefix.split_once(|c| !plain(c)).map_or(prefix, |(before, _)| before.trim_end())
}

/// A comparison of text.
fn literal(attribute: &FilterAttribute, op: Op, value: &str) -> Option<String> {
    let value = match op {
        Op::Like => prefix(value),
        Op::ILike => caseless(&prefix(value)).to_owned(),
        _ => value.to_owned(),
    };
    if !can_say(&value) {
        return None;
    }
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("{} {} \"{escaped}\"", attribute.name, word(op)))
}

/// A comparison of truth values, which Okta writes without quotes.
fn boolean(attribute: &FilterAttribute, op: Op, value: &str) -> Option<String> {
    let value = (op == Op::Eq).then(|| value.parse::<bool>().ok())??;
    Some(format!("{} {} {value}", attribute.name, word(op)))
}

/// A comparison of points in time. Okta keeps milliseconds, PostgreSQL microseconds: bounds are widened
/// to whole milliseconds.
fn moment(attribute: &FilterAttribute, op: Op, value: &str) -> Option<String> {
    let exact: Timestamp = value.parse().ok()?;
    if !(1..=9999).contains(&exact.to_zoned(TimeZone::UTC).year()) {
        return None;
    }
    let floor =
        Timestamp::from_millisecond(exact.as_nanosecond().div_euclid(1_000_000) as i64).ok()?;
    let ceiling = if floor == exact { floor } else { floor.checked_add(1.millisecond()).ok()? };
    let at = |op, time: Timestamp| {
        let time = time.round(Unit::Millisecond).unwrap_or(time);
        format!("{} {} \"{time:.3}\"", attribute.name, word(op))
    };
    match op {
        Op::Eq if floor == exact => Some(at(Op::Eq, exact)),
        // Nothing of Okta's lies between two milliseconds; PostgreSQL will find that out. A time has no
        // pattern.
        Op::Eq | Op::Like | Op::ILike => None,
        Op::Gt | Op::Ge => Some(at(if floor == exact { op } else { Op::Ge }, floor)),
        Op::Lt | Op::Le => Some(at(if floor == exact { op } else { Op::Le }, ceiling)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::plan::{Needs, PredicateValue, choose};

    fn known(column: &str, op: Op, values: &[&str]) -> Predicate {
        let values = values.iter().map(|v| (*v).to_owned()).collect();
        Predicate { column: column.into(), op, value: PredicateValue::Known(values) }
    }

    fn said(predicates: Vec<Predicate>) -> String {
        said_with(predicates, Vec::new(), &[])
    }

    fn said_with(predicates: Vec<Predicate>, list: Vec<Predicate>, params: &Params) -> String {
        let resource = catalog::find("users.users").unwrap();
        let mut plan = choose(resource, predicates, Needs::default(), |_| false).unwrap();
        if !list.is_empty() {
            plan.filter_by_any(list);
        }
        expression(&plan, Some(params)).unwrap()
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
    fn a_pattern_is_said_by_what_comes_before_its_wildcards() {
        let said = |pattern| said(vec![known("login", Op::Like, &[pattern])]);
        assert_eq!(said("ada.%"), r#"profile.login sw "ada.""#);
        assert_eq!(said("ada"), r#"profile.login sw "ada""#);
        assert_eq!(said(r"a\_b\%c\\_"), r#"profile.login sw "a_b%c\\""#);
        assert_eq!(said("ada _"), r#"profile.login sw "ada""#);
        for nothing in ["%a", "_", "", " %", "🦀%"] {
            assert_eq!(said(nothing), "status pr", "{nothing}");
        }
    }

    #[test]
    fn a_pattern_of_any_case_is_said_as_far_as_cases_are_plain() {
        let said = |pattern| said(vec![known("login", Op::ILike, &[pattern])]);
        assert_eq!(said("ADA.%"), r#"profile.login sw "ADA.""#);
        assert_eq!(said("Smith%"), r#"profile.login sw "Sm""#);
        assert_eq!(said("Ann K%"), r#"profile.login sw "Ann""#);
        assert_eq!(said("Zoë%"), r#"profile.login sw "Zo""#);
        for nothing in ["Kim%", "is%", "É%", "%a"] {
            assert_eq!(said(nothing), "status pr", "{nothing}");
        }
    }

    #[test]
    fn patterns_of_what_has_no_prefix_are_not_said() {
        assert_eq!(said(vec![known("status", Op::Like, &["ACT%"])]), "status pr");
    }

    #[test]
    fn one_of_several_is_said_if_all_can_be() {
        let list = vec![known("login", Op::Eq, &["a", "b"]), known("email", Op::Like, &["c%"])];
        assert_eq!(
            said_with(vec![known("status", Op::Eq, &["ACTIVE"])], list.clone(), &[]),
            r#"status eq "ACTIVE" and (profile.login eq "a" or profile.login eq "b" or profile.email sw "c")"#
        );
        let cannot = [list.clone(), vec![known("login", Op::Eq, &["🦀"])]].concat();
        assert_eq!(said_with(Vec::new(), cannot, &[]), "status pr");
        let unfiltered = [list.clone(), vec![known("last_login", Op::Eq, &["a"])]].concat();
        assert_eq!(said_with(Vec::new(), unfiltered, &[]), "status pr");
        let many: Vec<_> = (0..30).map(|n| n.to_string()).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let long = [list, vec![known("login", Op::Eq, &many)]].concat();
        assert_eq!(said_with(Vec::new(), long, &[]), "status pr");
    }

    #[test]
    fn a_null_among_several_is_left_out() {
        let slot =
            Predicate { column: "login".into(), op: Op::Eq, value: PredicateValue::Param(0) };
        let list = vec![slot, known("email", Op::Eq, &["a"])];
        assert_eq!(said_with(Vec::new(), list, &[Vec::new()]), r#"profile.email eq "a""#);
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
        let predicate =
            Predicate { column: "status".into(), op: Op::Eq, value: PredicateValue::Param(0) };
        let plan = choose(resource, vec![predicate], Needs::default(), |_| false).unwrap();
        assert_eq!(expression(&plan, None).unwrap(), "status eq {status}");
    }
}

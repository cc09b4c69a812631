use serde_json::{Value, json};

use super::*;

fn attribute(path: &str) -> Option<Value> {
    let value = json!({
        "status": "ACTIVE", "created": "2025-06-01T00:00:00.000Z", "profile.login": "o'brien\"x",
        "profile.lastName": "Núñez", "profile.badge": 4711, "profile.onCall": true,
        "profile.skills": ["analysis", "poetry"], "profile.firstName": null,
    });
    value.get(path).cloned()
}

fn parse(text: &str, ignore_case: bool) -> Result<Expression, String> {
    let allows = |path: &str, op: Op| path != "secret" && (op != Op::Contains || path != "status");
    Expression::parse(text, Dialect { allows: &allows, ignore_case, single: false })
}

fn holds(text: &str) -> bool {
    parse(text, false).unwrap().holds(&attribute)
}

#[test]
fn operators() {
    assert!(holds(r#"status eq "ACTIVE""#));
    assert!(holds(r#"status EQ "ACTIVE""#));
    assert!(!holds(r#"status eq "active""#));
    assert!(parse(r#"status eq "active""#, true).unwrap().holds(&attribute));
    assert!(holds(r#"status sw "ACT""#));
    assert!(holds(r#"profile.login co "brien""#));
    assert!(holds("profile.login pr"));
    assert!(!holds("profile.firstName pr"));
    assert!(!holds("profile.absent pr"));
    assert!(holds(r#"status lt "B" and status gt "A""#));
}

#[test]
fn values_of_every_type() {
    assert!(holds("profile.badge ge 4711"));
    assert!(!holds("profile.badge gt 4711.5"));
    assert!(holds("profile.onCall eq true"));
    assert!(holds(r#"profile.skills eq "poetry""#));
    assert!(holds(r#"created lt "2025-06-01T02:00:00+01:00""#));
    assert!(!holds(r#"created lt "2025-06-01T02:00:00+02:00""#));
    assert!(holds(r#"created eq "2025-06-01T00:00:00Z""#));
}

#[test]
fn escapes_are_those_of_json() {
    assert!(holds(r#"profile.login eq "o'brien\"x""#));
    assert!(holds(r#"profile.lastName eq "N\u00fañez""#));
    assert!(parse(r#"profile.lastName eq "nunez""#, true).is_ok_and(|e| !e.holds(&attribute)));
}

#[test]
fn and_binds_tighter_than_or() {
    assert!(holds(r#"status eq "ACTIVE" or status eq "X" and status eq "Y""#));
    assert!(!holds(r#"(status eq "ACTIVE" or status eq "X") and status eq "Y""#));
    assert!(holds(r#"((status eq "ACTIVE"))"#));
}

#[test]
fn what_is_wrong_is_refused() {
    for text in [
        "",
        "status",
        "status eq",
        "status eq ACTIVE",
        "status is \"A\"",
        "status eq \"A",
        "(status pr",
        "status pr)",
        "status eq \"A\" and",
        "not status pr",
        "not (status pr)",
        "status ne \"A\"",
        "secret pr",
        "status co \"A\"",
        "status eq 'A'",
        "status eq \"A\" status pr",
    ] {
        assert!(parse(text, false).is_err(), "{text}");
    }
    assert!(parse(&format!("{}status pr{}", "(".repeat(9999), ")".repeat(9999)), false).is_err());
    let single = Dialect { allows: &|_, _| true, ignore_case: false, single: true };
    assert!(Expression::parse("a pr or b pr", single).is_err());
    assert!(Expression::parse("a pr", single).is_ok());
}

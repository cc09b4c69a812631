use super::*;
use crate::org::OrgTemplate;

fn bucket(method: Method, path: &str) -> Bucket {
    let org = OrgTemplate::default().org(&"acme".parse().unwrap()).unwrap();
    Bucket::of(&Request::new(org, method, path))
}

fn users() -> Bucket {
    bucket(Method::Get, "/api/v1/users")
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// An answer whose window ends `left` seconds after the local time 1000.
fn signals(limit: u64, remaining: u64, left: i64) -> Signals {
    Signals {
        limit: Some(limit),
        remaining: Some(remaining),
        reset: Some(1000 + left),
        date: Some(1000),
        retry_after: None,
    }
}

fn answered(buckets: &mut Buckets, now: u64, bucket: &Bucket, status: u16, signals: &Signals) {
    buckets.leave(at(now), 1000, bucket, Release::Answered(status, *signals));
}

#[test]
fn patterns_leave_ids_out() {
    for (method, path, expected) in [
        (Method::Get, "/api/v1/users", "GET /api/v1/users"),
        (Method::Get, "/api/v1/users/00u1", "GET /api/v1/users/*"),
        (Method::Get, "/api/v1/users/00u1/groups", "GET /api/v1/users/*/groups"),
        (Method::Put, "/api/v1/groups/00g1/users/00u1", "PUT /api/v1/groups/*/users/*"),
        (Method::Post, "/api/v1/apps/0oa1/users/00u1/x/y", "POST /api/v1/apps/*/users/*"),
        (Method::Post, "/oauth2/v1/clients/0oa1/secrets", "POST /oauth2/v1/clients/*/secrets"),
        (Method::Get, "/.well-known/okta-organization", "GET /.well-known/okta-organization"),
    ] {
        assert_eq!(pattern(method, path), expected);
    }
}

#[test]
fn a_request_may_know_its_bucket() {
    let org = OrgTemplate::default().org(&"acme".parse().unwrap()).unwrap();
    let known = |method, path: &str| {
        let bucket = Some("/api/v1/identity-sources/0oa1/sessions".to_owned());
        Bucket::of(&Request { bucket, ..Request::new(org.clone(), method, path) })
    };
    assert_eq!(known(Method::Get, "/sessions"), known(Method::Delete, "/sessions/aps1"));
    assert_ne!(known(Method::Get, "/sessions"), bucket(Method::Get, "/sessions"));
}

#[test]
fn stays_below_the_share() {
    let (mut buckets, users) = (Buckets::new(80), users());
    for n in 1..=8 {
        assert_eq!(buckets.enter(at(0), &users), Turn::Go);
        answered(&mut buckets, 0, &users, 200, &signals(10, 10 - n, 5));
    }
    let wait = Turn::After { pause: at(6), resets_at: 1005 };
    assert_eq!(buckets.enter(at(0), &users), wait);
    assert_eq!(buckets.enter(at(5), &users), Turn::After { pause: at(1), resets_at: 1005 });
    assert_eq!(buckets.enter(at(6), &users), Turn::Go);
}

#[test]
fn what_others_use_counts_too() {
    let (mut buckets, users) = (Buckets::new(80), users());
    assert_eq!(buckets.enter(at(0), &users), Turn::Go);
    answered(&mut buckets, 0, &users, 200, &signals(600, 100, 30));
    assert!(matches!(buckets.enter(at(0), &users), Turn::After { .. }));
    let apps = bucket(Method::Get, "/api/v1/apps");
    assert_eq!(buckets.enter(at(0), &apps), Turn::Go);
}

#[test]
fn what_is_in_flight_counts_too() {
    let (mut buckets, users) = (Buckets::new(80), users());
    for _ in 0..8 {
        assert_eq!(buckets.enter(at(0), &users), Turn::Go);
    }
    // Nothing known yet: no more than the usual concurrency.
    assert_eq!(buckets.enter(at(0), &users), Turn::AfterAnother);
    answered(&mut buckets, 1, &users, 200, &signals(10, 4, 5));
    assert_eq!(buckets.enter(at(1), &users), Turn::AfterAnother);
    for _ in 0..7 {
        answered(&mut buckets, 1, &users, 200, &signals(10, 3, 5));
    }
    assert_eq!(buckets.enter(at(1), &users), Turn::Go);
    assert_eq!(buckets.enter(at(1), &users), Turn::AfterAnother);
    buckets.leave(at(1), 1000, &users, Release::Unsent);
    assert_eq!(buckets.enter(at(1), &users), Turn::Go);
    // One in flight is given up: Okta has probably counted it.
    buckets.leave(at(1), 1000, &users, Release::Unclear);
    assert!(matches!(buckets.enter(at(1), &users), Turn::After { .. }));
}

#[test]
fn answers_may_overtake_each_other() {
    let (mut buckets, users) = (Buckets::new(80), users());
    for left in [5, 9, 60, 60] {
        assert_eq!(buckets.enter(at(0), &users), Turn::Go);
        let remaining = if left == 60 { 7 } else { left as u64 };
        answered(&mut buckets, 0, &users, 200, &signals(10, remaining, left));
    }
    assert_eq!(buckets.shown()[0].remaining, 7);
    assert_eq!(buckets.enter(at(1), &users), Turn::Go);
    answered(&mut buckets, 1, &users, 200, &signals(10, 9, 60));
    assert_eq!(buckets.shown()[0].remaining, 7);
    assert_eq!(buckets.enter(at(1), &users), Turn::Go);
    answered(&mut buckets, 1, &users, 200, &signals(10, 0, 5));
    assert_eq!(
        buckets.shown(),
        [RateLimit {
            org: "https://acme.okta.com/".to_owned(),
            bucket: "GET /api/v1/users".to_owned(),
            limit: 10,
            remaining: 7,
            resets_at: 1060,
        }]
    );
}

#[test]
fn a_small_limit_lets_one_through() {
    let (mut buckets, users) = (Buckets::new(1), users());
    assert_eq!(buckets.enter(at(0), &users), Turn::Go);
    answered(&mut buckets, 0, &users, 200, &signals(15, 15, 60));
    assert_eq!(buckets.enter(at(0), &users), Turn::Go);
    answered(&mut buckets, 0, &users, 200, &signals(15, 14, 60));
    assert!(matches!(buckets.enter(at(0), &users), Turn::After { .. }));
    // However long the absence, a new window begins carefully.
    assert_eq!(buckets.enter(at(1_000_000), &users), Turn::Go);
    assert_eq!(buckets.enter(at(1_000_000), &users), Turn::AfterAnother);
}

#[test]
fn no_headers_no_limits() {
    let (mut buckets, users) = (Buckets::new(80), users());
    for _ in 0..100 {
        assert_eq!(buckets.enter(at(0), &users), Turn::Go);
        answered(&mut buckets, 0, &users, 200, &Signals::default());
    }
    assert!(buckets.shown().is_empty());
}

#[test]
fn too_many_at_once_halves_and_recovers() {
    let (mut buckets, users) = (Buckets::new(80), users());
    let fine = Signals::default();
    for _ in 0..8 {
        assert_eq!(buckets.enter(at(0), &users), Turn::Go);
    }
    answered(&mut buckets, 0, &users, 429, &signals(0, 0, 3000));
    let apps = bucket(Method::Get, "/api/v1/apps");
    for _ in 0..3 {
        assert_eq!(buckets.enter(at(0), &apps), Turn::AfterAnother);
        answered(&mut buckets, 0, &users, 200, &fine);
    }
    // Four in flight, four allowed: the next answer is the fourth calm one, which allows five.
    assert_eq!(buckets.enter(at(0), &apps), Turn::AfterAnother);
    answered(&mut buckets, 0, &users, 200, &fine);
    assert_eq!(buckets.enter(at(0), &apps), Turn::Go);
    assert_eq!(buckets.enter(at(0), &apps), Turn::Go);
    assert_eq!(buckets.enter(at(0), &apps), Turn::AfterAnother);
    // The far reset of a concurrency limit is no window.
    assert!(buckets.shown().is_empty());
}

#[test]
fn memory_is_bounded() {
    let mut buckets = Buckets::new(80);
    for n in 0..5000 {
        let bucket = bucket(Method::Get, &format!("/{n}"));
        assert_eq!(buckets.enter(at(n), &bucket), Turn::Go);
        answered(&mut buckets, n, &bucket, 200, &signals(10, 9, 60));
    }
    assert!(buckets.seen.len() <= MOST_BUCKETS, "{}", buckets.seen.len());
}

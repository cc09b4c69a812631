//! Tokens: how they are asked for, kept, renewed and bound, and what goes wrong with them.

mod org;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use self::org::{Org, Rules, TOKEN, parts, proof};
use super::server::{Server, Step, answer, head, reply};
use crate::client::{Budget, Client, Credential, Dpop, Meter, Method, Settings};
use crate::error::{Error, Kind};

/// The bytes of a scripted answer.
fn bytes(step: Step) -> Vec<u8> {
    match step {
        Step::Cut(bytes) | Step::Stall(bytes) | Step::Late(_, bytes) => bytes,
    }
}

fn first(answers: impl IntoIterator<Item = Step>) -> Rules {
    Rules { first: answers.into_iter().map(bytes).collect(), ..Rules::default() }
}

async fn get(org: &Org, client: &Client) -> Result<Meter, Error> {
    let meter = Meter::default();
    client.send(&org.request(Method::Get), &meter).await.map(|_| meter)
}

#[tokio::test]
async fn one_token_serves_a_thousand_calls() {
    let org = Org::start(Rules::default()).await;
    let (client, meter) = (org.client(), Meter::default());
    for _ in 0..1000 {
        client.send(&org.request(Method::Get), &meter).await.unwrap();
    }
    assert_eq!((org.asked().len(), org.called().len()), (1, 1000));
    assert_eq!((meter.calls.load(Relaxed), meter.retries.load(Relaxed)), (1001, 0));
    assert!(org.called()[0].contains("authorization: Bearer t0ken-"));
    assert!(org.asked()[0].contains("accept: application/json\r\n"));
}

#[tokio::test]
async fn first_calls_share_one_renewal() {
    let pause = Duration::from_millis(50);
    let org = Org::start(Rules { pause, ..Rules::default() }).await;
    let client = org.client();
    let calls = join_all((0..8).map(|_| get(&org, &client))).await;
    assert!(calls.iter().all(Result::is_ok));
    assert_eq!((org.asked().len(), org.called().len()), (1, 8));
}

#[tokio::test]
async fn who_waits_for_a_renewal_shares_its_failure() {
    let refusal = reply(401, r#"{"error":"invalid_client","error_description":"no such"}"#);
    let org = Org::start(Rules { pause: Duration::from_millis(50), ..first([refusal]) }).await;
    let client = org.client();
    let calls = join_all((0..8).map(|_| get(&org, &client))).await;
    for error in calls.into_iter().map(Result::unwrap_err) {
        assert_eq!(error.message, "POST /oauth2/v1/token: HTTP 401, invalid_client: no such");
    }
    assert_eq!((org.asked().len(), org.called().len()), (1, 0));
    // Whoever comes later tries again.
    get(&org, &client).await.unwrap();
}

#[tokio::test]
async fn a_renewal_that_is_given_up_hinders_nobody() {
    let pause = Duration::from_millis(100);
    let org = Org::start(Rules { pause, ..Rules::default() }).await;
    let client = org.client();
    let soon = Duration::from_millis(20);
    assert!(tokio::time::timeout(soon, get(&org, &client)).await.is_err());
    get(&org, &client).await.unwrap();
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    // It ends after 4 seconds, and is renewed a second before.
    let org = Org::start(Rules { life: 4, ..Rules::default() }).await;
    let (client, meter) = (org.client(), Meter::default());
    let since = Instant::now();
    while org.asked().len() < 2 {
        assert!(since.elapsed() < Duration::from_secs(10));
        client.send(&org.request(Method::Post), &meter).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(since.elapsed() >= Duration::from_secs(3));
    assert_eq!(meter.retries.load(Relaxed), 0);
}

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced() {
    let org = Org::start(Rules::default()).await;
    let client = org.client();
    get(&org, &client).await.unwrap();
    org.state().revoke();
    let meter = Meter::default();
    client.send(&org.request(Method::Post), &meter).await.unwrap();
    assert_eq!((org.asked().len(), org.called().len()), (2, 3));
    assert_eq!((meter.calls.load(Relaxed), meter.retries.load(Relaxed)), (3, 1));
}

#[tokio::test]
async fn a_new_token_that_is_refused_is_an_error() {
    let refuses = Some(r#"{"errorCode":"E0000011","errorSummary":"Invalid token provided"}"#);
    for method in [Method::Get, Method::Post] {
        let org = Org::start(Rules { refuses, ..Rules::default() }).await;
        let error = org.client().send(&org.request(method), &Meter::default()).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_deref()), (Kind::Unauthorized, Some("E0000011")));
        assert_eq!((org.asked().len(), org.called().len()), (2, 2));
    }
}

#[tokio::test]
async fn a_feature_that_is_missing_is_no_fault_of_the_token() {
    let refuses = Some(r#"{"errorCode":"E0000015","errorSummary":"You do not have permission"}"#);
    let org = Org::start(Rules { refuses, ..Rules::default() }).await;
    let error = get(&org, &org.client()).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("E0000015"));
    assert_eq!((org.asked().len(), org.called().len()), (1, 1));
}

#[tokio::test]
async fn refusals_of_a_token_say_what_to_do() {
    let okta = r#"{"errorCode":"E0000022","errorSummary":"Unsupported","errorCauses":[]}"#;
    for (status, body, kind, hint) in [
        (401, r#"{"error":"invalid_client"}"#, Kind::Unauthorized, "private_key"),
        (400, r#"{"error":"invalid_scope"}"#, Kind::Unauthorized, "scopes"),
        (400, r#"{"error":"unauthorized_client"}"#, Kind::Unauthorized, "API services app"),
        (405, okta, Kind::Unauthorized, "against the app"),
        (403, "", Kind::Unauthorized, "against the app"),
        (404, r#"{"errorCode":"E0000007"}"#, Kind::Unauthorized, "org_url"),
        (501, "", Kind::ServerFault, "status.okta.com"),
    ] {
        let org = Org::start(first([reply(status, body)])).await;
        let request = org.request(Method::Post);
        let error = org.client().send(&request, &Meter::default()).await.unwrap_err();
        assert_eq!((error.kind, error.status), (kind, Some(status)), "{error:?}");
        assert!(error.message.starts_with("POST /oauth2/v1/token: HTTP "), "{error:?}");
        assert!(error.hint.as_ref().is_some_and(|text| text.contains(hint)), "{error:?}");
        // The write itself was not sent, and no row is missing.
        assert!(!error.may_have_been_done() && !error.is_missing_object(), "{error:?}");
        assert_eq!((org.asked().len(), org.called().len()), (1, 0));
    }
}

#[tokio::test]
async fn a_question_for_a_token_is_repeated_and_the_call_is_not() {
    let date = "date: Sun, 19 Apr 2026 17:03:56 GMT";
    let reset = "x-rate-limit-reset: 1776618236";
    let limits = ["x-rate-limit-limit: 600", "x-rate-limit-remaining: 0", reset, date];
    for trouble in [
        reply(503, ""),
        answer(429, &limits, ""),
        Step::Cut(Vec::new()),
        Step::Cut(head(200, &[], 10)),
    ] {
        let org = Org::start(first([trouble])).await;
        let meter = Meter::default();
        org.client().send(&org.request(Method::Post), &meter).await.unwrap();
        assert_eq!((org.asked().len(), org.called().len()), (2, 1));
        assert_eq!((meter.calls.load(Relaxed), meter.retries.load(Relaxed)), (3, 1));
    }
}

#[tokio::test]
async fn a_lost_question_has_not_done_the_call() {
    let org = Org::start(first((0..3).map(|_| Step::Cut(Vec::new())))).await;
    let request = org.request(Method::Post);
    let error = org.client().send(&request, &Meter::default()).await.unwrap_err();
    assert!(error.kind == Kind::Lost && !error.may_have_been_done(), "{error:?}");
    assert!(error.detail.is_none() && error.hint.is_none(), "{error:?}");
}

#[tokio::test]
async fn an_assertion_follows_no_redirect() {
    let elsewhere = Server::start(vec![reply(200, "{}")]).await;
    let location = format!("location: {}/steal", elsewhere.origin());
    for status in [302, 307, 308] {
        let org = Org::start(first([answer(status, &[&location], "")])).await;
        let error = get(&org, &org.client()).await.unwrap_err();
        assert_eq!((error.kind, error.status), (Kind::BadAnswer, Some(status)));
        assert!(!error.may_have_been_done());
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_strange_answer_is_no_token_and_is_not_shown() {
    for body in [
        "hunter2",
        r#"{"access_token":"hunter2"}"#,
        r#"{"token_type":"mac","access_token":"hunter2","expires_in":3600}"#,
        r#"{"token_type":"DPoP","access_token":"hunter2","expires_in":3600}"#,
        r#"{"token_type":"Bearer","access_token":"hunter2\r\nhost: evil","expires_in":3600}"#,
        r#"{"token_type":"Bearer","access_token":"","expires_in":3600}"#,
        r#"{"token_type":"Bearer","access_token":"hunter2","expires_in":"hunter2"}"#,
    ] {
        let org = Org::start(first([reply(200, body)])).await;
        let error = get(&org, &org.client()).await.unwrap_err();
        assert_eq!(error.kind, Kind::BadAnswer, "{body}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        assert_eq!(org.called().len(), 0);
    }
}

#[tokio::test]
async fn a_budget_counts_questions_and_is_the_statement_s_own() {
    let org = Org::start(Rules { pause: Duration::from_millis(50), ..Rules::default() }).await;
    let client = org.client();
    let (poor, free) = (Meter::new(Some(Arc::new(Budget::new(0))), false), Meter::default());
    let request = org.request(Method::Get);
    let (poor, free) = tokio::join!(client.send(&request, &poor), client.send(&request, &free));
    assert_eq!(poor.unwrap_err().kind, Kind::Budget);
    free.unwrap();
    let one = Meter::new(Some(Arc::new(Budget::new(1))), false);
    let error = org.client().send(&request, &one).await.unwrap_err();
    assert_eq!((error.kind, one.calls.load(Relaxed)), (Kind::Budget, 1));
}

#[tokio::test]
async fn each_org_has_its_token() {
    let one = Org::start(Rules::default()).await;
    let other = Org::like(&one).await;
    let client = one.client();
    for org in [&one, &other, &one, &other] {
        get(org, &client).await.unwrap();
    }
    for org in [&one, &other] {
        assert_eq!((org.asked().len(), org.called().len()), (1, 2));
    }
}

#[tokio::test]
async fn a_wrong_clock_is_set_by_the_server_s() {
    for ahead in [7200, -7200, -7] {
        for dpop in [false, true] {
            let org = Org::start(Rules { ahead, dpop, ..Rules::default() }).await;
            let client = org.client_with(|who| who.dpop = Dpop::Auto);
            get(&org, &client).await.unwrap();
            // It has learned: a new token needs no second try.
            let asked = org.asked().len();
            org.state().revoke();
            get(&org, &client).await.unwrap();
            assert_eq!(org.asked().len(), asked + 1);
        }
    }
}

#[tokio::test]
async fn a_proof_is_given_when_it_is_demanded() {
    let org = Org::start(Rules { dpop: true, ..Rules::default() }).await;
    let client = org.client();
    let meter = Meter::default();
    client.send(&org.request(Method::Get), &meter).await.unwrap();
    client.send(&org.request(Method::Post), &meter).await.unwrap();
    // Without a proof, without a nonce, with both.
    let asked = org.asked();
    let nonce = |request: &String| proof(request).map(|p| parts(p).1.get("nonce").cloned());
    let nonces: Vec<_> = asked.iter().map(nonce).collect();
    assert_eq!(nonces, [None, Some(None), Some(Some("nonce1".into()))]);
    assert_eq!((org.called().len(), meter.calls.load(Relaxed)), (2, 5));
    assert!(org.called()[1].contains("authorization: DPoP t0ken-"));
    // From now on one question is enough, and one more when the nonce has changed.
    for (renew, questions) in [(false, 1), (true, 2)] {
        let before = org.asked().len();
        if renew {
            org.state().renew_nonce();
        }
        org.state().revoke();
        get(&org, &client).await.unwrap();
        assert_eq!(org.asked().len(), before + questions);
    }
}

#[tokio::test]
async fn a_proof_may_be_given_always_or_never() {
    let always = |org: &Org| org.client_with(|who| who.dpop = Dpop::Always);
    let org = Org::start(Rules::default()).await;
    get(&org, &always(&org)).await.unwrap();
    assert!(org.asked().iter().all(|request| proof(request).is_some()));
    assert!(org.called()[0].contains("authorization: DPoP "));

    let unbound = reply(200, r#"{"token_type":"Bearer","access_token":"x","expires_in":3600}"#);
    let org = Org::start(first([unbound])).await;
    let error = get(&org, &always(&org)).await.unwrap_err();
    assert_eq!((error.kind, org.called().len()), (Kind::Unauthorized, 0), "{error:?}");

    let org = Org::start(Rules { dpop: true, ..Rules::default() }).await;
    let client = org.client_with(|who| who.dpop = Dpop::Never);
    let error = get(&org, &client).await.unwrap_err();
    assert_eq!((error.kind, org.asked().len()), (Kind::Unauthorized, 1));
    assert!(error.hint.unwrap().contains("set dpop to auto"));
}

#[tokio::test]
async fn the_api_may_want_a_nonce_too() {
    let rules = Rules { dpop: true, api_nonce: Some("api1"), ..Rules::default() };
    let org = Org::start(rules).await;
    let client = org.client();
    for calls in [2, 3] {
        client.send(&org.request(Method::Post), &Meter::default()).await.unwrap();
        assert_eq!((org.asked().len(), org.called().len()), (3, calls));
    }
    org.state().rules.api_nonce = Some("api2");
    get(&org, &client).await.unwrap();
    assert_eq!((org.asked().len(), org.called().len()), (3, 5));
}

#[tokio::test]
async fn nothing_prints_a_token_or_a_key() {
    let org = Org::start(Rules { dpop: true, ..Rules::default() }).await;
    let client = org.client();
    get(&org, &client).await.unwrap();
    let shown = format!("{client:?} {:#?} {:?}", client.tokens, org.who());
    assert!(shown.contains("[redacted]") && !shown.contains("t0ken"), "{shown}");
    let journal = Meter::new(None, true);
    org.state().revoke();
    client.send(&org.request(Method::Get), &journal).await.unwrap();
    let entries = journal.take_journal();
    let lines: Vec<_> = entries.iter().map(|entry| entry.line.as_str()).collect();
    let token = format!("POST {TOKEN}");
    assert_eq!(lines, ["GET /api/v1/users", token.as_str(), "GET /api/v1/users"]);
    assert!(!format!("{entries:?}").contains("t0ken"));
}

#[tokio::test]
async fn what_cannot_be_asked_with_is_told_at_once() {
    let org = Org::start(Rules::default()).await;
    let mut who = org.who();
    who.scopes.clear();
    let error = Client::new(Settings::default(), Credential::Client(who)).unwrap_err();
    assert_eq!(error.kind, Kind::OptionValue);
}

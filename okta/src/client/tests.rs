//! The client against a scripted server on the loopback: each connection gets the next answer.

mod bodies;
mod leaks;
mod oauth;
mod retries;
mod server;
mod tls;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use self::server::{Server, Step, answer, client, client_with, head, reply, request};
use super::*;
use crate::error::Kind;
use crate::secret::Secret;

#[tokio::test]
async fn asks_as_okta_wants_to_be_asked() {
    let server = Server::start(vec![reply(200, "[]")]).await;
    let mut request = request(&server, Method::Get, "/api/v1/users");
    request.query.push(("filter".to_owned(), "a eq \"b c\"".to_owned()));
    let meter = Meter::default();
    let got = client().send(&request, &meter).await.unwrap();
    assert_eq!((got.status, &got.body[..], got.next), (200, &b"[]"[..], None));
    assert_eq!(got.request_id.as_deref(), Some("req1"));
    assert_eq!((meter.calls.load(Relaxed), meter.bytes.load(Relaxed)), (1, 2));
    let [sent] = server.requests().try_into().unwrap();
    assert!(sent.starts_with("GET /org/api/v1/users?filter=a+eq+%22b+c%22 HTTP/1.1\r\n"), "{sent}");
    for line in [
        "authorization: SSWS t0ken",
        "accept: application/json",
        "accept-encoding: gzip",
        concat!("user-agent: okta_fdw/", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(sent.contains(&format!("{line}\r\n")), "{line}: {sent}");
    }
    for name in ["content-length", "content-type", "x-okta-retry", "referer", "cookie"] {
        assert!(!sent.contains(name), "{sent}");
    }
}

#[tokio::test]
async fn a_write_without_a_body_says_so() {
    for method in [Method::Post, Method::Put, Method::Delete] {
        let server = Server::start(vec![reply(201, "{}")]).await;
        let request = request(&server, method, "/api/v1/x");
        client().send(&request, &Meter::default()).await.unwrap();
        let [sent] = server.requests().try_into().unwrap();
        let zero = sent.matches("content-length: 0\r\n").count();
        assert_eq!(zero, usize::from(method != Method::Delete), "{sent}");
        assert!(!sent.contains("content-type") && !sent.contains("transfer-encoding"), "{sent}");
    }
}

#[tokio::test]
async fn a_body_is_json() {
    let server = Server::start(vec![reply(200, "{}")]).await;
    let mut request = request(&server, Method::Post, "/api/v1/x");
    request.body = Some(r#"{"a":"é"}"#.to_owned());
    client().send(&request, &Meter::default()).await.unwrap();
    let [sent] = server.requests().try_into().unwrap();
    assert!(sent.contains("content-type: application/json\r\n"), "{sent}");
    assert!(sent.contains("content-length: 10\r\n") && sent.ends_with("{\"a\":\"é\"}"), "{sent}");
}

#[tokio::test]
async fn a_next_link_is_taken_home() {
    let next = "link: <https://acme-admin.okta.com/api/v1/users?after=x>; rel=\"next\"";
    let own = "link: <http://127.0.0.1/org/api/v1/users>; rel=\"self\"";
    let server = Server::start(vec![answer(200, &[own, next], "[]"), reply(200, "[]")]).await;
    let first = request(&server, Method::Get, "/api/v1/users");
    let (client, meter) = (client(), Meter::default());
    let next = client.send(&first, &meter).await.unwrap().next.unwrap();
    client.send(&first.following(&next), &meter).await.unwrap();
    assert!(server.requests()[1].starts_with("GET /org/api/v1/users?after=x HTTP"));
}

#[tokio::test]
async fn a_next_link_to_another_list_is_refused() {
    let next = "link: </org/api/v1/groups?after=x>; rel=\"next\"";
    let server = Server::start(vec![answer(200, &[next], "[]")]).await;
    let request = request(&server, Method::Get, "/api/v1/users");
    let error = client().send(&request, &Meter::default()).await.unwrap_err();
    assert_eq!(error.kind, Kind::BadAnswer);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(vec![reply(200, "[]")]).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: {}/steal?token=hunter2", elsewhere.origin());
        let server = Server::start(vec![answer(status, &[&location], "")]).await;
        let request = request(&server, Method::Get, "/api/v1/users");
        let error = client().send(&request, &Meter::default()).await.unwrap_err();
        assert_eq!((error.kind, error.status), (Kind::BadAnswer, Some(status)));
        let text = format!("{error:?}");
        assert!(text.contains(&elsewhere.origin()) && !text.contains("hunter2"), "{text}");
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn okta_s_errors_are_told() {
    let body = r#"{"errorCode":"E0000007","errorSummary":"Not found: aps1 (Session)"}"#;
    let server = Server::start(vec![reply(404, body)]).await;
    let request = request(&server, Method::Get, "/api/v1/x/aps1");
    let error = client().send(&request, &Meter::default()).await.unwrap_err();
    assert_eq!(error.message, "GET /api/v1/x/aps1: HTTP 404, E0000007: Not found: aps1 (Session)");
    assert_eq!(error.detail.as_deref(), Some("X-Okta-Request-Id: req1"));
    assert!(error.is_missing_object());
}

#[tokio::test]
async fn a_budget_stops_before_sending() {
    let server = Server::start(vec![reply(200, "[]")]).await;
    let request = request(&server, Method::Get, "/api/v1/x");
    let (client, meter) = (client(), Meter::new(Some(Arc::new(Budget::new(1))), false));
    client.send(&request, &meter).await.unwrap();
    let error = client.send(&request, &meter).await.unwrap_err();
    assert_eq!((error.kind, server.requests().len()), (Kind::Budget, 1));
}

#[tokio::test]
async fn a_journal_tells_each_attempt() {
    let script = vec![Step::Cut(Vec::new()), Step::Cut(head(200, &[], 10)), reply(200, "[]")];
    let server = Server::start(script).await;
    let mut request = request(&server, Method::Get, "/api/v1/x");
    request.query.push(("filter".to_owned(), "private".to_owned()));
    let meter = Meter::new(None, true);
    client().send(&request, &meter).await.unwrap();
    let [lost, cut, done] = meter.take_journal().try_into().unwrap();
    assert!(lost.result.starts_with("the connection was lost"), "{lost:?}");
    assert_eq!((cut.result.as_str(), cut.attempt), ("200, cut", 2));
    assert_eq!((done.line.as_str(), done.result.as_str()), ("GET /api/v1/x", "200"));
    assert_eq!((done.bytes, done.attempt, done.request_id.as_deref()), (2, 3, Some("req1")));
}

#[tokio::test]
async fn the_limits_are_remembered() {
    let headers =
        ["x-rate-limit-limit: 600", "x-rate-limit-remaining: 599", "x-rate-limit-reset: 9"];
    let server = Server::start(vec![answer(200, &headers, "[]")]).await;
    let client = client();
    client
        .send(&request(&server, Method::Get, "/api/v1/users/1"), &Meter::default())
        .await
        .unwrap();
    let [seen] = client.rate_limits().try_into().unwrap();
    assert_eq!(
        (seen.bucket.as_str(), seen.limit, seen.remaining),
        ("GET /api/v1/users/*", 600, 599)
    );
    assert_eq!(seen.resets_at, 9);
}

#[test]
fn nothing_prints_the_credential() {
    let credential = Credential::AccessToken(Secret::new("hunter2".to_owned()));
    let client = Client::new(Settings::default(), credential).unwrap();
    let shown = format!("{client:?} {client:#?}");
    assert!(shown.contains("[redacted]") && !shown.contains("hunter2"), "{shown}");
    let bad = Credential::AccessToken(Secret::new("hunter2\n".to_owned()));
    let error = Client::new(Settings::default(), bad).unwrap_err();
    assert!(error.kind == Kind::OptionValue && !format!("{error:?}").contains("hunter2"));
}

#[tokio::test]
async fn an_answer_that_repeats_the_credential_does_not_show_it() {
    for body in ["GET / authorization: Bearer hunter2", r#"{"errorSummary":"no Bearer hunter2"}"#] {
        let server = Server::start(vec![reply(400, body)]).await;
        let credential = Credential::AccessToken(Secret::new("hunter2".to_owned()));
        let client = Client::new(Settings::default(), credential).unwrap();
        let request = request(&server, Method::Get, "/api/v1/users");
        let error = client.send(&request, &Meter::default()).await.unwrap_err();
        let shown = format!("{error:?}");
        assert!(shown.contains("Bearer [redacted]") && !shown.contains("hunter2"), "{shown}");
    }
}

#[tokio::test]
async fn what_does_not_speak_tls_is_not_tried_again() {
    let hello = Step::Cut(b"HTTP/1.1 400 This is no TLS\r\n\r\n".to_vec());
    let server = Server::start(vec![hello]).await;
    let mut request = request(&server, Method::Get, "/api/v1/x");
    let origin = server.origin().replace("http:", "https:");
    request.org = origin.parse::<crate::org::OrgTemplate>().unwrap().pinned(None).unwrap();
    let meter = Meter::default();
    let error = client_with(|_| {}).send(&request, &meter).await.unwrap_err();
    assert_eq!((error.kind, meter.calls.load(Relaxed)), (Kind::Connect, 0), "{error:?}");
    assert_eq!(meter.retries.load(Relaxed), 0);
}

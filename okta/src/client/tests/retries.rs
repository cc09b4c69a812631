//! What is sent again, and what never is.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::TcpSocket;

use super::server::{Server, Step, answer, client, client_with, head, reply, request, request_to};
use crate::client::{Answer, Meter, Method, Settings};
use crate::error::{Error, Kind};

/// A 429 whose window ends `left` seconds after its Date.
fn limited(limit: u64, left: i64) -> Step {
    let date = "date: Sun, 19 Apr 2026 17:03:56 GMT";
    let reset = format!("x-rate-limit-reset: {}", 1_776_618_236 + left);
    let limit = format!("x-rate-limit-limit: {limit}");
    let headers = [date, &reset, &limit, "x-rate-limit-remaining: 0"];
    answer(429, &headers, r#"{"errorCode":"E0000047","errorSummary":"API call exceeded"}"#)
}

async fn send(method: Method, script: Vec<Step>) -> (Result<Answer, Error>, Vec<String>, Meter) {
    let server = Server::start(script).await;
    let meter = Meter::default();
    let request = request(&server, method, "/api/v1/x");
    let end = client().send(&request, &meter).await;
    (end, server.requests(), meter)
}

#[tokio::test]
async fn a_rate_limit_is_waited_for() {
    for method in [Method::Get, Method::Post] {
        // The reset is in the past of every clock but the answer's own.
        let (end, requests, meter) = send(method, vec![limited(600, 0), reply(200, "{}")]).await;
        assert_eq!(end.unwrap().status, 200);
        assert!(!requests[0].contains("x-okta-retry"));
        assert!(requests[1].contains("x-okta-retry-for: req1\r\n"), "{}", requests[1]);
        assert!(requests[1].contains("x-okta-retry-count: 1\r\n"));
        assert_eq!((meter.calls.load(Relaxed), meter.retries.load(Relaxed)), (2, 1));
        assert!(meter.wait_us.load(Relaxed) >= 1_000_000);
    }
}

#[tokio::test]
async fn a_limit_that_is_far_away_is_an_error() {
    let (end, requests, _) = send(Method::Get, vec![limited(600, 3600)]).await;
    let error = end.unwrap_err();
    assert_eq!((error.kind, requests.len()), (Kind::RateLimited, 1));
    let detail = error.detail.unwrap();
    let expected = "The limit resets at 2026-04-19T18:03:56Z, in 3601 s; max_wait is 90 s.";
    assert!(detail.contains(expected), "{detail}");
}

#[tokio::test]
async fn too_many_at_once_is_a_short_pause() {
    let (end, _, meter) = send(Method::Post, vec![limited(0, 3600), reply(200, "{}")]).await;
    assert_eq!(end.unwrap().status, 200);
    assert!(meter.wait_us.load(Relaxed) < 1_000_000);
}

#[tokio::test]
async fn a_fault_of_okta_is_tried_again() {
    let script = vec![reply(500, ""), Step::Cut(head(503, &[], 10)), reply(200, "[]")];
    let (end, requests, _) = send(Method::Get, script).await;
    assert_eq!((end.unwrap().status, requests.len()), (200, 3));
    assert!(requests[2].contains("x-okta-retry-count: 2\r\n"));
}

#[tokio::test]
async fn retries_end() {
    let script = vec![reply(503, ""), reply(503, ""), reply(503, "{}")];
    let server = Server::start(script).await;
    let request = request(&server, Method::Put, "/api/v1/x");
    let client = client_with(|settings| settings.max_retries = 2);
    let error = client.send(&request, &Meter::default()).await.unwrap_err();
    assert_eq!((error.kind, error.status), (Kind::ServerFault, Some(503)));
    assert!(error.detail.unwrap().contains("An earlier attempt"));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_post_that_may_be_done_is_not_repeated() {
    for method in [Method::Post, Method::Patch] {
        for status in [500, 502, 503, 504] {
            let (end, requests, _) = send(method, vec![reply(status, "")]).await;
            assert_eq!((end.unwrap_err().kind, requests.len()), (Kind::ServerFault, 1));
        }
        // Neither when the answer does not come, nor when it is cut.
        for bytes in [Vec::new(), b"HTTP/1.1 200".to_vec(), head(200, &[], 10)] {
            let (end, requests, meter) = send(method, vec![Step::Cut(bytes)]).await;
            let error = end.unwrap_err();
            assert_eq!((error.kind, requests.len()), (Kind::Lost, 1), "{error:?}");
            assert!(error.hint.unwrap().contains("look before you repeat"));
            assert_eq!(meter.calls.load(Relaxed), 1);
        }
    }
}

#[tokio::test]
async fn a_get_survives_a_lost_connection() {
    let script = vec![Step::Cut(Vec::new()), Step::Cut(head(200, &[], 10)), reply(200, "[]")];
    let (end, requests, _) = send(Method::Get, script).await;
    assert_eq!((end.unwrap().body, requests.len()), ("[]".into(), 3));
}

#[tokio::test]
async fn a_delete_that_was_done_is_done() {
    let missing = r#"{"errorCode":"E0000007","errorSummary":"Not found"}"#;
    for lost in [Step::Cut(Vec::new()), reply(500, "")] {
        let (end, requests, _) = send(Method::Delete, vec![lost, reply(404, missing)]).await;
        assert_eq!((end.unwrap().status, requests.len()), (204, 2));
    }
    let (end, ..) = send(Method::Delete, vec![reply(404, missing)]).await;
    assert_eq!(end.unwrap_err().kind, Kind::NotFound);
    // After a 429 nothing was done, so that nothing was there.
    let (end, ..) = send(Method::Delete, vec![limited(0, 0), reply(404, missing)]).await;
    assert_eq!(end.unwrap_err().kind, Kind::NotFound);
}

#[tokio::test]
async fn no_one_there_is_told_as_such() {
    // A port that is taken and not listened on stays refused while other tests run.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let origin = format!("http://{}", socket.local_addr().unwrap());
    let request = request_to(&origin, Method::Post, "/api/v1/x");
    let meter = Meter::default();
    let error = client().send(&request, &meter).await.unwrap_err();
    assert_eq!(error.kind, Kind::Connect);
    assert!(error.message.contains("Connection refused"), "{}", error.message);
    assert_eq!((meter.calls.load(Relaxed), meter.retries.load(Relaxed)), (0, 2));
}

#[tokio::test]
async fn time_runs_out() {
    let short = |settings: &mut Settings| {
        settings.request_timeout = Duration::from_millis(200);
        settings.max_retries = 0;
    };
    for bytes in [Vec::new(), head(200, &[], 10)] {
        let server = Server::start(vec![Step::Stall(bytes)]).await;
        let request = request(&server, Method::Get, "/api/v1/x");
        let error = client_with(short).send(&request, &Meter::default()).await.unwrap_err();
        assert_eq!(error.kind, Kind::Lost, "{error:?}");
    }
    let late = Step::Late(Duration::from_millis(400), head(200, &[], 0));
    let server = Server::start(vec![late]).await;
    let request = request(&server, Method::Get, "/api/v1/x");
    let error = client_with(short).send(&request, &Meter::default()).await.unwrap_err();
    assert_eq!(error.message, "GET /api/v1/x: no answer: time-out after 0.2 s");
}

#[tokio::test]
async fn a_dropped_request_frees_its_place() {
    let server = Server::start(vec![Step::Stall(Vec::new()), reply(200, "[]")]).await;
    let request = request(&server, Method::Get, "/api/v1/x");
    let (client, meter) = (client(), Meter::default());
    let soon = Duration::from_millis(100);
    assert!(tokio::time::timeout(soon, client.send(&request, &meter)).await.is_err());
    assert_eq!(client.send(&request, &meter).await.unwrap().status, 200);
}

#[tokio::test]
async fn the_share_is_kept_without_a_429() {
    // A bucket of 10 in a window of 2 s, shown as Okta shows it.
    let start = Timestamp::now().as_second();
    let script = (0..12).map(|n| {
        let window = i64::from(n / 8);
        let remaining = format!("x-rate-limit-remaining: {}", 9 - n % 8);
        let reset = format!("x-rate-limit-reset: {}", start + 1 + 2 * window);
        answer(200, &["x-rate-limit-limit: 10", &remaining, &reset], "{}")
    });
    let server = Server::start(script.collect()).await;
    let request = request(&server, Method::Get, "/api/v1/x");
    let (client, meter) = (client(), Meter::default());
    for n in 0..12 {
        client.send(&request, &meter).await.unwrap();
        let waited = meter.wait_us.load(Relaxed);
        assert_eq!(waited > 0, n >= 8, "request {n} after {waited} us");
    }
    assert_eq!(meter.calls.load(Relaxed), 12);
}

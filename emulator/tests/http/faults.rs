use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use super::*;

const USERS: &str = "/api/v1/users?limit=2";

#[expect(clippy::needless_pass_by_value, reason = "a call with json!() reads better")]
fn okta(fault: Value) -> Okta {
    let okta = Okta::start();
    let mut order = json!({ "match": "* /api/v1/*" });
    order.as_object_mut().unwrap().extend(fault.as_object().unwrap().clone());
    okta.admin("POST", "faults", json!([order]));
    okta
}

fn raw(okta: &Okta, method: &str, path: &str) -> std::io::Result<Reply> {
    okta.call_with(method, path, "", &[("Authorization", TOKEN)])
}

#[test]
fn both_kinds_of_429() {
    let okta = okta(json!({ "fault": "rate_limit", "nth": 1, "seconds": 7 }));
    let reply = okta.get(USERS);
    assert_eq!(code(&reply), (429, "E0000047".to_owned()));
    assert_eq!(reply.header("x-rate-limit-remaining"), ["0"]);
    assert_eq!(okta.get(USERS).status, 200);
    okta.admin("DELETE", "faults", json!({}));
    okta.admin("POST", "faults", json!({ "match": "GET *", "fault": "concurrency_limit" }));
    let reply = okta.get(USERS);
    assert_eq!((reply.status, reply.header("x-rate-limit-limit")), (429, vec!["0"]));
}

#[test]
fn any_status() {
    let okta = okta(json!({ "fault": "status", "code": 503, "nth": [1, 2] }));
    assert_eq!(code(&okta.get(USERS)), (503, "E0000010".to_owned()));
    assert_eq!(okta.get(USERS).status, 503);
    assert_eq!(okta.get(USERS).status, 200);
    let gateway = json!({
        "match": "GET *", "fault": "status", "code": 502, "body": "<html>Bad Gateway</html>",
    });
    okta.admin("POST", "faults", gateway);
    let reply = okta.get(USERS);
    assert_eq!((reply.status, reply.text()), (502, "<html>Bad Gateway</html>".to_owned()));
    assert_eq!(reply.header("content-type"), ["text/html"]);
}

#[test]
fn resets_before_and_after_the_work() {
    let sessions = format!("{HR}/sessions");
    for (fault, made) in [("reset_before", 0), ("reset_after", 1)] {
        let okta = okta(json!({ "fault": fault, "nth": 1 }));
        let error = raw(&okta, "POST", &sessions).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{fault}");
        assert_eq!(okta.get(&sessions).json().as_array().unwrap().len(), made, "{fault}");
        let log = okta.admin("GET", "requests", json!({}));
        assert_eq!((&log[0]["outcome"], &log[0]["fault"]), (&json!("reset"), &json!(fault)));
    }
}

#[test]
fn broken_bodies() {
    let cut = okta(json!({ "fault": "cut_body" }));
    assert_eq!(raw(&cut, "GET", USERS).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    let bad = okta(json!({ "fault": "bad_json" })).get(USERS);
    assert!(bad.status == 200 && serde_json::from_slice::<Value>(&bad.body).is_err());
    let deep = okta(json!({ "fault": "deep_json", "depth": 500 })).get(USERS);
    assert!(deep.text().starts_with("[[[") && deep.body.len() == 1000);
    let swapped = okta(json!({ "fault": "wrong_type" })).get(USERS).json();
    assert!(swapped.is_object());
    let okta = okta(json!({ "fault": "wrong_type", "field": "created" }));
    let body = okta.get(USERS).json();
    assert!(body[0]["created"].is_object() && body[0]["id"].is_string());
}

#[test]
fn slow_and_late() {
    let okta = okta(json!({ "fault": "slow_body", "bytes_per_second": 4000, "ms": 100 }));
    let begin = Instant::now();
    let reply = okta.get("/api/v1/users/00uacme0000000000002");
    assert!(reply.json()["id"].is_string());
    let least = Duration::from_millis(100) + Duration::from_millis(reply.body.len() as u64 / 8);
    assert!(begin.elapsed() > least, "{:?}", begin.elapsed());
}

#[test]
fn links_that_mislead() {
    let next = |fault: Value| {
        let okta = okta(fault);
        let reply = okta.get(USERS);
        let lines = reply.header("link");
        lines.last().unwrap().replace(&okta.url(), "ORG")
    };
    let line = |url: &str| format!("<{url}>; rel=\"next\"");
    assert_eq!(next(json!({ "fault": "next_loop" })), line("ORG/api/v1/users?limit=2"));
    assert_eq!(
        next(json!({ "fault": "next_foreign" })),
        line("https://other.example/api/v1/users?after=2000")
    );
    assert_eq!(
        next(json!({ "fault": "next_other_path" })),
        line("ORG/api/v1/otherCollection?after=2000&limit=-1")
    );
    let okta = okta(json!({ "fault": "empty_page", "nth": 1 }));
    let reply = okta.get(USERS);
    assert_eq!(reply.json(), json!([]));
    let again = okta.get(&link(&okta, &reply, "next").unwrap());
    assert_eq!(again.json().as_array().unwrap().len(), 2);
}

#[test]
fn too_much_of_everything() {
    let oversized = okta(json!({ "fault": "oversized", "megabytes": 3 })).get(USERS);
    assert!(oversized.body.len() > 3 << 20);
    let bomb = okta(json!({ "fault": "gzip_bomb", "megabytes": 20 })).get(USERS);
    assert_eq!(bomb.header("content-encoding"), ["gzip"]);
    assert!(bomb.body.len() < 1 << 20);
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&bomb.body[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked.len(), (20 << 20) + 2);
    let huge = okta(json!({ "fault": "huge_header", "kilobytes": 300 })).get(USERS);
    assert_eq!(huge.header("x-huge")[0].len(), 300 << 10);
    let elsewhere = okta(json!({ "fault": "redirect" })).get(USERS);
    assert_eq!(elsewhere.status, 302);
    assert_eq!(elsewhere.header("location"), ["http://other.example/"]);
}

#[test]
fn a_fault_that_makes_no_sense_is_refused() {
    let okta = Okta::start();
    let url = okta.emulator.url();
    for order in [
        json!({ "match": "GET /x", "fault": "bad_weather" }),
        json!({ "match": "GET /x", "fault": "bad_json", "often": true }),
        json!({ "fault": "bad_json" }),
    ] {
        let body = order.to_string();
        let reply = control_client::send(&url, "POST", "/_emulator/faults", &[], &body).unwrap();
        assert_eq!(reply.status, 400, "{body}");
    }
}

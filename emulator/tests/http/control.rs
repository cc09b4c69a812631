use std::time::{Duration, Instant};

use super::*;

#[test]
fn the_log_tells_what_was_asked_but_no_secret() {
    let okta = Okta::start();
    okta.get("/api/v1/users?filter=status%20eq%20%22ACTIVE%22&limit=2");
    okta.post(&format!("{HR}/groups"), &json!({ "externalId": "g" }));
    let log = okta.admin("DELETE", "requests", json!({}));
    assert_eq!(log[0]["query"], "filter=status eq \"ACTIVE\"&limit=2");
    assert_eq!((&log[0]["org"], &log[0]["path"]), (&json!("acme"), &json!("/api/v1/users")));
    assert_eq!((&log[1]["status"], &log[1]["body"]), (&json!(400), &json!({ "externalId": "g" })));
    assert_eq!(log[0]["authorization"], "SSWS");
    assert!(!log.to_string().contains("00acme-token"));
    assert_eq!(okta.admin("GET", "requests", json!({})), json!([]));
    for (header, scheme) in [("SSWS00acme-token", "SSWS"), ("00acme-token", "")] {
        okta.call_with("GET", "/api/v1/users", "", &[("Authorization", header)]).unwrap();
        let log = okta.admin("DELETE", "requests", json!({}));
        assert_eq!(log[0]["authorization"], scheme);
        assert!(!log.to_string().contains("00acme-token"), "{log}");
    }
}

#[test]
fn a_client_that_leaves_is_noted() {
    use std::io::Write;
    let okta = Okta::start();
    okta.admin("POST", "latency", json!({ "ms": 5000, "match": "GET /api/v1/apps*" }));
    let mut stream = std::net::TcpStream::connect(okta.emulator.addr()).unwrap();
    stream.write_all(b"GET /orgs/acme/api/v1/apps HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let outcome = || okta.admin("GET", "requests", json!({}))[0]["outcome"].clone();
    let until = |wanted: &str| {
        let begin = Instant::now();
        while outcome() != wanted {
            assert!(begin.elapsed() < Duration::from_secs(4), "{} is not {wanted}", outcome());
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    until("pending");
    drop(stream);
    until("aborted");
}

#[test]
fn orgs_are_apart_and_can_be_made() {
    let okta = Okta::start();
    let seed = json!({
        "tokens": ["00initech-token"], "generated_users": 3,
        "apps": [{ "name": "custom_identity_source", "label": "Milton" }],
    });
    okta.admin("POST", "orgs/initech", seed);
    let get = |org: &str, token: &str, path: &str| {
        let url = format!("{}/orgs/{org}", okta.emulator.url());
        let token = format!("SSWS {token}");
        control_client::send(&url, "GET", path, &[("Authorization", &token)], "").unwrap()
    };
    let users = get("initech", "00initech-token", "/api/v1/users").json();
    assert_eq!(users[2]["profile"]["login"], "user000003@initech.example");
    let apps = get("initech", "00initech-token", "/api/v1/apps").json();
    assert_eq!(apps[0]["id"], "0oa000000000000011d7");
    assert_eq!(
        get("globex", "00globex-token", "/api/v1/users").json().as_array().unwrap().len(),
        3
    );
    assert_eq!(get("umbrella", "x", "/api/v1/users").status, 404);
    okta.admin("POST", "reset", json!({}));
    assert_eq!(get("initech", "00initech-token", "/api/v1/users").status, 404);
}

#[test]
fn latency_by_path() {
    let okta = Okta::start();
    okta.admin("POST", "latency", json!({ "ms": 200, "match": "GET /api/v1/apps" }));
    let timed = |path: &str| {
        let begin = Instant::now();
        okta.get(path);
        begin.elapsed() >= Duration::from_millis(200)
    };
    assert!(timed("/api/v1/apps"));
    assert!(!timed("/api/v1/users/00uacme0000000000001"));
    okta.admin("POST", "latency", json!({ "ms": 0, "match": "GET /api/v1/apps" }));
    assert!(!timed("/api/v1/apps"));
}

#[test]
fn wrong_orders_are_refused() {
    let okta = Okta::start();
    let url = okta.emulator.url();
    let wrong = |path: &str, body: Value| {
        let reply = control_client::send(&url, "POST", path, &[], &body.to_string()).unwrap();
        reply.status
    };
    assert_eq!(wrong("/_emulator/latency", json!({ "ms": 1, "match": "users" })), 400);
    assert_eq!(wrong("/_emulator/latency", json!({ "milliseconds": 1 })), 400);
    assert_eq!(wrong("/_emulator/orgs/acme/settings", json!({ "cooldown": 1 })), 400);
    assert_eq!(wrong("/_emulator/nope", json!({})), 404);
}

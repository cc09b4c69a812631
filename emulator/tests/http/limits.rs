use std::io::Read;
use std::thread;
use std::time::{Duration, Instant};

use super::*;

fn number(reply: &Reply, name: &str) -> i64 {
    let values = reply.header(name);
    assert_eq!(values.len(), 1, "{name}");
    values[0].parse().unwrap()
}

#[test]
fn credentials() {
    let okta = Okta::start();
    let with = |credential: &str, path: &str| {
        code(&okta.call_with("GET", path, "", &[("Authorization", credential)]).unwrap())
    };
    let users = "/api/v1/users";
    assert_eq!(with("SSWS wrong", users), (401, "E0000011".to_owned()));
    assert_eq!(with("SSWS 00globex-token", users), (401, "E0000011".to_owned()));
    assert_eq!(with("Bearer wrong", users), (401, "E0000011".to_owned()));
    assert_eq!(with("SSWS00acme-token", users).0, 200, "the Python SDK sends no space");
    assert_eq!(with("ssws 00acme-token", users).0, 200);
    assert_eq!(with("SSWS00globex-token", users), (401, "E0000011".to_owned()));
    assert_eq!(with("SSWS", users), (401, "E0000011".to_owned()));
    assert_eq!(with("Beareracme-access-all", users), (401, "E0000011".to_owned()));
    assert_eq!(with("00acme-token", users), (401, "E0000011".to_owned()));
    assert_eq!(with("Basic eDp5", users), (401, "E0000011".to_owned()));
    assert_eq!(with("Bearer acme-access-users-only", users).0, 200);
    assert_eq!(with("Bearer acme-access-users-only", "/api/v1/apps"), (403, "E0000006".to_owned()));
    assert_eq!(with("Bearer acme-access-all", &format!("{HR}/sessions")).0, 200);
    let without = okta.call_with("GET", users, "", &[]).unwrap();
    assert_eq!(code(&without), (403, "E0000005".to_owned()));
}

#[test]
fn rate_limits_by_bucket() {
    let okta = Okta::start();
    let bucket = "/api/v1/identity-sources/{id}/sessions";
    okta.admin("POST", "rate_limits", json!({ "bucket": bucket, "limit": 2, "window_seconds": 2 }));
    let sessions = format!("{HR}/sessions");
    let first = okta.get(&sessions);
    assert_eq!(number(&first, "x-rate-limit-limit"), 2);
    assert_eq!(number(&first, "x-rate-limit-remaining"), 1);
    assert!(first.header("x-okta-request-id")[0].starts_with("req"));
    okta.get(&sessions);
    let refused = okta.get(&sessions);
    assert_eq!(code(&refused), (429, "E0000047".to_owned()));
    assert_eq!(number(&refused, "x-rate-limit-remaining"), 0);
    assert!(refused.header("retry-after").is_empty());
    assert_eq!(okta.get("/api/v1/identity-sources/0oacontractors000001/sessions").status, 200);
    assert_eq!(okta.get("/api/v1/users").status, 200);
    let reset = number(&refused, "x-rate-limit-reset");
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    thread::sleep(Duration::from_secs_f64((reset as f64 - now).max(0.0) + 0.05));
    assert_eq!(okta.get(&sessions).status, 200);
}

#[test]
fn too_many_at_once() {
    let okta = Okta::start();
    okta.admin("POST", "orgs/acme/settings", json!({ "concurrency_limit": 2 }));
    okta.admin("POST", "latency", json!({ "ms": 300 }));
    let begin = Instant::now();
    let replies: Vec<Reply> = thread::scope(|scope| {
        let calls: Vec<_> = (0..5).map(|_| scope.spawn(|| okta.get("/api/v1/users"))).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert!(begin.elapsed() < Duration::from_millis(900), "requests do not run at the same time");
    let refused: Vec<_> = replies.iter().filter(|r| r.status == 429).collect();
    assert_eq!(refused.len(), 3);
    assert_eq!(number(refused[0], "x-rate-limit-limit"), 0);
    assert_eq!(number(refused[0], "x-rate-limit-remaining"), 0);
    okta.admin("POST", "latency", json!({ "ms": 0 }));
    assert_eq!(okta.get("/api/v1/users").status, 200);
}

#[test]
fn gzip_when_asked_for_and_worth_it() {
    let okta = Okta::start();
    let zipped = |path: &str| {
        let headers = [("Authorization", TOKEN), ("Accept-Encoding", "br, gzip;q=0.8")];
        okta.call_with("GET", path, "", &headers).unwrap()
    };
    let reply = zipped("/api/v1/users");
    assert_eq!(reply.header("content-encoding"), ["gzip"]);
    let mut text = String::new();
    flate2::read::GzDecoder::new(&reply.body[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, okta.get("/api/v1/users").text());
    assert!(zipped("/api/v1/groups/00gempty000000000001").header("content-encoding").is_empty());
}

use serde_json::json;

use super::*;

fn users(count: usize) -> Value {
    let profile = |n: usize| json!({ "externalId": format!("e{n}"), "profile": { "userName": n.to_string() } });
    json!({ "entityType": "USERS", "profiles": (0..count).map(profile).collect::<Vec<_>>() })
}

#[test]
fn the_life_of_a_session() {
    let okta = Okta::start();
    let id = okta.session();
    assert_eq!(id, "aps000000000000011d7");
    let path = format!("{HR}/sessions/{id}");
    let created = okta.get(&path).json();
    assert_eq!(
        created,
        json!({
            "id": id, "identitySourceId": "0oahr000000000000001", "status": "CREATED",
            "importType": "INCREMENTAL", "created": "2026-01-05T09:00:00.000Z",
            "lastUpdated": "2026-01-05T09:00:00.000Z",
        })
    );
    let loaded = okta.post(&format!("{path}/bulk-upsert"), &users(200));
    assert_eq!((loaded.status, loaded.header("content-length")), (202, vec!["0"]));
    assert_eq!(okta.get(&path).json()["status"], "IN_PROGRESS");
    let started = okta.call("POST", &format!("{path}/start-import"), "");
    assert_eq!((started.status, &started.json()["status"]), (200, &json!("TRIGGERED")));
    assert_eq!(okta.get(&format!("{HR}/sessions")).json().as_array().unwrap().len(), 1);
    okta.pass(60);
    assert_eq!(okta.get(&path).json()["status"], "COMPLETED");
    assert_eq!(okta.get(&format!("{HR}/sessions")).json(), json!([]));
    let user = okta.get(&format!("{HR}/users/e199")).json();
    assert_eq!(user["profile"]["userName"], "199");
    assert!(user["id"].as_str().unwrap().starts_with("0ua"));
}

#[test]
fn cancelling_is_recorded_and_final() {
    let okta = Okta::start();
    let id = okta.session();
    let path = format!("{HR}/sessions/{id}");
    let cancelled = okta.call("DELETE", &path, "");
    assert_eq!((cancelled.status, cancelled.body.len()), (204, 0));
    assert_eq!(okta.get(&path).json()["status"], "CLOSED");
    assert_eq!(
        refusal(&okta.call("DELETE", &path, "")),
        (
            400,
            "E0000001".to_owned(),
            "Only a session that is in CREATED or IN_PROGRESS status can be canceled.".to_owned()
        )
    );
    assert_eq!(okta.session(), "aps000000000000021d7");
}

#[test]
fn what_is_not_there() {
    let okta = Okta::start();
    let e7 = (404, "E0000007".to_owned());
    assert_eq!(code(&okta.get(&format!("{HR}/sessions/nope"))), e7);
    assert_eq!(code(&okta.get("/api/v1/identity-sources/nope/sessions")), e7);
    assert_eq!(code(&okta.get("/api/v1/identity-sources/0oawiki0000000000001/sessions")), e7);
    let summary = okta.get("/api/v1/apps/nope").json()["errorSummary"].clone();
    assert_eq!(summary, "Not found: Resource not found: nope (AppInstance)");
    assert_eq!(code(&okta.get("/api/v1/nope")), (404, "E0000008".to_owned()));
    let wrong = okta.call("PUT", &format!("{HR}/sessions"), "");
    assert_eq!(code(&wrong), (405, "E0000022".to_owned()));
}

#[test]
fn a_write_says_how_long_it_is() {
    use std::io::{Read, Write};
    let okta = Okta::start();
    let mut stream = std::net::TcpStream::connect(okta.emulator.addr()).unwrap();
    let head = format!(
        "POST /orgs/acme{HR}/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: {TOKEN}\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 411 "), "{answer}");
}

#[test]
fn uploads_are_checked() {
    let okta = Okta::start();
    let id = okta.session();
    let path = format!("{HR}/sessions/{id}");
    let upsert = format!("{path}/bulk-upsert");
    let (e1, e3) = ((400, "E0000001".to_owned()), (400, "E0000003".to_owned()));
    assert_eq!(code(&okta.call("POST", &upsert, "")), e3);
    assert_eq!(code(&okta.call("POST", &upsert, "{")), e3);
    assert_eq!(code(&okta.post(&upsert, &json!({ "entityType": "GROUPS" }))), e3);
    assert_eq!(code(&okta.post(&upsert, &users(0))), e1);
    assert_eq!(code(&okta.post(&upsert, &users(201))), e1);
    let started = okta.call("POST", &format!("{path}/start-import"), "");
    assert_eq!(
        refusal(&started),
        (
            400,
            "E0000001".to_owned(),
            format!("Session={id} should be in IN_PROGRESS status in order to be processed")
        )
    );
}

#[test]
fn groups_and_memberships_are_imported() {
    let okta = Okta::start();
    let id = okta.session();
    let path = format!("{HR}/sessions/{id}");
    let load = |endpoint: &str, body: Value| {
        let reply = okta.post(&format!("{path}/{endpoint}"), &body);
        assert_eq!(reply.status, 202, "{endpoint}: {}", reply.text());
    };
    load("bulk-upsert", users(3));
    let group = |key: &str| json!({ "externalId": key, "profile": { "displayName": key } });
    load("bulk-groups-upsert", json!({ "profiles": [group("g1"), group("g2")] }));
    let members = |keys: &[&str]| json!([{ "groupExternalId": "g1", "memberExternalIds": keys }]);
    let joined = members(&["e0", "e1", "e2", "stranger"]);
    load("bulk-group-memberships-upsert", json!({ "memberships": joined }));
    load("bulk-group-memberships-delete", json!({ "memberships": members(&["e1"]) }));
    load("bulk-groups-delete", json!({ "externalIds": ["g2", "stranger"] }));
    load("bulk-delete", json!({ "entityType": "USERS", "profiles": [{ "externalId": "e2" }] }));
    okta.call("POST", &format!("{path}/start-import"), "");
    okta.pass(60);
    let members = okta.get(&format!("{HR}/groups/g1/membership")).json();
    assert_eq!(members, json!({ "memberExternalIds": ["e0"] }));
    assert_eq!(okta.get(&format!("{HR}/groups/g2")).status, 404);
    let state = okta.admin("GET", "orgs/acme/state", json!({}));
    let source = &state["sources"]["0oahr000000000000001"];
    assert_eq!(source["users"].as_array().unwrap().len(), 2);
    assert_eq!(source["sessions"][0]["loaded"][0]["endpoint"], "bulk-upsert");
}

#[test]
fn imports_can_be_published() {
    let okta = Okta::start();
    okta.admin("POST", "orgs/acme/settings", json!({ "publish_imports": true }));
    let body = json!({ "externalId": "e1", "profile": {
        "userName": "New.Person@acme.example", "email": "new@acme.example", "badge": "7",
    }});
    assert_eq!(okta.post(&format!("{HR}/users"), &body).status, 200);
    let user = okta.get("/api/v1/users/new.person@acme.example").json();
    assert_eq!((&user["status"], &user["profile"]["badge"]), (&json!("ACTIVE"), &json!("7")));
    okta.call("DELETE", &format!("{HR}/users/e1"), "");
    let user = okta.get("/api/v1/users/new.person@acme.example").json();
    assert_eq!(user["status"], "DEPROVISIONED");
}

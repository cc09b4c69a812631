//! Everything that Okta's specification reads, read once.

use std::collections::BTreeMap;

use okta_emulator::control_client::Reply;
use serde_json::{Value, json};

use crate::schemas::Schemas;
use crate::{Okta, TOKEN, code};

/// What stands for a parameter that no list has.
const CONSTANTS: &[(&str, &str)] = &[
    ("{appName}", "admin-console"),
    ("{clientId}", "0oaportal00000000001"),
    ("{path}", "webauthn"),
    ("{relationshipName}", "manager"),
    ("{roleRef}", "SUPER_ADMIN"),
];

/// Where a row has its key.
const KEYS: &[&str] = &[
    "",
    "/id",
    "/client_id",
    "/kid",
    "/key",
    "/name",
    "/label",
    "/type",
    "/domain",
    "/contactType",
    "/notificationType",
    "/primary/name",
];

pub(crate) fn operations() -> Vec<Vec<&'static str>> {
    let newer = include_str!("../../spec/newer_operations.tsv").lines().skip(1);
    let lines = include_str!("../../spec/operations.tsv").lines().skip(1);
    lines.chain(newer).map(|line| line.split('\t').collect()).collect()
}

/// What a request must have in its query.
pub(crate) fn required(operation: &[&str]) -> String {
    let values: BTreeMap<_, _> =
        operation[10].split(' ').filter_map(|v| v.split_once('=')).collect();
    let required = operation[6].split(' ').filter_map(|name| name.strip_suffix('*'));
    let pairs = required.map(|name| {
        let value = values.get(name).and_then(|values| values.split('|').next());
        format!("{name}={}", value.unwrap_or("principalType eq \"SSWS_TOKEN\"").replace('"', "%22"))
    });
    let pairs: Vec<_> = pairs.collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

pub(crate) fn rows(body: &Value) -> Vec<Value> {
    match body {
        Value::Array(rows) => rows.clone(),
        Value::Object(frame) => {
            frame.values().filter_map(Value::as_array).flatten().cloned().collect()
        }
        _ => Vec::new(),
    }
}

/// A read with the credential that most endpoints take, or by API token.
fn ask(okta: &Okta, path: &str, by_token: bool) -> Reply {
    let credential = if by_token { TOKEN } else { "Bearer acme-access-all" };
    okta.call_with("GET", path, "", &[("Authorization", credential)]).unwrap()
}

/// Requests that a path with parameters stands for: with the keys of a few rows of each list on the way.
pub(crate) fn paths(okta: &Okta, template: &str, lists: &BTreeMap<&str, String>) -> Vec<String> {
    let mut paths = vec![String::new()];
    let mut above = String::new();
    for segment in template.trim_start_matches('/').split('/') {
        let is_parameter = segment.starts_with('{');
        let mut longer = Vec::new();
        for path in &paths {
            if !is_parameter {
                longer.push(format!("{path}/{segment}"));
                continue;
            }
            let query = lists.get(above.as_str());
            let listed = query
                .map(|query| ask(okta, &format!("{path}{query}"), false).json())
                .unwrap_or_default();
            let keys = rows(&listed).into_iter().filter_map(|row| {
                let found = KEYS.iter().find_map(|name| row.pointer(name)?.as_str());
                found.map(str::to_owned)
            });
            let constant =
                CONSTANTS.iter().find(|(name, _)| *name == segment).map(|(_, value)| *value);
            let mut keys: Vec<_> = keys.take(12).collect();
            if keys.is_empty() && !listed.is_array() {
                let key = constant.or(query.is_none().then_some("one"));
                keys.extend(key.map(str::to_owned));
            }
            longer.extend(keys.iter().map(|key| format!("{path}/{key}")));
        }
        paths = longer;
        above = format!("{above}/{segment}");
    }
    paths
}

/// The reads of the specification, with what their query must have.
pub(crate) fn lists<'a>(operations: &[Vec<&'a str>]) -> BTreeMap<&'a str, String> {
    let gets = operations.iter().filter(|operation| operation[0] == "GET");
    gets.map(|get| (get[1], required(get))).collect()
}

/// Every read answers, and shows a row somewhere.
#[test]
fn every_read_answers() {
    let okta = Okta::start();
    let operations = operations();
    // What sources hold has rules of its own, and tests of its own.
    let is_own = |path: &str| path.starts_with("/api/v1/identity-sources/");
    let gets = operations.iter().filter(|operation| operation[0] == "GET" && !is_own(operation[1]));
    let gets: Vec<_> = gets.collect();
    let (lists, schemas) = (lists(&operations), Schemas::read());
    let (mut asked, mut empty, mut failed) = (0, Vec::new(), Vec::new());
    for get in &gets {
        let mut shown = 0;
        for path in paths(&okta, get[1], &lists).into_iter().take(12) {
            let path = format!("{path}{}", lists[get[1]]);
            let reply = ask(&okta, &path, get[2] == "token");
            asked += 1;
            if reply.status != 200 {
                failed.push(format!("{path}: {} {}", reply.status, reply.json()));
            }
            if let Some(fault) = schemas.fault(answer_of(get), &reply.json(), "") {
                failed.push(format!("{path}: {fault}"));
            }
            shown += if get[8].starts_with("[]") { rows(&reply.json()).len() } else { 1 };
        }
        if shown == 0 {
            empty.push(get[1]);
        }
    }
    println!("{} reads, {asked} requests, {} without a row", gets.len(), empty.len());
    assert!(failed.is_empty(), "{}:\n{}", failed.len(), failed.join("\n"));
    assert!(empty.is_empty(), "{}:\n{}", empty.len(), empty.join("\n"));
}

/// The schema of an answer, as corrected.
fn answer_of<'a>(get: &[&'a str]) -> &'a str {
    let corrections = include_str!("../../spec/corrections.tsv").lines().skip(1);
    let mut corrections = corrections.map(|line| line.split('\t').collect::<Vec<_>>());
    corrections.find(|line| line[0] == get[0] && line[1] == get[1]).map_or(get[8], |line| line[2])
}

fn refused(path: &str) -> (u16, String) {
    let reply = Okta::start().get(path);
    (reply.status, reply.json()["errorCode"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn what_the_specification_does_not_have_is_refused() {
    for bad in [
        "/api/v1/zones?foo=1",
        "/api/v1/policies",
        "/api/v1/policies?type=FOO",
        "/api/v1/zones?limit=0",
        "/api/v1/groups/rules?limit=201",
    ] {
        assert_eq!(refused(bad), (400, "E0000001".to_owned()), "{bad}");
    }
    assert_eq!(refused("/api/v1/users/nobody/factors"), (404, "E0000007".to_owned()));
    assert_eq!(refused("/api/v1/zone"), (404, "E0000008".to_owned()));
    assert_eq!(refused("/api/v1/dr/status"), (403, "E0000006".to_owned()));
}

#[test]
fn credentials_are_those_of_the_specification() {
    let okta = Okta::start();
    let status = |path: &str, authorization: &[(&str, &str)]| {
        okta.call_with("GET", path, "", authorization).unwrap().status
    };
    assert_eq!(status("/.well-known/okta-organization", &[]), 200);
    assert_eq!(status("/api/v1/zones", &[]), 403);
    let scoped = [("Authorization", "Bearer acme-access-users-only")];
    assert_eq!(status("/api/v1/zones", &scoped), 403);
    let user = "/api/v1/users/00uacme0000000000001";
    assert_eq!(status(&format!("{user}/factors/questions"), &scoped), 403);
    assert_eq!(status(&format!("{user}/grants"), &scoped), 200);
}

#[test]
fn lists_have_pages() {
    let okta = Okta::start();
    let first = okta.get("/api/v1/groups/rules?limit=2");
    assert_eq!(first.json().as_array().unwrap().len(), 2);
    assert!(first.header("link").iter().any(|link| link.contains("rel=\"next\"")));
    let roles = okta.get("/api/v1/iam/roles");
    assert_eq!(roles.json()["roles"].as_array().unwrap().len(), 2);
    let log = "/api/v1/logs?since=2025-12-30T00:00:00.000Z&until=2025-12-31T00:00:00.000Z";
    let events = okta.get(log).json();
    let within = |event: &Value| event["published"].as_str().unwrap().starts_with("2025-12-30");
    assert!(
        !events.as_array().unwrap().is_empty() && events.as_array().unwrap().iter().all(within)
    );
    let first = events[0]["published"].as_str().unwrap().to_owned();
    let newest = okta.get(&format!("{log}&sortOrder=DESCENDING")).json();
    assert!(newest[0]["published"].as_str().unwrap() > first.as_str());
    let failed = format!("{log}&filter=outcome.result%20eq%20%22FAILURE%22");
    assert!(okta.get(&failed).json().as_array().unwrap().len() < events.as_array().unwrap().len());
}

/// Follows the links of pages, those of the header or of the body, and counts the rows.
fn follow(okta: &Okta, path: &str) -> (usize, usize) {
    let (mut pages, mut count, mut next) = (0, 0, Some(path.to_owned()));
    while let Some(path) = next {
        let reply = okta.get(&path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        pages += 1;
        count += rows(&reply.json()).len();
        let in_body = reply.json()["_links"]["next"]["href"].as_str().map(str::to_owned);
        let in_body = in_body.and_then(|url| url.strip_prefix(&okta.url()).map(str::to_owned));
        next = crate::link(okta, &reply, "next").or(in_body);
    }
    (pages, count)
}

#[test]
fn pages_lead_to_the_end_by_header_and_by_body() {
    let okta = Okta::start();
    assert_eq!(follow(&okta, "/api/v1/groups/rules?limit=2"), (2, 3));
    assert_eq!(follow(&okta, "/api/v1/iam/roles"), (1, 2));
    for label in 0..30 {
        let body = json!({ "label": format!("Role {label}"), "description": "One of many", "permissions": [] });
        assert_eq!(okta.post("/api/v1/iam/roles", &body).status, 200);
    }
    assert_eq!(follow(&okta, "/api/v1/iam/roles"), (2, 32));
    assert_eq!(follow(&okta, "/api/v1/iam/assignees/users?limit=2"), (2, 3));
    assert_eq!(follow(&okta, "/api/v1/zones"), (1, 3));
    let week = "/api/v1/logs?since=2025-12-28T00:00:00Z&until=2026-01-06T00:00:00Z";
    let (pages, events) = follow(&okta, &format!("{week}&limit=10"));
    assert!(pages > 5 && events > 60, "{pages} pages, {events} events");
    assert_eq!(code(&okta.get("/api/v1/zones?after=forged")), (400, "E0000029".to_owned()));
}

#[test]
fn what_is_embedded_is_there_only_when_asked_for() {
    let okta = Okta::start();
    let users = "/api/v1/apps/0oawiki0000000000001/users";
    assert_eq!(okta.get(users).json()[0].get("_embedded"), None);
    let row = okta.get(&format!("{users}?expand=user")).json()[0].clone();
    assert_eq!(row["_embedded"]["user"]["profile"]["lastName"], "Lovelace");
    let group = "/api/v1/apps/0oawiki0000000000001/groups/00gengineering000001?expand=group";
    assert_eq!(okta.get(group).json()["_embedded"]["group"]["profile"]["name"], "Engineering");
}

#[test]
fn parameters_of_lists_choose_rows() {
    let okta = Okta::start();
    let names = |path: &str| -> Vec<String> {
        let rows = rows(&okta.get(path).json());
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("/api/v1/idps?type=SAML2"), ["Parent company"]);
    assert_eq!(names("/api/v1/policies?type=PASSWORD").len(), 2);
    let active = "/api/v1/trustedOrigins?filter=status eq %22ACTIVE%22";
    assert_eq!(names(active), ["Intranet"]);
}

#[test]
fn the_log_goes_on_until_a_bound() {
    let okta = Okta::start();
    let last = okta.get("/api/v1/logs?since=2026-01-04T12:00:00Z");
    assert!(!last.json().as_array().unwrap().is_empty());
    let next = crate::link(&okta, &last, "next").unwrap();
    let empty = okta.get(&next);
    assert_eq!((empty.status, empty.json()), (200, json!([])));
    assert!(crate::link(&okta, &empty, "next").is_some());
    let bounded = okta.get("/api/v1/logs?since=2026-01-04T12:00:00Z&until=2026-01-05T00:00:00Z");
    assert_eq!(crate::link(&okta, &bounded, "next"), None);
    let one = okta.get("/api/v1/logs?filter=eventType eq %22user.account.lock%22").json();
    let locks = one.as_array().unwrap();
    assert!(!locks.is_empty() && locks.iter().all(|e| e["eventType"] == "user.account.lock"));
}

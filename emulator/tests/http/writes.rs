//! What Okta's specification writes, written and read again.

use serde_json::{Map, Value, json};

use crate::schemas::Schemas;
use crate::specification::{lists, operations, paths, required, rows};
use crate::{Okta, code};

/// Collections whose rows other rules govern, each with tests of its own.
const ELSEWHERE: &[&str] = &["/api/v1/apps", "/api/v1/groups", "/api/v1/users"];

/// The least object that a schema takes.
fn least(schemas: &Schemas, kind: &str, values: &str) -> Value {
    let list = kind.strip_prefix("[]").or((kind == "text[]").then_some("text"));
    if let Some(element) = list {
        return json!([least(schemas, element, values)]);
    }
    match kind {
        "text" => json!(values.split(' ').next().filter(|v| !v.is_empty()).unwrap_or("some text")),
        "timestamptz" => json!("2026-02-01T00:00:00.000Z"),
        "boolean" => json!(true),
        "integer" => json!(7),
        "double precision" => json!(0.5),
        "jsonb" => json!({}),
        schema => {
            let properties = schemas.of(schema);
            let needed =
                |line: &&Vec<&str>| line[4].contains("required") && !line[4].contains("read-only");
            let needed = properties.iter().filter(needed);
            let members = needed.map(|l| (l[1].to_owned(), least(schemas, l[2], l[3])));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// The name by which the path of a row has it.
fn key(row: &Value) -> String {
    let names = ["id", "kid", "key", "name", "label", "type"];
    let found = names.iter().find_map(|name| row[*name].as_str());
    found.or(row["primary"]["name"].as_str()).unwrap_or_default().to_owned()
}

/// Every collection that takes rows shows them, gives them by key, and loses them.
#[test]
fn what_is_made_can_be_read_replaced_and_removed() {
    let okta = Okta::start();
    let (operations, schemas) = (operations(), Schemas::read());
    let lists = lists(&operations);
    let of = |method: &str, path: &str| {
        operations.iter().find(|one| one[0] == method && one[1] == path).cloned()
    };
    let posts = operations.iter().filter(|one| one[0] == "POST" && lists.contains_key(one[1]));
    let mut count = [0; 4];
    for post in posts.filter(|one| {
        !ELSEWHERE.contains(&one[1]) && !one[1].ends_with("}") && !one[1].contains("identity-so")
    }) {
        let is_list = of("GET", post[1])
            .is_some_and(|get| get[8].starts_with("[]") || rows_of_wrapper(&schemas, get[8]));
        let Some(path) = paths(&okta, post[1], &lists).into_iter().next().filter(|_| is_list)
        else {
            continue;
        };
        let query = required(post);
        let body = if post[7] == "-" { Value::Null } else { least(&schemas, post[7], "") };
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let before = rows(&read(&okta, &format!("{path}{}", lists[post[1]]))).len();
        let reply = write(&okta, "POST", &format!("{path}{query}"), &text);
        assert_eq!(reply.status.to_string(), post[9], "{path} {text}: {}", reply.text());
        let after = rows(&read(&okta, &format!("{path}{}", lists[post[1]])));
        if lists[post[1]].is_empty() {
            assert_eq!(after.len(), before + 1, "{path}");
        }
        count[0] += 1;
        let row = if post[8] == "-" { Value::Null } else { reply.json() };
        let key = key(&row);
        let item = operations.iter().find(|one| {
            one[0] == "GET" && one[1].rsplit_once("/{").is_some_and(|(above, _)| above == post[1])
        });
        let Some(item) = item.filter(|_| !key.is_empty()) else { continue };
        let path = format!("{path}/{key}");
        assert_eq!(read(&okta, &path)["id"], row["id"], "{path}");
        count[1] += 1;
        if let Some(put) = of("PUT", item[1]).filter(|put| put[7] != "-") {
            let body = least(&schemas, put[7], "").to_string();
            let reply = write(&okta, "PUT", &format!("{path}{}", required(&put)), &body);
            assert_eq!(reply.status.to_string(), put[9], "{path} {body}: {}", reply.text());
            assert_eq!(read(&okta, &path)["id"], row["id"], "{path}");
            count[2] += 1;
        }
        if let Some(delete) = of("DELETE", item[1]) {
            let reply = write(&okta, "DELETE", &format!("{path}{}", required(&delete)), "");
            assert_eq!(reply.status.to_string(), delete[9], "{path}: {}", reply.text());
            let gone = write(&okta, "GET", &path, "");
            assert_eq!(gone.status, 404, "{path}: {}", gone.text());
            count[3] += 1;
        }
    }
    let [made, read, replaced, removed] = count;
    println!("{made} made, {read} read, {replaced} replaced, {removed} removed");
    assert!(made > 40 && read > 30 && replaced > 20 && removed > 25);
}

fn rows_of_wrapper(schemas: &Schemas, schema: &str) -> bool {
    schemas.of(schema).iter().any(|line| line[2].starts_with("[]"))
}

fn write(
    okta: &Okta,
    method: &str,
    path: &str,
    body: &str,
) -> okta_emulator::control_client::Reply {
    let bearer = [("Authorization", "Bearer acme-access-all")];
    okta.call_with(method, path, body, &bearer).unwrap()
}

fn read(okta: &Okta, path: &str) -> Value {
    let reply = write(okta, "GET", path, "");
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

#[test]
fn bodies_have_the_properties_of_the_schema() {
    let okta = Okta::start();
    let zones = "/api/v1/zones";
    let refused = |body: Value| code(&okta.post(zones, &body));
    let invalid = (400, "E0000001".to_owned());
    assert_eq!(refused(json!({ "name": "A", "type": "IP", "colour": "red" })), invalid);
    assert_eq!(refused(json!({ "name": 7, "type": "IP" })), invalid);
    assert_eq!(refused(json!({ "name": "A", "type": "MOON" })), invalid);
    assert_eq!(refused(json!({ "name": "A" })), invalid);
    assert_eq!(code(&okta.call("POST", zones, "{")), (400, "E0000003".to_owned()));
    let body = json!({ "name": "A", "type": "IP", "gateways": [{ "type": "CIDR", "value": "10.0.0.0/8" }] });
    let made = okta.post(zones, &body).json();
    assert_eq!(made["gateways"], body["gateways"]);
    assert_eq!(made["created"], "2026-01-05T09:00:00.000Z");
    assert_eq!(made["status"], "ACTIVE");
    assert!(made["id"].as_str().unwrap().starts_with("nzo"));
    assert_eq!(okta.get("/api/v1/zones").json().as_array().unwrap().len(), 4);
}

#[test]
fn verbs_set_the_status() {
    let okta = Okta::start();
    let status = |path: &str| okta.get(path).json()["status"].as_str().unwrap().to_owned();
    let zone = "/api/v1/zones/nzo1000000000000001d";
    let reply = okta.call("POST", &format!("{zone}/lifecycle/deactivate"), "");
    assert_eq!((reply.status, status(zone)), (200, "INACTIVE".to_owned()));
    let rule = "/api/v1/policies/00p1000000000000001d/rules/0pr4000000000000001d";
    let reply = okta.call("POST", &format!("{rule}/lifecycle/deactivate"), "");
    assert_eq!((reply.status, status(rule)), (204, "INACTIVE".to_owned()));
    let device = "/api/v1/devices/guo2000000000000001d";
    assert_eq!(okta.call("POST", &format!("{device}/lifecycle/deactivate"), "").status, 204);
    assert_eq!(status(device), "DEACTIVATED");
    let nobody = "/api/v1/zones/nobody/lifecycle/activate";
    assert_eq!(code(&okta.call("POST", nobody, "")), (404, "E0000007".to_owned()));
}

#[test]
fn a_replacement_drops_what_it_leaves_out_and_a_patch_does_not() {
    let okta = Okta::start();
    let hook = "/api/v1/eventHooks/who1000000000000001d";
    let mut body = okta.get(hook).json();
    body.as_object_mut().unwrap().remove("description");
    let reply = okta.call("PUT", hook, &body.to_string());
    assert_eq!(reply.status, 200, "{}", reply.text());
    let after = okta.get(hook).json();
    assert_eq!((&after["description"], &after["name"]), (&Value::Null, &body["name"]));
    let settings = "/api/v1/rate-limit-settings/per-client";
    let before = okta.get(settings).json();
    let reply = okta.call("PUT", settings, &json!({ "defaultMode": "PREVIEW" }).to_string());
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(okta.get(settings).json()["defaultMode"], "PREVIEW");
    assert_ne!(before["defaultMode"], Value::Null);
}

#[test]
fn rooms_of_their_own_are_not_written_here() {
    let okta = Okta::start();
    let user = "/api/v1/users/00uacme0000000000001/lifecycle/suspend";
    assert_eq!(code(&okta.call("POST", user, "")), (501, "E0000060".to_owned()));
    let member = "/api/v1/groups/00gempty000000000001/users/00uacme0000000000001";
    assert_eq!(code(&okta.call("PUT", member, "")), (501, "E0000060".to_owned()));
}

#[test]
fn an_object_that_its_list_shows_in_part_is_replaced_whole() {
    let okta = Okta::start();
    let contact = "/api/v1/org/contacts/BILLING";
    assert_eq!(okta.get(contact).json()["userId"], "00uacme0000000000005");
    let body = json!({ "userId": "00uacme0000000000004" });
    assert_eq!(okta.call("PUT", contact, &body.to_string()).status, 200);
    assert_eq!(okta.get(contact).json()["userId"], "00uacme0000000000004");
    assert_eq!(okta.get("/api/v1/org/contacts").json()[0]["contactType"], "BILLING");
}

use serde_json::json;

use super::*;

fn person(key: &str) -> Value {
    let login = format!("{key}@acme.example");
    json!({ "externalId": key, "profile": { "userName": login, "email": login } })
}

#[test]
fn users_one_by_one() {
    let okta = Okta::start();
    let users = format!("{HR}/users");
    let created = okta.post(&users, &person("a b"));
    assert_eq!(created.status, 200, "{}", created.text());
    assert_eq!(created.json()["externalId"], "a b");
    assert_eq!(code(&okta.post(&users, &person("a b"))), (400, "E0000001".to_owned()));
    let nameless = json!({ "externalId": "c", "profile": { "firstName": "C" } });
    assert_eq!(code(&okta.post(&users, &nameless)), (400, "E0000001".to_owned()));

    let path = format!("{users}/a b");
    let mut profile = person("a b")["profile"].clone();
    profile["firstName"] = json!("A");
    let patched = okta.call("PATCH", &path, &json!({ "profile": profile }).to_string()).json();
    assert_eq!(patched["profile"]["firstName"], "A");
    assert_ne!(patched["lastUpdated"], patched["created"]);
    let replaced = okta.call("PUT", &path, &person("a b").to_string()).json();
    assert_eq!(replaced["profile"].get("firstName"), Some(&Value::Null));
    let deleted = okta.call("DELETE", &path, "");
    assert_eq!((deleted.status, deleted.body.len()), (200, 0));
    assert_eq!(code(&okta.get(&path)), (404, "E0000007".to_owned()));
    assert_eq!(okta.call("DELETE", &path, "").status, 404);
}

#[test]
fn attributes_without_a_value_are_sent_as_null() {
    let okta = Okta::start();
    let users = format!("{HR}/users");
    let login = "a@acme.example";
    let mut profile = json!({
        "userName": login, "email": login, "firstName": null, "lastName": null,
        "mobilePhone": null, "secondEmail": null,
    });
    let created = okta.post(&users, &person("a")).json();
    assert_eq!(created["profile"], profile);
    assert_eq!(okta.get(&format!("{users}/a")).json(), created);
    let change = json!({ "profile": {
        "userName": login, "email": login, "firstName": "A", "badge": "7", "homeAddress": null,
    }});
    let changed = okta.call("PATCH", &format!("{users}/a"), &change.to_string()).json();
    profile["firstName"] = json!("A");
    profile["badge"] = json!("7");
    profile["homeAddress"] = json!(null);
    assert_eq!(changed["profile"], profile);
    assert_eq!(okta.get(&format!("{users}/a")).json()["profile"], profile);
    let as_read = json!({ "profile": profile }).to_string();
    assert_eq!(okta.call("PUT", &format!("{users}/a"), &as_read).status, 200);
}

#[test]
fn groups_by_either_id() {
    let okta = Okta::start();
    let groups = format!("{HR}/groups");
    let body = json!({ "externalId": "g", "profile": { "displayName": "G" } });
    let id = okta.post(&groups, &body).json()["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("00g"));
    let by_id = okta.get(&format!("{groups}/{id}")).json();
    assert_eq!(by_id, okta.get(&format!("{groups}/g")).json());
    let change = json!({ "profile": { "displayName": "G2", "description": null } });
    let changed = okta.post(&format!("{groups}/{id}"), &change).json();
    assert_eq!(changed["profile"], json!({ "displayName": "G2", "description": null }));
    let deleted = okta.call("DELETE", &format!("{groups}/g"), "");
    assert_eq!((deleted.status, deleted.body.len()), (200, 0));
    assert_eq!(okta.get(&format!("{groups}/g")).status, 404);
}

#[test]
fn memberships_in_pages() {
    let okta = Okta::start();
    let body = json!({ "externalId": "g", "profile": { "displayName": "G" } });
    okta.post(&format!("{HR}/groups"), &body);
    let membership = format!("{HR}/groups/g/membership");
    for key in ["a", "b", "c"] {
        okta.post(&format!("{HR}/users"), &person(key));
        let joined = okta.post(&membership, &json!({ "memberExternalId": key }));
        assert_eq!(joined.status, 204);
    }
    assert_eq!(okta.post(&membership, &json!({ "memberExternalId": "x" })).status, 404);
    let first = okta.get(&format!("{membership}?limit=2"));
    assert_eq!(first.json(), json!({ "memberExternalIds": ["a", "b"] }));
    let second = okta.get(&link(&okta, &first, "next").unwrap());
    assert_eq!(second.json(), json!({ "memberExternalIds": ["c"] }));
    assert_eq!(link(&okta, &second, "next"), None);
    assert_eq!(okta.call("DELETE", &format!("{membership}/b"), "").status, 204);
    assert_eq!(okta.call("DELETE", &format!("{membership}/b"), "").status, 404);
    assert_eq!(okta.get(&membership).json(), json!({ "memberExternalIds": ["a", "c"] }));
}

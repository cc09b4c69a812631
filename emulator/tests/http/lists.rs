use super::*;

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

fn logins(reply: &Reply) -> Vec<String> {
    let body = reply.json();
    let users = body.as_array().unwrap_or_else(|| panic!("{}", reply.text()));
    let login = |user: &Value| user["profile"]["login"].as_str().unwrap().to_owned();
    users.iter().map(|u| login(u).split('@').next().unwrap().to_owned()).collect()
}

fn searched(okta: &Okta, search: &str, more: &str) -> Vec<String> {
    logins(&okta.get(&format!("/api/v1/users?search={}{more}", encoded(search))))
}

fn filtered(okta: &Okta, filter: &str) -> Vec<String> {
    logins(&okta.get(&format!("/api/v1/users?filter={}", encoded(filter))))
}

#[test]
fn plain_list_omits_the_deprovisioned_and_filters_do_not() {
    let okta = Okta::start();
    let all = okta.get("/api/v1/users");
    assert_eq!(logins(&all).len(), 11);
    assert!(!logins(&all).contains(&"former.employee".to_owned()));
    assert_eq!(filtered(&okta, r#"status eq "DEPROVISIONED""#), ["former.employee"]);
    assert_eq!(searched(&okta, "id pr", "").len(), 12);
    assert_eq!(logins(&okta.get("/api/v1/users?q=ADA")), ["ada.lovelace", "Ada.Byron"]);
}

#[test]
fn search_ignores_case_and_filter_does_not() {
    let okta = Okta::start();
    let search = r#"profile.department eq "ENGINEERING""#;
    assert_eq!(searched(&okta, search, "").len(), 4);
    assert_eq!(filtered(&okta, r#"profile.firstName eq "ada""#).len(), 0);
    assert_eq!(filtered(&okta, r#"profile.firstName eq "Ada""#).len(), 2);
    let login = r#"profile.login eq "o'brien\"x@acme.example""#;
    assert_eq!(searched(&okta, login, ""), ["o'brien\"x"]);
    let zoe = r#"profile.lastName sw "núñez""#;
    assert_eq!(searched(&okta, zoe, ""), ["zoe.nunez"]);
    assert_eq!(searched(&okta, r#"profile.firstName pr"#, "").len(), 11);
    assert_eq!(searched(&okta, r#"created lt "2025-06-03T00:00:00.000Z""#, "").len(), 2);
    let by_status = r#"(status lt "ACTIVE" or status gt "ACTIVE") and profile.department co "x""#;
    let refused = okta.get(&format!("/api/v1/users?search={}", encoded(by_status)));
    assert_eq!(code(&refused), (400, "E0000031".to_owned()));
}

#[test]
fn wrong_expressions_are_refused() {
    let okta = Okta::start();
    for search in ["", "not (status pr)", r#"status ne "ACTIVE""#, "status eq ACTIVE"] {
        let reply = okta.get(&format!("/api/v1/users?search={}", encoded(search)));
        assert_eq!(code(&reply), (400, "E0000031".to_owned()), "{search}");
    }
    let filter = encoded(r#"profile.department eq "Sales""#);
    let reply = okta.get(&format!("/api/v1/users?filter={filter}"));
    assert_eq!(code(&reply), (400, "E0000053".to_owned()));
    assert_eq!(okta.get("/api/v1/users?limit=x").status, 400);
}

#[test]
fn an_invalid_cursor_is_refused_by_every_list() {
    let okta = Okta::start();
    let group = json!({ "externalId": "g", "profile": { "displayName": "G" } });
    okta.post(&format!("{HR}/groups"), &group);
    let lists = [
        "/api/v1/users?limit=2".to_owned(),
        "/api/v1/users?q=a".to_owned(),
        format!("/api/v1/users?filter={}", encoded(r#"status eq "ACTIVE""#)),
        format!("/api/v1/users?search={}", encoded("id pr")),
        format!("/api/v1/users?search={}&sortBy=created", encoded("id pr")),
        "/api/v1/groups?limit=2".to_owned(),
        "/api/v1/groups?q=e".to_owned(),
        format!("/api/v1/groups?search={}", encoded(r#"type eq "BUILT_IN""#)),
        "/api/v1/groups/00gengineering000001/users?limit=2".to_owned(),
        "/api/v1/apps?limit=2".to_owned(),
        format!("/api/v1/apps?filter={}", encoded(r#"name eq "bookmark""#)),
        format!("{HR}/groups/g/membership?limit=2"),
    ];
    for list in lists {
        for cursor in ["x", "2000000000000000001", "16278919418571"] {
            let reply = okta.get(&format!("{list}&after={cursor}"));
            let cause = "Invalid cursor.".to_owned();
            assert_eq!(refusal(&reply), (400, "E0000029".to_owned(), cause), "{list}");
            assert_eq!(reply.json()["errorSummary"], "Invalid paging request.");
        }
    }
}

#[test]
fn search_sorts() {
    let okta = Okta::start();
    let sort = "&sortBy=profile.firstName&limit=3";
    assert_eq!(searched(&okta, "id pr", sort), ["ada.lovelace", "Ada.Byron", "alan.turing"]);
    let sort = "&sortBy=created&sortOrder=desc&limit=2";
    assert_eq!(searched(&okta, "id pr", sort), ["Ada.Byron", "former.employee"]);
    let mut path =
        format!("/api/v1/users?search={}&sortBy=profile.lastName&limit=5", encoded("id pr"));
    let mut found = Vec::new();
    loop {
        let page = okta.get(&path);
        found.extend(logins(&page));
        match link(&okta, &page, "next") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(found.len(), 12);
}

#[test]
fn links_are_two_lines_and_lead_to_the_end() {
    let okta = Okta::start();
    let page = okta.get("/api/v1/users?limit=4");
    assert_eq!(page.header("link").len(), 2);
    assert_eq!(link(&okta, &page, "self").unwrap(), "/api/v1/users?limit=4");
    let page = okta.get(&link(&okta, &page, "next").unwrap());
    let page = okta.get(&link(&okta, &page, "next").unwrap());
    assert_eq!(logins(&page).len(), 3);
    assert_eq!(link(&okta, &page, "next"), None);
}

#[test]
fn users_by_id_and_login() {
    let okta = Okta::start();
    let by_id = okta.get("/api/v1/users/00uacme0000000000006").json();
    let by_login = okta.get("/api/v1/users/O'Brien%22X@acme.example").json();
    assert_eq!(by_id, by_login);
    assert_eq!(by_id["profile"]["lastName"], "O'Brien \"X\"");
    assert_eq!(code(&okta.get("/api/v1/users/nobody")), (404, "E0000007".to_owned()));
}

#[test]
fn apps_by_filter_and_prefix() {
    let okta = Okta::start();
    let names = |query: &str| -> Vec<String> {
        let body = okta.get(&format!("/api/v1/apps?{query}")).json();
        let apps = body.as_array().unwrap().iter();
        apps.map(|app| app["label"].as_str().unwrap().to_owned()).collect()
    };
    let filter = |text: &str| format!("filter={}", encoded(text));
    assert_eq!(names("").len(), 13);
    assert_eq!(names(&filter(r#"name eq "custom_identity_source""#)), ["HR", "Contractors"]);
    assert_eq!(names(&filter(r#"status eq "INACTIVE""#)), ["Old CRM", "Intranet"]);
    assert_eq!(names("q=port"), ["Portal"]);
    let two = filter(r#"status eq "ACTIVE" or status eq "INACTIVE""#);
    assert_eq!(okta.get(&format!("/api/v1/apps?{two}")).status, 400);
}

#[test]
fn apps_have_the_shape_of_recorded_answers() {
    let okta = Okta::start();
    let source = okta.get("/api/v1/apps/0oahr000000000000001").json();
    assert_eq!(source.get("signOnMode"), Some(&Value::Null));
    let features = ["IMPORT_PROFILE_UPDATES", "PROFILE_MASTERING", "IMPORT_NEW_USERS"];
    assert_eq!(source["features"], json!(features));
    assert_eq!(source["settings"]["app"], json!({}));
    let orn = source["orn"].as_str().unwrap();
    assert!(orn.ends_with(":apps:custom_identity_source:0oahr000000000000001"), "{orn}");
    let links: Vec<&str> =
        source["_links"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(links, ["appLinks", "deactivate", "groups", "users"]);

    let wiki = okta.get("/api/v1/apps/0oawiki0000000000001").json();
    assert_eq!((&wiki["signOnMode"], &wiki["features"]), (&json!("BOOKMARK"), &json!([])));
    let bookmark = json!({ "requestIntegration": false, "url": "https://wiki.acme.example/" });
    assert_eq!(wiki["settings"]["app"], bookmark);
    let old = okta.get("/api/v1/apps/0oaoldcrm00000000001").json();
    assert!(old["_links"]["activate"].is_object() && old["_links"].get("deactivate").is_none());

    let seed = json!({ "tokens": ["00acme-token"], "apps": [
        { "name": "custom_identity_source", "label": "HR" }, { "name": "bookmark", "label": "B" },
    ]});
    okta.admin("POST", "orgs/acme", seed);
    let apps = okta.get("/api/v1/apps").json();
    assert_eq!(apps[0].get("signOnMode"), Some(&Value::Null));
    assert!(apps[1]["signOnMode"] == "BOOKMARK" && apps[1]["settings"]["app"]["url"].is_string());
}

#[test]
fn apps_of_a_user() {
    let okta = Okta::start();
    let (ada, alan) = ("00uacme0000000000001", "00uacme0000000000002");
    let of = |user: &str| format!("filter={}", encoded(&format!("user.id eq \"{user}\"")));
    let labels = |reply: &Reply| -> Vec<String> {
        let body = reply.json();
        let apps = body.as_array().unwrap_or_else(|| panic!("{}", reply.text())).iter();
        apps.map(|app| app["label"].as_str().unwrap().to_owned()).collect()
    };
    let plain = okta.get(&format!("/api/v1/apps?{}", of(ada)));
    assert_eq!(labels(&plain), ["Wiki", "Portal"]);
    assert_eq!(plain.json()[0].get("_embedded"), None);
    assert_eq!(labels(&okta.get(&format!("/api/v1/apps?{}", of("nobody")))), [""; 0]);

    let page = okta.get(&format!("/api/v1/apps?{}&expand=user/{ada}&limit=1", of(ada)));
    assert_eq!(labels(&page), ["Wiki"]);
    let url = okta.url();
    let created = page.json()[0]["created"].clone();
    let user = json!({
        "id": ada, "externalId": null, "created": created, "lastUpdated": created,
        "scope": "USER", "status": "ACTIVE", "statusChanged": created, "passwordChanged": null,
        "syncState": "DISABLED", "credentials": { "userName": "ada.lovelace@acme.example" },
        "profile": {},
        "_links": {
            "app": { "href": format!("{url}/api/v1/apps/0oawiki0000000000001") },
            "user": { "href": format!("{url}/api/v1/users/{ada}") },
        },
    });
    assert_eq!(page.json()[0]["_embedded"], json!({ "user": user }));
    let rest = okta.get(&link(&okta, &page, "next").unwrap());
    assert_eq!(labels(&rest), ["Portal"]);
    assert_eq!(rest.json()[0]["_embedded"]["user"]["id"], ada);

    let app = "/api/v1/apps/0oaportal00000000001?expand=user/";
    assert_eq!(okta.get(&format!("{app}{ada}")).json()["_embedded"]["user"]["id"], ada);
    assert_eq!(okta.get(&format!("{app}{alan}")).json().get("_embedded"), None);

    let status = encoded(r#"status eq "ACTIVE""#);
    for query in [String::new(), of(alan), format!("filter={status}")] {
        let reply = okta.get(&format!("/api/v1/apps?expand=user/{ada}&{query}"));
        assert_eq!(code(&reply), (400, "E0000001".to_owned()), "{query}");
    }
    let refused = format!("/api/v1/apps?filter={}", encoded(&format!("user.id sw \"{ada}\"")));
    assert_eq!(code(&okta.get(&refused)), (400, "E0000053".to_owned()));
    for none in [r#"group.id eq "g""#, r#"credentials.signing.kid eq "k""#] {
        assert_eq!(okta.get(&format!("/api/v1/apps?filter={}", encoded(none))).json(), json!([]));
    }
    let stranger = json!({ "apps": [{ "name": "x", "label": "X", "users": ["nobody"] }] });
    let body = stranger.to_string();
    let made = control_client::send(&okta.emulator.url(), "POST", "/_emulator/orgs/o", &[], &body);
    assert_eq!(made.unwrap().status, 400);
}

#[test]
fn groups_and_their_users() {
    let okta = Okta::start();
    let filter = encoded(r#"type eq "BUILT_IN""#);
    let groups = okta.get(&format!("/api/v1/groups?filter={filter}")).json();
    assert_eq!(groups[0]["profile"]["name"], "Everyone");
    let engineers = okta.get("/api/v1/groups/00gengineering000001/users");
    assert_eq!(logins(&engineers), ["ada.lovelace", "alan.turing", "grace.hopper"]);
    assert_eq!(okta.get("/api/v1/groups/00gempty000000000001/users").json(), json!([]));
}

#[test]
fn a_hundred_thousand_users() {
    let okta = Okta::start();
    okta.admin("POST", "orgs/acme/users", json!({ "count": 100_000 }));
    let begin = std::time::Instant::now();
    let mut path = "/api/v1/users?limit=200".to_owned();
    let mut ids = std::collections::BTreeSet::new();
    loop {
        let page = okta.get(&path);
        for user in page.json().as_array().unwrap() {
            ids.insert(user["id"].as_str().unwrap().to_owned());
        }
        match link(&okta, &page, "next") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(ids.len(), 100_011);
    eprintln!("listed in {:?}", begin.elapsed());
}

#[test]
fn groups_of_a_user() {
    let okta = Okta::start();
    let names = |user: &str| -> Vec<String> {
        let body = okta.get(&format!("/api/v1/users/{user}/groups")).json();
        let groups = body.as_array().unwrap().iter();
        groups.map(|group| group["profile"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("00uacme0000000000001"), ["Everyone", "Engineering"]);
    assert_eq!(names("ada.lovelace@acme.example"), ["Everyone", "Engineering"]);
    assert_eq!(names("former.employee@acme.example"), [""; 0]);
    assert_eq!(okta.get("/api/v1/users/nobody/groups").status, 404);
}

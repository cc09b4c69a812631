use super::*;
use crate::client::Method;
use crate::org::OrgTemplate;

fn request(method: Method, path: &str) -> Request {
    let org = "https://login.example.com".parse::<OrgTemplate>().unwrap().pinned(None).unwrap();
    let scope = Some("okta.identitySources.manage");
    Request { scope, ..Request::new(org, method, path) }
}

fn answer(method: Method, path: &str, status: u16, body: &str) -> Error {
    answer_to(&request(method, path), status, body)
}

fn answer_to(request: &Request, status: u16, body: &str) -> Error {
    let mut headers = HeaderMap::new();
    headers.insert(REQUEST_ID, "req1".parse().unwrap());
    refusal(request, status, &headers, body.as_bytes())
}

/// The answer to a call without anything that could be invalid.
fn stateful(body: &str) -> Error {
    let wrong_state = Some("It must be IN_PROGRESS.");
    answer_to(&Request { wrong_state, ..request(Method::Delete, "/sessions/aps1") }, 400, body)
}

#[test]
fn says_what_okta_says() {
    let e = stateful(
        r#"{"errorCode":"E0000001","errorSummary":"Api validation failed: importSessionId",
            "errorLink":"E0000001","errorId":"oae1",
            "errorCauses":[{"errorSummary":"Only a session that is in CREATED…"},{}]}"#,
    );
    assert_eq!(
        e.to_string(),
        "DELETE /sessions/aps1: HTTP 400, E0000001: Api validation failed: importSessionId"
    );
    assert_eq!(
        e.detail.as_deref(),
        Some("Only a session that is in CREATED…\nX-Okta-Request-Id: req1")
    );
    assert_eq!((e.kind, e.status), (Kind::WrongState, Some(400)));
    assert_eq!(e.code.as_deref(), Some("E0000001"));
    assert_eq!(e.hint.as_deref(), Some("It must be IN_PROGRESS."));
}

#[test]
fn tells_wrong_state_from_wrong_value() {
    let body = r#"{"errorCode":"E0000001","errorSummary":"Api validation failed"}"#;
    assert_eq!(stateful(body).kind, Kind::WrongState);
    assert_eq!(answer(Method::Post, "/api/v1/users", 400, body).kind, Kind::Invalid);
    assert_eq!(stateful(r#"{"errorCode":"E0000003"}"#).kind, Kind::Invalid);
}

#[test]
fn every_status_has_its_kind() {
    for (status, kind) in [
        (304, Kind::BadAnswer),
        (400, Kind::Invalid),
        (401, Kind::Unauthorized),
        (403, Kind::Forbidden),
        (404, Kind::NotFound),
        (405, Kind::Invalid),
        (409, Kind::Conflict),
        (410, Kind::NotFound),
        (429, Kind::RateLimited),
        (500, Kind::ServerFault),
        (503, Kind::ServerFault),
    ] {
        assert_eq!(answer(Method::Get, "/api/v1/users", status, "").kind, kind, "{status}");
    }
    let e = answer(Method::Get, "/api/v1/users", 403, "");
    assert!(e.hint.unwrap().contains("okta.identitySources.manage"));
    assert_eq!(e.message, "GET /api/v1/users: HTTP 403");
    let e = answer(Method::Post, "/api/v1/users", 500, "");
    assert!(e.hint.unwrap().contains("look before you repeat"));
}

#[test]
fn states_are_told_from_permissions() {
    let coded = |status, code: &str| {
        answer(Method::Post, "/api/v1/x", status, &format!(r#"{{"errorCode":"{code}"}}"#))
    };
    for code in ["E0000038", "E0000056", "E0000032", "E0000148", "E0000166"] {
        let error = coded(403, code);
        assert_eq!(error.kind, Kind::WrongState, "{code}");
        assert!(error.hint.unwrap().contains("state"));
    }
    assert_eq!(coded(423, "E0000239").kind, Kind::WrongState);
    assert_eq!(coded(423, "E0000999").kind, Kind::WrongState);
    assert_eq!(coded(403, "E0000006").kind, Kind::Forbidden);
    let feature = coded(401, "E0000015");
    assert_eq!(feature.kind, Kind::NotOffered);
    assert!(feature.hint.unwrap().starts_with("The org does not have this feature."));
}

#[test]
fn a_wrong_address_is_no_missing_row() {
    let missing = |status, body| answer(Method::Get, "/a", status, body).is_missing_object();
    assert!(missing(404, r#"{"errorCode":"E0000007"}"#));
    assert!(!missing(404, r#"{"errorCode":"E0000008"}"#));
    assert!(!missing(404, "<html>"));
    assert!(!missing(400, r#"{"errorCode":"E0000007"}"#));
}

#[test]
fn reads_oauths_errors() {
    let body = r#"{"error":"invalid_client","error_description":"The client is unknown."}"#;
    let e = answer(Method::Post, "/oauth2/v1/token", 401, body);
    assert_eq!(
        e.message,
        "POST /oauth2/v1/token: HTTP 401, invalid_client: The client is unknown."
    );
}

#[test]
fn quotes_a_little_of_a_strange_body() {
    let page = format!("<html>\u{1b}[31m\r\n{}", "x".repeat(500));
    let e = answer(Method::Get, "/api/v1/users", 502, &page);
    let detail = e.detail.unwrap();
    assert!(detail.starts_with("Body: <html>\\u{1b}[31m\\r\\nxxx"), "{detail}");
    assert!(detail.contains("…\nX-Okta-Request-Id: req1") && detail.len() < 300, "{detail}");
    for odd in [r#"["a"]"#, "null", r#"{"errorCode":1}"#, r#"{"errorCauses":{}}"#, "{", "\u{0}"] {
        let e = answer(Method::Get, "/api/v1/users", 400, odd);
        assert!(e.detail.unwrap().starts_with("Body: "), "{odd}");
    }
    let binary = refusal(&request(Method::Get, "/a"), 500, &HeaderMap::new(), &[0xff, 0, 1]);
    assert_eq!(binary.detail.as_deref(), Some("Body: \u{fffd}\\u{0}\\u{1}"));
}

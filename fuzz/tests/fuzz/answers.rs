//! Bodies: of errors, and of pages.

use okta::Error;
use okta::decode::{Form, Page, Wanted};
use okta_fuzz::{Rng, input, run};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};

use super::request;

const ERRORS: &[&str] = &[
    r#"{"errorCode":"E0000001","errorSummary":"Api validation failed: a","errorLink":"E0000001","errorId":"oae1","errorCauses":[{"errorSummary":"a: b"},{"errorSummary":"c"}]}"#,
    r#"{"error":"invalid_client","error_description":"The client id is unknown."}"#,
    "<html><body>502 Bad Gateway</body></html>",
    "",
];

/// An error is one line of message, and a detail whose lines are this program's own.
#[test]
fn an_error_body() {
    run(|rng| {
        let good = ERRORS[rng.usize(..ERRORS.len())];
        let body = input::mutated_bytes(rng, good.as_bytes());
        let mut headers = HeaderMap::new();
        if let Ok(id) = HeaderValue::from_str(&input::text(rng)) {
            headers.insert("x-okta-request-id", id);
        }
        let request = request(rng, "/api/v1/users");
        let error = Error::from_answer(&request, rng.u16(300..600), &headers, &body);
        let detail = error.detail.unwrap_or_default();
        for text in [&error.message, &detail.replace('\n', ""), &error.hint.unwrap_or_default()] {
            assert!(!text.chars().any(char::is_control), "{text:?}");
        }
        assert!(error.message.starts_with("GET /api/v1/users: HTTP "), "{}", error.message);
        assert!(error.message.len() + detail.len() < 10_000, "{}", detail.len());
    });
}

const NAMES: &[&str] = &["a", "b", "p", "status", "é", "x.y", "$", ""];

fn value(rng: &mut Rng, depth: u8) -> Value {
    match rng.u8(..if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!(rng.i64(..)),
        3 => json!(rng.f64()),
        4 | 5 => json!(input::text(rng)),
        6 => (0..rng.usize(..4)).map(|_| value(rng, depth - 1)).collect(),
        _ => Value::Object(object(rng, depth - 1)),
    }
}

fn object(rng: &mut Rng, depth: u8) -> Map<String, Value> {
    let count = rng.usize(..NAMES.len());
    (0..count).map(|_| (NAMES[rng.usize(..NAMES.len())].to_owned(), value(rng, depth))).collect()
}

/// What a cell of a property should hold.
fn expected(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Pages that are right come out as another decoder reads them; others come out, or are an error.
#[test]
fn a_page() {
    let mut wanted = Wanted::default();
    for path in ["a", "p.b", "status", "p"] {
        wanted.add(path, Form::Text);
    }
    wanted.add("$", Form::Json);
    run(|rng| {
        let rows: Vec<Value> = (0..rng.usize(..5)).map(|_| Value::Object(object(rng, 3))).collect();
        let text = Value::Array(rows.clone()).to_string();
        let page = Page::list(text.as_bytes(), &wanted).unwrap();
        assert_eq!(page.len(), rows.len());
        for (n, row) in rows.iter().enumerate() {
            let nested = row.get("p").and_then(|p| p.get("b"));
            for (cell, value) in
                [(0, row.get("a")), (1, nested), (2, row.get("status")), (3, row.get("p"))]
            {
                assert_eq!(page.cell(n, cell).map(str::to_owned), expected(value), "{text}");
            }
            assert_eq!(page.cell(n, 4), Some(row.to_string().as_str()), "{text}");
        }
        let wrapped = format!("{{\"x\": 1, \"rows\": {text}}}");
        assert_eq!(Page::wrapped(wrapped.as_bytes(), "rows", &wanted).unwrap().len(), rows.len());

        let odd = input::mutated_bytes(rng, text.as_bytes());
        let pages = [
            Page::list(&odd, &wanted),
            Page::object(&odd, &wanted),
            Page::wrapped(&odd, "p", &wanted),
        ];
        for page in pages.into_iter().flatten() {
            for row in 0..page.len() {
                assert!(
                    (0..5).all(|cell| page.cell(row, cell).is_none_or(|c| c.len() <= odd.len()))
                );
            }
        }
    });
}

/// Nesting costs no stack, in properties that are wanted and in those that are not.
#[test]
fn a_deep_page() {
    let mut wanted = Wanted::default();
    wanted.add("a", Form::Json);
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for property in ["a", "b"] {
            let depth = 200_000;
            let value = format!("{}0{}", open.repeat(depth), close.repeat(depth));
            let text = format!("[{{\"{property}\":{value}}}]");
            if let Ok(page) = Page::list(text.as_bytes(), &wanted) {
                assert_eq!(page.cell(0, 0), (property == "a").then_some(value.as_str()));
            }
        }
    }
}

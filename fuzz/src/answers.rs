//! Bodies: of errors, and of pages.

use std::sync::LazyLock;

use okta::client::refusal;
use okta::decode::{Form, Page, Wanted};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};

use crate::{Input, request};

const ERRORS: &[&str] = &[
    r#"{"errorCode":"E0000001","errorSummary":"Api validation failed: a","errorLink":"E0000001","errorId":"oae1","errorCauses":[{"errorSummary":"a: b"},{"errorSummary":"c"}]}"#,
    r#"{"error":"invalid_client","error_description":"The client id is unknown."}"#,
    "<html><body>502 Bad Gateway</body></html>",
    "",
];

/// An error is one line of message, and a detail whose lines are this program's own.
pub fn an_error_body(input: &mut Input<'_>) {
    let good = input.one_of(ERRORS);
    let body = input.mutated_bytes(good.as_bytes());
    let mut headers = HeaderMap::new();
    if let Ok(id) = HeaderValue::from_str(&input.text()) {
        headers.insert("x-okta-request-id", id);
    }
    let request = request(input, "/api/v1/users");
    let status = 300 + u16::try_from(input.below(300)).unwrap();
    let error = refusal(&request, status, &headers, &body);
    let detail = error.detail.unwrap_or_default();
    for text in [&error.message, &detail.replace('\n', ""), &error.hint.unwrap_or_default()] {
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
    assert!(error.message.starts_with("GET /api/v1/users: HTTP "), "{}", error.message);
    assert!(error.message.len() + detail.len() < 10_000, "{}", detail.len());
}

const NAMES: &[&str] = &["a", "b", "p", "status", "é", "x.y", "$", ""];

fn value(input: &mut Input<'_>, depth: u8) -> Value {
    match input.below(if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => json!(input.bool()),
        2 => json!(input.number()),
        3 => json!(f64::from_bits(input.number().cast_unsigned())),
        4 | 5 => json!(input.text()),
        6 => (0..input.below(4)).map(|_| value(input, depth - 1)).collect(),
        _ => Value::Object(object(input, depth - 1)),
    }
}

fn object(input: &mut Input<'_>, depth: u8) -> Map<String, Value> {
    let count = input.below(NAMES.len());
    (0..count).map(|_| (input.one_of(NAMES).to_owned(), value(input, depth))).collect()
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
pub fn a_page(input: &mut Input<'_>) {
    static WANTED: LazyLock<Wanted> = LazyLock::new(|| {
        let mut wanted = Wanted::default();
        for path in ["a", "p.b", "status", "p"] {
            wanted.add(path, Form::Text);
        }
        wanted.add("$", Form::Json);
        wanted
    });
    let rows: Vec<Value> = (0..input.below(5)).map(|_| Value::Object(object(input, 3))).collect();
    let text = Value::Array(rows.clone()).to_string();
    let page = Page::list(text.as_bytes(), &WANTED).unwrap();
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
    assert_eq!(Page::wrapped(wrapped.as_bytes(), "rows", &WANTED).unwrap().len(), rows.len());

    let odd = input.mutated_bytes(text.as_bytes());
    let pages =
        [Page::list(&odd, &WANTED), Page::object(&odd, &WANTED), Page::wrapped(&odd, "p", &WANTED)];
    for page in pages.into_iter().flatten() {
        for row in 0..page.len() {
            assert!((0..5).all(|cell| page.cell(row, cell).is_none_or(|c| c.len() <= odd.len())));
        }
    }
}

//! Cells and Datums: what Okta sent, as the column's type.
//!
//! The conversion is the type's own input function, so that any compatible type will do; an error tells
//! the column.

use std::borrow::Cow;

use okta::{Error, Kind};
use pgrx::pg_sys;
use serde_json::Value;

use crate::error::raise;
use crate::pg::encoding;
use crate::pg::report::in_place;
use crate::pg::value::{Element, Input, Shape};

/// Raises for a JSON string that is no text.
pub(crate) fn raise_broken(place: String) -> ! {
    raise(
        Error::new(
            Kind::BadAnswer,
            "Okta sent a text with half of a surrogate pair, which is no character",
        )
        .detail(place)
        .hint("Leave the column out of the query."),
    )
}

/// The Datum of a cell. Raises when the type does not accept the text.
pub(crate) fn datum(
    input: &mut Input,
    text: &str,
    place: impl Fn() -> String,
) -> Option<pg_sys::Datum> {
    if text.contains('\0') {
        raise(
            Error::new(
                Kind::BadAnswer,
                "Okta sent a text with a NUL character, which PostgreSQL cannot hold",
            )
            .detail(place())
            .hint("Leave the column out of the query."),
        );
    }
    if input.is_text() && encoding::is_same() {
        return input.datum(text);
    }
    let text = formed(input.shape(), text);
    in_place(place, || input.datum(&text))
}

/// A cell in the form that a type's input function takes.
fn formed(shape: Shape, text: &str) -> Cow<'_, str> {
    match shape {
        Shape::Plain => Cow::Borrowed(text),
        Shape::Integer => Element::Integer.form(text),
        Shape::Time { zone } => Element::Time { zone }.form(text),
        Shape::Array { of, json } => match serde_json::from_str(text) {
            Ok(array @ Value::Array(_)) => Cow::Owned(literal(&array, of, json)),
            _ => Cow::Borrowed(text),
        },
    }
}

/// A JSON array, or an element of one, as PostgreSQL's arrays are written.
fn literal(value: &Value, of: Element, json: bool) -> String {
    let text = match value {
        Value::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(|value| literal(value, of, json)).collect();
            return format!("{{{}}}", elements.join(","));
        }
        Value::Null => return "NULL".to_owned(),
        Value::String(text) if !json => text.clone(),
        other => other.to_string(),
    };
    let text = of.form(&text);
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(text: &str, of: Element, json: bool) -> String {
        formed(Shape::Array { of, json }, text).into_owned()
    }

    #[test]
    fn arrays() {
        let plain = |text| array(text, Element::Plain, false);
        assert_eq!(plain(r#"["a", null, "b c", "NULL", ""]"#), r#"{"a",NULL,"b c","NULL",""}"#);
        assert_eq!(plain(r#"["a\"b", "c\\d", "{e,f}"]"#), r#"{"a\"b","c\\d","{e,f}"}"#);
        assert_eq!(plain("[[1, 2], [3, 4]]"), r#"{{"1","2"},{"3","4"}}"#);
        assert_eq!(plain("[]"), "{}");
        assert_eq!(plain("no array"), "no array");
        assert_eq!(
            array("[1e3, 4711.0, null]", Element::Integer, false),
            r#"{"1000","4711",NULL}"#
        );
        let times = array(r#"["2021-06-14 14:45:46"]"#, Element::Time { zone: true }, false);
        assert_eq!(times, r#"{"2021-06-14 14:45:46Z"}"#);
        let objects = array(r#"[{"a": "b"}, "c", null]"#, Element::Plain, true);
        assert_eq!(objects, r#"{"{\"a\":\"b\"}","\"c\"",NULL}"#);
    }
}

//! Cells and Datums: what Okta sent, as the column's type.
//!
//! The conversion is the type's own input function, so that any compatible type will do; an error tells
//! the column.

use okta::{Error, Kind};
use pgrx::pg_sys;

use crate::error::{in_place, raise};
use crate::pg::encoding;
use crate::pg::value::Input;

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
    if matches!(input, Input::Text) && encoding::is_same() {
        return input.datum(text);
    }
    in_place(place, || input.datum(text))
}

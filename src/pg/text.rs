//! Text of values and names on its way between Rust and PostgreSQL. What has no counterpart in the other
//! encoding is raised as 22P05.

use std::ffi::{CStr, CString, c_char};

use pgrx::{FromDatum, IntoDatum, PgSqlErrorCode, pg_sys};

use super::encoding::{Untranslatable, to_server, to_utf8};
use super::report::raise_as;

/// A C string of PostgreSQL's. Raises 22P05 for bytes that are no text.
///
/// # Safety
/// `text` is a valid C string.
pub(crate) unsafe fn owned(text: *const c_char) -> String {
    // SAFETY: the caller's.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    to_utf8(bytes).unwrap_or_else(|error| raise_from_server(error, bytes)).into_owned()
}

/// The text of a Datum of type `text` or `varchar`. Raises as [`owned`] does.
///
/// # Safety
/// `datum` is a valid Datum of that type.
pub(crate) unsafe fn text_of(datum: pg_sys::Datum) -> Option<String> {
    // SAFETY: the caller's; a text is a varlena, as bytea is.
    unsafe { <&[u8]>::from_datum(datum, false) }.map(text_of_bytes)
}

/// The bytes of a `text` of PostgreSQL's as UTF-8. Raises as [`owned`] does.
pub(crate) fn text_of_bytes(bytes: &[u8]) -> String {
    to_utf8(bytes).unwrap_or_else(|error| raise_from_server(error, bytes)).into_owned()
}

/// A Datum of type `text`. Raises 22P05 for characters that the database's encoding does not have.
pub(crate) fn text_datum(text: &str) -> Option<pg_sys::Datum> {
    to_server(text).unwrap_or_else(|error| raise_to_server(error, text)).as_ref().into_datum()
}

/// A C string for PostgreSQL. Raises as [`text_datum`] does.
pub(crate) fn c_string(text: &str) -> CString {
    let bytes = to_server(text).unwrap_or_else(|error| raise_to_server(error, text));
    CString::new(bytes.into_owned()).unwrap_or_default()
}

fn raise_from_server(error: Untranslatable, bytes: &[u8]) -> ! {
    let bad = bytes.get(error.0..).unwrap_or(bytes);
    raise(&hex(bad.get(..1).unwrap_or(bad)), &server_name(), "UTF8")
}

fn raise_to_server(error: Untranslatable, text: &str) -> ! {
    let bad = text.get(error.0..).unwrap_or(text).chars().next().map(String::from);
    raise(&hex(bad.unwrap_or_default().as_bytes()), "UTF8", &server_name())
}

/// Raises what PostgreSQL's own conversions raise.
fn raise(bytes: &str, from: &str, to: &str) -> ! {
    raise_as(
        PgSqlErrorCode::ERRCODE_UNTRANSLATABLE_CHARACTER,
        format!(
            "character with byte sequence {bytes} in encoding \"{from}\" has no equivalent in encoding \"{to}\""
        ),
        None,
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("0x{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn server_name() -> String {
    // SAFETY: the name of an encoding is a C string in ASCII.
    unsafe { CStr::from_ptr(pg_sys::GetDatabaseEncodingName()) }.to_string_lossy().into_owned()
}

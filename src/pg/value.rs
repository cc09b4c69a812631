//! Datums as text, and text as Datums.
//!
//! Types are PostgreSQL's; JSON and Okta's conventions are not known here.

use std::borrow::Cow;

use pgrx::datum::Array;
use pgrx::{FromDatum, pg_sys};

use super::{encoding, settings, text, time};

/// Whether [`texts`] can read Datums of a type.
pub(crate) fn is_readable(type_oid: pg_sys::Oid) -> bool {
    matches!(
        type_oid,
        pg_sys::TEXTOID
            | pg_sys::VARCHAROID
            | pg_sys::TIMESTAMPTZOID
            | pg_sys::BOOLOID
            | pg_sys::TEXTARRAYOID
            | pg_sys::VARCHARARRAYOID
    )
}

/// Whether a Datum of a type is its text.
pub(crate) fn is_text(type_oid: pg_sys::Oid) -> bool {
    matches!(type_oid, pg_sys::TEXTOID | pg_sys::VARCHAROID)
}

/// The texts of a Datum of a [readable](is_readable) type: one for a scalar, the elements that are not
/// NULL for an array. Points in time are as [`time::rfc3339`] writes them, booleans as JSON does.
///
/// # Safety
/// `datum` is a valid Datum of that type.
pub(crate) unsafe fn texts(type_oid: pg_sys::Oid, datum: pg_sys::Datum) -> Vec<String> {
    // SAFETY: the caller vouches for the type.
    unsafe {
        match type_oid {
            pg_sys::TIMESTAMPTZOID => vec![time::rfc3339(datum.value() as i64)],
            pg_sys::BOOLOID => vec![(datum.value() & 1 == 1).to_string()],
            pg_sys::TEXTARRAYOID | pg_sys::VARCHARARRAYOID => {
                let array = Array::<&[u8]>::from_datum(datum, false);
                array
                    .into_iter()
                    .flat_map(|array| {
                        array.iter().flatten().map(text::text_of_bytes).collect::<Vec<_>>()
                    })
                    .collect()
            }
            _ => text::text_of(datum).into_iter().collect(),
        }
    }
}

/// The text that a type's output function gives.
///
/// # Safety
/// `datum` is a valid Datum of that type.
pub(crate) unsafe fn output(type_oid: pg_sys::Oid, datum: pg_sys::Datum) -> String {
    // SAFETY: the caller's.
    unsafe { output_as(type_oid, datum, |text| text::owned(text)) }
}

/// The same for a message, with `?` for what is no text.
///
/// # Safety
/// As for [`output`].
pub(crate) unsafe fn output_lossy(type_oid: pg_sys::Oid, datum: pg_sys::Datum) -> String {
    // SAFETY: the caller's.
    unsafe { output_as(type_oid, datum, |text| encoding::owned_lossy(text)) }
}

unsafe fn output_as(
    type_oid: pg_sys::Oid,
    datum: pg_sys::Datum,
    copy: impl FnOnce(*const std::ffi::c_char) -> String,
) -> String {
    let (mut function, mut is_varlena) = (pg_sys::InvalidOid, false);
    // SAFETY: the output function returns a palloc'd C string of ours. Writes call this in memory that
    // lives as long as the statement.
    unsafe {
        pg_sys::getTypeOutputInfo(type_oid, &mut function, &mut is_varlena);
        let text = pg_sys::OidOutputFunctionCall(function, datum);
        let copy = copy(text);
        pg_sys::pfree(text.cast());
        copy
    }
}

/// The text of a Datum whatever the session's settings are: RFC 3339 in UTC for a point in time, and no
/// padding.
///
/// # Safety
/// `datum` is a valid Datum of that type.
pub(crate) unsafe fn iso(type_oid: pg_sys::Oid, datum: pg_sys::Datum) -> String {
    // SAFETY: the caller's; a boolean's and a point in time's Datum is its value.
    unsafe {
        match pg_sys::getBaseType(type_oid) {
            pg_sys::BOOLOID => (datum.value() != 0).to_string(),
            pg_sys::DATEOID => time::json(pg_sys::DATEOID, datum),
            // A timestamp without a zone is UTC.
            pg_sys::TIMESTAMPOID | pg_sys::TIMESTAMPTZOID => time::rfc3339(datum.value() as i64),
            pg_sys::BPCHAROID => output(type_oid, datum).trim_end_matches(' ').to_owned(),
            pg_sys::TEXTOID | pg_sys::VARCHAROID => output(type_oid, datum),
            _ => settings::fixed(|| output(type_oid, datum)),
        }
    }
}

/// An array as a JSON array, NULLs in it as nulls.
///
/// # Safety
/// `datum` is a valid array.
pub(crate) unsafe fn array_json(datum: pg_sys::Datum) -> String {
    /// `array_to_json(anyarray)`, by the OID that pg_proc.dat gives it.
    const ARRAY_TO_JSON: u32 = 3153;
    let function = pg_sys::Oid::from_u32(ARRAY_TO_JSON);
    // SAFETY: the function takes an array of any type, and gives a text.
    unsafe {
        let json = settings::fixed(|| {
            pg_sys::OidFunctionCall1Coll(function, pg_sys::DEFAULT_COLLATION_OID, datum)
        });
        text::text_of(json).unwrap_or_default()
    }
}

/// What a text must look like for a type's input function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// As it is.
    Plain,
    /// A whole number without fraction and exponent.
    Integer,
    /// A point in time in UTC.
    Time { zone: bool },
    /// An array of elements that have a shape, and are JSON or not.
    Array { of: Element, json: bool },
}

/// The shape of an array's element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Plain,
    Integer,
    Time { zone: bool },
}

impl Element {
    fn of(base: pg_sys::Oid) -> Self {
        match base {
            pg_sys::INT2OID | pg_sys::INT4OID | pg_sys::INT8OID => Self::Integer,
            pg_sys::TIMESTAMPTZOID => Self::Time { zone: true },
            pg_sys::TIMESTAMPOID | pg_sys::DATEOID | pg_sys::TIMEOID => Self::Time { zone: false },
            _ => Self::Plain,
        }
    }

    /// A text in the shape, or as it is where it cannot have it.
    pub(crate) fn form(self, text: &str) -> Cow<'_, str> {
        let time = |zone: bool| {
            let (time, zone) = (time::utc(text)?, if zone { "Z" } else { "" });
            Some(Cow::Owned(format!("{} {}{zone}", time.date(), time.time())))
        };
        let formed = match self {
            Self::Plain => None,
            Self::Integer => integer(text).map(Cow::Owned),
            Self::Time { zone } => time(zone),
        };
        formed.unwrap_or(Cow::Borrowed(text))
    }
}

impl Shape {
    fn of(base: pg_sys::Oid) -> Self {
        // SAFETY: catalog lookups by value.
        let element = unsafe { pg_sys::get_element_type(base) };
        if element != pg_sys::InvalidOid {
            // SAFETY: as above.
            let element = unsafe { pg_sys::getBaseType(element) };
            let json = matches!(element, pg_sys::JSONOID | pg_sys::JSONBOID);
            return Self::Array { of: Element::of(element), json };
        }
        match Element::of(base) {
            Element::Plain => Self::Plain,
            Element::Integer => Self::Integer,
            Element::Time { zone } => Self::Time { zone },
        }
    }
}

/// A JSON number that is whole, without fraction and exponent: `4711.0` and `1e3` are integers.
fn integer(text: &str) -> Option<String> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    if whole.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
    // No type has so many digits.
    if !(-1000..=1000).contains(&point) {
        return None;
    }
    let point = usize::try_from(point).unwrap_or(0);
    let (before, after) = all.split_at_checked(point).unwrap_or((&all, ""));
    if !after.bytes().all(|b| b == b'0') || (point == 0 && all.bytes().any(|b| b != b'0')) {
        return None;
    }
    let zeroes = "0".repeat(point.saturating_sub(all.len()));
    let number = format!("{before}{zeroes}");
    Some(format!("{sign}{}", if number.is_empty() { "0" } else { &number }))
}

/// How text becomes a Datum of a column's type.
pub(crate) struct Input {
    conversion: Conversion,
    shape: Shape,
}

enum Conversion {
    /// `text` and `varchar` without a length: the bytes as they are.
    Text,
    /// `timestamptz` without a precision: what is a point in time is read here.
    Timestamp(Function),
    /// Whatever the type's own input function makes of it.
    Function(Function),
}

/// A type's input function, looked up once.
pub(crate) struct Function {
    info: Box<pg_sys::FmgrInfo>,
    io_param: pg_sys::Oid,
    typmod: i32,
}

impl Input {
    /// The conversion to a type. What the function keeps lives in the current memory context.
    pub(crate) fn of(type_oid: pg_sys::Oid, typmod: i32) -> Self {
        let function = || Function::of(type_oid, typmod);
        let conversion = match type_oid {
            pg_sys::TEXTOID => Conversion::Text,
            pg_sys::VARCHAROID if typmod < 0 => Conversion::Text,
            pg_sys::TIMESTAMPTZOID if typmod < 0 => Conversion::Timestamp(function()),
            _ => Conversion::Function(function()),
        };
        // SAFETY: a catalog lookup by value.
        let shape = Shape::of(unsafe { pg_sys::getBaseType(type_oid) });
        Self { conversion, shape }
    }

    /// What a text must look like. A point in time without a precision is read from any of its forms.
    pub(crate) fn shape(&self) -> Shape {
        if matches!(self.conversion, Conversion::Timestamp(_)) { Shape::Plain } else { self.shape }
    }

    /// Whether texts are taken as they are.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.conversion, Conversion::Text)
    }

    /// Converts; the Datum lives in the current memory context. Raises what the input function raises.
    pub(crate) fn datum(&mut self, text: &str) -> Option<pg_sys::Datum> {
        match &mut self.conversion {
            Conversion::Text => text::text_datum(text),
            Conversion::Timestamp(function) => match time::microseconds(text) {
                Some(microseconds) => Some(pg_sys::Datum::from(microseconds)),
                None => settings::fixed(|| function.call(text)),
            },
            // A time that is not one of Okta's forms depends on settings.
            Conversion::Function(function) => match self.shape {
                Shape::Time { .. } if time::utc(text).is_none() => {
                    settings::fixed(|| function.call(text))
                }
                _ => function.call(text),
            },
        }
    }
}

impl Function {
    fn of(type_oid: pg_sys::Oid, typmod: i32) -> Self {
        let (mut function, mut io_param) = (pg_sys::InvalidOid, pg_sys::InvalidOid);
        // SAFETY: FmgrInfo is plain data for which zeroes are a valid value, and fmgr_info fills it.
        unsafe {
            pg_sys::getTypeInputInfo(type_oid, &mut function, &mut io_param);
            let mut info: Box<pg_sys::FmgrInfo> = Box::new(std::mem::zeroed());
            pg_sys::fmgr_info(function, &mut *info);
            Self { info, io_param, typmod }
        }
    }

    fn call(&mut self, text: &str) -> Option<pg_sys::Datum> {
        let text = text::c_string(text);
        // SAFETY: the function was looked up for this type; input functions copy what they keep.
        let datum = unsafe {
            pg_sys::InputFunctionCall(
                &mut *self.info,
                text.as_ptr().cast_mut(),
                self.io_param,
                self.typmod,
            )
        };
        Some(datum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        for (text, number) in [
            ("4711.0", "4711"),
            ("1e3", "1000"),
            ("1.5E1", "15"),
            ("-4.20e2", "-420"),
            ("1200e-2", "12"),
            ("0.0", "0"),
            ("0e0", "0"),
            ("-7", "-7"),
            ("9007199254740993.0", "9007199254740993"),
        ] {
            assert_eq!(integer(text).as_deref(), Some(number), "{text}");
        }
        for text in ["1.5", "1e-1", "", "e3", "abc", "1e9999", "0x10", "1.2.3", "true", "5e-1"] {
            assert_eq!(integer(text), None, "{text}");
        }
    }
}

//! Datums as text, and text as Datums.
//!
//! Types are PostgreSQL's; JSON and Okta's conventions are not known here.

use pgrx::datum::{Array, Date, Timestamp, TimestampWithTimeZone, ToIsoString};
use pgrx::{FromDatum, IntoDatum, pg_sys};

use super::encoding;

/// Seconds from the Unix epoch to PostgreSQL's, 2000-01-01.
const POSTGRES_EPOCH: i64 = 946_684_800;

/// Whether [`texts`] can read Datums of a type.
pub(crate) fn is_readable(type_oid: pg_sys::Oid) -> bool {
    matches!(
        type_oid,
        pg_sys::TEXTOID
            | pg_sys::VARCHAROID
            | pg_sys::TIMESTAMPTZOID
            | pg_sys::TEXTARRAYOID
            | pg_sys::VARCHARARRAYOID
    )
}

/// Whether a Datum of a type is its text.
pub(crate) fn is_text(type_oid: pg_sys::Oid) -> bool {
    matches!(type_oid, pg_sys::TEXTOID | pg_sys::VARCHAROID)
}

/// The texts of a Datum of a [readable](is_readable) type: one for a scalar, the elements that are not
/// NULL for an array. Points in time are RFC 3339 in UTC, or PostgreSQL's `infinity`.
///
/// # Safety
/// `datum` is a valid Datum of that type.
pub(crate) unsafe fn texts(type_oid: pg_sys::Oid, datum: pg_sys::Datum) -> Vec<String> {
    // SAFETY: the caller vouches for the type.
    unsafe {
        match type_oid {
            pg_sys::TIMESTAMPTZOID => vec![rfc3339(datum.value() as i64)],
            pg_sys::TEXTARRAYOID | pg_sys::VARCHARARRAYOID => {
                let array = Array::<&[u8]>::from_datum(datum, false);
                array
                    .into_iter()
                    .flat_map(|array| {
                        array.iter().flatten().map(encoding::text_of_bytes).collect::<Vec<_>>()
                    })
                    .collect()
            }
            _ => encoding::text_of(datum).into_iter().collect(),
        }
    }
}

fn rfc3339(microseconds: i64) -> String {
    if microseconds == i64::MAX {
        return "infinity".to_owned();
    }
    okta::plan::time::from_microseconds(microseconds.saturating_add(POSTGRES_EPOCH * 1_000_000))
        .unwrap_or_else(|| "-infinity".to_owned())
}

/// The text that a type's output function gives.
///
/// # Safety
/// `datum` is a valid Datum of that type.
pub(crate) unsafe fn output(type_oid: pg_sys::Oid, datum: pg_sys::Datum) -> String {
    // SAFETY: the caller's.
    unsafe { output_as(type_oid, datum, |text| encoding::owned(text)) }
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

/// The text of a Datum in ISO form, whatever DateStyle says; of other types what [`output`] gives.
///
/// # Safety
/// `datum` is a valid Datum of that type.
pub(crate) unsafe fn iso(type_oid: pg_sys::Oid, datum: pg_sys::Datum) -> String {
    // SAFETY: the caller's.
    unsafe {
        let text = match type_oid {
            pg_sys::BOOLOID => bool::from_datum(datum, false).map(|flag| flag.to_string()),
            pg_sys::DATEOID => Date::from_datum(datum, false).map(|date| date.to_iso_string()),
            pg_sys::TIMESTAMPOID => {
                Timestamp::from_datum(datum, false).map(|time| time.to_iso_string())
            }
            pg_sys::TIMESTAMPTZOID => Some(rfc3339(datum.value() as i64)),
            _ => None,
        };
        text.unwrap_or_else(|| output(type_oid, datum))
    }
}

/// How text becomes a Datum of a column's type.
pub(crate) enum Input {
    /// `text` and `varchar` without a length: the bytes as they are.
    Text,
    /// `timestamptz`: RFC 3339 is read here, anything else by PostgreSQL.
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
        match type_oid {
            pg_sys::TEXTOID => Self::Text,
            pg_sys::VARCHAROID if typmod < 0 => Self::Text,
            pg_sys::TIMESTAMPTZOID if typmod < 0 => Self::Timestamp(Function::of(type_oid, typmod)),
            _ => Self::Function(Function::of(type_oid, typmod)),
        }
    }

    /// Converts; the Datum lives in the current memory context. Raises what the input function raises.
    pub(crate) fn datum(&mut self, text: &str) -> Option<pg_sys::Datum> {
        match self {
            Self::Text => encoding::text_datum(text),
            Self::Timestamp(function) => match okta::plan::time::to_microseconds(text) {
                Some(microseconds) => {
                    let since_2000 = microseconds - POSTGRES_EPOCH * 1_000_000;
                    TimestampWithTimeZone::try_from(since_2000).ok().into_datum()
                }
                None => function.call(text),
            },
            Self::Function(function) => function.call(text),
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
        let text = encoding::c_string(text);
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

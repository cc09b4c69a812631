//! Conversions between UTF-8, which Rust has, and the database's encoding, which PostgreSQL has.
//!
//! In a UTF8 database nothing is converted. What cannot be converted is an error in `text`, which all values
//! pass, and becomes an ASCII form in messages.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ffi::{CStr, CString, c_char};

use pgrx::pg_sys;

/// A text has a character that the other encoding does not have; the number of bytes before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Untranslatable(pub(super) usize);

/// The two conversions of a database's encoding. They are kept, as an aborted transaction cannot look
/// them up.
struct Conversions {
    to_utf8: Option<Box<pg_sys::FmgrInfo>>,
    to_server: Option<Box<pg_sys::FmgrInfo>>,
}

thread_local! {
    static CONVERSIONS: OnceCell<Conversions> = const { OnceCell::new() };
}

const UTF8: i32 = pg_sys::pg_enc::PG_UTF8 as i32;
const SQL_ASCII: i32 = pg_sys::pg_enc::PG_SQL_ASCII as i32;

/// The most bytes that one byte becomes in any of PostgreSQL's conversions.
const GROWTH: usize = 4;

fn server_encoding() -> i32 {
    // SAFETY: reads a variable of the backend.
    unsafe { pg_sys::GetDatabaseEncoding() }
}

/// Whether text is the same on both sides. SQL_ASCII knows no characters, so its bytes must be UTF-8.
pub(crate) fn is_same() -> bool {
    matches!(server_encoding(), UTF8 | SQL_ASCII)
}

/// Whether the database has UTF-8, so that no text of its own fails to be read.
pub(crate) fn is_utf8() -> bool {
    server_encoding() == UTF8
}

/// A text of PostgreSQL's as UTF-8.
pub(crate) fn to_utf8(bytes: &[u8]) -> Result<Cow<'_, str>, Untranslatable> {
    if is_same() || bytes.is_ascii() {
        let text = std::str::from_utf8(bytes).map_err(|e| Untranslatable(e.valid_up_to()))?;
        return Ok(Cow::Borrowed(text));
    }
    let converted = convert(bytes, Direction::ToUtf8)?;
    String::from_utf8(converted).map(Cow::Owned).map_err(|_| Untranslatable(0))
}

/// A text in the database's encoding.
pub(crate) fn to_server(text: &str) -> Result<Cow<'_, [u8]>, Untranslatable> {
    if is_same() || text.is_ascii() {
        return Ok(Cow::Borrowed(text.as_bytes()));
    }
    convert(text.as_bytes(), Direction::ToServer).map(Cow::Owned)
}

/// A text in the database's encoding, with `?` or an ASCII form for what the encoding does not have.
fn to_server_lossy(text: &str) -> Cow<'_, [u8]> {
    to_server(text).unwrap_or_else(|_| {
        let mut bytes = Vec::with_capacity(text.len());
        for character in text.chars() {
            let mut buffer = [0; 4];
            match to_server(character.encode_utf8(&mut buffer)) {
                Ok(converted) => bytes.extend_from_slice(&converted),
                Err(_) => bytes.extend_from_slice(ascii_form(character)),
            }
        }
        Cow::Owned(bytes)
    })
}

fn ascii_form(character: char) -> &'static [u8] {
    match character {
        '…' => b"...",
        '‘' | '’' => b"'",
        '“' | '”' => b"\"",
        '–' | '—' => b"-",
        _ => b"?",
    }
}

/// A C string of PostgreSQL's for a message, with `?` for bytes that are no text.
///
/// # Safety
/// `text` is a valid C string.
pub(super) unsafe fn owned_lossy(text: *const c_char) -> String {
    // SAFETY: the caller's.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    let ascii = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { '?' };
    to_utf8(bytes).map_or_else(|_| bytes.iter().map(ascii).collect(), Cow::into_owned)
}

/// A C string that people read: it never fails.
pub(crate) fn shown(text: &str) -> CString {
    CString::new(to_server_lossy(text).into_owned()).unwrap_or_default()
}

/// A message, detail or hint, or a text that an SQL function returns, as pgrx takes it: it never fails.
///
/// pgrx carries an ERROR through Rust's frames as a report made of Strings, and has no form of it for other
/// bytes.
pub(crate) fn message(text: String) -> String {
    if is_same() || text.is_ascii() {
        return text;
    }
    let bytes = to_server_lossy(&text).into_owned();
    // SAFETY: a String must be UTF-8, and this one may not be. It goes to pgrx alone, which copies its bytes
    // to PostgreSQL and looks at no character.
    unsafe { String::from_utf8_unchecked(bytes) }
}

#[derive(Clone, Copy)]
enum Direction {
    ToUtf8,
    ToServer,
}

impl Direction {
    fn encodings(self) -> (i32, i32) {
        match self {
            Self::ToUtf8 => (server_encoding(), UTF8),
            Self::ToServer => (UTF8, server_encoding()),
        }
    }

    /// The conversion as the catalogs have it, unless there is none.
    fn look_up(self) -> Option<Box<pg_sys::FmgrInfo>> {
        let (from, to) = self.encodings();
        // SAFETY: catalog lookups by value in a transaction; FmgrInfo is plain data for which zeroes are
        // a valid value, and what the lookup adds to it lives as long as the backend.
        unsafe {
            let function = pg_sys::FindDefaultConversionProc(from, to);
            (function != pg_sys::InvalidOid).then(|| {
                let mut info: Box<pg_sys::FmgrInfo> = Box::new(std::mem::zeroed());
                pg_sys::fmgr_info_cxt(function, &mut *info, pg_sys::TopMemoryContext);
                info
            })
        }
    }
}

/// Converts with PostgreSQL's conversion, which reports where it stopped instead of raising.
fn convert(bytes: &[u8], direction: Direction) -> Result<Vec<u8>, Untranslatable> {
    CONVERSIONS.with(|known| {
        // SAFETY: reads the state of the transaction.
        if known.get().is_none() && !unsafe { pg_sys::IsTransactionState() } {
            return Err(Untranslatable(0));
        }
        let known = known.get_or_init(|| Conversions {
            to_utf8: Direction::ToUtf8.look_up(),
            to_server: Direction::ToServer.look_up(),
        });
        let info = match direction {
            Direction::ToUtf8 => &known.to_utf8,
            Direction::ToServer => &known.to_server,
        };
        call(info.as_ref().ok_or(Untranslatable(0))?, bytes, direction)
    })
}

fn call(
    info: &pg_sys::FmgrInfo,
    bytes: &[u8],
    direction: Direction,
) -> Result<Vec<u8>, Untranslatable> {
    let (from, to) = direction.encodings();
    let length = i32::try_from(bytes.len()).map_err(|_| Untranslatable(0))?;
    let mut converted = vec![0_u8; bytes.len() * GROWTH + 1];
    // SAFETY: a conversion reads as many bytes as it is told, and writes at most MAX_CONVERSION_GROWTH
    // for each, and a NUL; it does not change its FmgrInfo. With noError it does not raise.
    let done = unsafe {
        pg_sys::FunctionCall6Coll(
            std::ptr::from_ref(info).cast_mut(),
            pg_sys::InvalidOid,
            pg_sys::Datum::from(from),
            pg_sys::Datum::from(to),
            pg_sys::Datum::from(bytes.as_ptr() as usize),
            pg_sys::Datum::from(converted.as_mut_ptr() as usize),
            pg_sys::Datum::from(length),
            pg_sys::Datum::from(true),
        )
    };
    let done = usize::try_from(done.value() as i32).unwrap_or(0);
    if done < bytes.len() {
        return Err(Untranslatable(done));
    }
    let end = converted.iter().position(|byte| *byte == 0).unwrap_or(converted.len());
    converted.truncate(end);
    Ok(converted)
}

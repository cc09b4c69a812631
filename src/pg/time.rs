//! PostgreSQL's points in time as text that does not depend on settings, and texts of others as UTC.
//!
//! What has no zone is UTC.

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use pgrx::pg_sys;

/// A point in time, from microseconds of PostgreSQL's clock. It has no year that jiff lacks.
pub(crate) fn timestamp(microseconds: i64) -> Timestamp {
    let since = SignedDuration::from_micros(microseconds);
    let epoch = EPOCH.to_zoned(TimeZone::UTC).map(|epoch| epoch.timestamp()).unwrap_or_default();
    epoch.checked_add(since).unwrap_or_default()
}

/// PostgreSQL's epoch.
const EPOCH: DateTime = DateTime::constant(2000, 1, 1, 0, 0, 0, 0);

/// The time of C's `ctime`, with the zone that some of Okta's services name.
const CTIME: &str = "%a %b %d %H:%M:%S UTC %Y";

/// A `timestamptz` in RFC 3339, as far as that has the year. Other years, which RFC 3339 cannot write, are
/// in the form of PostgreSQL's JSON (`10000-01-01T00:00:00+00:00`, `0044-03-15T00:00:00+00:00 BC`).
pub(super) fn rfc3339(microseconds: i64) -> String {
    let civil = EPOCH.checked_add(SignedDuration::from_micros(microseconds));
    match civil {
        Ok(time) if (1..=9999).contains(&time.year()) => format!("{time}Z"),
        _ => json(pg_sys::TIMESTAMPTZOID, pg_sys::Datum::from(microseconds)),
    }
}

/// A `date`, `timestamp` or `timestamptz` in the form of PostgreSQL's JSON, in UTC.
pub(super) fn json(type_oid: pg_sys::Oid, datum: pg_sys::Datum) -> String {
    let mut buffer = [0; pg_sys::MAXDATELEN as usize + 1];
    let utc = 0;
    // SAFETY: the buffer has the size that PostgreSQL asks for, and is a C string afterwards.
    unsafe {
        pg_sys::JsonEncodeDateTime(buffer.as_mut_ptr(), datum, type_oid, &raw const utc);
        std::ffi::CStr::from_ptr(buffer.as_ptr()).to_string_lossy().into_owned()
    }
}

/// Microseconds since PostgreSQL's epoch of a text, unless it has more digits than microseconds have.
pub(super) fn microseconds(text: &str) -> Option<i64> {
    let since = EPOCH.until((jiff::Unit::Hour, utc(text)?)).ok()?;
    let since = since.to_duration(EPOCH).ok()?;
    (since.subsec_nanos() % 1000 == 0).then(|| i64::try_from(since.as_micros()).ok())?
}

/// The point in time of a text, in UTC; `None` for what PostgreSQL must read itself.
pub(super) fn utc(text: &str) -> Option<DateTime> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(TimeZone::UTC.to_datetime(time));
    }
    // Also the last day of the year 9999, which a Timestamp cannot hold.
    let civil = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    civil.parse().ok().or_else(|| strtime::parse(CTIME, text).ok()?.to_datetime().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_forms_are_utc() {
        for (text, expected) in [
            ("2025-08-25 08:25:43.0", "2025-08-25T08:25:43"),
            ("2021-06-14 14:45:46", "2021-06-14T14:45:46"),
            ("2026-10-04T06:43:40-07:00", "2026-10-04T13:43:40"),
            ("Thu Mar 05 08:36:28 UTC 2026", "2026-03-05T08:36:28"),
            ("2026-04-19T17:03:56Z", "2026-04-19T17:03:56"),
            ("2026-04-19T17:03:56.123Z", "2026-04-19T17:03:56.123"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999"),
            ("2026-03-05", "2026-03-05T00:00:00"),
        ] {
            assert_eq!(utc(text).map(|time| time.to_string()).as_deref(), Some(expected), "{text}");
        }
        assert!(
            ["", "yesterday", "08:30", "infinity", "4711"].iter().all(|text| utc(text).is_none())
        );
    }

    #[test]
    fn microseconds_are_counted_from_2000() {
        assert_eq!(microseconds("2000-01-01T00:00:00Z"), Some(0));
        assert_eq!(microseconds("1999-12-31T23:59:59.999999Z"), Some(-1));
        assert_eq!(microseconds("9999-12-31T00:00:00Z"), Some(252_455_529_600_000_000));
        assert_eq!(microseconds("2000-01-01T00:00:00.0000001Z"), None);
    }
}

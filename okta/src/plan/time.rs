//! Points in time between RFC 3339, which Okta speaks, and microseconds since the Unix epoch.
//!
//! Which epoch a database counts from is its own business.

use jiff::Timestamp;

/// RFC 3339 in UTC; `None` beyond the years that it can write.
pub fn from_microseconds(microseconds: i64) -> Option<String> {
    Timestamp::from_microsecond(microseconds).ok().map(|time| time.to_string())
}

/// Microseconds since the Unix epoch of an RFC 3339 text; `None` for anything else, and for more digits
/// than microseconds have.
pub fn to_microseconds(text: &str) -> Option<i64> {
    let time: Timestamp = text.parse().ok()?;
    (time.subsec_nanosecond() % 1000 == 0).then(|| time.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let micros = to_microseconds("2026-04-19T17:03:56.123Z").unwrap();
        assert_eq!(from_microseconds(micros).unwrap(), "2026-04-19T17:03:56.123Z");
        assert_eq!(to_microseconds("2026-04-19T19:03:56.123+02:00"), Some(micros));
        assert_eq!(to_microseconds("yesterday"), None);
        assert_eq!(to_microseconds("2026-04-19T17:03:56.1234567Z"), None);
    }
}

//! The header `Authorization` of an attempt.
//!
//! Which credential goes with a request is decided elsewhere.

use reqwest::header::HeaderValue;

use crate::error::{Error, Kind};
use crate::secret::Secret;

/// The value of an `Authorization`.
pub(super) fn header(scheme: &str, token: &Secret) -> Result<HeaderValue, Error> {
    let text = Secret::new(format!("{scheme} {}", token.expose()));
    let mut value = HeaderValue::from_str(text.expose())
        .map_err(|_| Error::new(Kind::Unauthorized, "the token cannot be sent"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_sensitive() {
        let value = header("SSWS", &Secret::new("00abc".to_owned())).unwrap();
        assert!(value.is_sensitive());
        assert_eq!(
            (value.as_bytes(), format!("{value:?}").as_str()),
            (&b"SSWS 00abc"[..], "Sensitive")
        );
    }
}

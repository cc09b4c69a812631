//! A text that must not be seen: tokens and private keys.
//!
//! It neither prints nor compares nor serialises. What sends a secret asks for it with
//! [`Secret::expose`], so that `grep expose` lists every place where one can leave.

use std::fmt;

use zeroize::Zeroizing;

/// A secret text, wiped from memory when it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; the caller keeps no copy unless it made one.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself, to be put on the wire and nowhere else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it has what Okta's tokens and RFC 6750's are made of, visible ASCII: anything else
    /// was pasted by mistake, and a line end in it would begin another header.
    pub(crate) fn is_token(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|b| b.is_ascii_graphic())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        let secret = Secret::new("00abcdef".to_owned());
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "[redacted] Some([redacted])");
        assert_eq!(secret.expose(), "00abcdef");
    }
}

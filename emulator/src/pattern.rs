//! `METHOD /path-glob`: which requests a latency or a fault applies to.

use serde::Deserialize;

/// `*` stands for any characters, slashes included; `*` as the method for any method. A pattern
/// with a question mark is compared with path and decoded query, another with the path alone.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub(crate) struct Pattern {
    method: String,
    glob: String,
}

impl Pattern {
    pub(crate) fn matches(&self, method: &str, path: &str, query: &str) -> bool {
        if self.method != "*" && !self.method.eq_ignore_ascii_case(method) {
            return false;
        }
        if self.glob.contains('?') {
            return glob(self.glob.as_bytes(), format!("{path}?{query}").as_bytes());
        }
        glob(self.glob.as_bytes(), path.as_bytes())
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Pattern, String> {
        match text.split_once(' ') {
            Some((method, glob)) if glob.starts_with(['/', '*']) => {
                Ok(Pattern { method: method.to_owned(), glob: glob.to_owned() })
            }
            _ => Err(format!("{text:?} is not of the form \"METHOD /path\"")),
        }
    }
}

/// Matches greedily with one point to come back to, the last star: linear in practice.
pub(crate) fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if Some(c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, method: &str, path: &str, query: &str) -> bool {
        Pattern::try_from(pattern.to_owned()).unwrap().matches(method, path, query)
    }

    #[test]
    fn globs() {
        assert!(matches("GET /api/v1/users", "GET", "/api/v1/users", "limit=2"));
        assert!(!matches("GET /api/v1/users", "GET", "/api/v1/users/x", ""));
        assert!(!matches("GET /api/v1/users", "POST", "/api/v1/users", ""));
        assert!(matches("* /api/*/sessions", "POST", "/api/v1/x/y/sessions", ""));
        assert!(!matches("* /api/*/sessions", "POST", "/api/v1/x/sessions/z", ""));
        assert!(matches("GET /api/v1/users?*after=*", "GET", "/api/v1/users", "limit=2&after=k"));
        assert!(Pattern::try_from("/api".to_owned()).is_err());
    }
}

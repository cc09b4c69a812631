//! Identifiers in Okta's shape: a prefix that tells the kind, and 20 characters in all.
//!
//! They are counters, so the same calls give the same identifiers and expected output can name
//! them. One counter a kind serves every org: no identifier exists in two orgs.

use std::collections::BTreeMap;

const LENGTH: usize = 20;
const SUFFIX: &str = "1d7";

#[derive(Debug, Default)]
pub(crate) struct Ids {
    counters: BTreeMap<&'static str, u64>,
}

impl Ids {
    /// The next identifier with this prefix: `aps` gives `aps000000000000011d7` first.
    pub(crate) fn next(&mut self, prefix: &'static str) -> String {
        let counter = self.counters.entry(prefix).or_default();
        *counter += 1;
        let digits = LENGTH - prefix.len() - SUFFIX.len();
        format!("{prefix}{counter:0digits$}{SUFFIX}")
    }
}

/// Identifiers of requests and errors are longer than those of objects.
pub(crate) fn trace(prefix: &str, n: u64) -> String {
    format!("{prefix}{n:022}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_oktas_length_and_count_by_kind() {
        let mut ids = Ids::default();
        assert_eq!(ids.next("aps"), "aps000000000000011d7");
        assert_eq!(ids.next("aps"), "aps000000000000021d7");
        assert_eq!(ids.next("00u"), "00u000000000000011d7");
        assert_eq!(ids.next("0ua").len(), 20);
    }
}

//! Takes out of a test's output what differs from run to run. Nothing else: what a mask hides is
//! not tested.

use std::borrow::Cow;

use regex_lite::Regex;

/// What to look for and what to print in its place.
const MASKS: &[(&str, &str)] = &[
    // Identifiers of requests and of Okta's errors count every request, so they tell the order of
    // requests that were made at once.
    (r"\breq[0-9]{22}\b", "REQUEST"),
    (r"\boae[0-9]{22}\b", "ERROR"),
    // Where this library's source raises.
    (r"(?m)^(LOCATION:  okta_fdw), [a-z_]+\.rs:[0-9]+$", "$1"),
    // Time spent waiting.
    (r": ([A-Za-z0-9]+) in [0-9]+ ms, [0-9]+ bytes", ": $1 in N ms, N bytes"),
    // PostgreSQL 16 has turned the sides of derived equalities round, and 18 tells more of an ANALYZE.
    (r"Filter: \(([a-z_]+) = ([a-z]\.[a-z_]+)\)", "Filter: ($2 = $1)"),
    (
        r"(?m)^(?:INFO:  finished analyzing|(?:avg read rate|buffer usage|WAL usage|system usage): ).*\n",
        "",
    ),
    (r#"("?Okta Wait"?: )[0-9]+(?:\.[0-9]+)?"#, "${1}N"),
];

/// The emulator's `host:port` becomes `OKTA`, the cluster's folder `CLUSTER`.
pub(crate) fn mask(output: &str, host: &str, home: &str) -> String {
    let mut text = output.replace(host, "OKTA").replace(home, "CLUSTER");
    for (pattern, replacement) in MASKS {
        if let Ok(pattern) = Regex::new(pattern)
            && let Cow::Owned(masked) = pattern.replace_all(&text, *replacement)
        {
            text = masked;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        for (pattern, _) in MASKS {
            assert!(Regex::new(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn volatile_text_is_masked_and_the_rest_stays() {
        let output =
            "GET http://127.0.0.1:4711/orgs/acme in /tmp/c/data\nOkta Wait: 12 Okta Calls: 3";
        assert_eq!(
            mask(output, "127.0.0.1:4711", "/tmp/c"),
            "GET http://OKTA/orgs/acme in CLUSTER/data\nOkta Wait: N Okta Calls: 3"
        );
    }
}

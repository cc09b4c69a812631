//! `docs/questions.md`: what people ask Okta's data, as SQL, with its result and its requests.
//!
//! The questions stand in `pg_test/questions`.

use std::fmt::Write as _;

use super::Outcome;
use crate::ctx::Ctx;
use crate::expected::Expected;

const QUESTIONS: &str = include_str!("../../questions/questions.sql");
const PAGE: &str = "docs/questions.md";

/// Ends what a statement, or the list of its requests, prints.
const MARK: &str = "@@\n";

/// All of Okta in one schema; some tables get the names that people would give them.
const SET_UP: &str = "\
\\set ECHO none
\\set QUIET on
CREATE SCHEMA okta;
IMPORT FOREIGN SCHEMA okta FROM SERVER okta INTO okta;
ALTER FOREIGN TABLE okta.zones_network_zones RENAME TO zones;
ALTER FOREIGN TABLE okta.trustedorigins_trusted_origins RENAME TO trusted_origins;
SET timezone = 'UTC';
";

const HEAD: &str = "\
# Questions that people ask

Each statement is run by a test against the emulated org `acme`, and this page is what it printed: the
result, and what Okta was asked for it. The schema `okta` is that of `IMPORT FOREIGN SCHEMA okta FROM
SERVER okta INTO okta`.
";

pub(super) fn answered(ctx: &Ctx) -> Outcome {
    let mut script = SET_UP.to_owned();
    let questions: Vec<_> = parts().filter(|part| part.sql.is_some()).collect();
    writeln!(script, "\\! okta-emulator requests > /dev/null\n\\echo @@")?;
    for sql in questions.iter().filter_map(|part| part.sql) {
        writeln!(script, "{sql}\n\\echo @@\n\\! okta-emulator requests --sort\n\\echo @@")?;
    }
    let printed = ctx.run_psql(&script)?;
    let mut printed = printed.split(MARK).skip(1);
    let mut page = HEAD.to_owned();
    for part in parts() {
        writeln!(page, "\n{}", part.heading)?;
        let Some(sql) = part.sql else { continue };
        let (Some(result), Some(requests)) = (printed.next(), printed.next()) else {
            return Err(format!("{}: nothing printed", part.heading).into());
        };
        if result.contains("ERROR:") || result.contains("(0 rows)") {
            return Err(format!("{}: {result}", part.heading).into());
        }
        writeln!(
            page,
            "\n```sql\n{sql}\n```\n\n```text\n{}\n\n{}\n```",
            result.trim_end(),
            several(requests)
        )?;
    }
    ctx.settle(&Expected::page(PAGE, "questions::answered"), &page)
}

/// The requests; of many, some and their number.
fn several(requests: &str) -> String {
    const SHOWN: usize = 6;
    let lines: Vec<_> = requests.trim_end().lines().collect();
    match lines.get(..SHOWN) {
        Some(shown) if lines.len() > SHOWN + 1 => {
            format!("{}\n… {} more", shown.join("\n"), lines.len() - SHOWN)
        }
        _ => lines.join("\n"),
    }
}

/// A heading, and the statements below it.
struct Part {
    heading: &'static str,
    sql: Option<&'static str>,
}

fn parts() -> impl Iterator<Item = Part> {
    let blocks = QUESTIONS.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    blocks.map(|block| match block.split_once('\n') {
        Some((heading, sql)) => Part { heading, sql: Some(sql) },
        None => Part { heading: block, sql: None },
    })
}

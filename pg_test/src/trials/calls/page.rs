//! The page `docs/calls.md`: what was counted, as tables.

use std::fmt::Write as _;

use super::statement::Statement;

/// A statement and the calls that it made.
type Counted = (Statement, usize);

const INTRODUCTION: &str = "\
# Calls

A call to Okta takes tens of milliseconds, and a share of a quota that the whole company lives on. So a
plan is as good as the calls that it makes are few. This page says how many each of these statements
makes, and how few it could be.

*Made* is what the emulated Okta of this repository counted. A test runs every statement, writes this
page, and fails when one of them makes more calls than the least, or than the number that is stated for
the few at the end; `EXPLAIN ANALYZE` must give the same number. After a change, `make accept
T=calls::least` writes the page anew.

*Least* is the number of calls of a program that was written for this one statement. It knows the local
tables, all that Okta's API offers, and how many users there are; it does not know what Okta will answer.
Of each answer it makes all the use that there is. One thing is a matter of judgement: a filter is taken
to hold up to twenty values, since Okta refuses expressions that are too long and does not say how long
that is.

Every statement finds the same: the org `acme` with 512 users, in pages of 200, and two custom identity
sources, each with one open session; the org `globex` with 503 users and one source. The local tables are
in [`pg_test/calls/setup.sql`](../pg_test/calls/setup.sql): `badges` has two different users and a NULL in
four rows, `feeds` three different sessions and a NULL in five.
";

pub(super) fn render(sections: &[(String, Vec<Counted>)]) -> String {
    let mut page = INTRODUCTION.to_owned();
    let all = || sections.iter().flat_map(|(_, counted)| counted);
    let (exact, more): (Vec<_>, Vec<_>) = all().partition(|(s, _)| s.excess.is_none());
    for (title, counted) in sections {
        page.push_str(&format!("\n## {title}\n\n"));
        page.push_str("| statement | least | made | why it is the least |\n|---|---|---|---|\n");
        let exact = counted.iter().filter(|(statement, _)| statement.excess.is_none());
        exact.for_each(|statement| row(&mut page, statement));
    }
    if !more.is_empty() {
        page.push_str("\n## Where more calls are made\n\n");
        page.push_str("| statement | least | made | why |\n|---|---|---|---|\n");
        more.iter().for_each(|statement| row(&mut page, statement));
    }
    page.push_str("\n## In all\n\n");
    let _ = writeln!(page, "The statements of the tables: {}", sum(&exact));
    if !more.is_empty() {
        let all: Vec<_> = all().collect();
        let _ = writeln!(page, "\nWith those where more calls are made: {}", sum(&all));
    }
    page
}

fn sum(counted: &[&Counted]) -> String {
    let least: usize = counted.iter().map(|(statement, _)| statement.least).sum();
    let made: usize = counted.iter().map(|(_, made)| made).sum();
    let (number, ratio) = (counted.len(), made as f64 / least.max(1) as f64);
    format!("{number} statements, {least} calls at least, {made} made: a ratio of {ratio:.2}.")
}

fn row(page: &mut String, (statement, made): &Counted) {
    let Statement { sql, before, least, why, excess } = statement;
    let why = excess.as_ref().map_or(why, |(_, why)| why);
    let mut shown = code(sql);
    if !before.is_empty() {
        let before: Vec<_> = before.iter().map(|sql| code(sql)).collect();
        shown.push_str(&format!(" after {}", before.join(", ")));
    }
    // Writing to a String cannot fail.
    let _ = writeln!(page, "| {shown} | {least} | {made} | {why} |");
}

/// Code in a cell of a table: in one line, and no bar that would end the cell.
fn code(sql: &str) -> String {
    let line: Vec<_> = sql.split_whitespace().collect();
    format!("`{}`", line.join(" ").replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_table_and_the_ratio() {
        let statement = |before: &[&str]| Statement {
            sql: "SELECT a\n  || b".to_owned(),
            before: before.iter().map(|sql| (*sql).to_owned()).collect(),
            least: 2,
            why: "so".to_owned(),
            excess: None,
        };
        let counted = vec![(statement(&[]), 2), (statement(&["SET x"]), 3)];
        let page = render(&[("Title".to_owned(), counted)]);
        assert!(page.contains("\n| `SELECT a \\|\\| b` | 2 | 2 | so |\n"), "{page}");
        assert!(page.contains("b` after `SET x` | 2 | 3 | so |\n"), "{page}");
        let all = "2 statements, 4 calls at least, 5 made: a ratio of 1.25.";
        assert!(page.trim_end().ends_with(all), "{page}");
    }
}

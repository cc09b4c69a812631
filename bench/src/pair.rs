//! What is measured: a statement, and what it is compared with.

use std::time::{Duration, Instant};

use postgres::Client;

use crate::Outcome;
use crate::okta::{ORGS, SOURCE};

/// Two ways of running statements, which take turns.
pub(crate) struct Pair {
    pub(crate) what: &'static str,
    /// What it is compared with.
    pub(crate) than: &'static str,
    /// Said before both, and not measured.
    before: &'static str,
    /// Run one after the other.
    base: Vec<String>,
    statement: String,
    /// The ratio that nothing can do better than.
    pub(crate) best: Best,
}

#[derive(Clone, Copy)]
pub(crate) enum Best {
    /// Round trips one after another, where the base is one of them.
    Trips(u32),
    /// As long as the longest of the base's statements alone.
    LongestOfBase,
}

/// The times of one run of a pair: of each statement of the base, and of the other.
pub(crate) struct Times {
    pub(crate) base: Vec<Duration>,
    pub(crate) statement: Duration,
}

pub(crate) struct Measured<'a> {
    pub(crate) pair: &'a Pair,
    pub(crate) times: Vec<Times>,
}

const ASYNC: &str = "SET enable_async_append = on";
const ALL: &str = "SELECT count(id) FROM users";

impl Pair {
    pub(crate) fn all() -> [Self; 8] {
        let get = |key: &str| {
            format!(
                "SELECT count(*) FROM source.users
                 WHERE identity_source_id = '{SOURCE}' AND external_id = {key}"
            )
        };
        let many = get("ANY (ARRAY(SELECT 'e' || n FROM generate_series(1, 100) n))");
        let of_org = "SELECT count(*) FROM users
            WHERE id = ANY (ARRAY(SELECT id FROM local ORDER BY id LIMIT 100))";
        let one_of_org = "SELECT count(*) FROM users WHERE id = (SELECT min(id) FROM local)";
        let slow = |table: &str| {
            format!(
                "SELECT count(id), count(CASE WHEN nextval('ticks') % 8 = 0
                   THEN pg_sleep(0.001)::text END) FROM {table}"
            )
        };
        let load = |address: &str| {
            format!(
                "INSERT INTO source.bulk_upsert
                   (external_id, user_name, email, first_name, last_name, home_address)
                 SELECT no, email, email, 'First', 'Last', {address} FROM people_of_hr"
            )
        };
        // Each of them takes as long as a call.
        let slow_address =
            "CASE WHEN no::int % 100 = 0 THEN pg_sleep(0.04)::text || 'Somewhere' ELSE 'Here' END";
        let one_source =
            format!("SELECT count(*) FROM source.sessions WHERE identity_source_id = '{SOURCE}'");
        let one_org = format!("SELECT count(*) FROM people WHERE subdomain = '{}'", ORGS[0]);
        let pair = |what, than, base: &[&str], statement: &str, best| Self {
            what,
            than,
            before: ASYNC,
            base: base.iter().map(|sql| (*sql).to_owned()).collect(),
            statement: statement.to_owned(),
            best,
        };
        [
            pair("= ANY of 100 keys of a source", "one", &[&get("'e1'")], &many, Best::Trips(13)),
            pair("= ANY of 100 ids of the org", "one", &[one_of_org], of_org, Best::Trips(1)),
            pair(
                "sessions of 32 sources, which are looked up",
                "those of one, which is named",
                &[&one_source],
                "SELECT count(*) FROM source.sessions WHERE subdomain = 'hive'",
                Best::Trips(5),
            ),
            pair(
                "import of 10000 rows",
                "one call",
                &[&one_source],
                &load("'Here'"),
                Best::Trips(52),
            ),
            pair(
                "the same, produced slowly",
                "one call",
                &[&one_source],
                &load(slow_address),
                Best::Trips(52),
            ),
            pair(
                "10 pages, consumed slowly",
                "reading them, then consuming a local table",
                &[ALL, &slow("local")],
                &slow("users"),
                Best::LongestOfBase,
            ),
            pair(
                "4 orgs of 3 pages",
                "one of them",
                &[&one_org],
                "SELECT count(*) FROM people",
                Best::Trips(1),
            ),
            Self {
                before: "SET enable_async_append = off",
                ..pair(
                    "the same without asynchronous append",
                    "one of them",
                    &[&one_org],
                    "SELECT count(*) FROM people",
                    Best::Trips(4),
                )
            },
        ]
    }

    pub(crate) fn measure(&self, client: &mut Client, pairs: u32) -> Outcome<Measured<'_>> {
        client.batch_execute(self.before)?;
        // Connections are made, and catalogs read.
        self.run(client)?;
        let times = (0..pairs).map(|_| self.run(client)).collect::<Outcome<_>>()?;
        Ok(Measured { pair: self, times })
    }

    fn run(&self, client: &mut Client) -> Outcome<Times> {
        let mut time = |sql: &String| -> Outcome<Duration> {
            let begun = Instant::now();
            client.batch_execute(sql)?;
            Ok(begun.elapsed())
        };
        let base = self.base.iter().map(&mut time).collect::<Outcome<_>>()?;
        Ok(Times { base, statement: time(&self.statement)? })
    }
}

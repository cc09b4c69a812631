//! The emulated orgs, and the tables that read them.

use std::time::Duration;

use okta_emulator::{Config, Emulator, control_client};
use serde_json::{Value, json};

use crate::Outcome;

pub(crate) const SOURCE: &str = "0oasource00000000001";
pub(crate) const ORGS: [&str; 4] = ["one", "two", "three", "four"];

pub(crate) struct Okta(Emulator);

impl Okta {
    /// The org `acme` has 2000 users and a source with 100, `hive` has 32 sources, and each of four others
    /// has 600 users.
    pub(crate) fn start() -> Outcome<Self> {
        let okta = Self(Emulator::start(Config::default())?);
        let source =
            |n: usize| json!({ "name": "custom_identity_source", "label": format!("{n}") });
        let apps = json!([{ "id": SOURCE, "name": "custom_identity_source", "label": "HR" }]);
        okta.org("acme", &json!({ "generated_users": 2000, "apps": apps }))?;
        okta.control("orgs/acme/settings", &json!({ "cooldown_seconds": 0 }))?;
        okta.org("hive", &json!({ "apps": (1..=32).map(source).collect::<Vec<_>>() }))?;
        for org in ORGS {
            okta.org(org, &json!({ "generated_users": 600 }))?;
        }
        for n in 1..=100 {
            let profile = json!({ "userName": format!("u{n}"), "email": "u@acme.example" });
            okta.create(&json!({ "externalId": format!("e{n}"), "profile": profile }))?;
        }
        Ok(okta)
    }

    fn org(&self, name: &str, seed: &Value) -> Outcome {
        let mut seed = seed.clone();
        if let Some(seed) = seed.as_object_mut() {
            seed.insert("tokens".to_owned(), json!(["token"]));
        }
        self.control(&format!("orgs/{name}"), &seed)
    }

    pub(crate) fn set_latency(&self, latency: Duration) -> Outcome {
        self.control("latency", &json!({ "ms": u64::try_from(latency.as_millis())? }))
    }

    fn control(&self, path: &str, order: &Value) -> Outcome {
        let path = format!("/_emulator/{path}");
        control_client::admin(&self.0.url(), "POST", &path, Some(order))?;
        Ok(())
    }

    fn create(&self, user: &Value) -> Outcome {
        let path = format!("/orgs/acme/api/v1/identity-sources/{SOURCE}/users");
        let headers = [("Authorization", "SSWS token"), ("Content-Type", "application/json")];
        let reply =
            control_client::send(&self.0.url(), "POST", &path, &headers, &user.to_string())?;
        if reply.status < 300 { Ok(()) } else { Err(reply.text().into()) }
    }

    /// The statements that make the tables.
    pub(crate) fn tables(&self) -> String {
        let url = format!("{}/orgs/{{subdomain}}", self.0.url());
        let server = |name: &str| {
            format!(
                "CREATE SERVER {name} FOREIGN DATA WRAPPER okta_fdw
                   OPTIONS (org_url '{url}', subdomain '{name}');
                 CREATE USER MAPPING FOR CURRENT_USER SERVER {name} OPTIONS (api_token 'token');"
            )
        };
        let partition = |org: &&str| {
            let server = server(org);
            format!(
                "{server} CREATE FOREIGN TABLE people_{org} PARTITION OF people
                   FOR VALUES IN ('{org}') SERVER {org} OPTIONS (resource 'users.users');"
            )
        };
        let partitions: String = ORGS.iter().map(partition).collect();
        format!(
            "CREATE EXTENSION okta_fdw;
             {acme}
             IMPORT FOREIGN SCHEMA users FROM SERVER acme INTO public;
             CREATE SCHEMA source;
             IMPORT FOREIGN SCHEMA identity_sources FROM SERVER acme INTO source;
             ALTER FOREIGN TABLE source.bulk_upsert OPTIONS (ADD identity_source_id '{SOURCE}');
             CREATE TABLE people_of_hr AS SELECT n::text AS no, 'e' || n || '@acme.example' AS email
               FROM generate_series(1, 10000) n;
             CREATE TABLE people (id text, subdomain text) PARTITION BY LIST (subdomain);
             {partitions}
             CREATE TABLE local AS SELECT id FROM users;
             CREATE SEQUENCE ticks;",
            acme = server("acme"),
        )
    }
}

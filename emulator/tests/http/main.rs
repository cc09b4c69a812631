//! The emulator over loopback, as a client sees it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and clippy exempts only functions marked as tests"
)]

mod control;
mod faults;
mod limits;
mod lists;
mod oauth;
mod program;
mod rows;
mod schemas;
mod sessions;
mod specification;
mod writes;

use okta_emulator::control_client::{self, Reply};
use okta_emulator::{Config, Emulator};
use serde_json::{Value, json};

const HR: &str = "/api/v1/identity-sources/0oahr000000000000001";
const TOKEN: &str = "SSWS 00acme-token";

/// An emulator with the default seed, and the org acme in it.
struct Okta {
    emulator: Emulator,
}

impl Okta {
    fn start() -> Okta {
        Okta { emulator: Emulator::start(Config::default()).unwrap() }
    }

    fn url(&self) -> String {
        format!("{}/orgs/acme", self.emulator.url())
    }

    fn get(&self, path: &str) -> Reply {
        self.call("GET", path, "")
    }

    fn post(&self, path: &str, body: &Value) -> Reply {
        self.call("POST", path, &body.to_string())
    }

    fn call(&self, method: &str, path: &str, body: &str) -> Reply {
        self.call_with(method, path, body, &[("Authorization", TOKEN)]).unwrap()
    }

    fn call_with(
        &self,
        method: &str,
        path: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> std::io::Result<Reply> {
        control_client::send(&self.url(), method, &path.replace(' ', "%20"), headers, body)
    }

    #[expect(clippy::needless_pass_by_value, reason = "a call with json!() reads better")]
    fn admin(&self, method: &str, path: &str, body: Value) -> Value {
        let path = format!("/_emulator/{path}");
        control_client::admin(&self.emulator.url(), method, &path, Some(&body)).unwrap()
    }

    fn pass(&self, seconds: i64) {
        self.admin("POST", "clock", json!({ "advance_seconds": seconds }));
    }

    /// Opens a session of the HR source.
    fn session(&self) -> String {
        let reply = self.call("POST", &format!("{HR}/sessions"), "");
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()["id"].as_str().unwrap().to_owned()
    }
}

/// Status, error code and first cause of a refusal.
fn refusal(reply: &Reply) -> (u16, String, String) {
    let body = reply.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let cause = text(&body["errorCauses"][0]["errorSummary"]);
    (reply.status, text(&body["errorCode"]), cause)
}

fn code(reply: &Reply) -> (u16, String) {
    let (status, code, _) = refusal(reply);
    (status, code)
}

/// The URL of the link with this relation, below the org's base.
fn link(okta: &Okta, reply: &Reply, rel: &str) -> Option<String> {
    let rel = format!("; rel=\"{rel}\"");
    let lines = reply.header("link");
    let line = lines.into_iter().find_map(|line| line.strip_suffix(&rel))?;
    let url = line.strip_prefix('<').unwrap().strip_suffix('>').unwrap();
    Some(url.strip_prefix(&okta.url()).unwrap().to_owned())
}

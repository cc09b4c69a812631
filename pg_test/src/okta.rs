//! The emulated Okta of one test. The only room that knows how the emulator is driven.

use std::time::Duration;

use libtest_mimic::Failed;
use okta_emulator::{Config, Emulator, control_client};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug)]
pub(crate) struct Okta {
    emulator: Emulator,
    host: String,
}

impl Okta {
    /// Started here and stopped when it is dropped.
    pub(crate) fn start() -> Result<Self, Failed> {
        let emulator = Emulator::start(Config::default())?;
        let host = emulator.addr().to_string();
        Ok(Self { emulator, host })
    }

    pub(crate) fn url(&self) -> String {
        self.emulator.url()
    }

    /// `host:port`, as it stands in URLs and error messages.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self) -> u16 {
        self.emulator.addr().port()
    }

    /// How long each answer takes from now on.
    pub(crate) fn set_latency(&self, latency: Duration) -> Result<(), Failed> {
        let order = json!({ "ms": u64::try_from(latency.as_millis())? });
        self.admin("POST", "latency", Some(&order)).map(drop)
    }

    /// The requests since this was asked last, answered or not, as `METHOD /path`.
    pub(crate) fn requests(&self) -> Result<Vec<String>, Failed> {
        let log = self.take_log()?;
        Ok(log.into_iter().map(|r| format!("{} {}", r.method, r.path)).collect())
    }

    /// The requests since the log was taken last.
    pub(crate) fn take_log(&self) -> Result<Vec<Request>, Failed> {
        Ok(serde_json::from_value(self.admin("DELETE", "requests", None)?)?)
    }

    /// The same, and the log stays as it is.
    pub(crate) fn log(&self) -> Result<Vec<Request>, Failed> {
        Ok(serde_json::from_value(self.admin("GET", "requests", None)?)?)
    }

    /// Calls the emulator's control API.
    pub(crate) fn admin(
        &self,
        method: &str,
        path: &str,
        order: Option<&Value>,
    ) -> Result<Value, Failed> {
        let path = format!("/_emulator/{path}");
        Ok(control_client::admin(&self.url(), method, &path, order)?)
    }

    /// Everything that the org `acme` holds.
    pub(crate) fn state(&self) -> Result<Value, Failed> {
        self.admin("GET", "orgs/acme/state", None)
    }

    /// Calls Okta's own API, as another program of the org `acme` would.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Result<(), Failed> {
        let headers =
            [("Authorization", "SSWS 00acme-token"), ("Content-Type", "application/json")];
        let path = format!("/orgs/acme{path}");
        let reply = control_client::send(&self.url(), method, &path, &headers, &body.to_string())?;
        if reply.status < 300 {
            return Ok(());
        }
        Err(format!("{method} {path}: {} {:?}", reply.status, reply.text()).into())
    }
}

/// A request as the emulator has noted it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Request {
    pub(crate) org: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// `None` when there was no answer.
    pub(crate) status: Option<u16>,
    /// Requests under way in its org when it arrived, itself included.
    pub(crate) in_flight: usize,
    /// `pending` until it is `answered`, `aborted` (the client left) or `reset` (by a fault).
    pub(crate) outcome: String,
    /// The fault that struck it.
    pub(crate) fault: Option<String>,
    /// The scheme of its credential.
    pub(crate) authorization: Option<String>,
    pub(crate) body_bytes: usize,
    pub(crate) body: Option<Value>,
}

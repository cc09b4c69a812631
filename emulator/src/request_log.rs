//! What was asked of the emulator, for tests to assert on.
//!
//! Never a credential: of the Authorization header only the scheme is kept.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use crate::faults::Kind;
use crate::request::{OrgRequest, readable_query};

/// The oldest entries make room when a run never clears the log.
const MAX_ENTRIES: usize = 200_000;

const KEPT_HEADERS: [&str; 7] = [
    "accept",
    "accept-encoding",
    "content-length",
    "content-type",
    "if-match",
    "transfer-encoding",
    "user-agent",
];

#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    entries: VecDeque<LogEntry>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct LogEntry {
    pub(crate) n: u64,
    org: String,
    method: String,
    path: String,
    query: String,
    status: Option<u16>,
    outcome: Outcome,
    /// The fault that struck, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<Kind>,
    /// Requests under way in this org when this one arrived, itself included.
    in_flight: usize,
    authorization: Option<String>,
    headers: BTreeMap<String, String>,
    body_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Pending,
    Answered,
    /// The client went away before the answer was ready.
    Aborted,
    /// A fault reset the connection.
    Reset,
}

impl LogEntry {
    pub(crate) fn new(n: u64, org: &str, request: &OrgRequest, in_flight: usize) -> LogEntry {
        let header = |name: &&str| Some(((*name).to_owned(), request.header(name)?.to_owned()));
        LogEntry {
            n,
            org: org.to_owned(),
            method: request.method.clone(),
            path: request.path.clone(),
            query: readable_query(&request.query),
            status: None,
            outcome: Outcome::Pending,
            fault: None,
            in_flight,
            authorization: request.authorization().map(|(scheme, _)| scheme.to_owned()),
            headers: KEPT_HEADERS.iter().filter_map(header).collect(),
            body_bytes: request.body.len(),
            body: serde_json::from_slice(&request.body).ok(),
        }
    }
}

impl RequestLog {
    pub(crate) fn begin(&mut self, entry: LogEntry) {
        if self.entries.len() == MAX_ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    pub(crate) fn end(&mut self, n: u64, outcome: Outcome, status: Option<u16>) {
        if let Some(entry) = self.entry(n) {
            entry.outcome = outcome;
            entry.status = status;
        }
    }

    pub(crate) fn note_fault(&mut self, n: u64, fault: Kind) {
        if let Some(entry) = self.entry(n) {
            entry.fault = Some(fault);
        }
    }

    /// The entry may be gone: the log can be cleared while a request is under way.
    fn entry(&mut self, n: u64) -> Option<&mut LogEntry> {
        let first = self.entries.front()?.n;
        let position = usize::try_from(n.checked_sub(first)?).ok()?;
        self.entries.get_mut(position).filter(|entry| entry.n == n)
    }

    pub(crate) fn list(&self) -> Vec<&LogEntry> {
        self.entries.iter().collect()
    }

    pub(crate) fn clear(&mut self) -> VecDeque<LogEntry> {
        std::mem::take(&mut self.entries)
    }
}

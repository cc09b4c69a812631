//! `okta-emulator requests`: the log, a line a request.

use std::io;

use clap::Args;
use okta_emulator::control_client;
use serde::Deserialize;

use super::{At, output};

#[derive(Args, Debug)]
pub(super) struct Requests {
    /// Leave the log as it is.
    #[arg(long)]
    keep: bool,
    /// Sort the lines, for requests that were made at the same time.
    #[arg(long)]
    sort: bool,
    /// Print only how many there were.
    #[arg(long)]
    count: bool,
    /// Print only the largest number of requests under way at once.
    #[arg(long, conflicts_with = "count")]
    in_flight: bool,
    /// Begin each line with its org: [acme]
    #[arg(long)]
    orgs: bool,
    /// Print the bodies of writes, too.
    #[arg(long)]
    bodies: bool,
    #[command(flatten)]
    at: At,
}

#[derive(Deserialize)]
struct LogLine {
    org: String,
    method: String,
    path: String,
    query: String,
    status: Option<u16>,
    outcome: String,
    in_flight: usize,
    body: Option<serde_json::Value>,
}

impl Requests {
    pub(super) fn run(&self) -> io::Result<()> {
        let method = if self.keep { "GET" } else { "DELETE" };
        let log = control_client::admin(&self.at.url, method, "/_emulator/requests", None)?;
        let entries: Vec<LogLine> = serde_json::from_value(log)?;
        if self.count {
            return output::print_line(entries.len());
        }
        if self.in_flight {
            let most = entries.iter().map(|entry| entry.in_flight).max();
            return output::print_line(most.unwrap_or(0));
        }
        let mut lines: Vec<_> = entries.iter().map(|entry| self.line(entry)).collect();
        if self.sort {
            lines.sort();
        }
        output::print_lines(lines)
    }

    fn line(&self, entry: &LogLine) -> String {
        let org = if self.orgs { format!("[{}] ", entry.org) } else { String::new() };
        let mark = if entry.query.is_empty() { "" } else { "?" };
        let status = entry.status.map_or_else(|| entry.outcome.clone(), |s| s.to_string());
        let body = entry.body.as_ref().filter(|_| self.bodies);
        let body = body.map(|body| format!(" {body}")).unwrap_or_default();
        format!("{org}{} {}{mark}{} -> {status}{body}", entry.method, entry.path, entry.query)
    }
}

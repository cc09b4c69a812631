//! One statement under one fault: how it ended, what Okta did, and what must hold whatever happens.
//!
//! What must hold: a read gives all rows or an error; a write that succeeded is done, once; one that
//! failed though it was done has said so; no request goes to another host; the connection lives.

use std::net::TcpListener;
use std::sync::mpsc::Receiver;

use libtest_mimic::Failed;
use postgres::{Client, SimpleQueryMessage};
use serde_json::{Value, json};

use super::super::{Outcome, check};
use super::operations::{self, Needs, Operation};
use crate::ctx::Ctx;
use crate::okta::Request;

/// Reads what no fault strikes and no operation changes.
const NEXT: &str = "SELECT count(*) FROM apps.apps";

/// A database, its Okta and one connection, which serves all experiments.
pub(super) struct Bench {
    pub(super) ctx: Ctx,
    pub(super) client: Client,
    heard: Receiver<String>,
    /// Message, detail and hint of each error since this was looked at.
    errors: Vec<String>,
    /// Where redirects and links to other hosts lead: nobody may come.
    trap: TcpListener,
}

/// What there is to see after a statement.
pub(super) struct Seen {
    pub(super) log: Vec<Request>,
    pub(super) after: Value,
    /// Notices and warnings.
    heard: Vec<String>,
    errors: Vec<String>,
}

/// How a statement ended, and what it did.
#[derive(Debug)]
pub(super) struct Observed {
    /// The first column of its rows, or its SQLSTATE.
    pub(super) end: Result<Vec<String>, String>,
    pub(super) changed: bool,
    /// How many times the request that the fault strikes was made.
    pub(super) attempts: usize,
}

impl Bench {
    pub(super) fn new(ctx: Ctx) -> Result<Self, Failed> {
        let (mut client, heard) = ctx.connect_hearing()?;
        client.batch_execute(
            "ALTER FOREIGN TABLE users.users OPTIONS (ADD page_size '5');
             ALTER SERVER okta OPTIONS
               (ADD max_retries '1', ADD max_wait '5', ADD request_timeout '20')",
        )?;
        let trap = TcpListener::bind("127.0.0.1:0")?;
        trap.set_nonblocking(true)?;
        Ok(Self { ctx, client, heard, errors: Vec::new(), trap })
    }

    /// Okta as it was at the beginning, with the session that the operation needs; its state.
    pub(super) fn prepare(&mut self, operation: &Operation) -> Result<Value, Failed> {
        let okta = self.ctx.emulator();
        okta.admin("POST", "reset", None)?;
        if operation.needs != Needs::Nothing {
            okta.call("POST", &operations::opening(), &json!({}))?;
        }
        let mut state = okta.state()?;
        if operation.needs == Needs::Loaded {
            let (path, body) = operations::loading(&operations::session(&state));
            okta.call("POST", &path, &body)?;
            state = okta.state()?;
        }
        okta.take_log()?;
        // Only what comes from here on counts.
        self.heard.try_iter().for_each(drop);
        self.errors.clear();
        Ok(state)
    }

    /// Has a fault strike the requests of an operation.
    pub(super) fn strike(&self, operation: &Operation, fault: &Value) -> Outcome {
        let mut fault = fault.clone();
        if let Some(fault) = fault.as_object_mut() {
            fault.entry("match").or_insert_with(|| json!(operation.strikes));
            let kind = fault.get("fault").and_then(Value::as_str).unwrap_or_default();
            if matches!(kind, "redirect" | "next_foreign") {
                let trap = format!("http://{}", self.trap.local_addr()?);
                fault.insert("location".to_owned(), json!(trap));
            }
        }
        self.ctx.emulator().admin("POST", "faults", Some(&fault)).map(drop)
    }

    /// Runs an operation under a fault.
    pub(super) fn run(&mut self, operation: &Operation, fault: &Value) -> Result<Observed, Failed> {
        let before = self.prepare(operation)?;
        self.strike(operation, fault)?;
        let sql = operation.sql.replace("{id}", &operations::session(&before));
        let end = self.statement(&sql)?;
        self.judge(operation, &before, end)
    }

    /// Takes the fault away and looks at what an operation has done.
    pub(super) fn judge(
        &mut self,
        operation: &Operation,
        before: &Value,
        end: Result<Vec<String>, String>,
    ) -> Result<Observed, Failed> {
        let seen = self.look()?;
        let observed = seen.consider(operation, before, end);
        observed.map_err(|error| seen.told_with(&error))
    }

    /// Takes the fault away, checks what must hold after any statement, and tells the rest.
    pub(super) fn look(&mut self) -> Result<Seen, Failed> {
        let okta = self.ctx.emulator();
        okta.admin("DELETE", "faults", None)?;
        let (log, after) = (okta.take_log()?, okta.state()?);
        check::equal("the next statement", &check::text(&mut self.client, NEXT)?.as_str(), &"13")?;
        // What a statement is told after its error is heard with the next one at the latest.
        let heard = self.heard.try_iter().collect();
        let seen = Seen { log, after, heard, errors: std::mem::take(&mut self.errors) };
        if self.trap.accept().is_ok() {
            return Err(seen.told_with(&Failed::from("a request went to another host")));
        }
        Ok(seen)
    }

    /// The first column of a statement's rows, or its SQLSTATE.
    pub(super) fn statement(&mut self, sql: &str) -> Result<Result<Vec<String>, String>, Failed> {
        match self.client.simple_query(sql) {
            Ok(messages) => Ok(Ok(first_column(messages))),
            Err(error) => {
                let Some(db) = error.as_db_error() else {
                    return Err(format!("{sql}: {error}").into());
                };
                let words = [Some(db.message()), db.detail(), db.hint()];
                self.errors.push(words.into_iter().flatten().collect::<Vec<_>>().join("\n"));
                Ok(Err(db.code().code().to_owned()))
            }
        }
    }
}

impl Seen {
    fn consider(
        &self,
        operation: &Operation,
        before: &Value,
        end: Result<Vec<String>, String>,
    ) -> Result<Observed, Failed> {
        let changed = operation.has_changed(before, &self.after)?;
        operations::nothing_twice(&self.log)?;
        match &end {
            Ok(rows) => {
                check::equal("rows", &sorted(rows), &sorted(&operation.rows(&self.after)))?;
                check::equal("succeeded, and done", &changed, &operation.writes())?;
            }
            Err(sqlstate) if changed && !self.has_heard("cannot be rolled back") => {
                return Err(format!("{sqlstate}, and done, and nobody was warned").into());
            }
            Err(_) => {}
        }
        Ok(Observed { end, changed, attempts: operation.attempts(&self.log) })
    }

    /// In a notice or a warning.
    pub(super) fn has_heard(&self, what: &str) -> bool {
        self.heard.iter().any(|told| told.contains(what))
    }

    /// In an error.
    pub(super) fn has_failed_with(&self, what: &str) -> bool {
        self.errors.iter().any(|error| error.contains(what))
    }

    /// An error, and what it may come from.
    pub(super) fn told_with(&self, error: &Failed) -> Failed {
        let log: Vec<_> = self.log.iter().map(told).collect();
        let error = error.message().unwrap_or_default();
        let Self { heard, errors, .. } = self;
        let log = log.join(", ");
        format!("{error}; Okta was asked: {log}; heard: {heard:?}; failed with {errors:?}").into()
    }
}

fn first_column(messages: Vec<SimpleQueryMessage>) -> Vec<String> {
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("(null)").to_owned()),
        _ => None,
    });
    rows.collect()
}

fn sorted(rows: &[String]) -> Vec<String> {
    let mut rows = rows.to_vec();
    rows.sort();
    rows
}

fn told(request: &Request) -> String {
    let Request { method, path, query, status, outcome, .. } = request;
    let end = status.map_or_else(|| outcome.clone(), |status| status.to_string());
    format!("{method} {path}?{query} -> {end}")
}

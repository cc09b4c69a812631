//! What a trial works with: a database with Okta's foreign tables set up in it, and the emulated
//! Okta behind them.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};

use libtest_mimic::Failed;
use postgres::Client;

use crate::expected::Expected;
use crate::okta::Okta;
use crate::server::Server;
use crate::{case, mask, notes, order, psql};

#[derive(Debug)]
pub(crate) struct Ctx {
    server: Arc<Server>,
    name: &'static str,
    database: String,
    okta: Okta,
    accept: bool,
}

impl Ctx {
    /// The database gets what every SQL test has: `sql/include/connect.sql`.
    pub(crate) fn set_up(
        server: Arc<Server>,
        name: &'static str,
        accept: bool,
    ) -> Result<Self, Failed> {
        let database = format!("trial_{}", name.replace("::", "_"));
        Self::in_database(server, name, database, accept)
    }

    /// Another database with an Okta of its own, for what a trial does at the same time.
    pub(crate) fn another(&self, number: usize) -> Result<Self, Failed> {
        let database = format!("{}_{number}", self.database);
        Self::in_database(Arc::clone(&self.server), self.name, database, self.accept)
    }

    fn in_database(
        server: Arc<Server>,
        name: &'static str,
        database: String,
        accept: bool,
    ) -> Result<Self, Failed> {
        let okta = Okta::start()?;
        server.create_database(&database)?;
        psql::set_up(&server, &okta, &database, &case::folder().join("include/connect.sql"))?;
        okta.requests()?;
        Ok(Self { server, name, database, okta, accept })
    }

    /// Runs a file of statements, none of which may fail.
    pub(crate) fn run_file(&self, file: &Path) -> Result<(), Failed> {
        psql::set_up(&self.server, &self.okta, &self.database, file)
    }

    /// What psql prints of a script, as of a test in SQL.
    pub(crate) fn run_psql(&self, script: &str) -> Result<String, Failed> {
        let file =
            std::env::temp_dir().join(format!("{}-{}.sql", self.database, std::process::id()));
        fs::write(&file, script)?;
        let output = psql::run(&self.server, &self.okta, &self.database, &file);
        fs::remove_file(&file)?;
        Ok(mask::mask(&order::settle(&output?), self.okta.host(), self.server.home()))
    }

    /// Compares what a file should hold with what it holds, or writes it if that was asked for.
    pub(crate) fn settle(&self, file: &Expected, actual: &str) -> Result<(), Failed> {
        file.settle(actual, self.accept)
    }

    pub(crate) fn connect(&self) -> Result<Client, Failed> {
        self.server.connect(&self.database)
    }

    /// A connection, and what it is told in notices and warnings: each one's message and detail.
    pub(crate) fn connect_hearing(&self) -> Result<(Client, Receiver<String>), Failed> {
        let (sender, heard) = mpsc::channel();
        let client = self.server.connect_hearing(&self.database, move |notice| {
            let detail = notice.detail().unwrap_or_default();
            // Nobody needs to listen.
            let _ = sender.send(format!("{}: {detail}", notice.message()));
        })?;
        Ok((client, heard))
    }

    /// A connection that tells all of what it is told besides answers, as Rust shows it.
    pub(crate) fn connect_hearing_all(&self, told: Sender<String>) -> Result<Client, Failed> {
        self.server.connect_hearing(&self.database, move |notice| {
            // Nobody needs to listen.
            let _ = told.send(format!("{notice:?}\n"));
        })
    }

    /// psql, about to connect to the database: for what ends a client in the middle of a statement.
    pub(crate) fn psql(&self) -> Result<Command, Failed> {
        psql::command(&self.server, &self.okta, &self.database)
    }

    /// Everything that the cluster has logged so far, of all tests.
    pub(crate) fn server_log(&self) -> Result<String, Failed> {
        let log = fs::read(Path::new(self.server.home()).join("server.log"))?;
        Ok(String::from_utf8_lossy(&log).into_owned())
    }

    pub(crate) fn emulator(&self) -> &Okta {
        &self.okta
    }

    /// The HTTP requests since this was asked last.
    pub(crate) fn okta_requests(&self) -> Result<Vec<String>, Failed> {
        self.okta.requests()
    }

    /// Prints a line after the run, such as a time that was measured.
    pub(crate) fn note(&self, text: &str) {
        notes::add(format!("{}: {text}", self.name));
    }
}

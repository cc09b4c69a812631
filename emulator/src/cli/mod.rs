//! The command line.

mod output;
mod requests;
mod serve;

use std::io;

use clap::{Args, Parser, Subcommand};
use okta_emulator::control_client;
use serde_json::Value;

/// An Okta org in one process, for tests and demos.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve orgs until SIGTERM or SIGINT. This is what happens without a subcommand.
    Serve(serve::Serve),
    /// Print the requests since the last call, and forget them.
    Requests(requests::Requests),
    /// Call the control API and print its answer.
    Admin(Admin),
}

#[derive(Args, Debug)]
struct Admin {
    method: String,
    /// For example /_emulator/reset
    path: String,
    /// The JSON to send.
    body: Option<String>,
    #[command(flatten)]
    at: At,
}

/// The emulator that a subcommand speaks to.
#[derive(Args, Debug)]
struct At {
    /// The emulator's address, for example http://127.0.0.1:1234
    #[arg(long, env = "OKTA_EMULATOR", value_name = "URL")]
    url: String,
}

pub(crate) fn run() -> io::Result<()> {
    let cli = Cli::parse();
    match cli.command {
        None => cli.serve.run(),
        Some(Command::Serve(serve)) => serve.run(),
        Some(Command::Requests(requests)) => requests.run(),
        Some(Command::Admin(admin)) => admin.run(),
    }
}

impl Admin {
    fn run(&self) -> io::Result<()> {
        let body = self.body.as_deref().map(serde_json::from_str::<Value>).transpose()?;
        let method = self.method.to_ascii_uppercase();
        let answer = control_client::admin(&self.at.url, &method, &self.path, body.as_ref())?;
        output::print_line(answer)
    }
}

//! A SQL file through psql, everything it prints in the order in which it was printed.
//!
//! psql's exit status says nothing here: what went wrong stands in the output.

use std::fs::File;
use std::io::{PipeReader, Read};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc;
use std::time::Duration;

use libtest_mimic::Failed;

use crate::okta::Okta;
use crate::server::Server;

/// Far longer than any file takes, far shorter than a build's patience.
const LIMIT: Duration = Duration::from_secs(180);

/// Runs the file, read as standard input: psql then puts no file names and line numbers, which
/// every edit would change, before its errors.
pub(crate) fn run(
    server: &Server,
    okta: &Okta,
    database: &str,
    file: &Path,
) -> Result<String, Failed> {
    let (reader, writer) = std::io::pipe()?;
    let mut command = command(server, okta, database)?;
    command.stdin(File::open(file)?).stdout(writer.try_clone()?).stderr(writer);
    let child = command.spawn().map_err(|e| format!("can't run {command:?}: {e}"))?;
    // The command holds this side's writing ends: the reader would never see the end.
    drop(command);
    finish(child, reader)
}

/// Runs statements without echoing them; any error is this function's.
pub(crate) fn set_up(
    server: &Server,
    okta: &Okta,
    database: &str,
    file: &Path,
) -> Result<(), Failed> {
    let mut command = command(server, okta, database)?;
    let output = command.arg("--set=ON_ERROR_STOP=1").arg("--file").arg(file).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{}: {}", file.display(), String::from_utf8_lossy(&output.stderr)).into())
}

/// psql as every test runs it.
pub(crate) fn command(server: &Server, okta: &Okta, database: &str) -> Result<Command, Failed> {
    let mut command = Command::new(server.psql());
    command
        .args(["--no-psqlrc", "--echo-all", "--quiet", "--dbname", database])
        .arg(format!("--set=okta_url={}", okta.url()))
        .env("PGHOST", server.host())
        .env("OKTA_EMULATOR", okta.url())
        .env("PATH", server.path_with_tools()?)
        .current_dir(crate::case::folder());
    Ok(command)
}

/// Reads to the end on a thread of its own, so that a test that hangs can be ended.
fn finish(mut child: Child, mut reader: PipeReader) -> Result<String, Failed> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let result = reader.read_to_end(&mut bytes).map(|_| bytes);
        // Nobody listens any more after the limit.
        let _ = sender.send(result);
    });
    let Ok(result) = receiver.recv_timeout(LIMIT) else {
        child.kill()?;
        child.wait()?;
        return Err(format!("psql had not finished after {LIMIT:?}").into());
    };
    child.wait()?;
    Ok(String::from_utf8_lossy(&result?).into_owned())
}

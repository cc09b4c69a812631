//! A server that crashes while it imports, on a cluster of its own: what PostgreSQL has lost, and what Okta
//! holds.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use libtest_mimic::Failed;
use serde_json::json;

use super::super::{Outcome, check};
use super::failures::again;
use super::scene::{Scene, TRANSACTION};
use crate::ctx::Ctx;
use crate::server::Server;

/// Removed with all that is in it when it is dropped.
struct Cluster {
    name: String,
}

pub(crate) fn server(_: &Ctx) -> Outcome {
    let cluster = Cluster::create()?;
    let server = Arc::new(Server::from_lines(&cluster.run("env")?)?);
    let mut scene = Scene::new(Ctx::set_up(server, "import::crash", false)?)?;

    // While it loads: nothing is imported, and a session is left, which the next import names.
    let upsert = "POST /api/v1/identity-sources/*/bulk-upsert";
    crash(&mut scene, &json!({ "match": upsert, "nth": 2 }))?;
    let held = scene.look()?;
    let left = held.session.as_ref().is_some_and(|(_, status)| status == "IN_PROGRESS");
    if held.committed || held.imported || !left {
        return Err(format!("while it loaded: {held:?}").into());
    }
    again(&mut scene, &held)?;

    // Between the start and the commit: the one case that nothing can be done about.
    crash(&mut scene, &json!({ "match": "POST /api/v1/identity-sources/*/start-import" }))?;
    let held = scene.look()?;
    if held.committed || !held.imported {
        return Err(format!("between start and commit: {held:?}").into());
    }
    again(&mut scene, &held)
}

/// Kills the backend as soon as a request is struck; the server then starts anew.
fn crash(scene: &mut Scene, strike: &serde_json::Value) -> Outcome {
    scene.reset()?;
    let mut fault = json!({ "fault": "delay_ms", "ms": 5000 });
    if let (Some(fault), Some(strike)) = (fault.as_object_mut(), strike.as_object()) {
        fault.extend(strike.clone());
    }
    scene.strike(&fault)?;
    let mut party = scene.party()?;
    let process = party.process.clone();
    let loading = thread::spawn(move || party.run(TRANSACTION));
    scene.await_struck(&process)?;
    Command::new("kill").args(["-KILL", &process]).status()?;
    loading.join().map_err(|_| "the client panicked")?;
    // The server accepts connections until it notices the crash, and then ends them all.
    check::wait_until("the server has crashed", || {
        Ok(scene.observer.batch_execute("SELECT").is_err())
    })?;
    check::wait_until("the server has started anew", || {
        Ok(scene.ctx.connect().map(|client| scene.observer = client).is_ok())
    })
}

impl Cluster {
    fn create() -> Result<Self, Failed> {
        // Of a run that was killed, the next one removes it: by the number of the process.
        let cluster = Self { name: format!("test-crash-{}", std::process::id()) };
        cluster.run("create")?;
        Ok(cluster)
    }

    fn run(&self, what: &str) -> Result<String, Failed> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../dev/cluster.sh");
        let mut command = Command::new(script);
        let output = command.args([what, &self.name]).stdin(Stdio::null()).output()?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The next run removes what is left.
        let _ = self.run("remove");
    }
}

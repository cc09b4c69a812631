//! `okta-emulator serve`.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use okta_emulator::{Config, Emulator, Seed};
use tokio::signal::unix::{SignalKind, signal};

use super::output;

#[derive(Args, Debug)]
pub(super) struct Serve {
    /// Where to listen; port 0 lets the system choose.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// The orgs to start with, instead of the built-in ones.
    #[arg(long, value_name = "FILE.json")]
    seed: Option<PathBuf>,
    /// Write the port here once it is open.
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// Real time instead of the logical clock.
    #[arg(long)]
    wall_clock: bool,
}

impl Serve {
    pub(super) fn run(self) -> io::Result<()> {
        let seed = match &self.seed {
            Some(file) => serde_json::from_slice(&fs::read(file)?)?,
            None => Seed::default(),
        };
        let config = Config { listen: self.listen, seed, wall_clock: self.wall_clock };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            // Before the address is told: whoever learns it may send a signal at once.
            let mut terminate = signal(SignalKind::terminate())?;
            let mut interrupt = signal(SignalKind::interrupt())?;
            let emulator = Emulator::start(config)?;
            if let Some(file) = &self.port_file {
                write_port(file, emulator.addr())?;
            }
            output::print_line(format_args!("listening on {}", emulator.url()))?;
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            Ok(())
        })
    }
}

/// By renaming, so that whoever waits for the file never reads half of it.
fn write_port(file: &Path, addr: SocketAddr) -> io::Result<()> {
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".tmp");
    fs::write(&unfinished, format!("{}\n", addr.port()))?;
    fs::rename(&unfinished, file)
}

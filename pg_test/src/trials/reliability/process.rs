//! What a process of this machine holds, as Linux tells it in /proc.

use std::fs;

use libtest_mimic::Failed;
use postgres::Client;

use super::super::check;

/// A backend's use of what can leak.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    pub(crate) threads: u64,
    /// Open file descriptors, sockets included. Not those of the server's data: it closes them when
    /// other sessions drop a database or tell of more changes than fit its queue.
    pub(crate) descriptors: usize,
    pub(crate) sockets: usize,
    /// Memory that the process has in RAM, and the most that it ever had, in KB.
    pub(crate) resident: u64,
    pub(crate) peak: u64,
    /// KB of PostgreSQL's memory contexts.
    pub(crate) contexts: u64,
}

impl Usage {
    /// Of the backend of a connection.
    pub(crate) fn of(client: &mut Client) -> Result<Self, Failed> {
        let contexts = "SELECT sum(total_bytes) / 1024 FROM pg_backend_memory_contexts";
        let contexts: f64 = check::text(client, contexts)?.parse()?;
        let process = check::text(client, "SELECT pg_backend_pid()")?;
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let mut usage = Self {
            threads: number(&status, "Threads:")?,
            descriptors: 0,
            sockets: 0,
            resident: number(&status, "VmRSS:")?,
            peak: number(&status, "VmHWM:")?,
            contexts: contexts as u64,
        };
        // A backend works in the folder of the data.
        let data = fs::read_link(format!("/proc/{process}/cwd"))?;
        for entry in fs::read_dir(format!("/proc/{process}/fd"))? {
            let Ok(leads_to) = fs::read_link(entry?.path()) else {
                continue; // closed since it was listed
            };
            usage.descriptors += usize::from(!leads_to.starts_with(&data));
            usage.sockets += usize::from(leads_to.to_string_lossy().starts_with("socket:"));
        }
        Ok(usage)
    }
}

fn number(status: &str, name: &str) -> Result<u64, Failed> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| format!("no {name} in /proc/…/status").into())
}

/// Connections to a port of this machine that both sides have open.
pub(crate) fn connections_to(port: u16) -> Result<usize, Failed> {
    // In this table addresses are `0100007F:PORT`, and the state of an open connection is 01, of one
    // that only the other side has closed 08.
    let table = fs::read_to_string("/proc/self/net/tcp")?;
    let local = format!(":{port:04X}");
    let open = |line: &&str| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let ends_here = fields.get(1).is_some_and(|address| address.ends_with(&local));
        ends_here && matches!(fields.get(3), Some(&"01" | &"08"))
    };
    Ok(table.lines().skip(1).filter(open).count())
}

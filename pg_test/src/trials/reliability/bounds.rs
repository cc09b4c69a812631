//! Okta's address leads to where nobody answers: the time-outs hold, and a cancel does not wait for them.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use postgres::Client;
use socket2::{Domain, Socket, Type};

use super::super::{Outcome, check};
use crate::ctx::Ctx;

const READ: &str = "SELECT count(*) FROM apps.apps";

/// A machine that is busy keeps this too.
const LATE: Duration = Duration::from_secs(5);

pub(crate) fn time_outs(ctx: &Ctx) -> Outcome {
    let mut client = ctx.connect()?;
    client.batch_execute(
        "ALTER SERVER okta OPTIONS
           (ADD max_retries '0', ADD connect_timeout '1', ADD request_timeout '2')",
    )?;
    // The system takes a connection, and what is sent on it; nobody reads it.
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let silent = silent.local_addr()?;
    let crowded = Crowded::new()?;
    let (request, connect) = (Duration::from_secs(2), Duration::from_secs(1));
    for (what, address, sqlstate, after) in [
        ("no answer", format!("http://{silent}"), "08006", request),
        ("no connection", format!("http://{}", crowded.address), "08001", connect),
        ("no TLS", format!("https://{silent}"), "08001", connect),
    ] {
        bounded(ctx, &mut client, &address, sqlstate, after)
            .map_err(|e| format!("{what}: {}", e.message().unwrap_or_default()))?;
    }
    let home = ctx.emulator().url();
    lead_to(&mut client, &home)?;
    check::equal("at home", &check::text(&mut client, READ)?.as_str(), &"13")
}

fn bounded(
    ctx: &Ctx,
    client: &mut Client,
    address: &str,
    sqlstate: &str,
    after: Duration,
) -> Outcome {
    lead_to(client, address)?;
    let begun = Instant::now();
    check::refused(client.simple_query(READ), sqlstate)?;
    between("the time-out", begun.elapsed(), after)?;

    client.batch_execute("SET statement_timeout = '200ms'")?;
    let cancel = Duration::from_millis(200);
    let begun = Instant::now();
    check::refused(client.simple_query(READ), "57014")?;
    let elapsed = begun.elapsed();
    client.batch_execute("RESET statement_timeout")?;
    let late = elapsed.saturating_sub(cancel).as_millis();
    ctx.note(&format!("{sqlstate} from {}: cancelled {late} ms late", scheme(address)));
    between("the cancel", elapsed, cancel)
}

fn between(what: &str, elapsed: Duration, wanted: Duration) -> Outcome {
    // A time-out may come a little early by another clock.
    if elapsed + Duration::from_millis(50) >= wanted && elapsed <= wanted + LATE {
        return Ok(());
    }
    Err(Failed::from(format!("{what} came after {elapsed:?}, should be {wanted:?}")))
}

fn scheme(address: &str) -> &str {
    address.split("://").next().unwrap_or_default()
}

fn lead_to(client: &mut Client, address: &str) -> Outcome {
    let sql = format!("ALTER SERVER okta OPTIONS (SET org_url '{address}/orgs/{{subdomain}}')");
    Ok(client.batch_execute(&sql)?)
}

/// A port with as many connections waiting as may: the system lets one more wait for its turn.
struct Crowded {
    address: SocketAddr,
    _listener: Socket,
    _waiting: Vec<TcpStream>,
}

impl Crowded {
    fn new() -> Result<Self, Failed> {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        listener.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        listener.listen(0)?;
        let address = listener.local_addr()?.as_socket().ok_or("no address")?;
        let mut waiting = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
            waiting.push(stream);
        }
        Ok(Self { address, _listener: listener, _waiting: waiting })
    }
}

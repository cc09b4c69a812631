//! The server: a thread with its own runtime that accepts connections until it is told to stop.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::{self, JoinHandle};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::gate;
use crate::seed::Seed;
use crate::wire::Wire;
use crate::world::{Shared, World};

/// How an emulator starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// Port 0 lets the system choose one.
    pub listen: SocketAddr,
    pub seed: Seed,
    /// Real time instead of the logical clock.
    pub wall_clock: bool,
}

impl Default for Config {
    fn default() -> Config {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Config { listen, seed: Seed::default(), wall_clock: false }
    }
}

/// A running emulator. Dropping it stops it.
#[derive(Debug)]
pub struct Emulator {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Returns when the port is open: a request sent now is answered.
    ///
    /// # Errors
    ///
    /// When the address can't be bound, or the seed contradicts itself.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a public constructor takes what it is made of"
    )]
    pub fn start(config: Config) -> io::Result<Emulator> {
        let world = World::new(&config.seed, config.wall_clock);
        let world = world.map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
        let shared = Arc::new(Shared::new(world));
        let listener = TcpListener::bind(config.listen)?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("okta-emulator".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    // Fails only when the listener can't be registered with the runtime.
                    _ = accept(listener, shared) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Emulator { addr, stop: Some(stop), thread: Some(thread) })
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:1234`. An org's base URL is this and `/orgs/` and its subdomain.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        // Too many open files, say: the next connection may fare better.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            continue;
        };
        tokio::spawn(connection(stream, Arc::clone(&shared)));
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    // Answers are written whole; waiting to fill a packet only adds delay.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let wire = Wire::new(stream, Arc::clone(&reset));
    let service =
        service_fn(move |request| gate::serve(Arc::clone(&shared), Arc::clone(&reset), request));
    // Errors here are broken connections, by the client's doing or by a fault.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(wire), service).await;
}

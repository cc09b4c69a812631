//! The I/O thread: one a backend, started at first use, on which everything of tokio and reqwest runs.
//!
//! It never touches PostgreSQL, and the backend never waits for it but through [`Bell::wait`], so that
//! an interrupt is served within milliseconds whatever the network does.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use okta::client::Caller;
use okta::scan::{FetchedPage, FetchedPages, Job, Outlet};
use okta::{Error, Kind};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::AbortHandle;

use crate::pg::callbacks;
use crate::pg::latch::{Bell, SignalsBlocked, Waited, serve_interrupts};

struct IoThread {
    runtime: Handle,
    /// Dropping it ends the thread.
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

thread_local! {
    /// The backend's I/O thread. Only the backend's own thread ever looks here.
    static IO: RefCell<Option<IoThread>> = const { RefCell::new(None) };
}

/// Runs a task on the I/O thread.
fn spawn(task: impl Future<Output = ()> + Send + 'static) -> Result<AbortHandle, Error> {
    IO.with_borrow_mut(|io| {
        let io = match io {
            Some(io) => io,
            None => io.insert(IoThread::start()?),
        };
        Ok(io.runtime.spawn(task).abort_handle())
    })
}

/// Drops a value of the client's on the I/O thread, where its connections live.
pub(crate) fn dispose(value: impl Send + 'static) {
    // When the thread is gone, its runtime is too, and dropping here disturbs nobody.
    let _ = spawn(async move { drop(value) });
}

/// Ends the I/O thread, with all that it is doing. For the exit of the backend.
fn stop() {
    // The cell may be gone already when the process exits: then so is the thread.
    let io = IO.try_with(|io| io.try_borrow_mut().ok().and_then(|mut io| io.take()));
    if let Ok(Some(IoThread { stop, thread, .. })) = io {
        drop(stop);
        // A thread that has panicked has ended too.
        let _ = thread.join();
    }
}

impl IoThread {
    fn start() -> Result<Self, Error> {
        let failed = |error: std::io::Error| {
            Error::new(Kind::ServerFault, format!("could not start the I/O thread: {error}"))
        };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let _blocked = SignalsBlocked::new();
        let thread = std::thread::Builder::new()
            .name("okta-io".to_owned())
            .spawn(move || {
                // Ends with an error when the sender is dropped, which is how it is told to.
                let _ = runtime.block_on(stopped);
                // Name resolution may hang in a thread of its own; it is not waited for.
                runtime.shutdown_background();
            })
            .map_err(failed)?;
        // Only now: PostgreSQL has few places for such calls, and a start may fail many times.
        callbacks::at_exit(self::stop);
        Ok(Self { runtime: handle, stop, thread })
    }
}

fn bell() -> Result<Bell, Error> {
    Bell::new().map_err(|error| {
        Error::new(Kind::ServerFault, format!("could not make an eventfd: {error}"))
    })
}

fn thread_lost() -> Error {
    Error::new(Kind::ServerFault, "the I/O thread has ended unexpectedly")
}

/// A task that runs on the I/O thread. Dropping it aborts it.
pub(crate) struct Task<T> {
    bell: Bell,
    answer: oneshot::Receiver<Result<T, Error>>,
    task: AbortHandle,
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl<T: Send + 'static> Task<T> {
    /// Starts a task.
    ///
    /// # Errors
    /// [`Kind::ServerFault`] when there is no thread to run it.
    pub(crate) fn start(
        task: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<Self, Error> {
        let (sender, answer) = oneshot::channel();
        let bell = bell()?;
        let ring = bell.clone();
        let task = spawn(async move {
            // The receiver is gone when the wait was interrupted.
            let _ = sender.send(task.await);
            ring.ring();
        })?;
        Ok(Self { bell, answer, task })
    }

    /// Waits for the end. An interrupt that raises aborts the task. `patience` is asked before each wait
    /// how long it may last.
    ///
    /// # Errors
    /// The task's own.
    pub(crate) fn wait(mut self, patience: impl Fn() -> Option<Duration>) -> Result<T, Error> {
        loop {
            match self.answer.try_recv() {
                Ok(end) => return end,
                Err(oneshot::error::TryRecvError::Empty) => {}
                Err(oneshot::error::TryRecvError::Closed) => return Err(thread_lost()),
            }
            match self.bell.wait(patience()) {
                Waited::Ready | Waited::TimedOut => {}
                // When it raises, the task is dropped; when it does not, the wait goes on.
                waited => serve_interrupts(waited),
            }
        }
    }
}

/// Runs a task on the I/O thread and waits for its end, as [`Task::wait`] does.
///
/// # Errors
/// The task's own, and [`Kind::ServerFault`] when there is no thread to run it.
pub(crate) fn wait_for<T: Send + 'static>(
    task: impl Future<Output = Result<T, Error>> + Send + 'static,
    patience: impl Fn() -> Option<Duration>,
) -> Result<T, Error> {
    Task::start(task)?.wait(patience)
}

/// Sleeps, ready for interrupts, which may raise.
///
/// # Errors
/// The operating system's, when it has no descriptor left.
pub(crate) fn pause(time: Duration) -> Result<(), Error> {
    let bell = bell()?;
    let end = Instant::now() + time;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        match bell.wait(Some(left)) {
            Waited::Ready | Waited::TimedOut => {}
            waited => serve_interrupts(waited),
        }
    }
}

/// A scan that runs on the I/O thread. Dropping it ends the scan there.
pub(crate) struct Stream {
    batches: FetchedPages,
    demand: Arc<Semaphore>,
    bell: Bell,
}

impl Stream {
    /// Starts a scan.
    ///
    /// # Errors
    /// [`Kind::ServerFault`] when there is no thread to run it.
    pub(crate) fn start(caller: Caller, job: Job) -> Result<Self, Error> {
        let (sender, batches) = mpsc::unbounded_channel();
        let demand = Arc::new(Semaphore::new(1));
        let bell = bell()?;
        let ring = bell.clone();
        let outlet = Outlet {
            batches: sender,
            demand: Arc::clone(&demand),
            wake: Arc::new(move || ring.ring()),
        };
        spawn(job.run(caller, outlet))?;
        Ok(Self { batches, demand, bell })
    }

    /// Says that one more request may be made.
    pub(crate) fn grant(&self) {
        self.demand.add_permits(1);
    }

    /// Returns the bell that rings when something has arrived; an Append waits for its descriptor.
    pub(crate) fn bell(&self) -> &Bell {
        &self.bell
    }

    /// What has arrived, without waiting.
    ///
    /// # Errors
    /// The one that has ended the scan.
    pub(crate) fn try_next(&mut self) -> Result<Arrival, Error> {
        // The bell is silenced before the channel is looked at, so that no ring is lost.
        self.bell.silence();
        match self.batches.try_recv() {
            Ok(batch) => batch.map(Arrival::Page),
            Err(mpsc::error::TryRecvError::Disconnected) => Ok(Arrival::End),
            Err(mpsc::error::TryRecvError::Empty) => Ok(Arrival::Pending),
        }
    }

    /// What arrives next, waited for; never [`Arrival::Pending`]. An interrupt may raise. `patience` is
    /// asked before each wait how long it may last.
    ///
    /// # Errors
    /// The one that has ended the scan.
    pub(crate) fn next(
        &mut self,
        patience: impl Fn() -> Option<Duration>,
    ) -> Result<Arrival, Error> {
        loop {
            match self.try_next()? {
                Arrival::Pending => {}
                arrival => return Ok(arrival),
            }
            match self.bell.wait(patience()) {
                Waited::Ready | Waited::TimedOut => {}
                waited => serve_interrupts(waited),
            }
        }
    }
}

/// What a scan has for its consumer.
pub(crate) enum Arrival {
    Page(FetchedPage),
    /// Nothing yet.
    Pending,
    End,
}

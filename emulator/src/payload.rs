//! The body of an answer on its way out: whole, slowly, or broken off before its end.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

#[derive(Debug)]
pub(crate) struct Payload {
    chunks: VecDeque<Bytes>,
    /// Slept before each chunk but the first, and before the break.
    pause: Option<Duration>,
    asleep: Option<Pin<Box<Sleep>>>,
    started: bool,
    /// The connection breaks where the body should go on.
    broken: bool,
}

impl Payload {
    pub(crate) fn whole(bytes: Bytes) -> Payload {
        let chunks = if bytes.is_empty() { VecDeque::new() } else { VecDeque::from([bytes]) };
        Payload { chunks, pause: None, asleep: None, started: false, broken: false }
    }

    /// The first half of the bytes, then nothing more though the header promised all of them.
    pub(crate) fn cut(bytes: &Bytes) -> Payload {
        let mut payload = Payload::whole(bytes.slice(..bytes.len() / 2));
        payload.broken = true;
        // The server sends what it has while it waits; an error at once would drop it all.
        payload.pause = Some(Duration::from_millis(20));
        payload
    }

    /// Ten chunks a second that add up to the given rate.
    pub(crate) fn slow(mut bytes: Bytes, bytes_per_second: usize) -> Payload {
        let size = (bytes_per_second / 10).max(1);
        let mut payload = Payload::whole(Bytes::new());
        payload.pause = Some(Duration::from_millis(100));
        while !bytes.is_empty() {
            payload.chunks.push_back(bytes.split_to(size.min(bytes.len())));
        }
        payload
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(sleep) = &mut self.asleep {
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.asleep = None;
        } else if let Some(pause) = self.pause
            && self.started
            && (self.broken || !self.chunks.is_empty())
        {
            let mut sleep = Box::pin(tokio::time::sleep(pause));
            if sleep.as_mut().poll(context).is_pending() {
                self.asleep = Some(sleep);
                return Poll::Pending;
            }
        }
        self.started = true;
        match self.chunks.pop_front() {
            Some(chunk) => Poll::Ready(Some(Ok(Frame::data(chunk)))),
            None if self.broken => Poll::Ready(Some(Err(io::Error::other("cut on purpose")))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.chunks.is_empty() && !self.broken
    }

    fn size_hint(&self) -> SizeHint {
        if self.broken {
            return SizeHint::default();
        }
        SizeHint::with_exact(self.chunks.iter().map(|c| c.len() as u64).sum())
    }
}

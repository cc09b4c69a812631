//! The socket under the HTTP server, which can be told to break the connection.
//!
//! It does nothing on its own: a fault sets the flag, ends the answer, and the drop does the rest.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Set to make the connection end with a reset (RST) instead of an orderly close.
pub(crate) type ResetFlag = Arc<AtomicBool>;

#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    reset: ResetFlag,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, reset: ResetFlag) -> Wire {
        Wire { stream, reset }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // An orderly shutdown would send FIN, and the reset would come too late to be noticed.
        if self.reset.load(Ordering::SeqCst) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.reset.load(Ordering::SeqCst) {
            // Closing a socket whose linger time is zero sends RST. If it can't be set the
            // client sees a close without an answer, which is as broken.
            let _ = self.stream.set_zero_linger();
        }
    }
}

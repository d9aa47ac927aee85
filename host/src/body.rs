//! Sends the body of a component's response.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::activity::Running;

/// Bounds the length of a body, and counts as under way until the body is sent or dropped.
pub struct TrackedBody {
    body: WasiBody,
    running: Option<Running>,
    left: usize,
}

impl TrackedBody {
    /// Wraps a body, of which at most `limit` bytes are sent.
    pub fn new(body: WasiBody, running: Running, limit: usize) -> Self {
        Self { body, running: Some(running), left: limit }
    }
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                match self.left.checked_sub(length) {
                    Some(left) => self.left = left,
                    None => return Poll::Ready(Some(Err(Error::HttpResponseBodySize(None)))),
                }
            }
            Poll::Ready(_) => self.running = None,
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

//! Passes a body on while it comes in, within its bounds: the component that reads it waits for the client, and the
//! host keeps nothing of it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};
use wasmtime_wasi_http::Error;

/// Wraps a body, and fails where it is too long or its next part does not come.
pub struct Passing<B> {
    body: B,
    left: usize,
    patience: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<B> Passing<B> {
    /// Wraps a body, of which at most `most` bytes are passed on, each part within `patience`.
    pub fn new(body: B, most: usize, patience: Duration) -> Self {
        Self { body, left: most, patience, waiting: None }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Passing<B> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
            let patience = self.patience;
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(patience)));
            return waiting.as_mut().poll(context).map(|()| Some(Err(Error::ConnectionReadTimeout)));
        };
        self.waiting = None;
        Poll::Ready(frame.map(|frame| {
            let frame = frame.map_err(|_| Error::ConnectionTerminated)?;
            let length = frame.data_ref().map_or(0, Bytes::len);
            self.left = self.left.checked_sub(length).ok_or(Error::HttpRequestBodySize(None))?;
            Ok(frame)
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::convert::Infallible;

    use http_body_util::{BodyExt as _, Full, StreamBody};

    use super::*;

    fn patience() -> Duration {
        Duration::from_millis(100)
    }

    #[tokio::test]
    async fn a_body_passes_up_to_its_bound_and_breaks_off_beyond_it() {
        let passing = |most| Passing::new(Full::new(Bytes::from_static(b"12345")), most, patience()).collect();
        assert_eq!(passing(5).await.unwrap().to_bytes(), "12345");
        assert!(matches!(passing(4).await.unwrap_err(), Error::HttpRequestBodySize(None)));
    }

    #[tokio::test]
    async fn whoever_sends_no_next_part_is_not_waited_for() {
        let never = StreamBody::new(futures::stream::pending::<Result<Frame<Bytes>, Infallible>>());
        let broken = Passing::new(never, 5, patience()).collect().await;
        assert!(matches!(broken.unwrap_err(), Error::ConnectionReadTimeout));
    }
}

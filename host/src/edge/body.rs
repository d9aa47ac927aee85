//! Reads the body of a request within its bounds, or lets it pass by unread.

use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout_at};

use super::budget::{Exhausted, Share};
use crate::limits::{BODY_FIRST_BYTES, DISCARD_TIME};
use crate::refusal::Refusal;

/// Reads a body of at most `most` bytes within `time`. Every byte is taken from the share before it is kept.
pub async fn read<B: Body<Data = Bytes> + Unpin>(
    mut body: B,
    share: &mut Share,
    most: usize,
    time: Duration,
) -> Result<Bytes, Refusal> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > most {
        return Err(Refusal::BodyTooLarge(most));
    }
    let deadline = Instant::now() + time;
    // What is announced need not come, so memory is taken as bytes arrive.
    let mut bytes = Vec::with_capacity(announced.min(BODY_FIRST_BYTES));
    loop {
        let Ok(frame) = timeout_at(deadline, body.frame()).await else { return Err(Refusal::BodyLate) };
        let Some(frame) = frame else { return Ok(bytes.into()) };
        let Ok(frame) = frame else { return Err(Refusal::BodyBroken) };
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len().saturating_add(data.len()) > most {
            return Err(Refusal::BodyTooLarge(most));
        }
        share.grow(data.len()).map_err(|exhausted| match exhausted {
            Exhausted::Total => Refusal::BodiesBusy,
            Exhausted::Each => Refusal::TooManyBytes,
        })?;
        bytes.extend_from_slice(&data);
    }
}

/// Reads what is left of a body that nobody needs, for a short time, and keeps nothing of it. A client that writes its
/// whole request before it reads would not see an answer that comes earlier.
pub async fn discard<B: Body<Data = Bytes> + Unpin>(mut body: B, most: usize) {
    let deadline = Instant::now() + DISCARD_TIME;
    let mut left = most;
    while let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await {
        let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { return };
        left = rest;
    }
}

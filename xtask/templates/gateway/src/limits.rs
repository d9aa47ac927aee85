//! Every bound of the Example adapter.

use std::time::Duration;

/// How far a webhook's time may lie from its arrival.
pub const WEBHOOK_TOLERANCE: Duration = Duration::from_secs(300);
/// How long Example surely knows a key, in milliseconds. 0: not at all, until its documentation was read.
pub const KEY_LIFETIME_MS: u64 = 0;
/// The longest name of a payment, in bytes.
pub const MAX_PAYMENT_BYTES: usize = 64;

//! Every bound of the Stripe adapter.

use std::time::Duration;

/// How far a webhook's time may lie from its arrival: the tolerance of Stripe's own libraries, and here on both sides.
pub const WEBHOOK_TOLERANCE: Duration = Duration::from_secs(300);
/// How long Stripe surely knows a key, in milliseconds: it may forget one "after at least 24 hours"
/// (<https://docs.stripe.com/api/idempotent_requests>).
pub const KEY_LIFETIME_MS: u64 = 24 * 3_600_000;
/// How many refunds one page of a list holds: Stripe's maximum.
pub const PAGE_SIZE: usize = 100;
/// How many pages of one payment's refunds are read before a look-up gives up.
pub const MAX_PAGES: usize = 10;
/// The longest id of an object, in bytes; Stripe's own bound.
pub const MAX_ID_BYTES: usize = 255;
/// How many refunds of one event are read.
pub const MAX_REFUNDS_PER_EVENT: usize = 100;

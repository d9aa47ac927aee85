//! Every bound of the sandbox gateway.

use std::time::Duration;

/// How long `hang` waits when its suffix names no time.
pub const HANG_DEFAULT: Duration = Duration::from_secs(2);
/// The longest that `hang` waits.
pub const HANG_MAX: Duration = Duration::from_secs(60);
/// How long `forgets-keys` knows a key when its suffix names no time.
pub const KEY_LIFETIME_DEFAULT: Duration = Duration::from_secs(86_400);
/// What `throttle` asks a caller to wait, in milliseconds.
pub const THROTTLE_AFTER_MS: u64 = 1_000;
/// At which look-up a refund that does not settle at once has moved on.
pub const LOOKUPS_TO_MOVE: u32 = 2;
/// The longest payment reference, in bytes.
pub const MAX_PAYMENT_BYTES: usize = 255;
/// How far a webhook's time may lie from its arrival.
pub const WEBHOOK_TOLERANCE: Duration = Duration::from_secs(300);

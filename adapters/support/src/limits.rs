//! Every bound of the shared code.

use std::time::Duration;

/// How long a connection may take to come up. Nothing was sent until then.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the other side may think before it answers.
pub const FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(20);
/// How long an answer may pause once it has begun.
pub const BETWEEN_BYTES_TIMEOUT: Duration = Duration::from_secs(20);
/// The longest answer that is read, in bytes.
pub const MAX_ANSWER_BYTES: usize = 1024 * 1024;
/// The longest wait that a `Retry-After` is believed to ask for: longer ones are cut to it.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// How much of a foreign text goes into a message for a person, in characters.
pub const MAX_QUOTED_CHARS: usize = 300;
/// The longest idempotency key, in bytes: every gateway and ledger that contraflow knows takes as many.
pub const MAX_KEY_BYTES: usize = 64;

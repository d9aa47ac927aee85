//! Every bound of what the console draws and reads; what a person may type, the domain bounds.

/// Bytes of a form that is sent in.
pub const FORM_BYTES: usize = 64 * 1024;
/// Requests that are read from the api at the same time.
pub const READS_AT_ONCE: usize = 8;
/// Items of a page of a list.
pub const PAGE: usize = 50;
/// Requests that a customer's page shows.
pub const CUSTOMER_REQUESTS: usize = 20;
/// Events that are asked for at once.
pub const EVENTS: usize = 200;
/// Bytes of a token that a cookie may carry: browsers keep about 4 KiB.
pub const TOKEN_BYTES: usize = 3_500;
/// Evidence links of one form.
pub const EVIDENCE: usize = 5;
/// Segments of a money bar that are told apart; the rest is drawn as one.
pub const SEGMENTS: usize = 7;
/// Seconds until a page whose request is under way is asked for again.
pub const REFRESH_SECONDS: u32 = 2;
/// Milliseconds after a request's last change during which its page refreshes by itself.
pub const REFRESH_FOR_MS: u64 = 60_000;

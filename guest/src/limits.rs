//! Every bound of the functions, in one place.

/// Bytes of a request's body.
pub const BODY_BYTES: usize = 256 * 1024;
/// Bytes of an import's body.
pub const IMPORT_BYTES: usize = 1024 * 1024;
/// Rows of an import that are stored in one commit: each writes eight keys, and a commit takes 256.
pub const IMPORT_ROWS_AT_ONCE: usize = 25;
/// Mistakes of an import that are told at once.
pub const IMPORT_ERRORS: usize = 100;
/// Bytes of another component's answer.
pub const ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// How often a step starts anew when someone else has changed what it read.
pub const CONFLICTS: usize = 24;
/// Hops of one drive; what is left the clock does.
pub const HOPS: usize = 64;
/// Requests that the clock drives in one round.
pub const CLOCK_ROUND: u32 = 200;
/// Requests that the clock drives at the same time.
pub const CLOCK_WIDTH: usize = 8;
/// Periods of one schedule that the clock makes up in one round.
pub const SCHEDULE_RUNS: usize = 12;
/// Items of a page, when nobody says otherwise.
pub const PAGE: u32 = 50;
/// Items of a page at most.
pub const PAGE_MOST: u32 = 200;
/// Bytes of a cursor.
pub const CURSOR_BYTES: usize = 512;
/// Index entries that one page of a list looks at, at most, to fill itself with what the filters let through.
pub const LIST_SCAN: usize = 2_000;
/// Decisions of one batch.
pub const BATCH: usize = 200;
/// Seconds that the token of a call between components is valid.
pub const MACHINE_TOKEN_SECONDS: u64 = 120;
/// Bytes of an idempotency key.
pub const IDEMPOTENCY_KEY_BYTES: usize = 255;
/// Keys of one read.
pub const KEYS: usize = 256;

//! Every bound of the functions, in one place; what the console draws has its own.

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
/// Bytes of a file from a mounted folder, such as the policy.
pub const FILE_BYTES: u64 = 1024 * 1024;
/// Bytes of the key that signs tokens, at least: as many as its hash has (RFC 7518, section 3.2).
pub const TOKEN_KEY_BYTES: usize = 32;
/// Bytes of a token.
pub const TOKEN_BYTES: usize = 4096;
/// Seconds by which the clocks of whoever signs a token and whoever reads it may differ.
pub const TOKEN_LEEWAY_SECONDS: u64 = 30;
/// Things that one call of the hand-off does; the driver calls again for what is left.
pub const HANDOFF_ROUNDS: usize = 6;
/// News of one refund that wait for its leg; what comes after is dropped, since the gateway can be asked.
pub const UNMATCHED_NEWS: usize = 50;
/// Events of one page of the audit export.
pub const AUDIT_PAGE: u32 = 1000;
/// Currencies in which one customer's store credit is shown.
pub const BALANCES: u32 = 200;
/// Entries of one page of the doctor's walk: each may need dozens of others to be compared with.
pub const DOCTOR_PAGE: u32 = 50;
/// How often the doctor reads anew what changes while it reads.
pub const DOCTOR_TRIES: usize = 50;
/// Invoices, or exchange rates, of one import into the embedded books.
pub const BOOKS_IMPORT: usize = 1000;
/// Entries that one read of the journal takes while it is written as Beancount.
pub const JOURNAL_READ: u32 = 1000;
/// Entries of one Beancount file; a comment at its end says where to go on.
pub const BEANCOUNT_ENTRIES: usize = 50_000;

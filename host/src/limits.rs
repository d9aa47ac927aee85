//! Holds every bound of the host in one place. What a deployment may want to change is in [`Limits`]; the rest are
//! constants.

use std::time::Duration;

/// Time after which the epoch advances: a guest computes no longer than this before the host may look at its time
/// limits.
pub const EPOCH_TICK: Duration = Duration::from_millis(10);
/// Statements of one group commit, at most; this bounds how long the first of them waits for the last.
pub const GROUP_COMMIT_STATEMENTS: usize = 256;
/// Time that SQLite waits for another process's lock before it answers "busy".
pub const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Prepared statements that each SQLite connection keeps.
pub const SQLITE_STATEMENT_CACHE: usize = 64;
/// Idle reader connections that are kept for each database.
pub const SQLITE_IDLE_READERS: usize = 8;
/// Bytes of all rows of one query together, at most.
pub const SQLITE_RESULT_BYTES: usize = 64 << 20;
/// Bytes of one line that a guest writes to stdout or stderr; the rest of the line is cut off.
pub const GUEST_LOG_LINE_BYTES: usize = 8 << 10;
/// Core instances, memories and tables that the pooling allocator reserves address space for.
pub const POOLED_CORE_INSTANCES: u32 = 10_000;
/// Component instances alive at once, over all hosts of the process.
pub const POOLED_COMPONENT_INSTANCES: u32 = 1_000;
/// Linear memories alive at once, over all hosts of the process.
pub const POOLED_MEMORIES: u32 = 3_000;
/// Bytes of one core instance's metadata, at most.
pub const POOLED_INSTANCE_BYTES: usize = 4 << 20;
/// The hardest bound on one linear memory; [`Limits::instance_memory_bytes`] is checked first.
pub const POOLED_MEMORY_BYTES: usize = 256 << 20;
/// Bytes of the headers and the request line of an inbound request, at most.
pub const INBOUND_HEADER_BYTES: usize = 64 << 10;
/// Components that may call each other in one chain, so that a loop ends.
pub const CHAIN_DEPTH: u32 = 16;

/// Elements that one table of a guest may have: more than any component needs.
pub const TABLE_ELEMENTS: usize = 100_000;
/// A deadline that is never reached, in ticks of the epoch: for runs that must be repeatable.
pub const NEVER_TICKS: u64 = 1 << 48;
/// Time that an instance may run on after one of its requests ran out of time and before it is stopped. A guest that
/// waits, and does not compute without a pause, lets the request's own timer fire first.
pub const REQUEST_GRACE: Duration = Duration::from_millis(200);
/// Time that an instance may work on after its last response when one of its requests ran out of time.
pub const EXPIRED_GRACE: Duration = Duration::from_secs(1);
/// Characters of the key that signs tokens, at least: a shorter one could be guessed.
pub const TOKEN_KEY_CHARACTERS: usize = 32;
/// Time between two ticks of the application's clock.
pub const CLOCK_PERIOD: Duration = Duration::from_secs(5);
/// Time between two checkpoints of the record, where anything has happened: what came after the last one is not proven
/// yet.
pub const CHECKPOINT_PERIOD: Duration = Duration::from_secs(60);
/// Breaks of a record that are listed one by one; of more, the number is told.
pub const BREAKS_LISTED: usize = 20;
/// Time that the last checkpoint may take when the host stops.
pub const LAST_CHECKPOINT_TIME: Duration = Duration::from_secs(5);
/// Time that work under way may take to finish when the host stops.
pub const SHUTDOWN_TIME: Duration = Duration::from_secs(30);

/// Holds the bounds of one host, which a caller may change before the start.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a request's body; more is answered with 413.
    pub request_body_bytes: usize,
    /// Bytes of a response's body; the connection is cut beyond it.
    pub response_body_bytes: usize,
    /// Time for the whole body of a request to arrive; 408 after it.
    pub request_body_time: Duration,
    /// Time from the start of a request until the component answers; 504 after it, and the instance is dropped.
    pub request_time: Duration,
    /// Time that a component may work on after its last response.
    pub background_time: Duration,
    /// Bytes of all linear memories of one instance together.
    pub instance_memory_bytes: usize,
    /// Requests that one instance serves at the same time.
    pub instance_concurrency: usize,
    /// Requests that one instance serves before it is replaced.
    pub instance_reuse: usize,
    /// Time for which an instance without work is kept.
    pub instance_idle_time: Duration,
    /// Requests from outside that are worked on at the same time; others wait.
    pub concurrent_requests: usize,
    /// Requests from outside that may wait; 503 beyond it.
    pub waiting_requests: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_body_bytes: 1 << 20,
            response_body_bytes: 64 << 20,
            request_body_time: Duration::from_secs(15),
            request_time: Duration::from_secs(30),
            background_time: Duration::from_secs(120),
            instance_memory_bytes: 128 << 20,
            instance_concurrency: 16,
            instance_reuse: 128,
            instance_idle_time: Duration::from_secs(2),
            concurrent_requests: 128,
            waiting_requests: 1024,
        }
    }
}

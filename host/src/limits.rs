//! Holds every bound of the host in one place. What a deployment may want to change is in [`Limits`]; the rest are
//! constants.

use std::time::Duration;

/// Time after which the epoch advances: a guest computes no longer than this before the host may look at its time
/// limits.
pub const EPOCH_TICK: Duration = Duration::from_millis(10);
/// Pages that a database keeps for later although nothing uses them: 4 MiB. Beyond that, and beyond a quarter of all,
/// they are given back to the disk.
pub const SQLITE_SPARE_PAGES: u64 = 1_024;
/// Pages that are given back in one go, while no other may write.
pub const SQLITE_PAGES_GIVEN_BACK: u64 = 1_000;
/// Bytes of the file beside a database that holds the newest commits; it may be larger only while it is in use.
pub const SQLITE_WAL_BYTES: u64 = 64 << 20;
/// Time between two looks for unused space.
pub const GIVE_BACK_PERIOD: Duration = Duration::from_secs(30);
/// Requests that one call removes from the store, at most; the application takes no more.
pub const ARCHIVED_AT_ONCE: usize = 50;
/// Statements of one group commit, at most; this bounds how long the first of them waits for the last.
pub const GROUP_COMMIT_STATEMENTS: usize = 256;
/// Time that SQLite waits for another process's lock before it answers "busy".
pub const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The number that marks a database file as contraflow's: "cflw".
pub const APPLICATION_ID: i32 = 0x6366_6c77;
/// The number of the form in which this version keeps its data. A version refuses a file with a higher number.
pub const FORMAT: i32 = 1;
/// Bytes of a SQLite file's header.
pub const SQLITE_HEADER_BYTES: usize = 100;
/// Where a SQLite file's header has the number of the program that the file belongs to, in four bytes.
pub const SQLITE_APPLICATION_ID_AT: usize = 68;
/// The bits of a file's mode that let others than its owner do anything.
pub const OTHERS_BITS: u32 = 0o077;
/// The bits of a file's mode that let others than its owner change it.
pub const OTHERS_MAY_WRITE_BITS: u32 = 0o022;
/// Time for which a database is looked through before the host starts.
pub const SQLITE_EXAMINATION_TIME: Duration = Duration::from_secs(5);
/// Tables of which a row is read to see whether a database can be read.
pub const PROBED_TABLES: u32 = 32;
/// Time for the database to answer before the host says that it is not ready.
pub const READY_TIME: Duration = Duration::from_secs(2);
/// Time for which an answer to "are you ready?" holds, so that asking costs next to nothing.
pub const READY_HOLDS: Duration = Duration::from_secs(1);
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
/// Bytes that a connection buffers, at most. Whoever sends longer headers is cut off; those between
/// [`Limits::header_bytes`] and this get an answer that says why.
pub const CONNECTION_BUFFER_BYTES: usize = 64 << 10;
/// Seconds over which an allowance is spread: whoever did not ask for so long may ask that often at once.
pub const BURST_SECONDS: u32 = 10;
/// Networks or credentials whose requests are counted one by one. The others share one allowance, until one of these
/// has its whole allowance back.
pub const EDGE_TABLE_ENTRIES: usize = 10_000;
/// Time between two looks for callers that need not be counted any more.
pub const EDGE_SWEEP_PAUSE: Duration = Duration::from_millis(500);
/// Bytes for a body that is about to be read; more are taken as they arrive.
pub const BODY_FIRST_BYTES: usize = 16 << 10;
/// Bytes of a body that is read while it comes in, that are in memory at the same time, at most.
pub const STREAMED_BYTES: usize = 256 << 10;
/// Time for which a body is read that nobody needs, so that its sender sees the answer.
pub const DISCARD_TIME: Duration = Duration::from_secs(2);
/// Connections beyond the bound that are still told why they are not served.
pub const TURNED_AWAY_CONNECTIONS: usize = 64;
/// Time for a connection that is not served to say what it wanted.
pub const TURNED_AWAY_TIME: Duration = Duration::from_secs(2);
/// Bytes of all compiled components that are kept; what was not used for the longest time goes first.
pub const ARTIFACT_CACHE_BYTES: u64 = 2 << 30;
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
/// Time that the clock leaves to callers who wait, between two rounds of which the second goes on with the first's
/// work.
pub const CLOCK_BREATH: Duration = Duration::from_millis(250);
/// Time between two ticks of the application's clock, while nothing is due.
pub const CLOCK_PERIOD: Duration = Duration::from_secs(5);
/// Time between two checkpoints of the record, where anything has happened: what came after the last one is not proven
/// yet.
pub const CHECKPOINT_PERIOD: Duration = Duration::from_secs(60);
/// Breaks of a record that are listed one by one; of more, the number is told.
pub const BREAKS_LISTED: usize = 20;
/// Time that the last checkpoint may take when the host stops.
pub const LAST_CHECKPOINT_TIME: Duration = Duration::from_secs(5);
/// Hours for which the link works that a start writes for the first sign-in.
pub const SIGN_IN_HOURS: u32 = 12;
/// Time that work under way may take to finish when the host stops.
pub const SHUTDOWN_TIME: Duration = Duration::from_secs(30);

/// Says how often one caller may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests in a second, in the long run; 0 for no limit.
    pub per_second: u32,
    /// Requests that may come at once after a pause.
    pub burst: u32,
}

impl Rate {
    /// Lets everything pass.
    pub const UNLIMITED: Self = Self { per_second: 0, burst: 0 };
}

/// Holds the bounds of one host, which a caller may change before the start.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections that are open at the same time. There are never more than half of the files that the system lets the
    /// process open.
    pub connections: usize,
    /// Connections from one address; a trusted proxy may have more.
    pub connections_per_address: usize,
    /// Time for the headers of a request to arrive, and for a connection to wait for the next request.
    pub header_time: Duration,
    /// Bytes of the headers and the address of a request; more is answered with 431.
    pub header_bytes: usize,
    /// Bytes of a body on a route where callers need not prove who they are, such as the form to sign in.
    pub open_body_bytes: usize,
    /// Bytes of all bodies together that are being read or worked on; 503 beyond it.
    pub body_bytes_under_way: usize,
    /// Bytes of the bodies from one address; 429 beyond it.
    pub body_bytes_per_address: usize,
    /// Time for a client to take the next part of an answer.
    pub write_time: Duration,
    /// How often one bearer credential may ask; 429 beyond it.
    pub credential_rate: Rate,
    /// How often one address may ask without a credential that was accepted before; 429 beyond it.
    pub address_rate: Rate,
    /// Bytes of a request's body; more is answered with 413.
    pub request_body_bytes: usize,
    /// Bytes of a body that a component reads while it comes in; the connection is cut beyond it.
    pub streamed_body_bytes: usize,
    /// Bytes of a response's body; the connection is cut beyond it.
    pub response_body_bytes: usize,
    /// Time for the whole body of a request to arrive; 408 after it.
    pub request_body_time: Duration,
    /// Time from the start of a request until the component answers; 504 after it, and the instance is dropped.
    pub request_time: Duration,
    /// Time from the start of a request whose body is read while it comes in until the component answers.
    pub streamed_time: Duration,
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
            connections: 1024,
            connections_per_address: 256,
            header_time: Duration::from_secs(15),
            header_bytes: 32 << 10,
            open_body_bytes: 64 << 10,
            body_bytes_under_way: 64 << 20,
            body_bytes_per_address: 16 << 20,
            write_time: Duration::from_secs(20),
            credential_rate: Rate { per_second: 100, burst: 1_000 },
            address_rate: Rate { per_second: 50, burst: 500 },
            request_body_bytes: 1 << 20,
            streamed_body_bytes: 80 << 20,
            response_body_bytes: 64 << 20,
            request_body_time: Duration::from_secs(15),
            request_time: Duration::from_secs(30),
            streamed_time: Duration::from_secs(900),
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

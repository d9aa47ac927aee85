//! The bounds of a measurement.

use std::time::Duration;

/// Requests of a full run.
pub const REQUESTS: usize = 2000;
/// Requests of a quick run.
pub const QUICK_REQUESTS: usize = 300;
/// Requests that nobody measures, before those that are measured.
pub const WARM_UP: usize = 32;
/// Connections at once, and native workers at once.
pub const CONNECTIONS: [usize; 2] = [1, 16];
/// Parts that a run under load is cut into: host and yardstick take turns, so that what else the machine does meets
/// both.
pub const ROUNDS: usize = 3;
/// Rows of the large file, and requests of the long queue, of a full run: contraflow takes no more at once.
pub const ROWS: usize = 100_000;
/// Rows of the large file, and requests of the long queue, of a quick run.
pub const QUICK_ROWS: usize = 2_000;
/// Rows of a file that are all for one customer, at most.
pub const ONE_CUSTOMER_ROWS: usize = 1_000;
/// The longest that a row of a large file may take, besides the wait for one answer.
pub const ROW: Duration = Duration::from_millis(50);
/// Items of a page of the queue.
pub const PAGE: usize = 50;
/// How often each page of the console is opened.
pub const PAGE_SAMPLES: usize = 100;
/// Bytes of the result of a file that are read.
pub const RESULT_BYTES: usize = 64 << 20;
/// The pause between two rounds of the clock in which nothing more was due.
pub const CLOCK_PAUSE: Duration = Duration::from_millis(200);
/// Requests of a latency measurement, at most: each of them waits until the host is idle again.
pub const IDLE_SAMPLES: usize = 400;
/// Starts of an instance that are measured.
pub const COLD_SAMPLES: usize = 5;
/// Longer than the host keeps an instance without work.
pub const COLD_PAUSE: Duration = Duration::from_millis(2500);
/// Starts of the host that are measured.
pub const HOST_STARTS: usize = 5;
/// The longest wait for one answer of the host, its start with a cold cache included.
pub const ANSWER: Duration = Duration::from_secs(300);
/// Bytes of an answer that are read.
pub const ANSWER_BYTES: usize = 1 << 20;

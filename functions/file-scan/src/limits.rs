//! The bounds of a call to the scanner.

use std::time::Duration;

/// Bytes of the scanner's answer, at most.
pub const ANSWER_BYTES: usize = 16 * 1024;
/// Characters of the scanner's name for what it found that are kept, at most.
pub const NAME_CHARS: usize = 100;
/// Time for the connection.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time for an answer to begin, and for each part of it: scanners unpack files.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

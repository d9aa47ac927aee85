//! Reads what the system grants this process.

use rustix::process::{Resource, getrlimit};

use crate::limits::TURNED_AWAY_CONNECTIONS;

/// Returns how many connections may be open: half of the files that the process may have, so that databases and calls
/// to the outside find room, too.
pub fn connections() -> usize {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files / 2).unwrap_or(usize::MAX).max(1)
}

/// Returns how many connections beyond that may be told why they are not served.
pub fn turned_away(connections: usize) -> usize {
    TURNED_AWAY_CONNECTIONS.min(connections.div_ceil(4))
}

//! How long set-up waits for what is outside this machine.

use std::time::Duration;

/// `rustup target add` takes seconds when it reaches its servers, and hangs when it does not.
pub const RUSTUP: Duration = Duration::from_secs(60);

/// One `apt-get`: some 250 MB of packages over a slow line.
pub const APT: Duration = Duration::from_secs(15 * 60);

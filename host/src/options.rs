//! How a host is started.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::gate::Interceptor;
use crate::limits::Limits;
use crate::outbound::Outbound;
use crate::sql::sqlite::SqliteSync;
use crate::wasi::Clock;

/// How a host is started.
#[derive(Clone, Default)]
pub struct HostOptions {
    /// Where everything durable lives.
    pub state_dir: PathBuf,
    /// Values of the application's variables; the environment and the defaults fill in the rest.
    pub variables: BTreeMap<String, String>,
    /// Sees every host call.
    pub interceptor: Option<Arc<dyn Interceptor>>,
    /// The time that components see, instead of the machine's.
    pub wall_clock: Option<Clock>,
    /// Makes runs repeatable on a runtime of one thread: components draw the same random numbers each time, no time
    /// limit interrupts or ends one, and the database is waited for on the caller's thread.
    pub rng_seed: Option<u64>,
    /// The bounds.
    pub limits: Limits,
    /// How hard commits are pushed to the disk.
    pub sqlite_sync: SqliteSync,
    /// Answers outbound requests in place of the network.
    pub outbound: Option<Arc<dyn Outbound>>,
}

impl std::fmt::Debug for HostOptions {
    /// Shows the variables' names only: their values may be secret.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("HostOptions")
            .field("state_dir", &self.state_dir)
            .field("variables", &self.variables.keys())
            .field("limits", &self.limits)
            .field("sqlite_sync", &self.sqlite_sync)
            .finish_non_exhaustive()
    }
}

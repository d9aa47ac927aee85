//! Says how a host is started.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::gate::Interceptor;
use crate::limits::Limits;
use crate::outbound::Outbound;
use crate::proxies::Proxies;
use crate::sql::sqlite::SqliteSync;
use crate::wasi::Clock;

/// Says how a host is started.
#[derive(Clone, Default)]
pub struct HostOptions {
    /// The folder that holds everything durable, such as the databases.
    pub state_dir: PathBuf,
    /// Values of the application's variables; the environment and the defaults fill in the rest.
    pub variables: BTreeMap<String, String>,
    /// An interceptor that sees every host call; `None` in production.
    pub interceptor: Option<Arc<dyn Interceptor>>,
    /// The time that components see, instead of the machine's.
    pub wall_clock: Option<Clock>,
    /// Makes runs repeatable on a runtime of one thread: components draw the same random numbers each time, a pause of
    /// theirs ends at once, no time limit interrupts or ends one, and the database is waited for on the caller's
    /// thread.
    pub rng_seed: Option<u64>,
    /// The bounds on requests, instances and queues.
    pub limits: Limits,
    /// The proxies whose word on the client's address counts.
    pub trusted_proxies: Proxies,
    /// Whether a commit must survive the loss of power.
    pub sqlite_sync: SqliteSync,
    /// Answers outbound requests in place of the network.
    pub outbound: Option<Arc<dyn Outbound>>,
}

impl std::fmt::Debug for HostOptions {
    /// Shows only the names of the variables, because their values may be secret.
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

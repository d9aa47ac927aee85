//! Holds what a running host offers its components: their configurations, the databases, the gate, and each other.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use http::{Request, Response};
use tokio::sync::OnceCell;
use wasmtime_wasi_http::WasiBody;

use crate::activity::Activity;
use crate::component::ComponentConfig;
use crate::gate::{BoxFuture, Gate, Life};
use crate::options::HostOptions;
use crate::refusal::Refusal;
use crate::sql::Engine;
use crate::sql::sqlite::SqliteEngine;
use crate::trace::RequestContext;

/// Names the files of the databases in a state folder: that of `spin:sqlite`, and that of `spin:key-value`.
pub(crate) const DATABASE_FILES: [&str; 2] = ["sqlite_default.db", "key_value_default.db"];
/// Names the database that every application has.
pub(crate) const DEFAULT_DATABASE: &str = "default";

/// Names the interface through which a database is reached.
pub(crate) enum Databases {
    /// The databases of `spin:sqlite`.
    Sqlite,
    /// The database in which `spin:key-value` keeps its entries.
    KeyValue,
}

/// Hands a request from one component to another.
pub(crate) trait Chain: Send + Sync {
    /// Calls the component of that name; `None` when there is none.
    fn call<'a>(
        &'a self,
        component: &'a str,
        request: Request<WasiBody>,
        context: RequestContext,
    ) -> BoxFuture<'a, Option<Response<WasiBody>>>;
}

/// Holds what all components of a running host share.
pub(crate) struct Services {
    pub options: HostOptions,
    pub gate: Gate,
    pub activity: Activity,
    configs: Vec<ComponentConfig>,
    sqlite: Arc<dyn Engine>,
    key_value: Arc<dyn Engine>,
    /// Set once the tables of the store are there.
    pub store_tables: OnceCell<()>,
    instances: AtomicU64,
    /// What hands requests on. It is set once, when the host starts, and can't be reached any more when the host has
    /// ended.
    chain: OnceLock<Weak<dyn Chain>>,
}

impl Services {
    /// Makes the services for components with these configurations; no file is touched before a component needs it.
    pub fn new(configs: Vec<ComponentConfig>, options: HostOptions) -> Self {
        let file = |name: &str| BTreeMap::from([("default".to_owned(), options.state_dir.join(name))]);
        let [sqlite, key_value] = DATABASE_FILES;
        let engine = |name: &str| -> Arc<dyn Engine> {
            let engine = SqliteEngine::new(file(name), options.sqlite_sync);
            Arc::new(if options.rng_seed.is_some() { engine.on_callers_threads() } else { engine })
        };
        let (sqlite, key_value) = (engine(sqlite), engine(key_value));
        let engines = [sqlite.clone(), key_value.clone()];
        let gate =
            Gate::new(options.interceptor.clone(), Box::new(move || engines.iter().for_each(|engine| engine.close())));
        let (activity, instances, chain) = (Activity::default(), AtomicU64::new(0), OnceLock::new());
        let store_tables = OnceCell::new();
        Self { options, gate, activity, configs, sqlite, key_value, store_tables, instances, chain }
    }

    /// Sets what hands requests from one component to another.
    pub fn connect(&self, chain: Weak<dyn Chain>) {
        self.chain.get_or_init(|| chain);
    }

    /// Calls the component of that name; `None` when there is none.
    pub async fn call(
        &self,
        component: &str,
        request: Request<WasiBody>,
        context: RequestContext,
    ) -> Option<Response<WasiBody>> {
        match self.chain.get().and_then(Weak::upgrade) {
            Some(chain) => chain.call(component, request, context).await,
            None => Some(Refusal::Stopping.response()),
        }
    }

    pub fn config(&self, index: usize) -> &ComponentConfig {
        // The index comes from the application from which the configurations were made.
        #[allow(clippy::indexing_slicing)]
        &self.configs[index]
    }

    pub fn databases(&self, databases: Databases) -> &dyn Engine {
        match databases {
            Databases::Sqlite => &*self.sqlite,
            Databases::KeyValue => &*self.key_value,
        }
    }

    /// Returns the seed of the next instance; `None` when randomness need not be repeatable.
    pub fn next_seed(&self) -> Option<u64> {
        let instance = self.instances.fetch_add(1, Ordering::Relaxed);
        self.options.rng_seed.map(|seed| seed.wrapping_add(instance.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// Closes the gate, so that no further call has an effect.
    pub fn end(&self, life: Life) {
        self.gate.close(life);
    }

    /// Closes the databases, once what runs on them has ended.
    pub fn close_databases(&self) {
        self.sqlite.close();
        self.key_value.close();
    }
}

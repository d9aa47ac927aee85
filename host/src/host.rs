//! A running application.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use tokio::sync::Semaphore;
use wasmtime_wasi_http::WasiBody;
use wasmtime_wasi_http::handler::{ExpirationError, InstantiationError, ProxyHandler, ProxyPre};

use crate::activity::Activity;
use crate::application::Application;
use crate::body::TrackedBody;
use crate::component::{ComponentConfig, resolve_variables};
use crate::gate::{Abandoned, Gate, Interceptor, Life};
use crate::limits::Limits;
use crate::outbound::Outbound;
use crate::refusal::Refusal;
use crate::sql::Engine;
use crate::sql::sqlite::{SqliteEngine, SqliteSync};
use crate::state::RequestContext;
use crate::wasi::Clock;
use crate::worker::Instances;

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
    /// Makes runs repeatable on a runtime of one thread: components draw the same random numbers each time, no time limit
    /// interrupts or ends one, and the database is waited for on the caller's thread.
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

/// The databases of a host, by the interface they are reached through.
pub(crate) enum Databases {
    /// `spin:sqlite`.
    Sqlite,
    /// What `spin:key-value` keeps its entries in.
    KeyValue,
}

/// An application that runs. Dropped, it stops at once; [`Host::shutdown`] lets it finish first.
pub struct Host {
    inner: Arc<HostInner>,
}

pub(crate) struct HostInner {
    pub app: Arc<Application>,
    pub options: HostOptions,
    pub gate: Gate,
    pub activity: Activity,
    sqlite: Arc<dyn Engine>,
    key_value: Arc<dyn Engine>,
    pub(crate) admission: Semaphore,
    pub(crate) waiting: AtomicUsize,
    configs: Vec<ComponentConfig>,
    /// Empty once the host has ended: the handlers' instances refer back to the host.
    handlers: RwLock<Vec<ProxyHandler<Instances>>>,
    instances: AtomicU64,
}

impl Host {
    /// Starts an application. Cheap: nothing is compiled, and no file is touched before a component needs it.
    ///
    /// # Errors
    /// A required variable without a value, a malformed host in an allow list, a state folder that cannot be made.
    pub fn start(app: Arc<Application>, options: HostOptions) -> Result<Self> {
        std::fs::create_dir_all(&options.state_dir)
            .with_context(|| format!("cannot make the state folder {}", options.state_dir.display()))?;
        let variables = resolve_variables(&app.manifest, &options.variables)?;
        let mut configs = Vec::with_capacity(app.components.len());
        for component in &app.components {
            let config = ComponentConfig::new(&component.name, &component.spec, &variables);
            configs.push(
                config.with_context(|| format!("{}: [component.{}]", app.manifest.path.display(), component.name))?,
            );
        }
        let file = |name: &str| BTreeMap::from([("default".to_owned(), options.state_dir.join(name))]);
        let engine = |name: &str| -> Arc<dyn Engine> {
            let engine = SqliteEngine::new(file(name), options.sqlite_sync);
            Arc::new(if options.rng_seed.is_some() { engine.on_callers_threads() } else { engine })
        };
        let (sqlite, key_value) = (engine("sqlite_default.db"), engine("key_value_default.db"));
        let engines = [sqlite.clone(), key_value.clone()];
        let gate =
            Gate::new(options.interceptor.clone(), Box::new(move || engines.iter().for_each(|engine| engine.close())));
        let inner = Arc::new_cyclic(|host| {
            let handler = |(index, component): (usize, &crate::application::CompiledComponent)| {
                ProxyHandler::new(Instances { host: host.clone(), index, pre: ProxyPre::P3(component.pre.clone()) })
            };
            HostInner {
                handlers: RwLock::new(app.components.iter().enumerate().map(handler).collect()),
                admission: Semaphore::new(options.limits.concurrent_requests),
                waiting: AtomicUsize::new(0),
                instances: AtomicU64::new(0),
                activity: Activity::default(),
                sqlite,
                key_value,
                gate,
                configs,
                options,
                app,
            }
        });
        Ok(Self { inner })
    }

    /// Answers a request by the public routes, as if it had come over the network.
    ///
    /// # Errors
    /// The host was abandoned, before or meanwhile.
    pub async fn handle(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Abandoned> {
        let respond = async {
            let response = crate::serve::respond(&self.inner, request, None).await;
            collect(response).await
        };
        self.unless_abandoned(respond).await
    }

    /// Answers a request by one component, private or not.
    ///
    /// # Errors
    /// The host was abandoned, before or meanwhile.
    pub async fn call_component(&self, component: &str, request: Request<Bytes>) -> Result<Response<Bytes>, Abandoned> {
        let respond = async {
            let Some(index) = self.inner.app.index_of(component) else {
                return collect(Refusal::NoRoute.response()).await;
            };
            let response = crate::serve::respond(&self.inner, request, Some(index)).await;
            collect(response).await
        };
        self.unless_abandoned(respond).await
    }

    async fn unless_abandoned<T>(&self, work: impl Future<Output = T>) -> Result<T, Abandoned> {
        let mut end = self.inner.gate.watch();
        let done = tokio::select! {
            biased;
            _ = end.wait_for(|life| *life == Life::Abandoned) => return Err(Abandoned),
            done = work => done,
        };
        // A response that raced with the crash was never sent.
        if self.inner.gate.life() == Life::Abandoned { Err(Abandoned) } else { Ok(done) }
    }

    /// Resolves when no request is under way and no component works on after its response.
    pub async fn idle(&self) {
        self.inner.activity.idle().await;
    }

    /// Whether it crashed, as [`Host::abandon`] does it.
    pub fn is_dead(&self) -> bool {
        self.inner.gate.life() == Life::Abandoned
    }

    /// The host calls made so far.
    pub fn calls(&self) -> u64 {
        self.inner.gate.count()
    }

    /// Crashes the host for as far as components can tell: from now on every host call traps, instances are dropped, and nothing
    /// further reaches a database or the network.
    pub fn abandon(&self) {
        self.inner.end(Life::Abandoned);
    }

    /// Refuses new requests, waits until what is under way is finished, and closes the databases.
    /// Returns false when `timeout` passed before that.
    pub async fn shutdown(self, timeout: Duration) -> bool {
        self.inner.admission.close();
        let finished = tokio::time::timeout(timeout, self.inner.activity.idle()).await.is_ok();
        if !finished {
            tracing::warn!("stopped with work under way: the clock takes it up after the next start");
        }
        self.inner.end(Life::Closed);
        finished
    }

    pub(crate) fn inner(&self) -> &Arc<HostInner> {
        &self.inner
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.inner.end(Life::Closed);
    }
}

impl HostInner {
    pub(crate) fn config(&self, index: usize) -> &ComponentConfig {
        // The index comes from the application that the configurations were made of.
        #[allow(clippy::indexing_slicing)]
        &self.configs[index]
    }

    pub(crate) fn databases(&self, databases: Databases) -> &dyn Engine {
        match databases {
            Databases::Sqlite => &*self.sqlite,
            Databases::KeyValue => &*self.key_value,
        }
    }

    /// The seed of the next instance, where randomness is repeatable.
    pub(crate) fn next_seed(&self) -> Option<u64> {
        let instance = self.instances.fetch_add(1, Ordering::Relaxed);
        self.options.rng_seed.map(|seed| seed.wrapping_add(instance.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    fn end(&self, life: Life) {
        self.gate.close(life);
        self.handlers.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.sqlite.close();
        self.key_value.close();
    }

    /// Hands a request to a component. Whatever goes wrong becomes a response, as it does on Spin.
    pub(crate) async fn dispatch(
        &self,
        index: usize,
        request: Request<WasiBody>,
        context: RequestContext,
    ) -> Response<WasiBody> {
        let running = self.activity.begin();
        let handler = self.handlers.read().unwrap_or_else(PoisonError::into_inner).get(index).cloned();
        let Some(handler) = handler else {
            return Refusal::Stopping.response();
        };
        let started = Instant::now();
        match handler.handle(context, request).await {
            Ok(response) => {
                let limit = self.options.limits.response_body_bytes;
                response.map(|body| TrackedBody::new(body, running, limit).boxed_unsync())
            }
            Err(error) => self.failure(index, &error, started.elapsed()),
        }
    }

    fn failure(&self, index: usize, error: &wasmtime::Error, elapsed: Duration) -> Response<WasiBody> {
        let component = &self.config(index).name;
        if error.is::<ExpirationError>() || elapsed >= self.options.limits.request_time {
            tracing::error!(component, "stopped: no answer within {:?}", self.options.limits.request_time);
            return Refusal::Late.response();
        }
        if let Some(error) = error.downcast_ref::<InstantiationError<RequestContext>>() {
            if error.error.is::<wasmtime::PoolConcurrencyLimitError>() {
                tracing::warn!(component, "no room for another instance");
                return Refusal::Busy.response();
            }
            tracing::error!(component, "cannot start: {:#}", error.error);
        } else {
            tracing::error!(component, "failed: {error:#}");
        }
        Refusal::Failed.response()
    }
}

async fn collect(response: Response<WasiBody>) -> Response<Bytes> {
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(parts, body.to_bytes()),
        Err(error) => {
            let mut response = Response::new(Bytes::from(format!("the response broke off: {error}")));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}

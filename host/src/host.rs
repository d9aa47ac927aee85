//! Runs an application.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use wasmtime_wasi_http::WasiBody;

use crate::application::Application;
use crate::component::{ComponentConfig, resolve_variables};
use crate::dispatch::Dispatcher;
use crate::gate::{AbandonedError, Life};
use crate::options::HostOptions;
use crate::outbound::full;
use crate::private_files::private_folder;
use crate::refusal::Refusal;
use crate::services::{DATABASE_FILES, DEFAULT_DATABASE, Databases, Services};
use crate::sql::sqlite::{ExaminationError, examine};
use crate::{respond, serve};

/// Holds an application that runs. When it is dropped, the application stops at once; [`Host::shutdown`] lets it finish
/// first.
pub struct Host {
    dispatcher: Arc<Dispatcher>,
}

impl Host {
    /// Starts an application. This is cheap: nothing is compiled, and no file is touched before a component needs it.
    ///
    /// # Errors
    /// A required variable without a value, a malformed host in an allow list, a state folder that cannot be made.
    pub fn start(app: Arc<Application>, options: HostOptions) -> Result<Self> {
        private_folder(&options.state_dir)?;
        let variables = resolve_variables(&app.manifest, &options.variables)?;
        let mut configs = Vec::with_capacity(app.components.len());
        for component in &app.components {
            let config = ComponentConfig::new(&component.name, &component.spec, &variables);
            configs.push(
                config.with_context(|| format!("{}: [component.{}]", app.manifest.path.display(), component.name))?,
            );
        }
        let services = Arc::new(Services::new(configs, options));
        Ok(Self { dispatcher: Dispatcher::new(app, services) })
    }

    /// Examines the databases in a state folder before anything relies on them, and changes nothing. A database that is
    /// still to be made is good.
    ///
    /// # Errors
    /// A file that is damaged, belongs to another program, or was written by a newer version: what to do.
    pub fn examine(state: &Path) -> Result<(), ExaminationError> {
        DATABASE_FILES.iter().try_for_each(|name| examine(&state.join(name)))
    }

    /// Returns the file in a state folder that holds what the application stores.
    pub fn database(state: &Path) -> PathBuf {
        let [sqlite, _] = DATABASE_FILES;
        state.join(sqlite)
    }

    /// Gives space back to the disk that the application's database does not use any more. Returns how many bytes.
    ///
    /// # Errors
    /// The database's words.
    pub async fn give_space_back(&self) -> Result<u64> {
        let mut sum = 0;
        loop {
            match self.dispatcher.services.databases(Databases::Sqlite).give_space_back(DEFAULT_DATABASE).await? {
                0 => return Ok(sum),
                given => sum += given,
            }
        }
    }

    /// Serves connections until `shutdown` resolves, and then answers the requests that are under way.
    pub async fn serve(&self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        serve::serve(&self.dispatcher, listener, shutdown).await;
    }

    /// Answers a request through the public routes, as if it had come over the network.
    ///
    /// # Errors
    /// The host was abandoned, before or meanwhile.
    pub async fn handle(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AbandonedError> {
        self.handle_body(request.map(full)).await
    }

    /// Answers a request through the public routes as [`Self::handle`] does, while its body comes in piece by piece, or
    /// breaks off.
    ///
    /// # Errors
    /// The host was abandoned, before or meanwhile.
    pub async fn handle_streamed<B>(&self, request: Request<B>) -> Result<Response<Bytes>, AbandonedError>
    where
        B: Body<Data = Bytes> + Send + 'static,
    {
        let broken = |_: B::Error| wasmtime_wasi_http::Error::ConnectionTerminated;
        self.handle_body(request.map(|body| body.map_err(broken).boxed_unsync())).await
    }

    async fn handle_body(&self, request: Request<WasiBody>) -> Result<Response<Bytes>, AbandonedError> {
        let respond = async {
            let head_only = request.method() == Method::HEAD;
            let response = collect(respond::respond(&self.dispatcher, request, None).await).await;
            // As the network's server does it.
            if head_only { response.map(|_| Bytes::new()) } else { response }
        };
        self.unless_abandoned(respond).await
    }

    /// Answers a request through one component, whether its route is public or private.
    ///
    /// # Errors
    /// The host was abandoned, before or meanwhile.
    pub async fn call_component(
        &self,
        component: &str,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, AbandonedError> {
        let respond = async {
            let Some(index) = self.dispatcher.app.index_of(component) else {
                return collect(Refusal::NoRoute.response()).await;
            };
            let response = respond::respond(&self.dispatcher, request.map(full), Some(index)).await;
            collect(response).await
        };
        self.unless_abandoned(respond).await
    }

    async fn unless_abandoned<T>(&self, work: impl Future<Output = T>) -> Result<T, AbandonedError> {
        let mut end = self.dispatcher.services.gate.watch();
        let done = tokio::select! {
            biased;
            _ = end.wait_for(|life| *life == Life::Abandoned) => return Err(AbandonedError),
            done = work => done,
        };
        // A response that raced with the crash was never sent.
        if self.dispatcher.services.gate.life() == Life::Abandoned { Err(AbandonedError) } else { Ok(done) }
    }

    /// Returns the time that components see.
    pub(crate) fn now(&self) -> SystemTime {
        self.dispatcher.services.options.wall_clock.as_ref().map_or_else(SystemTime::now, |clock| clock())
    }

    /// Resolves when no request is under way and no component works on after its response.
    pub async fn idle(&self) {
        self.dispatcher.services.activity.idle().await;
    }

    /// Tells whether the host crashed, as it does by [`Host::abandon`].
    pub fn is_dead(&self) -> bool {
        self.dispatcher.services.gate.life() == Life::Abandoned
    }

    /// Tells whether callers wait for their turn.
    pub fn is_crowded(&self) -> bool {
        self.dispatcher.waiting.load(Ordering::Relaxed) > 0
    }

    /// Returns the number of host calls made so far.
    pub fn calls(&self) -> u64 {
        self.dispatcher.services.gate.count()
    }

    /// Crashes the host, as far as components can tell: from now on every host call traps, instances are dropped, and
    /// nothing further reaches a database or the network.
    pub fn abandon(&self) {
        self.dispatcher.end(Life::Abandoned);
    }

    /// Refuses new requests, waits until what is under way is finished, and closes the databases.
    /// Returns false when `timeout` passed before that.
    pub async fn shutdown(self, timeout: Duration) -> bool {
        self.dispatcher.admission.close();
        let finished = tokio::time::timeout(timeout, self.dispatcher.services.activity.idle()).await.is_ok();
        if !finished {
            tracing::warn!("stopped with work under way: the clock takes it up after the next start");
        }
        self.dispatcher.end(Life::Closed);
        finished
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.dispatcher.end(Life::Closed);
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

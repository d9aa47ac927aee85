//! Hands requests to the components of an application.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use http::{Request, Response};
use http_body_util::BodyExt;
use tokio::sync::Semaphore;
use wasmtime_wasi_http::WasiBody;
use wasmtime_wasi_http::handler::{ExpirationError, InstantiationError, ProxyHandler, ProxyPre};

use crate::application::{Application, CompiledComponent};
use crate::body::TrackedBody;
use crate::edge::Edge;
use crate::gate::{BoxFuture, Life};
use crate::readiness::Readiness;
use crate::refusal::Refusal;
use crate::services::{Chain, Services};
use crate::trace::RequestContext;
use crate::worker::Instances;

/// Holds a running application with its services.
pub(crate) struct Dispatcher {
    pub app: Arc<Application>,
    pub services: Arc<Services>,
    /// What the host counts at its edge.
    pub edge: Edge,
    /// Whether requests can be worked on now.
    pub readiness: Readiness,
    /// Permits for requests from outside: each holds one while it is worked on.
    pub admission: Semaphore,
    /// The number of requests from outside that wait for a permit.
    pub waiting: AtomicUsize,
    /// One handler for each component, by its index. It is empty once the host has ended, so that no component is
    /// called any more.
    handlers: RwLock<Vec<ProxyHandler<Instances>>>,
}

impl Dispatcher {
    /// Makes an application ready to be called.
    pub fn new(app: Arc<Application>, services: Arc<Services>) -> Arc<Self> {
        let handler = |(index, component): (usize, &CompiledComponent)| {
            let (services, engine) = (services.clone(), app.engine.clone());
            let (pre, streamed) = (ProxyPre::P3(component.pre.clone()), app.router.is_streamed(index));
            ProxyHandler::new(Instances { services, engine, index, pre, streamed })
        };
        let dispatcher = Arc::new(Self {
            handlers: RwLock::new(app.components.iter().enumerate().map(handler).collect()),
            admission: Semaphore::new(services.options.limits.concurrent_requests),
            waiting: AtomicUsize::new(0),
            edge: Edge::new(&services.options),
            readiness: Readiness::default(),
            services: services.clone(),
            app,
        });
        let chain: Arc<dyn Chain> = dispatcher.clone();
        services.connect(Arc::downgrade(&chain));
        dispatcher
    }

    /// Ends everything that runs, and closes the databases.
    pub fn end(&self, life: Life) {
        self.services.end(life);
        self.handlers.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.services.close_databases();
    }

    /// Hands a request to a component. Every failure becomes a response, as on Spin.
    pub(crate) async fn dispatch(
        &self,
        index: usize,
        request: Request<WasiBody>,
        context: RequestContext,
    ) -> Response<WasiBody> {
        let running = self.services.activity.begin();
        let handler = self.handlers.read().unwrap_or_else(PoisonError::into_inner).get(index).cloned();
        let Some(handler) = handler else {
            return Refusal::Stopping.response();
        };
        let started = Instant::now();
        match handler.handle(context, request).await {
            Ok(response) => {
                let limit = self.services.options.limits.response_body_bytes;
                response.map(|body| TrackedBody::new(body, running, limit).boxed_unsync())
            }
            Err(error) => self.failure(index, &error, started.elapsed()),
        }
    }

    fn failure(&self, index: usize, error: &wasmtime::Error, elapsed: Duration) -> Response<WasiBody> {
        let component = &self.services.config(index).name;
        if error.is::<ExpirationError>() || elapsed >= self.services.options.limits.request_time {
            tracing::error!(component, "stopped: no answer within {:?}", self.services.options.limits.request_time);
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

impl Chain for Dispatcher {
    fn call<'a>(
        &'a self,
        component: &'a str,
        request: Request<WasiBody>,
        context: RequestContext,
    ) -> BoxFuture<'a, Option<Response<WasiBody>>> {
        Box::pin(async move {
            let index = self.app.index_of(component)?;
            Some(self.dispatch(index, request, context).await)
        })
    }
}

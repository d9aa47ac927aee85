//! Tells wasmtime's `ProxyHandler` how to make an instance of one component, which requests the instance takes, and
//! when it ends. The handler calls an instance and what belongs to it a worker.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::sync::watch;
use tokio::time::Sleep;
use wasmtime::component::GuestTaskId;
use wasmtime::{Engine, Store, StoreContextMut};
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ProxyPre, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpView};

use crate::activity::{Activity, Running};
use crate::gate::{AbandonedError, Life};
use crate::limits::{EXPIRED_GRACE, Limits, NEVER_TICKS, REQUEST_GRACE};
use crate::services::Services;
use crate::state::{Caller, Hooks, MemoryLimit, State};
use crate::trace::RequestContext;
use crate::wasi;

/// Makes the instances of one component.
pub(crate) struct Instances {
    pub services: Arc<Services>,
    pub engine: Engine,
    pub index: usize,
    pub pre: ProxyPre<State>,
    /// Whether it reads bodies while they come in, for which it has more time.
    pub streamed: bool,
}

/// Holds what the two parts of one worker, [`Worker`] and [`Expiration`], share.
struct Shared {
    component: String,
    limits: Limits,
    activity: Activity,
    /// True when the run must be repeatable; then no time limit interrupts or ends an instance.
    repeatable: bool,
    /// A guard that counts as under way, held while the instance does work that a shutdown must wait for.
    busy: Mutex<Option<Running>>,
    /// True when a request was accepted since [`Expiration`] was last polled.
    accepted: AtomicBool,
    /// True when a request of this instance ran out of time.
    expired: AtomicBool,
}

impl Shared {
    fn set_busy(&self, busy: bool) {
        let mut running = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        match (busy, running.is_some()) {
            (true, false) => *running = Some(self.activity.begin()),
            (false, true) => *running = None,
            _ => {}
        }
    }
}

impl HandlerState for Instances {
    type StoreData = State;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<State, Expiration, Worker>> {
        let services = &self.services;
        if services.gate.life() != Life::Running {
            return Err(AbandonedError.into());
        }
        let config = services.config(self.index);
        let mut limits = services.options.limits.clone();
        if self.streamed {
            limits.request_time = limits.request_time.max(limits.streamed_time);
        }
        let wasi = wasi::context(config, services.options.wall_clock.as_ref(), services.next_seed())
            .map_err(|error| wasmtime::Error::msg(format!("{error:#}")))?;
        let shared = Arc::new(Shared {
            component: config.name.clone(),
            limits: limits.clone(),
            activity: services.activity.clone(),
            repeatable: services.options.rng_seed.is_some(),
            busy: Mutex::default(),
            accepted: AtomicBool::new(false),
            expired: AtomicBool::new(false),
        });
        let life = services.gate.watch();
        let mut end = life.clone();
        let ended = Box::pin(async move {
            _ = end.wait_for(|life| *life != Life::Running).await;
        });
        let state = State {
            wasi,
            http: WasiHttpCtx::new(),
            table: Default::default(),
            hooks: Hooks { caller: Caller::new(services.clone(), self.index), current: None },
            memory: MemoryLimit { most: limits.instance_memory_bytes, used: 0 },
            requests: Default::default(),
        };
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.memory);
        store.set_epoch_deadline(if shared.repeatable { NEVER_TICKS } else { 1 });
        store.epoch_deadline_async_yield_and_update(1);
        let proxy = self.pre.instantiate_async(&mut store).await?;
        let timer = Box::pin(tokio::time::sleep(limits.instance_idle_time));
        Ok(Instance {
            store,
            proxy,
            view: WasiHttpView::http,
            expiration: Expiration { shared: shared.clone(), timer, ended },
            state: Worker { shared, life },
        })
    }
}

/// Decides whether an instance takes one more request, and marks the instance as busy or free.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    life: watch::Receiver<Life>,
}

impl WorkerState for Worker {
    type StoreData = State;
    type RequestData = RequestContext;

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        let limits = &self.shared.limits;
        if total >= limits.instance_reuse {
            ShouldAccept::Never
        } else if concurrent >= limits.instance_concurrency {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        mut store: StoreContextMut<'_, State>,
        request: RequestContext,
        task: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        store.data_mut().requests.insert(task, request);
        self.shared.set_busy(true);
        self.shared.accepted.store(true, Ordering::Relaxed);
        let shared = self.shared.clone();
        Box::pin(async move {
            if shared.repeatable {
                return std::future::pending().await;
            }
            tokio::time::sleep(shared.limits.request_time).await;
            shared.expired.store(true, Ordering::Relaxed);
        })
    }

    fn drop(&self, store: Store<State>, result: Result<(), wasmtime::Error>) {
        drop(store);
        // An instance that ends because its host ended may stop in the middle of its work, which is no error to report.
        if let Err(error) = result
            && *self.life.borrow() == Life::Running
        {
            tracing::error!(component = self.shared.component, "instance stopped: {error:#}");
        }
        self.shared.set_busy(false);
    }
}

/// Decides when an instance ends: when it was idle for too long, worked for too long, or its host has ended.
pub(crate) struct Expiration {
    shared: Arc<Shared>,
    timer: Pin<Box<Sleep>>,
    ended: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
}

impl WorkerExpiration for Expiration {
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>, status: WorkerStatus, since: Instant) -> Poll<()> {
        if self.ended.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        let limits = &self.shared.limits;
        let allowed = match status {
            WorkerStatus::Idle => limits.instance_idle_time,
            WorkerStatus::Requests => limits.request_time + REQUEST_GRACE,
            WorkerStatus::PostReturn if self.shared.expired.load(Ordering::Relaxed) => EXPIRED_GRACE,
            WorkerStatus::PostReturn => limits.background_time,
        };
        if status == WorkerStatus::Idle {
            self.shared.set_busy(false);
        } else if self.shared.accepted.swap(false, Ordering::Relaxed) {
            // After it has accepted a request, the handler polls the guest once more without polling this again. So
            // this wakes itself once; or else the end of a short request would only be seen when the timer fires.
            context.waker().wake_by_ref();
        }
        if self.shared.repeatable {
            return Poll::Pending;
        }
        let deadline = (since + allowed).into();
        if self.timer.deadline() != deadline {
            self.timer.as_mut().reset(deadline);
        }
        self.timer.as_mut().poll(context)
    }
}

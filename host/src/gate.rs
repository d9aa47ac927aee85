//! The one point that every host call passes: here calls are numbered, and a test may count, delay, fail or crash at
//! any of them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// A boxed future, as trait objects need them.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a component asked of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostCallKind {
    /// A SQL statement.
    SqliteExecute,
    /// A connection to a database.
    SqliteOpen,
    /// A variable read.
    Variable,
    /// A key-value store's operation.
    KeyValue,
    /// A request to the world outside.
    Http {
        /// The whole URL.
        url: String,
    },
    /// A request to another component of the application.
    Chain {
        /// The component that is called.
        component: String,
        /// Path and query.
        path: String,
    },
}

/// One call from a component to the host.
#[derive(Clone, Debug)]
pub struct HostCall {
    /// Counts up from 0 over all calls of one host.
    pub number: u64,
    /// The component that calls.
    pub component: String,
    /// What it asks.
    pub kind: HostCallKind,
    /// The statement, the variable's name, the key, or method and URL: never a value or a secret.
    pub detail: String,
}

/// What is to happen with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Let it through.
    Proceed,
    /// The caller gets an error; on `enter` nothing was done, on `leave` it was done and the answer is lost.
    Fail,
    /// The whole host dies, as [`Host::abandon`](crate::Host::abandon) does it.
    Crash,
}

/// Sees every host call, before and after its effect.
pub trait Interceptor: Send + Sync {
    /// Before the effect.
    fn enter<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict>;

    /// After the effect.
    fn leave<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        _ = call;
        Box::pin(std::future::ready(Verdict::Proceed))
    }
}

/// How a call went that the gate let a caller make.
#[derive(Debug)]
pub enum Passed<T> {
    /// The effect took place.
    Done(T),
    /// The interceptor failed the call before its effect.
    FailedBefore,
    /// The effect took place, and the interceptor lost the answer.
    FailedAfter,
}

/// The host is dead: no call may have an effect any more.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the host was abandoned")]
pub struct AbandonedError;

/// Whether a host lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It serves.
    Running,
    /// It was shut down: instances go, without complaint.
    Closed,
    /// It crashed, for as far as the components can tell.
    Abandoned,
}

/// The gate of one host.
pub struct Gate {
    calls: AtomicU64,
    interceptor: Option<Arc<dyn Interceptor>>,
    life: watch::Sender<Life>,
    /// Stops the storage at once when a call crashes the host.
    on_abandon: Box<dyn Fn() + Send + Sync>,
}

impl Gate {
    /// A gate that calls `on_abandon` once when it closes by a crash.
    pub fn new(interceptor: Option<Arc<dyn Interceptor>>, on_abandon: Box<dyn Fn() + Send + Sync>) -> Self {
        Self { calls: AtomicU64::new(0), interceptor, life: watch::Sender::new(Life::Running), on_abandon }
    }

    /// Sees the end of the host.
    pub fn watch(&self) -> watch::Receiver<Life> {
        self.life.subscribe()
    }

    /// Whether the host still runs.
    pub fn life(&self) -> Life {
        *self.life.borrow()
    }

    /// Calls made so far.
    pub fn count(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Whether somebody looks at the calls.
    pub fn intercepts(&self) -> bool {
        self.interceptor.is_some()
    }

    /// Closes the gate for ever.
    pub fn close(&self, end: Life) {
        let ended_now = self.life.send_if_modified(|life| {
            let running = *life == Life::Running;
            if running {
                *life = end;
            }
            running
        });
        if ended_now && end == Life::Abandoned {
            (self.on_abandon)();
        }
    }

    /// Passes one call through: `describe` is only asked when somebody intercepts.
    pub async fn pass<T>(
        &self,
        describe: impl FnOnce() -> (String, HostCallKind, String),
        effect: impl Future<Output = T>,
    ) -> Result<Passed<T>, AbandonedError> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        self.alive()?;
        let Some(interceptor) = &self.interceptor else {
            let done = effect.await;
            self.alive()?;
            return Ok(Passed::Done(done));
        };
        let (component, kind, detail) = describe();
        let call = HostCall { number, component, kind, detail };
        match self.settle(interceptor.enter(&call).await)? {
            Verdict::Fail => return Ok(Passed::FailedBefore),
            _ => self.alive()?,
        }
        let done = effect.await;
        self.alive()?;
        match self.settle(interceptor.leave(&call).await)? {
            Verdict::Fail => Ok(Passed::FailedAfter),
            _ => {
                self.alive()?;
                Ok(Passed::Done(done))
            }
        }
    }

    fn settle(&self, verdict: Verdict) -> Result<Verdict, AbandonedError> {
        if verdict == Verdict::Crash {
            self.close(Life::Abandoned);
            return Err(AbandonedError);
        }
        Ok(verdict)
    }

    fn alive(&self) -> Result<(), AbandonedError> {
        match self.life() {
            Life::Abandoned => Err(AbandonedError),
            _ => Ok(()),
        }
    }
}

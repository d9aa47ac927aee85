//! Lets every host call pass through one point. Calls are numbered here, and a test may count, delay, fail or crash at
//! any of them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// Names a boxed future, which trait objects need.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Says what a component asked of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostCallKind {
    /// A SQL statement is run.
    SqliteExecute,
    /// A connection to a database is opened.
    SqliteOpen,
    /// A variable is read.
    Variable,
    /// An operation on a key-value store.
    KeyValue,
    /// A call of the store's contract, which the host serves itself.
    Store,
    /// A request to the world outside.
    Http {
        /// The whole URL, with its query.
        url: String,
    },
    /// A request to another component of the application.
    Chain {
        /// The id of the component that is called.
        component: String,
        /// The path and the query of the request.
        path: String,
    },
}

/// Describes one call from a component to the host.
#[derive(Clone, Debug)]
pub struct HostCall {
    /// The number of the call, counted from 0 over all calls of one host.
    pub number: u64,
    /// The id of the component that calls.
    pub component: String,
    /// What the component asks of the host.
    pub kind: HostCallKind,
    /// The statement, the variable's name, the keys, or method and URL: never a value or a secret.
    pub detail: String,
}

/// Says what is to happen with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The call goes through.
    Proceed,
    /// The caller gets an error; on `enter` nothing was done, on `leave` it was done and the answer is lost.
    Fail,
    /// The whole host dies, as [`Host::abandon`](crate::Host::abandon) does it.
    Crash,
}

/// Sees every host call, before and after its effect.
pub trait Interceptor: Send + Sync {
    /// Decides about a call before its effect.
    fn enter<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict>;

    /// Decides about a call after its effect.
    fn leave<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        _ = call;
        Box::pin(std::future::ready(Verdict::Proceed))
    }
}

/// Says how a call went that passed the gate.
#[derive(Debug)]
pub enum Passed<T> {
    /// The effect took place.
    Done(T),
    /// The interceptor failed the call before its effect.
    FailedBefore,
    /// The effect took place, and the interceptor lost the answer.
    FailedAfter,
}

/// Says that the host is dead: no call may have an effect any more.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the host was abandoned")]
pub struct AbandonedError;

/// Says whether a host lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// The host serves requests.
    Running,
    /// The host was shut down in order: instances end without an error.
    Closed,
    /// The host crashed, as far as the components can tell.
    Abandoned,
}

/// Passes and counts the calls of one host.
pub struct Gate {
    calls: AtomicU64,
    interceptor: Option<Arc<dyn Interceptor>>,
    life: watch::Sender<Life>,
    /// Stops the storage at once when the host crashes.
    on_abandon: Box<dyn Fn() + Send + Sync>,
}

impl Gate {
    /// Makes a gate that calls `on_abandon` once when it closes by a crash.
    pub fn new(interceptor: Option<Arc<dyn Interceptor>>, on_abandon: Box<dyn Fn() + Send + Sync>) -> Self {
        Self { calls: AtomicU64::new(0), interceptor, life: watch::Sender::new(Life::Running), on_abandon }
    }

    /// Returns a receiver that sees the end of the host.
    pub fn watch(&self) -> watch::Receiver<Life> {
        self.life.subscribe()
    }

    /// Returns whether the host runs, was closed or crashed.
    pub fn life(&self) -> Life {
        *self.life.borrow()
    }

    /// Returns the number of calls made so far.
    pub fn count(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Tells whether an interceptor sees the calls.
    pub fn intercepts(&self) -> bool {
        self.interceptor.is_some()
    }

    /// Closes the gate for ever; only the first call has an effect.
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

    /// Passes one call through. It runs `describe` only when there is an interceptor, because a description costs time.
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

//! Dies at one of the counted host calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use contraflow_host::{BoxFuture, HostCall, HostCallKind, Interceptor, Verdict};

/// On which side of its effect a call dies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edge {
    Before,
    After,
}

/// Crashes at one call of the counted ones.
pub struct CrashAt {
    pub seen: AtomicU64,
    pub fired: AtomicBool,
    target: u64,
    edge: Edge,
}

/// Calls without an effect that survives a crash need no crash point of their own: opening a connection, reading a
/// variable.
pub fn counts(call: &HostCall) -> bool {
    !matches!(call.kind, HostCallKind::SqliteOpen | HostCallKind::Variable)
}

impl CrashAt {
    pub fn new(target: u64, edge: Edge) -> Arc<Self> {
        Arc::new(Self { seen: AtomicU64::new(0), fired: AtomicBool::new(false), target, edge })
    }
}

impl Interceptor for CrashAt {
    fn enter<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        let verdict =
            if counts(call) && self.seen.fetch_add(1, Ordering::SeqCst) == self.target && self.edge == Edge::Before {
                self.fired.store(true, Ordering::SeqCst);
                Verdict::Crash
            } else {
                Verdict::Proceed
            };
        Box::pin(std::future::ready(verdict))
    }

    fn leave<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        // With one driver, the call that leaves is the one that entered last or an outer one; an outer one dies with it
        // all the same.
        let verdict = if counts(call) && self.edge == Edge::After && self.seen.load(Ordering::SeqCst) == self.target + 1
        {
            self.fired.store(true, Ordering::SeqCst);
            Verdict::Crash
        } else {
            Verdict::Proceed
        };
        Box::pin(std::future::ready(verdict))
    }
}

impl CrashAt {
    /// Counts, and never dies.
    pub fn counter() -> Arc<Self> {
        Self::new(u64::MAX, Edge::Before)
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.seen.load(Ordering::SeqCst)
    }

    /// Whether it died.
    pub fn has_fired(&self) -> bool {
        self.fired.load(Ordering::SeqCst)
    }
}

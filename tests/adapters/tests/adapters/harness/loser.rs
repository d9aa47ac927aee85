//! Loses the answer of a host call: what an adapter with a database in it has instead of a line.

use std::sync::atomic::{AtomicBool, Ordering};

use contraflow_host::{BoxFuture, HostCall, Interceptor, Verdict};

/// Loses one answer whenever it is told to.
pub struct Loser {
    armed: AtomicBool,
    writes: fn(&str) -> bool,
}

impl Loser {
    /// One that loses answers of the statements that `writes` knows.
    pub fn new(writes: fn(&str) -> bool) -> Self {
        Self { armed: AtomicBool::new(false), writes }
    }

    /// The next of those statements takes effect, and its answer is lost.
    pub fn arm(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }
}

impl Interceptor for Loser {
    fn enter<'a>(&'a self, _call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        Box::pin(std::future::ready(Verdict::Proceed))
    }

    fn leave<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        let loses = (self.writes)(&call.detail) && self.armed.swap(false, Ordering::SeqCst);
        Box::pin(std::future::ready(if loses { Verdict::Fail } else { Verdict::Proceed }))
    }
}

//! Loses the answer of a host call: what an adapter with a database in it has instead of a line.

use std::sync::{Mutex, PoisonError};

use contraflow_host::{BoxFuture, HostCall, Interceptor, Verdict};

/// Says of a host call whether it is meant.
type Meant = Box<dyn FnMut(&str) -> bool + Send>;

/// Loses one answer whenever it is told to.
#[derive(Default)]
pub struct Loser(Mutex<Option<Meant>>);

impl Loser {
    /// The next call that is meant takes effect, and its answer is lost.
    pub fn lose(&self, meant: impl FnMut(&str) -> bool + Send + 'static) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(meant));
    }

    /// Nothing more is lost.
    pub fn rest(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Interceptor for Loser {
    fn enter<'a>(&'a self, _call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        Box::pin(std::future::ready(Verdict::Proceed))
    }

    fn leave<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        let mut meant = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lost = meant.take_if(|meant| meant(&call.detail)).is_some();
        Box::pin(std::future::ready(if lost { Verdict::Fail } else { Verdict::Proceed }))
    }
}

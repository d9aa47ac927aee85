//! Knows whether anything is under way: requests, and the work that components go on with after their response.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

#[derive(Default)]
struct Inner {
    running: AtomicUsize,
    stopped: Notify,
}

/// Counts the requests and the other work that is under way.
#[derive(Clone, Default)]
pub struct Activity(Arc<Inner>);

/// Counts as one thing under way until it is dropped.
pub struct Running(Arc<Inner>);

impl Activity {
    /// Counts one more thing as under way, until the returned guard is dropped.
    pub fn begin(&self) -> Running {
        self.0.running.fetch_add(1, Ordering::SeqCst);
        Running(self.0.clone())
    }

    /// Returns how many things are under way.
    pub fn running(&self) -> usize {
        self.0.running.load(Ordering::SeqCst)
    }

    /// Resolves when nothing is under way.
    pub async fn idle(&self) {
        loop {
            let mut stopped = std::pin::pin!(self.0.stopped.notified());
            stopped.as_mut().enable();
            if self.running() == 0 {
                return;
            }
            stopped.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.stopped.notify_waiters();
        }
    }
}

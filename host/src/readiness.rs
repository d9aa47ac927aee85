//! Finds out whether requests can be worked on now.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Mutex;

use crate::limits::{READY_HOLDS, READY_TIME};
use crate::services::{DEFAULT_DATABASE, Databases, Services};
use crate::sql;

/// Keeps the last answer for a moment, so that asking often costs nothing.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<(Instant, Result<(), Unready>)>>);

/// Says why the host can't work now. Its name is for programs, and tells nothing about this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unready {
    /// The host is ending.
    Stopping,
    /// The store did not answer in time: somebody else holds its lock, or the disk is slow.
    StoreBusy,
    /// The disk is full.
    StoreFull,
    /// The store can't be read or written.
    StoreFailed,
}

impl Unready {
    /// Returns the name for programs, and a text that says what to do.
    pub fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Stopping => ("stopping", "The host is stopping. Ask another one."),
            Self::StoreBusy => (
                "store-busy",
                "The store did not answer in time. Look for another program that holds it, and at the disk.",
            ),
            Self::StoreFull => ("store-full", "The store is full. Make room on its disk."),
            Self::StoreFailed => ("store-failed", "The store can't be read or written. The host's log says why."),
        }
    }
}

impl Readiness {
    /// Returns why the host is not ready, if it is not.
    pub async fn of(&self, services: &Arc<Services>, stopping: bool) -> Result<(), Unready> {
        // Whoever asks meanwhile waits for the same answer.
        let mut last = self.0.lock().await;
        if let Some((at, known)) = *last
            && at.elapsed() < READY_HOLDS
        {
            return known;
        }
        let found = examine(services, stopping).await;
        *last = Some((Instant::now(), found));
        found
    }
}

async fn examine(services: &Arc<Services>, stopping: bool) -> Result<(), Unready> {
    if stopping {
        return Err(Unready::Stopping);
    }
    let (done, probed) = tokio::sync::oneshot::channel();
    let services = services.clone();
    // A task of its own: when the disk hangs, the answer is given all the same.
    tokio::spawn(async move { done.send(services.databases(Databases::Sqlite).probe(DEFAULT_DATABASE).await) });
    match tokio::time::timeout(READY_TIME, probed).await {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(error))) => {
            tracing::warn!("not ready: {error}");
            Err(match error {
                sql::Error::Full => Unready::StoreFull,
                sql::Error::Closed => Unready::Stopping,
                sql::Error::Engine(words) if words.contains("locked") => Unready::StoreBusy,
                sql::Error::Engine(_) | sql::Error::NoSuchDatabase => Unready::StoreFailed,
            })
        }
        Ok(Err(_)) | Err(_) => {
            tracing::warn!("not ready: the store did not answer within {READY_TIME:?}");
            Err(Unready::StoreBusy)
        }
    }
}

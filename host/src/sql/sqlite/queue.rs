//! Keeps statements that wait for the writer.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::connection::Outcome;
use crate::sql::{Error, Value};

/// Holds one statement that waits to be committed.
pub(super) struct Job {
    pub(super) statement: String,
    pub(super) parameters: Vec<Value>,
    pub(super) reply: oneshot::Sender<Result<Outcome, Error>>,
}

/// Holds the statements of a database that wait.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) jobs: VecDeque<Job>,
    /// True when a writer was called and will take the statements.
    pub(super) writer_called: bool,
}

/// Guards the waiting statements of a database.
#[derive(Default)]
pub(super) struct WriteQueue(Mutex<Waiting>);

impl WriteQueue {
    pub(super) fn lock(&self) -> MutexGuard<'_, Waiting> {
        lock(&self.0)
    }

    /// Tells everybody who waits that the database is closed.
    pub(super) fn refuse_all(&self) {
        for job in self.lock().jobs.drain(..) {
            _ = job.reply.send(Err(Error::Closed));
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

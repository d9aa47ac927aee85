//! Stores data in SQLite: one file for each label, one writer, many readers.
//!
//! Writes outside an explicit transaction queue up for the writer, which takes whatever waits and commits it together:
//! many durable commits share one sync to disk. Each runs in a savepoint of its own, so one that fails harms no other.
//! Reads run beside it, each on a connection of its own. An explicit transaction holds the writer's permit until it
//! ends.

mod connection;
mod database;
mod examine;
mod queue;
mod session;
mod space;
mod writer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Engine, Error, Session};
use crate::gate::BoxFuture;
use database::Database;
pub use examine::{ExaminationError, examine};

/// Says what a commit must survive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SqliteSync {
    /// A commit survives the loss of power.
    #[default]
    Full,
    /// A commit survives only the end of the process, which is enough for tests that simulate crashes.
    Off,
}

/// Writes a database anew that nobody has open, without what nothing uses any more.
///
/// # Errors
/// SQLite's words; the database is as it was then.
pub fn compact(file: &Path) -> Result<(), Error> {
    space::compact(file).map_err(connection::translate)
}

/// Says whose thread waits for the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SqliteThreads {
    /// A thread of a pool waits, and others go on meanwhile.
    #[default]
    Pool,
    /// The caller's own thread waits, for runs that must be repeatable: nothing depends on when another thread is done.
    Caller,
}

/// Holds the databases of one state folder.
pub struct SqliteEngine {
    /// The file of each label that exists.
    files: BTreeMap<String, PathBuf>,
    sync: SqliteSync,
    threads: SqliteThreads,
    open: Mutex<BTreeMap<String, Arc<Database>>>,
}

impl SqliteEngine {
    /// Makes an engine for these labels; no file is touched before the first use.
    pub fn new(files: BTreeMap<String, PathBuf>, sync: SqliteSync) -> Self {
        Self { files, sync, threads: SqliteThreads::default(), open: Mutex::default() }
    }

    /// Returns the same engine, which now waits for the disk on the callers' own threads.
    pub(crate) fn on_callers_threads(self) -> Self {
        Self { threads: SqliteThreads::Caller, ..self }
    }

    fn database(&self, label: &str) -> Result<Arc<Database>, Error> {
        let file = self.files.get(label).ok_or(Error::NoSuchDatabase)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let database = open
            .entry(label.to_owned())
            .or_insert_with(|| Arc::new(Database::new(file.clone(), self.sync, self.threads)));
        Ok(database.clone())
    }
}

impl Engine for SqliteEngine {
    fn open<'a>(&'a self, label: &'a str) -> BoxFuture<'a, Result<Box<dyn Session>, Error>> {
        Box::pin(async move {
            let database = self.database(label)?;
            database.prepare().await?;
            Ok(Box::new(session::SqliteSession::new(database)) as Box<dyn Session>)
        })
    }

    fn probe<'a>(&'a self, label: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move { self.database(label)?.probe().await })
    }

    fn give_space_back<'a>(&'a self, label: &'a str) -> BoxFuture<'a, Result<u64, Error>> {
        Box::pin(async move { self.database(label)?.give_space_back().await })
    }

    fn close(&self) {
        let open = std::mem::take(&mut *self.open.lock().unwrap_or_else(PoisonError::into_inner));
        for database in open.values() {
            database.close();
        }
    }
}

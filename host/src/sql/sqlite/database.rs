//! Holds one database file: its connections, its writer's permit, and the lock that keeps everything out after a crash.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use rusqlite::Connection;
use tokio::sync::{OnceCell, Semaphore};

use super::queue::{WriteQueue, lock};
use super::{SqliteSync, SqliteThreads, connection, space};
use crate::limits::SQLITE_IDLE_READERS;
use crate::sql::Error;

pub(super) struct Database {
    file: PathBuf,
    sync: SqliteSync,
    threads: SqliteThreads,
    created: OnceCell<()>,
    readers: Mutex<Vec<Connection>>,
    /// The writer's connection, while nobody uses it.
    writer: Mutex<Option<Connection>>,
    /// The only permit to write, which whoever writes holds.
    pub(super) write_permit: Arc<Semaphore>,
    pub(super) queue: WriteQueue,
    /// True once the database is closed. Whatever touches the file holds this lock for reading, so closing waits for
    /// what runs.
    door: RwLock<bool>,
}

impl Database {
    pub(super) fn new(file: PathBuf, sync: SqliteSync, threads: SqliteThreads) -> Self {
        Self {
            file,
            sync,
            threads,
            created: OnceCell::new(),
            readers: Mutex::default(),
            writer: Mutex::default(),
            write_permit: Arc::new(Semaphore::new(1)),
            queue: WriteQueue::default(),
            door: RwLock::new(false),
        }
    }

    /// Creates the file on first use of the database.
    pub(super) async fn prepare(self: &Arc<Self>) -> Result<(), Error> {
        let create = || async {
            let database = self.clone();
            self.blocking(move || {
                let _door = database.enter()?;
                let connection = connection::open(&database.file, database.sync)?;
                connection::mark(&connection)?;
                database.give_back_writer(connection);
                Ok(())
            })
            .await
        };
        self.created.get_or_try_init(create).await.copied()
    }

    /// Tells whether the database can be read and written: as a new reader finds its file, and with the writer's lock.
    pub(super) async fn probe(self: &Arc<Self>) -> Result<(), Error> {
        let (file, sync) = (self.file.clone(), self.sync);
        self.with_writer(move |writer| {
            connection::read_some(&connection::open_existing(&file, sync)?)?;
            writer.execute_batch("BEGIN IMMEDIATE").map_err(connection::translate)
        })
        .await
    }

    /// Gives some unused space back to the disk, while nobody else writes. Returns how many bytes.
    pub(super) async fn give_space_back(self: &Arc<Self>) -> Result<u64, Error> {
        self.with_writer(space::give_back).await
    }

    /// Runs `work` with the writer's connection, while nobody else writes. A transaction that it leaves open is rolled
    /// back.
    async fn with_writer<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.prepare().await?;
        let permit = self.write_permit.clone().acquire_owned().await.map_err(|_| Error::Closed)?;
        let database = self.clone();
        self.blocking(move || {
            let _permit = permit;
            let _door = database.enter()?;
            let writer = database.take_writer()?;
            let result = work(&writer);
            database.give_back_writer(writer);
            result
        })
        .await
    }

    /// Keeps the database open while the returned guard lives; fails when it is closed.
    pub(super) fn enter(&self) -> Result<RwLockReadGuard<'_, bool>, Error> {
        let door = self.door.read().unwrap_or_else(PoisonError::into_inner);
        if *door { Err(Error::Closed) } else { Ok(door) }
    }

    /// Closes the database once everything that runs has ended.
    pub(super) fn close(&self) {
        *self.door.write().unwrap_or_else(PoisonError::into_inner) = true;
        self.queue.refuse_all();
        lock(&self.readers).clear();
        *lock(&self.writer) = None;
    }

    /// Runs `work` with a connection that reads.
    pub(super) fn with_reader<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let _door = self.enter()?;
        let idle = lock(&self.readers).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connection::open(&self.file, self.sync)?,
        };
        let result = work(&connection);
        // A reader is not left inside a transaction, because a statement that opens one goes to the writer.
        let mut readers = lock(&self.readers);
        if connection.is_autocommit() && readers.len() < SQLITE_IDLE_READERS {
            readers.push(connection);
        }
        result
    }

    /// Takes the writer's connection. Only whoever holds the permit and keeps the database open by [`Self::enter`] may
    /// call it.
    pub(super) fn take_writer(&self) -> Result<Connection, Error> {
        let idle = lock(&self.writer).take();
        idle.map_or_else(|| connection::open(&self.file, self.sync), Ok)
    }

    /// Gives the writer's connection back, with no transaction open.
    pub(super) fn give_back_writer(&self, connection: Connection) {
        if connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok() {
            *lock(&self.writer) = Some(connection);
        }
    }

    /// Runs `work` on a thread that may wait for the disk.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        match self.threads {
            SqliteThreads::Caller => work(),
            SqliteThreads::Pool => match tokio::task::spawn_blocking(work).await {
                Ok(result) => result,
                Err(error) => Err(Error::Engine(format!("the database's thread ended: {error}"))),
            },
        }
    }

    /// Runs `work` on a thread that may wait for the disk, and does not wait for its end when that is another thread.
    pub(super) fn start(&self, work: impl FnOnce() + Send + 'static) {
        match self.threads {
            SqliteThreads::Caller => work(),
            SqliteThreads::Pool => drop(tokio::task::spawn_blocking(work)),
        }
    }
}

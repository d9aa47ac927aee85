//! Keeps what would survive a crash at each call, so that the crash need not be played.
//!
//! A crash takes the memory of the host and leaves the database and the time. Calls between two commits leave the same
//! behind: a recovery from there is a recovery from a crash at any of them.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contraflow_host::{BoxFuture, HostCall, Interceptor, Verdict};
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::crash_at::counts;
use crate::world::DATABASE;

/// What is left after a crash.
pub struct Survivor {
    pub state: Arc<TempDir>,
    pub now_ms: u64,
    /// The first of the crash points that leave this.
    pub point: String,
    /// How many of them there are.
    pub points: u64,
}

impl Survivor {
    /// The same for two that hold the same at the same time.
    pub fn digest(&self) -> [u8; 32] {
        let file = std::fs::read(self.state.path().join(DATABASE)).unwrap();
        // The header counts how the file came about.
        Sha256::new().chain_update(self.now_ms.to_le_bytes()).chain_update(&file[100..]).finalize().into()
    }
}

struct Seen {
    database: Connection,
    now: Arc<AtomicU64>,
    /// SQLite's count of the commits of others, and the time, when something was kept last.
    at: Option<(i64, u64)>,
    survivors: Vec<Survivor>,
}

/// Looks at the database on both sides of every call.
pub struct Witness(Mutex<Seen>);

fn database(state: &Path) -> Connection {
    let database = Connection::open(state.join(DATABASE)).unwrap();
    database.busy_timeout(Duration::from_secs(10)).unwrap();
    database.execute_batch("PRAGMA synchronous = OFF").unwrap();
    database
}

impl Witness {
    pub fn of(state: &TempDir, now: Arc<AtomicU64>) -> Arc<Self> {
        let database = database(state.path());
        Arc::new(Self(Mutex::new(Seen { database, now, at: None, survivors: Vec::new() })))
    }

    /// What would have survived, in the order of the crashes.
    pub fn survivors(&self) -> Vec<Survivor> {
        std::mem::take(&mut self.0.lock().unwrap().survivors)
    }

    fn look(&self, call: &HostCall, side: &str) -> BoxFuture<'_, Verdict> {
        if counts(call) {
            self.0.lock().unwrap().look(call, side);
        }
        Box::pin(std::future::ready(Verdict::Proceed))
    }
}

impl Seen {
    fn look(&mut self, call: &HostCall, side: &str) {
        let commits = self.database.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap();
        let at = (commits, self.now.load(Ordering::SeqCst));
        if self.at != Some(at) {
            self.at = Some(at);
            let state = Arc::new(tempfile::tempdir().unwrap());
            let copy = state.path().join(DATABASE);
            self.database.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
            let point = format!("{side} {}: {}", call.component, call.detail);
            self.survivors.push(Survivor { state, now_ms: at.1, point, points: 0 });
        }
        if let Some(survivor) = self.survivors.last_mut() {
            survivor.points += 1;
        }
    }
}

impl Interceptor for Witness {
    fn enter<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        self.look(call, "before")
    }

    fn leave<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        self.look(call, "after")
    }
}

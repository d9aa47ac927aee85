//! What the suites stand on: an adapter behind the probe of its contract, in the real host, and the line to its vendor,
//! on which a test makes things go wrong.

pub mod line;
pub mod loser;
pub mod lossy;
pub mod running;
pub mod wire;
pub mod wiring;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use contraflow_peers::process::Peer;

/// A path from the project's folder.
pub fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join(path)
}

/// A word that no other test uses: stand-ins are shared, and so what is told them must not be.
pub fn unique(word: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{word}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A peer for all tests that run at the same time; it ends with the last of them.
pub struct Shared(Mutex<Weak<Peer>>);

impl Shared {
    /// None yet.
    pub const fn new() -> Self {
        Self(Mutex::new(Weak::new()))
    }

    /// The peer; started where none runs.
    pub fn get(&self, start: impl FnOnce() -> Peer) -> Arc<Peer> {
        let mut shared = self.0.lock().unwrap();
        shared.upgrade().unwrap_or_else(|| {
            let peer = Arc::new(start());
            *shared = Arc::downgrade(&peer);
            peer
        })
    }
}

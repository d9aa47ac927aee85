//! The yardstick: the same chain as plain native functions. The same domain, the same keys, the same values and the
//! same number of durable statements over the same tables; no components, no contracts, no HTTP, no tokens.

mod books;
mod chain;
mod database;
#[path = "../../../../guest/src/keys/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the chain writes some of them only")]
mod keys;
mod unit;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::{limits, proc};
use database::Database;

/// Who commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commits {
    /// One connection behind a lock, one sync for each commit.
    Alone,
    /// The host's own writer, which takes whatever waits into one sync.
    Together,
}

/// Runs `requests` through the chain with so many workers; gives the wall time and the processor time.
pub async fn run(state: &Path, commits: Commits, workers: usize, requests: usize) -> Result<(Duration, Duration)> {
    let database = Arc::new(match commits {
        Commits::Alone => Database::alone(state)?,
        Commits::Together => Database::together(state)?,
    });
    database.create().await?;
    let policy = Arc::new(crate::world::shipped()?.join("policy/default.toml"));
    for number in 0..limits::WARM_UP {
        chain::run(&database, &policy, number).await?;
    }
    let next = Arc::new(AtomicUsize::new(limits::WARM_UP));
    let end = limits::WARM_UP + requests;
    let cpu = proc::cpu(std::process::id())?;
    let begun = Instant::now();
    let mut working = tokio::task::JoinSet::new();
    for _ in 0..workers {
        let (database, policy, next) = (database.clone(), policy.clone(), next.clone());
        working.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end {
                    return anyhow::Ok(());
                }
                chain::run(&database, &policy, number).await?;
            }
        });
    }
    while let Some(done) = working.join_next().await {
        done??;
    }
    let taken = (begun.elapsed(), proc::cpu(std::process::id())?.saturating_sub(cpu));
    let completed = crate::load::completed(state, &[])?;
    ensure!(completed == end, "{completed} of {end} native requests were completed");
    Ok(taken)
}

//! What is asked of the host, and what is measured meanwhile.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::report::Quantiles;
use crate::served::Served;
use crate::{limits, world};

/// Returns how many requests of this state have come to their end: completed, with nothing left that anyone takes up
/// later, besides what is of these names.
pub fn completed(state: &Path, besides: &[&str]) -> Result<usize> {
    let database = rusqlite::Connection::open(state.join(world::DATABASE))?;
    let count = |prefix: &str| {
        let statement = "SELECT count(*) FROM contraflow_kv WHERE key >= ?1 AND key < ?1 || char(0x10FFFF)";
        database.query_row(statement, [prefix], |row| row.get::<_, usize>(0))
    };
    let later = |name: &&str| {
        let statement =
            "SELECT count(*) FROM contraflow_kv WHERE key >= 'due/' AND key < 'due0' AND instr(key, ?1) > 0";
        database.query_row(statement, [format!("/{name}~")], |row| row.get::<_, usize>(0))
    };
    let apart = besides.iter().map(later).sum::<Result<usize, _>>()?;
    Ok(count("status/completed/")?.saturating_sub(count("due/")?.saturating_sub(apart)))
}

/// One run under load.
pub struct Loaded {
    /// From the first request to the end of the last one's chain.
    pub wall: Duration,
    /// Of the host.
    pub cpu: Duration,
    /// Of `POST /v1/requests`, while the chains of others run.
    pub answers: Vec<Duration>,
    /// Of the host, in bytes.
    pub peak_memory: u64,
}

/// Sends automatic requests over so many connections, each as fast as it is answered.
pub async fn automatic(state: &Path, connections: usize, requests: usize) -> Result<Loaded> {
    let mut host = Served::start(state).await?;
    let mut client = host.connect().await?;
    for number in 0..limits::WARM_UP {
        client.ask(number).await?;
    }
    host.idle().await?;
    let next = Arc::new(AtomicUsize::new(limits::WARM_UP));
    let end = limits::WARM_UP + requests;
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(host.connect().await?);
    }
    let cpu = host.cpu()?;
    let begun = Instant::now();
    let mut working = tokio::task::JoinSet::new();
    for mut client in clients {
        let next = next.clone();
        working.spawn(async move {
            let mut times = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end {
                    return anyhow::Ok(times);
                }
                times.push(client.ask(number).await?);
            }
        });
    }
    let mut times = Vec::with_capacity(requests);
    while let Some(done) = working.join_next().await {
        times.extend(done??);
    }
    host.idle().await?;
    let wall = begun.elapsed();
    let cpu = host.cpu()?.saturating_sub(cpu);
    let peak_memory = host.peak_memory()?;
    host.stop().await?;
    let completed = completed(state, &[])?;
    ensure!(completed == end, "{completed} of {end} requests were completed");
    Ok(Loaded { wall, cpu, answers: times, peak_memory })
}

/// What an idle host does.
pub struct Idle {
    /// Answers to `POST /v1/requests`.
    pub requests: Quantiles,
    /// Answers to a webhook that becomes a request.
    pub webhooks: Quantiles,
    /// How much longer the first answer of a new instance takes than later ones, in the middle.
    pub instance_ms: f64,
}

/// Asks one thing at a time: each time the chain of the one before has ended.
pub async fn idle(state: &Path, samples: usize) -> Result<Idle> {
    let mut host = Served::start(state).await?;
    let mut client = host.connect().await?;
    let (mut requests, mut webhooks, mut first, mut later) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 0..samples + limits::WARM_UP {
        let request = client.ask(number).await?;
        host.idle().await?;
        let webhook = client.webhook(number).await?;
        host.idle().await?;
        if number >= limits::WARM_UP {
            requests.push(request);
            webhooks.push(webhook);
        }
    }
    for _ in 0..limits::COLD_SAMPLES {
        tokio::time::sleep(limits::COLD_PAUSE).await;
        first.push(client.first_answer().await?);
        for _ in 0..5 {
            later.push(client.first_answer().await?);
        }
    }
    host.stop().await?;
    let instance_ms = Quantiles::of(first).p50_ms - Quantiles::of(later).p50_ms;
    Ok(Idle { requests: Quantiles::of(requests), webhooks: Quantiles::of(webhooks), instance_ms })
}

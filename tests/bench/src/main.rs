//! `cargo xtask bench`: how fast the real components are in the real host, over TCP and with durable commits, beside the same chain as
//! plain native functions over the same SQLite.

mod client;
mod limits;
mod load;
mod native;
mod proc;
mod report;
mod served;
mod sizes;
mod world;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};
use native::Commits;
use report::{Quantiles, Report};
use served::Served;

#[derive(Parser)]
#[command(about = "Measure contraflow")]
struct Cli {
    /// How many automatic requests each run takes
    #[arg(long, default_value_t = limits::REQUESTS)]
    requests: usize,
    /// A short run, for a first impression
    #[arg(long)]
    quick: bool,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// The host under measurement
    #[command(hide = true)]
    Serve {
        /// Its state
        state: PathBuf,
    },
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match cli.role {
        Some(Role::Serve { state }) => runtime.block_on(served::serve(state)),
        None => runtime.block_on(measure(if cli.quick { limits::QUICK_REQUESTS } else { cli.requests.max(1) })),
    }
}

/// A state folder on the disk that the project is on: what a commit costs is that disk's sync.
fn state() -> Result<tempfile::TempDir> {
    Ok(tempfile::tempdir_in(world::root().join("target"))?)
}

async fn measure(requests: usize) -> Result<()> {
    let mut report = Report::default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    report.fact("processor", format!("{cores} × {}", proc::processor()));
    report.fact("load average before", proc::load());
    report.fact("requests per run", requests);

    eprintln!("starting the host");
    host_starts(&mut report).await?;
    eprintln!("one thing at a time");
    let idle = load::idle(state()?.path(), requests.min(limits::IDLE_SAMPLES)).await?;
    report.quantiles("POST /v1/requests, idle host", idle.requests);
    report.quantiles("webhook, idle host", idle.webhooks);
    report.add("cold start of an instance", idle.instance_ms, "ms");
    for connections in limits::CONNECTIONS {
        compare(&mut report, connections, requests).await?;
    }
    sizes::add_to(&mut report)?;
    report.fact("load average after", proc::load());
    println!("{report}");
    std::fs::write(world::root().join("target/bench.json"), serde_json::to_vec_pretty(&report)?)?;
    Ok(())
}

/// With a warm cache of compiled components: the first start fills it and is not counted.
async fn host_starts(report: &mut Report) -> Result<()> {
    let state = state()?;
    let mut starts = Vec::new();
    for number in 0..=limits::HOST_STARTS {
        let host = Served::start(state.path()).await?;
        if number > 0 {
            starts.push(host.cold_start);
        }
        host.stop().await?;
    }
    report.add("cold start of the host, to its first answer", Quantiles::of(starts).p50_ms, "ms");
    Ok(())
}

/// The host and the yardstick, one after the other, with the same number of askers.
async fn compare(report: &mut Report, askers: usize, requests: usize) -> Result<()> {
    eprintln!("{requests} requests, {askers} at once: the host");
    let loaded = load::automatic(state()?.path(), askers, requests).await?;
    let count = requests as f64;
    let rate = count / loaded.wall.as_secs_f64();
    let name = |what: &str| format!("{askers} at once: {what}");
    report.add(name("complete requests"), rate, "per second");
    report.quantiles(&name("POST /v1/requests"), loaded.answers);
    report.add(name("host CPU"), loaded.cpu.as_secs_f64() * 1000.0 / count, "ms per request");
    report.add(name("peak memory of the host"), loaded.peak_memory as f64 / f64::from(1 << 20), "MiB");
    let mut best = 0.0_f64;
    for (commits, how) in [(Commits::Alone, "one commit per sync"), (Commits::Together, "the host's writer")] {
        eprintln!("{requests} requests, {askers} at once: native, {how}");
        let cpu = proc::cpu(std::process::id())?;
        let wall = native::run(state()?.path(), commits, askers, requests).await?;
        let cpu = proc::cpu(std::process::id())?.saturating_sub(cpu);
        let native = count / wall.as_secs_f64();
        report.add(name(&format!("native, {how}")), native, "per second");
        report.add(name(&format!("native CPU, {how}")), cpu.as_secs_f64() * 1000.0 / count, "ms per request");
        best = best.max(native);
    }
    report.add(name("host to the faster native"), 100.0 * rate / best, "%");
    Ok(())
}

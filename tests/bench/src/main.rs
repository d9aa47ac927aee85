//! `cargo xtask bench`: how fast the real components are in the real host, over TCP and with durable commits, beside
//! the same chain as plain native functions over the same SQLite.

mod client;
mod import;
mod limits;
mod load;
mod native;
mod pages;
mod proc;
mod queue;
mod report;
mod served;
mod sizes;
mod world;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use native::Commits;
use report::{Quantiles, Report};
use served::Served;

/// Is the allocator of the `contraflow` command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Measure contraflow")]
struct Cli {
    /// How many automatic requests each run takes
    #[arg(long, default_value_t = limits::REQUESTS)]
    requests: usize,
    /// How many rows the large file has, and how many requests the long queue
    #[arg(long, default_value_t = limits::ROWS)]
    rows: usize,
    /// A short run, for a first impression
    #[arg(long)]
    quick: bool,
    /// One part of the measurement alone
    #[arg(long, value_enum)]
    only: Option<Part>,
    #[command(subcommand)]
    role: Option<Role>,
}

/// The parts of a measurement.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The start of the host
    Start,
    /// Answers of an idle host
    Idle,
    /// Many at once, beside the native yardsticks
    Load,
    /// A large file
    Import,
    /// Pages of a long queue
    Queue,
    /// Pages of the console beside very many requests
    Pages,
    /// The sizes of the components
    Sizes,
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
        None => {
            let requests = if cli.quick { limits::QUICK_REQUESTS } else { cli.requests.max(1) };
            let rows = if cli.quick { limits::QUICK_ROWS } else { cli.rows.max(1) };
            runtime.block_on(measure(requests, rows, |part| cli.only.is_none_or(|only| only == part)))
        }
    }
}

/// Returns a state folder on the disk that the project is on: what a commit costs is that disk's sync.
fn state() -> Result<tempfile::TempDir> {
    Ok(tempfile::tempdir_in(world::root().join("target"))?)
}

async fn measure(requests: usize, rows: usize, wanted: impl Fn(Part) -> bool) -> Result<()> {
    let mut report = Report::default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    report.fact("processor", format!("{cores} × {}", proc::processor()));
    report.fact("load average before", proc::load());
    report.fact("requests per run", requests);

    if wanted(Part::Start) {
        eprintln!("starting the host");
        host_starts(&mut report).await?;
    }
    if wanted(Part::Idle) {
        eprintln!("one thing at a time");
        let idle = load::idle(state()?.path(), requests.min(limits::IDLE_SAMPLES)).await?;
        report.quantiles("POST /v1/requests, idle host", idle.requests);
        report.quantiles("webhook, idle host", idle.webhooks);
        report.add("cold start of an instance", idle.instance_ms, "ms");
    }
    if wanted(Part::Load) {
        for connections in limits::CONNECTIONS {
            compare(&mut report, connections, requests).await?;
        }
    }
    if wanted(Part::Import) {
        import::add_to(&mut report, rows).await?;
    }
    if wanted(Part::Queue) {
        queue::add_to(&mut report, rows).await?;
    }
    if wanted(Part::Pages) {
        pages::add_to(&mut report, rows).await?;
    }
    if wanted(Part::Sizes) {
        sizes::add_to(&mut report)?;
    }
    report.fact("load average after", proc::load());
    println!("{report}");
    std::fs::write(world::root().join("target/bench.json"), serde_json::to_vec_pretty(&report)?)?;
    Ok(())
}

/// Measures how fast the host starts with a warm cache: the first start fills it and is not counted.
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

/// What some rounds of one contender took.
#[derive(Default)]
struct Taken {
    wall: Duration,
    cpu: Duration,
}

impl Taken {
    fn add(&mut self, wall: Duration, cpu: Duration) {
        self.wall += wall;
        self.cpu += cpu;
    }

    /// Adds the lines; gives the requests per second.
    fn report(&self, report: &mut Report, askers: usize, who: &str, requests: usize) -> f64 {
        let rate = requests as f64 / self.wall.as_secs_f64();
        report.add(format!("{askers} at once, {who}: complete requests"), rate, "per second");
        report.add(format!("{askers} at once, {who}: CPU"), self.cpu_ms(requests), "ms per request");
        rate
    }

    fn cpu_ms(&self, requests: usize) -> f64 {
        self.cpu.as_secs_f64() * 1000.0 / requests as f64
    }
}

/// Compares the host and the yardsticks with the same number of askers, in turns.
async fn compare(report: &mut Report, askers: usize, requests: usize) -> Result<()> {
    let part = requests.div_ceil(limits::ROUNDS);
    let requests = part * limits::ROUNDS;
    let (mut host, mut alone, mut together) = (Taken::default(), Taken::default(), Taken::default());
    let (mut answers, mut peak_memory) = (Vec::new(), 0);
    for round in 1..=limits::ROUNDS {
        eprintln!("{part} requests, {askers} at once, round {round} of {}", limits::ROUNDS);
        let loaded = load::automatic(state()?.path(), askers, part).await?;
        host.add(loaded.wall, loaded.cpu);
        answers.extend(loaded.answers);
        peak_memory = loaded.peak_memory.max(peak_memory);
        for (commits, taken) in [(Commits::Alone, &mut alone), (Commits::Together, &mut together)] {
            let (wall, cpu) = native::run(state()?.path(), commits, askers, part).await?;
            taken.add(wall, cpu);
        }
    }
    let rate = host.report(report, askers, "host", requests);
    report.quantiles(&format!("{askers} at once, host: POST /v1/requests"), Quantiles::of(answers));
    let memory = peak_memory as f64 / f64::from(1 << 20);
    report.add(format!("{askers} at once, host: peak memory"), memory, "MiB");
    let alone_rate = alone.report(report, askers, "native, one commit per sync", requests);
    let together_rate = together.report(report, askers, "native, the host's writer", requests);
    let best = alone_rate.max(together_rate);
    report.add(format!("{askers} at once: throughput, host to the faster native"), 100.0 * rate / best, "%");
    let cpu = host.cpu_ms(requests) / together.cpu_ms(requests);
    report.add(format!("{askers} at once: CPU, host to native with the host's writer"), cpu, "times");
    Ok(())
}

//! All tests: natively, against the real components in the host, and the console in a browser.

use crate::components::Which;
use crate::{browser, build, peers, runner, sh};
use anyhow::Result;
use std::thread;

/// Which tests to run.
#[derive(clap::Args, Default)]
pub struct Args {
    /// Run the tests whose name contains one of these, or `browser` for the console's; all without
    filter: Vec<String>,
    /// Also those that take long: every path of the crash pairs, long seeds of the simulation
    #[arg(long)]
    deep: bool,
}

/// Sets up, builds, and runs the tests; each runner closes with its own summary.
pub fn run(args: &Args) -> Result<()> {
    set_up()?;
    let (browser, names): (Vec<_>, Vec<_>) = args.filter.iter().cloned().partition(|filter| filter == browser::NAME);
    let all = args.filter.is_empty();
    // Whatever failed before, the rest is tested too: one run tells all.
    sh::every([
        wanted(all || !names.is_empty(), "tests", || runner::run(&names, args.deep)),
        wanted(all, "tests: examples of the documentation", runner::examples),
        wanted(all || !browser.is_empty(), "tests: the console in a browser", || browser::test(&build::host_binary())),
    ])
}

/// Builds everything; meanwhile the peers are set up, which is mostly waiting for the network.
fn set_up() -> Result<()> {
    let toolchain = crate::toolchain::set_up()?;
    thread::scope(|scope| {
        let peers = scope.spawn(peers::set_up);
        let built = build::components_of(toolchain, &[Which::Application, Which::Fixtures])
            .and_then(|()| sh::stage("host and test programs", runner::compile));
        sh::every([built, peers.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))])
    })
}

fn wanted(wanted: bool, stage: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    if wanted { sh::stage(stage, work) } else { Ok(()) }
}

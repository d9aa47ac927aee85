//! All tests: natively, against the real components in the host, and the console in a browser.

use crate::components::Which;
use crate::{browser, build, peers, sh};
use anyhow::{Result, bail};

/// Which tests to run.
#[derive(clap::Args)]
pub struct Args {
    /// Run the tests whose name contains one of these, or `browser` for the console's; all without
    filter: Vec<String>,
}

/// Sets up, builds, and runs the tests; each runner closes with its own summary.
pub fn run(args: &Args) -> Result<()> {
    let host = build::everything(&[Which::Application, Which::Fixtures])?;
    peers::set_up()?;
    let native = sh::stage("tests", || sh::run(&mut cargo_test(&args.filter)));
    // Whatever failed before, the console is tested too: one run tells all.
    let wanted = args.filter.is_empty() || args.filter.iter().any(|filter| filter == browser::NAME);
    let console = if wanted { sh::stage("tests: the console in a browser", || browser::test(&host)) } else { Ok(()) };
    match (native, console) {
        (Err(native), Err(console)) => bail!("{native:#}\n{console:#}"),
        (native, console) => native.and(console),
    }
}

fn cargo_test(filter: &[String]) -> std::process::Command {
    let mut cargo = sh::cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast", "--profile", build::HOST_PROFILE]);
    if !filter.is_empty() {
        // Names of tests are matched by the test programs: doc tests know no such name.
        cargo.args(["--lib", "--bins", "--tests", "--"]).args(filter);
    }
    cargo
}

//! All tests, natively and against the real components in the host.

use crate::components::Which;
use crate::{build, peers, sh};
use anyhow::Result;

/// Which tests to run.
#[derive(clap::Args)]
pub struct Args {
    /// Run the tests whose name contains one of these; all without
    filter: Vec<String>,
}

/// Sets up, builds, and runs the tests; the runner's own summary comes last.
pub fn run(args: &Args) -> Result<()> {
    build::everything(Which::WithFixtures)?;
    peers::set_up()?;
    sh::stage("tests", || {
        let mut cargo = sh::cargo();
        cargo.args(["test", "--workspace", "--no-fail-fast", "--profile", build::HOST_PROFILE]);
        if !args.filter.is_empty() {
            // Names of tests are matched by the test programs: doc tests know no such name.
            cargo.args(["--lib", "--bins", "--tests", "--"]).args(&args.filter);
        }
        sh::run(&mut cargo)
    })
}

//! What runs the test programs: cargo nextest, which plays the tests of all programs side by side, or cargo itself
//! where that is not installed.

use crate::{build, sh};
use anyhow::Result;
use std::process::Command;

/// What the path of a test has when it is for `--deep` only; `.config/nextest.toml` says the same to nextest.
const DEEP: &str = "deep::";

/// Compiles every test program, and the host.
pub fn compile() -> Result<()> {
    sh::run(cargo_test().arg("--no-run"))
}

/// Runs the tests whose name has one of the filters, or all; each runner closes with its own summary.
pub fn run(filter: &[String], deep: bool) -> Result<()> {
    if sh::output(sh::cargo().args(["nextest", "--version"])).is_ok() {
        return sh::run(&mut nextest(filter, deep));
    }
    println!("without cargo-nextest: test programs run one after the other, and nobody knows how long each test takes");
    let mut cargo = cargo_test();
    // Documentation has its examples, which are for `examples` to run.
    cargo.args(["--no-fail-fast", "--lib", "--bins", "--tests", "--"]).args(filter);
    if !deep {
        cargo.args(["--skip", DEEP]);
    }
    sh::run(&mut cargo)
}

/// Runs the examples of the documentation, which nextest does not know.
pub fn examples() -> Result<()> {
    sh::run(cargo_test().args(["--doc", "--no-fail-fast"]))
}

fn nextest(filter: &[String], deep: bool) -> Command {
    let mut cargo = sh::cargo();
    cargo.args(["nextest", "run", "--workspace", "--cargo-profile", build::HOST_PROFILE]);
    if deep {
        cargo.arg("--ignore-default-filter");
    }
    cargo.args(filter);
    cargo
}

fn cargo_test() -> Command {
    let mut cargo = sh::cargo();
    cargo.args(["test", "--workspace", "--profile", build::HOST_PROFILE]);
    cargo
}

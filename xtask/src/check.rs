//! Formatting and lints.

use crate::toolchain::{self, TARGET, Toolchain};
use crate::{build, sh};
use anyhow::Result;

/// Everything that CI insists on, besides the tests.
pub fn run() -> Result<()> {
    sh::stage("formatting", || sh::run(sh::cargo().args(["fmt", "--all", "--check"])))?;
    let toolchain = toolchain::set_up()?;
    if toolchain == Toolchain::Rustup {
        // Debian's compiler has no clippy that builds a standard library: natively the same code is seen below, but for its bindings.
        sh::stage("lints: components", || {
            sh::run(sh::cargo().args(["clippy", "--release", "--target", TARGET, "--", "-D", "warnings"]))
        })?;
    }
    sh::stage("lints: everything, natively", || {
        // The host's profile: build scripts and macros are shared with the build.
        let profile = ["--profile", build::HOST_PROFILE];
        sh::run(
            sh::cargo().args(["clippy", "--workspace", "--all-targets"]).args(profile).args(["--", "-D", "warnings"]),
        )
    })
}

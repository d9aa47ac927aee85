//! Formatting and lints.

use crate::toolchain::{self, TARGET, Toolchain};
use crate::{build, sh, wire};
use anyhow::{Result, bail};

/// Everything that CI insists on, besides the tests; one run tells all that is wrong.
pub fn run() -> Result<()> {
    let formatting = sh::stage("formatting", || sh::run(sh::cargo().args(["fmt", "--all", "--check"])));
    let wiring = sh::stage("wiring", wire::check);
    let components = match toolchain::set_up()? {
        Toolchain::Rustup => sh::stage("lints: components", || {
            sh::run(sh::cargo().args(["clippy", "--release", "--target", TARGET, "--", "-D", "warnings"]))
        }),
        // Debian's compiler has no clippy that builds a standard library: natively the same code is seen below, but for its bindings.
        Toolchain::Debian => Ok(()),
    };
    // The host's profile: build scripts and macros are shared with the build.
    let profile = ["--profile", build::HOST_PROFILE];
    let native = sh::stage("lints: everything, natively", || {
        let mut clippy = sh::cargo();
        clippy.args(["clippy", "--workspace", "--all-targets", "--keep-going"]).args(profile);
        sh::run(clippy.args(["--", "-D", "warnings"]))
    });
    let wrong: Vec<String> = [formatting, wiring, components, native]
        .into_iter()
        .filter_map(Result::err)
        .map(|error| format!("{error:#}"))
        .collect();
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

//! Formatting and lints.

use crate::{build, sh, wire};
use anyhow::Result;

/// Everything that CI insists on, besides the tests; one run tells all that is wrong.
pub fn run() -> Result<()> {
    let formatting = sh::stage("formatting", || sh::run(sh::cargo().args(["fmt", "--all", "--check"])));
    let wiring = sh::stage("wiring", wire::check);
    // Components too, and natively only: none of our code is for one target alone, which a test of the tree holds it to. The host's
    // profile, for what macros and build scripts are compiled to is shared with the build.
    let profile = ["--profile", build::HOST_PROFILE];
    let lints = sh::stage("lints", || {
        let mut clippy = sh::cargo();
        clippy.args(["clippy", "--workspace", "--all-targets", "--keep-going"]).args(profile);
        sh::run(clippy.args(["--", "-D", "warnings"]))
    });
    sh::every([formatting, wiring, lints])
}

//! Formatting, lints, documentation, and which libraries are used.

use crate::{build, libraries, sh, wire};
use anyhow::Result;

/// Runs every check of CI besides the tests; one run tells all that is wrong.
pub fn run() -> Result<()> {
    let formatting = sh::stage("formatting", || sh::run(sh::cargo().args(["fmt", "--all", "--check"])));
    let wiring = sh::stage("wiring", wire::check);
    // Components too, and natively only: none of our code is for one target alone, which a test of the tree holds it
    // to. The host's profile, for what macros and build scripts are compiled to is shared with the build.
    let profile = ["--profile", build::HOST_PROFILE];
    let lints = sh::stage("lints", || {
        let mut clippy = sh::cargo();
        clippy.args(["clippy", "--workspace", "--all-targets", "--keep-going"]).args(profile);
        sh::run(clippy.args(["--", "-D", "warnings"]))
    });
    let documentation = sh::stage("documentation: what `cargo doc` warns of", documentation);
    let libraries = sh::stage("libraries: licences, versions, registries", libraries::check);
    sh::every([formatting, wiring, lints, documentation, libraries])
}

/// Makes every crate's documentation; a link that leads nowhere fails. What the crates depend on was compiled
/// for the lints.
fn documentation() -> Result<()> {
    let mut cargo = sh::cargo();
    cargo.args(["doc", "--workspace", "--no-deps", "--keep-going"]);
    sh::run(cargo.args(["--profile", build::HOST_PROFILE]).env("RUSTDOCFLAGS", "-D warnings"))
}

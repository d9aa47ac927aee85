//! What a commit has to pass.

use crate::dependencies::Dependencies;
use crate::{check, sh, test};
use anyhow::Result;

/// Runs all tests and all checks, whatever fails first: one run tells all.
pub fn run() -> Result<()> {
    let dependencies = Dependencies::take()?;
    let passed = sh::every([test::run(&test::Args::default()), check::run()]);
    let kept = dependencies.map_or(Ok(()), |dependencies| dependencies.keep());
    sh::every([passed, kept])
}

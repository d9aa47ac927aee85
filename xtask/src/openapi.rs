//! The API's reference: its schemas are made from the types. A test tells when they are not.

use crate::{build, sh};
use anyhow::Result;

/// Writes the reference anew.
pub fn run() -> Result<()> {
    sh::run(sh::cargo().args(["run", "--quiet", "--package", "contraflow-openapi", "--profile", build::HOST_PROFILE]))
}

//! Runs `contraflow public-key`, which prints what the application checks tokens with.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use contraflow_host::local_auth::{local_key, public_key};

#[derive(Args)]
pub(super) struct PublicKey {
    /// The state folder whose tokens are to be accepted.
    #[arg(long, default_value = ".state", value_name = "DIR")]
    state: PathBuf,
}

impl PublicKey {
    pub(super) fn run(self) -> Result<()> {
        println!("{}", public_key(&local_key(&self.state)?));
        Ok(())
    }
}

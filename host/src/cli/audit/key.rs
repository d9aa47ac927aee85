//! Runs `contraflow audit key`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use contraflow_host::record::record_key;

/// Give it to auditors: it is no secret, and it can't sign.
#[derive(Args)]
pub(super) struct Key {
    /// The state folder of the host whose key is wanted.
    #[arg(long, default_value = ".state", value_name = "DIR")]
    state: PathBuf,
}

impl Key {
    pub(super) fn run(self) -> Result<()> {
        println!("{}", record_key(&self.state)?.public());
        Ok(())
    }
}

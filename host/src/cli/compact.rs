//! Runs `contraflow compact`: writes the databases of a state folder anew without what nothing uses any more.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use contraflow_host::Host;
use contraflow_host::compact::compact;
use contraflow_host::state_lock::StateLock;

/// No host may serve the folder meanwhile.
#[derive(Args)]
#[command(after_help = "\
A running host gives unused space back by itself, except of databases that were made before it could. This makes them able to, once.
It needs as much free space on the disk as the database has, and leaves it as it was if it is interrupted.")]
pub(super) struct Compact {
    /// The folder that holds everything durable.
    #[arg(long, default_value = ".state", value_name = "DIR")]
    state: PathBuf,
}

impl Compact {
    pub(super) fn run(self) -> Result<()> {
        let _lock = StateLock::take(&self.state)?;
        Host::examine(&self.state)?;
        for file in compact(&self.state)? {
            println!("{}: {} bytes before, {} bytes now", file.path.display(), file.before, file.after);
        }
        Ok(())
    }
}

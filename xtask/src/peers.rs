//! The real counterparts that tests talk to: each folder of `tests/peers` may have a `setup` program, which may be run
//! again at any time.

use crate::sh;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs every set-up, one after the other: several of them may call apt.
pub fn set_up() -> Result<()> {
    for setup in setups(&sh::root().join("tests/peers"))? {
        let name = setup.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        sh::stage(&format!("peer: {name}"), || sh::run(&mut sh::program(&setup)))?;
    }
    Ok(())
}

fn setups(peers: &Path) -> Result<Vec<PathBuf>> {
    if !peers.is_dir() {
        return Ok(Vec::new());
    }
    let folders = fs::read_dir(peers)?.collect::<Result<Vec<_>, _>>()?;
    let mut setups: Vec<_> =
        folders.iter().map(|peer| peer.path().join("setup")).filter(|setup| setup.is_file()).collect();
    setups.sort();
    Ok(setups)
}

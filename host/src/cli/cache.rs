//! Finds the folder of compiled components, which all state folders of one account share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use contraflow_host::{Application, Manifest};

#[derive(Args)]
pub(super) struct Cache {
    /// The folder for compiled components, which several hosts may share [default: contraflow/components in the user's
    /// cache folder].
    #[arg(long = "cache", value_name = "DIR", env = "CONTRAFLOW_CACHE")]
    folder: Option<PathBuf>,
}

impl Cache {
    /// Compiles the application, or loads what was compiled before.
    pub(super) fn compile(&self, manifest: &Manifest, state: &Path) -> Result<Arc<Application>> {
        let folder = self.folder.clone().or_else(users_folder).unwrap_or_else(|| state.join("compiled"));
        Application::compile_with(manifest, Some(&folder), &|progress| {
            if !progress.cached {
                tracing::info!("compiled {} ({} of {})", progress.component, progress.done, progress.total);
            }
        })
    }
}

/// The folder that the XDG base directory specification gives to a user's caches; `None` where there is no user.
fn users_folder() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(caches.join("contraflow/components"))
}

//! Chooses who serves the store.

use clap::{Args, ValueEnum};
use contraflow_host::Manifest;

#[derive(Args)]
pub(super) struct Store {
    /// Who serves the store: the host, where it can, or the adapter that is wired, as on Spin. Both keep the same
    /// tables.
    #[arg(long = "store", value_enum, default_value = "host", value_name = "WHO", env = "CONTRAFLOW_STORE")]
    by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// The host, in place of the adapter.
    Host,
    /// The adapter, composed with each component.
    Adapter,
}

impl Store {
    /// Returns the manifest with that choice.
    pub(super) fn chosen(&self, manifest: Manifest) -> Manifest {
        match self.by {
            By::Host => manifest,
            By::Adapter => Manifest { native_store: None, ..manifest },
        }
    }
}

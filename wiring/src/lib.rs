//! Writes `spin.toml` from `wiring.toml` and from what each adapter says it needs in its `adapter.toml`.
//!
//! `wiring.toml` names vendors, this crate knows the steps: which component is wired once for each gateway, what it
//! imports, and whom it may call. What it writes is a plain manifest that `spin up` runs as it is.

mod adapter;
mod component;
mod error;
mod manifest;
mod steps;
mod wired;

use std::fs;
use std::path::Path;

use serde::Deserialize;

pub use adapter::{Adapter, Needs, Use, Variable};
pub use error::WiringError;

/// Which adapter stands behind each contract: `wiring.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wiring {
    /// Where requests and accounts are stored.
    pub store: String,
    /// Where credit memos are posted.
    pub erp: String,
    /// Where invoices are looked up.
    pub invoices: String,
    /// Who pays money back.
    pub gateways: Vec<String>,
    /// Where tickets ask for credits.
    pub helpdesks: Vec<String>,
    /// Who tells subscribers what happened, by events or by letters.
    pub couriers: Vec<String>,
    /// What else asks.
    pub sources: Vec<String>,
    /// What is added for trying it without a vendor.
    #[serde(default)]
    pub demo: Demo,
}

/// What `contraflow up --demo` runs besides: stand-ins for vendors, which no application that others reach may have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    /// Who pays nobody back and only says so.
    #[serde(default)]
    pub gateways: Vec<String>,
}

/// The file that says which adapters are wanted.
pub const WIRING: &str = "wiring.toml";
/// The file that is written for production.
pub const MANIFEST: &str = "spin.toml";
/// The file that is written for trying it: the same with the stand-ins for vendors.
pub const DEMO_MANIFEST: &str = "spin-demo.toml";

impl Wiring {
    /// Reads the `wiring.toml` of a checkout.
    ///
    /// # Errors
    /// When it can't be read, or says what no wiring says.
    pub fn load(root: &Path) -> Result<Self, WiringError> {
        let path = root.join(WIRING);
        let text = fs::read_to_string(&path).map_err(|error| WiringError::unreadable(WIRING, &error))?;
        toml::from_str(&text).map_err(|error| WiringError::unreadable(WIRING, &error))
    }

    /// Writes the manifest of the application that is wired so, with the adapters of the checkout at `root`.
    ///
    /// # Errors
    /// When an adapter is not there, is behind another contract, or does not say what it needs.
    pub fn manifest(&self, root: &Path) -> Result<String, WiringError> {
        self.written(root, false)
    }

    /// Writes the manifest for trying the application without a vendor.
    ///
    /// # Errors
    /// As [`Self::manifest`].
    pub fn demo_manifest(&self, root: &Path) -> Result<String, WiringError> {
        let gateways = self.demo.gateways.iter().chain(&self.gateways).cloned().collect();
        Self { gateways, ..self.clone() }.written(root, true)
    }

    /// Each file that is written, by its name.
    ///
    /// # Errors
    /// As [`Self::manifest`].
    pub fn files(&self, root: &Path) -> Result<[(&'static str, String); 2], WiringError> {
        Ok([(MANIFEST, self.manifest(root)?), (DEMO_MANIFEST, self.demo_manifest(root)?)])
    }

    fn written(&self, root: &Path, is_demo: bool) -> Result<String, WiringError> {
        let wired = wired::Wired::load(root, self)?;
        let (intakes, steps, front) = (steps::intakes(&wired), steps::chained(&wired), steps::front(&wired));
        steps::check_routes(&intakes, &front)?;
        Ok(manifest::written(&wired, is_demo, &intakes, &steps, &front))
    }
}

/// Says where a manifest of that name first differs from what the wiring gives, and what to do; `None` when it does
/// not.
#[must_use]
pub fn first_difference(name: &str, there: &str, wanted: &str) -> Option<String> {
    if there == wanted {
        return None;
    }
    let lines = there.lines().zip(wanted.lines()).take_while(|(there, wanted)| there == wanted).count();
    let line = |text: &str| text.lines().nth(lines).unwrap_or("(the end)").to_owned();
    Some(format!(
        "{name} is not what {WIRING} gives. Line {}:\n  is:     {}\n  should: {}\nRun `cargo xtask wire`; what is to stay different belongs \
         into {WIRING} or an adapter.toml.",
        lines + 1,
        line(there),
        line(wanted)
    ))
}

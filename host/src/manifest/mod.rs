//! Reads spin.toml, version 2, as far as this host needs it.

mod check;
mod raw;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// Returns the name of the environment variable that Spin reads a variable from.
pub fn environment_name(variable: &str) -> String {
    format!("SPIN_VARIABLE_{}", variable.to_uppercase())
}

/// Holds an application as its spin.toml describes it, with paths made absolute.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The path of the spin.toml.
    pub path: PathBuf,
    /// The application's name.
    pub name: String,
    /// The application's variables by their names.
    pub variables: BTreeMap<String, VariableSpec>,
    /// The HTTP triggers, in the order of the file.
    pub routes: Vec<RouteSpec>,
    /// Routes that `[application.tool.contraflow]` names and no trigger has.
    pub unknown_routes: Vec<String>,
    /// The names that the cookie of a session may have.
    pub session_cookies: Vec<String>,
    /// Which store it is whose contract the host may serve itself, in place of the adapter.
    pub native_store: Option<String>,
    /// The components by their id.
    pub components: BTreeMap<String, ComponentSpec>,
}

/// Names the store's contract, as components depend on it.
pub const STORE: &str = "contraflow:store@0.1.0";

/// Names the store that the host can serve: the tables of `adapters/store/sqlite`.
pub const NATIVE_STORE: &str = "sqlite";

/// Describes a variable of the application.
#[derive(Clone, Debug)]
pub struct VariableSpec {
    /// The value when none is given.
    pub default: Option<String>,
    /// True when a value must be given.
    pub required: bool,
    /// True when the value must never be shown.
    pub secret: bool,
}

/// Describes an HTTP trigger.
#[derive(Clone, Debug)]
pub struct RouteSpec {
    /// The path, with `/...` at its end for everything below it; `None` for a private route, which only other
    /// components can call.
    pub path: Option<String>,
    /// The id of the component that answers.
    pub component: String,
    /// How callers prove who they are.
    pub proof: Proof,
    /// Whether the component reads the body while it comes in, so that it may be longer than others.
    pub streamed: bool,
}

/// Names the header by which a component says that it knows who calls. It goes no further than the host.
pub const CALLER: &str = "contraflow-caller";

/// Says how the callers of a route prove who they are. The component checks it; the host only needs to know what to
/// expect, because strangers must not cost more than they have to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// By a bearer token in the header `Authorization`.
    Bearer,
    /// By a signature over the body.
    Signature,
    /// By the cookie of a session, which some of its pages do without. The component says in each answer whether it
    /// knows who calls, by the header `contraflow-caller`.
    Session,
    /// By nothing that the host could see.
    #[default]
    None,
}

/// Describes a component of the application.
#[derive(Clone, Debug, Default)]
pub struct ComponentSpec {
    /// The path of the `.wasm` file.
    pub source: PathBuf,
    /// The folders that the component may read.
    pub files: Vec<FileMount>,
    /// The hosts that it may reach, possibly with `{{ variables }}`.
    pub allowed_outbound_hosts: Vec<String>,
    /// The labels of the databases that it may open.
    pub sqlite_databases: Vec<String>,
    /// The labels of the key-value stores that it may open.
    pub key_value_stores: Vec<String>,
    /// The component's own variables, as templates over the application's.
    pub variables: BTreeMap<String, String>,
    /// The components that fill its imports, by the name of the import.
    pub dependencies: BTreeMap<String, DependencySpec>,
    /// Keys that neither Spin nor this host knows.
    pub unknown_keys: Vec<String>,
}

/// Describes a folder that a component may read.
#[derive(Clone, Debug)]
pub struct FileMount {
    /// The path of the folder on this machine.
    pub source: PathBuf,
    /// The path of the folder as the component sees it.
    pub destination: String,
}

/// Describes a component that fills an import of another.
#[derive(Clone, Debug)]
pub struct DependencySpec {
    /// The path of the `.wasm` file.
    pub path: PathBuf,
    /// The capabilities of the outer component that it may use.
    pub inherit_configuration: Vec<String>,
    /// True when it inherits everything by `true`, which the check refuses.
    pub inherits_everything: bool,
}

impl Manifest {
    /// Reads a spin.toml.
    ///
    /// # Errors
    /// A file that cannot be read, is not TOML, or lacks what this host needs: the message names the file, the
    /// component and the key.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}: pass the path of a spin.toml with --manifest", path.display()))?;
        let path = std::path::absolute(path)?;
        raw::parse(&text, &path)
            .with_context(|| format!("{} is not a manifest that this host understands", path.display()))
    }

    /// Returns everything in the manifest that would surprise its author: unknown capabilities, missing targets,
    /// permissions that are too wide. An empty list is good.
    pub fn check(&self) -> Vec<String> {
        check::check(self)
    }

    /// Refuses to be reached from other machines with a secret that stands in the manifest, where everybody reads it.
    ///
    /// # Errors
    /// The secrets that are to be set, where `listen` is not a loopback address.
    pub fn refuse_published_secrets(&self, listen: IpAddr) -> Result<()> {
        let is_published = |name: &str, spec: &VariableSpec| {
            let in_file = spec.default.as_ref().filter(|value| spec.secret && !value.is_empty());
            in_file.is_some_and(|value| std::env::var(environment_name(name)).ok().is_none_or(|set| set == *value))
        };
        let published: Vec<_> = self
            .variables
            .iter()
            .filter(|(name, spec)| is_published(name, spec))
            .map(|(name, _)| environment_name(name))
            .collect();
        ensure!(
            published.is_empty() || listen.is_loopback(),
            "{} holds the secret itself, so everybody knows it: set {} before others can reach {listen}",
            self.path.display(),
            published.join(" and ")
        );
        Ok(())
    }

    /// Tells whether the host serves the store to that component itself. What the adapter was not to inherit, the host
    /// does not give either: then the two are composed, and the adapter is refused.
    pub(crate) fn serves_store(&self, component: &ComponentSpec) -> bool {
        let inherits = |adapter: &DependencySpec| {
            adapter.inherits_everything || adapter.inherit_configuration.iter().any(|name| name == "sqlite_databases")
        };
        self.native_store.as_deref() == Some(NATIVE_STORE) && component.dependencies.get(STORE).is_some_and(inherits)
    }

    /// Returns the component behind `http://<component>.spin.internal`.
    pub fn component(&self, id: &str) -> Option<&ComponentSpec> {
        self.components.get(id)
    }
}

//! How an adapter is wired: as `spin.toml` wires it, but behind the probe of its contract.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use contraflow_host::{Application, ComponentSpec, DependencySpec, Manifest, RouteSpec, VariableSpec};

use super::file;

/// The component that the probe is called.
pub const PROBE: &str = "probe";

/// An adapter behind the probe of a contract.
#[derive(Clone, Copy, Debug)]
pub struct Wiring {
    /// The contract: `gateway`, `erp`, `helpdesk`, `courier`, `intake`, `store`.
    pub contract: &'static str,
    /// The adapter's crate: `gateway-stripe`.
    pub adapter: &'static str,
    /// Components of `spin.toml` that stand beside it.
    pub beside: &'static [&'static str],
}

/// What the application gives an adapter.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The capabilities that it inherits, by their names in `spin.toml`.
    pub capabilities: Vec<String>,
    /// The variables of the components that it is wired to.
    pub variables: BTreeSet<String>,
    /// The hosts that those may reach.
    pub hosts: Vec<String>,
}

impl Given {
    /// Whether the adapter reaches anything over the network.
    pub fn reaches_out(&self) -> bool {
        self.capabilities.iter().any(|name| name == "allowed_outbound_hosts")
    }
}

fn shipped() -> &'static Manifest {
    static SHIPPED: OnceLock<Manifest> = OnceLock::new();
    SHIPPED.get_or_init(|| Manifest::load(file("spin.toml")).unwrap())
}

fn wasm(name: &str) -> std::path::PathBuf {
    file(&format!("target/wasm32-wasip2/release/{}.wasm", name.replace('-', "_")))
}

impl Wiring {
    fn package(&self) -> String {
        format!("contraflow:{}@0.1.0", self.contract)
    }

    /// What `spin.toml` gives the adapter behind this contract. One that is not wired there (the fixtures) has a database alone.
    pub fn given(&self) -> Given {
        let plugged = |component: &ComponentSpec| {
            let dependency = component.dependencies.get(&self.package())?;
            (dependency.path == wasm(self.adapter)).then(|| dependency.inherit_configuration.clone())
        };
        let wired: Vec<_> = shipped().components.values().filter_map(|one| Some((one, plugged(one)?))).collect();
        let Some((first, capabilities)) = wired.first() else {
            return Given { capabilities: vec!["sqlite_databases".to_owned()], ..Given::default() };
        };
        Given {
            capabilities: capabilities.clone(),
            variables: wired.iter().flat_map(|(one, _)| one.variables.keys().cloned()).collect(),
            hosts: first.allowed_outbound_hosts.clone(),
        }
    }

    /// The application; compiled once for all tests.
    pub fn application(&self) -> Arc<Application> {
        static APPLICATIONS: Mutex<BTreeMap<String, Arc<Application>>> = Mutex::new(BTreeMap::new());
        let compile = || {
            let manifest = self.manifest();
            assert_eq!(manifest.check(), [""; 0]);
            Application::compile(&manifest, Some(&file("target/component-cache"))).unwrap()
        };
        let mut applications = APPLICATIONS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        applications.entry(format!("{self:?}")).or_insert_with(compile).clone()
    }

    fn manifest(&self) -> Manifest {
        let given = self.given();
        let has = |capability: &str| given.capabilities.iter().any(|name| name == capability);
        let adapter = DependencySpec {
            path: wasm(self.adapter),
            inherit_configuration: given.capabilities.clone(),
            inherits_everything: false,
        };
        let template = |name: &String| (name.clone(), format!("{{{{ {name} }}}}"));
        let probe = ComponentSpec {
            source: wasm(&format!("fixture-{}-probe", self.probe())),
            allowed_outbound_hosts: if has("allowed_outbound_hosts") { given.hosts.clone() } else { Vec::new() },
            sqlite_databases: if has("sqlite_databases") { vec!["default".to_owned()] } else { Vec::new() },
            variables: given.variables.iter().map(template).collect(),
            dependencies: BTreeMap::from([(self.package(), adapter)]),
            ..ComponentSpec::default()
        };
        let mut components = BTreeMap::from([(PROBE.to_owned(), probe)]);
        let mut routes = vec![RouteSpec { path: None, component: PROBE.to_owned() }];
        for name in self.beside {
            components.insert((*name).to_owned(), shipped().components[*name].clone());
            routes.extend(shipped().routes.iter().filter(|route| route.component == *name).cloned());
        }
        // Whether a test gives a variable a value is the test's to say: none is required, and none has the value that is shipped.
        let variable = |secret| VariableSpec { default: Some(String::new()), required: false, secret };
        Manifest {
            path: file(&format!("tests/adapters/{}.toml", self.adapter)),
            name: self.adapter.to_owned(),
            variables: shipped().variables.iter().map(|(name, one)| (name.clone(), variable(one.secret))).collect(),
            routes,
            components,
        }
    }

    fn probe(&self) -> &'static str {
        if self.contract == "intake" { "source" } else { self.contract }
    }
}

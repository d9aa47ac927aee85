//! How an adapter is wired: with what its `adapter.toml` asks for and nothing else, behind the probe of its contract.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use contraflow_host::{Application, ComponentSpec, DependencySpec, Manifest, Proof, RouteSpec, VariableSpec};
use contraflow_wiring::{Adapter, Needs, Use};

use super::file;

/// The component that the probe is called.
pub const PROBE: &str = "probe";

/// An adapter behind the probe of a contract.
#[derive(Clone, Copy, Debug)]
pub struct Wiring {
    /// What it is wired for.
    pub purpose: Use,
    /// The adapter's folder: `adapters/gateway/stripe`.
    pub folder: &'static str,
    /// Components of `spin.toml` that stand beside it.
    pub beside: &'static [&'static str],
}

fn shipped() -> &'static Manifest {
    static SHIPPED: OnceLock<Manifest> = OnceLock::new();
    SHIPPED.get_or_init(|| Manifest::load(file("spin.toml")).unwrap())
}

fn wasm(name: &str) -> PathBuf {
    file(&format!("target/wasm32-wasip2/release/{name}.wasm"))
}

impl Wiring {
    fn adapter(&self) -> Adapter {
        Adapter::load(&file("."), "adapter", "", self.folder).unwrap()
    }

    /// What the adapter needs.
    pub fn needs(&self) -> Needs {
        let adapter = self.adapter();
        let mut needs = adapter.needs(self.purpose).cloned().unwrap_or_else(|| {
            panic!("{}/adapter.toml has no table [{}]", self.folder, self.purpose.table());
        });
        // The probe of an ERP looks invoices up, too.
        if let (Use::Documents, Some(also)) = (self.purpose, adapter.needs(Use::Invoices)) {
            needs.variables.extend(also.variables.iter().cloned());
            needs.hosts.extend(also.hosts.iter().cloned());
            needs.database |= also.database;
        }
        needs
    }

    /// The variables of the adapter that are never shown.
    pub fn secrets(&self) -> Vec<String> {
        let adapter = self.adapter();
        adapter.variables().iter().filter(|variable| variable.secret).map(|variable| variable.name.clone()).collect()
    }

    /// The application, in which the host may serve a contract in place of the adapter; compiled once for all tests.
    pub fn application(&self, by_host: bool) -> Arc<Application> {
        static APPLICATIONS: Mutex<BTreeMap<String, Arc<Application>>> = Mutex::new(BTreeMap::new());
        let compile = || {
            let native_store = if by_host { shipped().native_store.clone() } else { None };
            let manifest = Manifest { native_store, ..self.manifest() };
            assert_eq!(manifest.check(), [""; 0]);
            Application::compile(&manifest, Some(&file("target/component-cache"))).unwrap()
        };
        let mut applications = APPLICATIONS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        applications.entry(format!("{self:?} {by_host}")).or_insert_with(compile).clone()
    }

    fn manifest(&self) -> Manifest {
        let needs = self.needs();
        let capabilities = [
            ("variables", !needs.variables.is_empty()),
            ("allowed_outbound_hosts", !needs.hosts.is_empty()),
            ("sqlite_databases", needs.database),
        ];
        let inherited = capabilities.into_iter().filter(|(_, wanted)| *wanted).map(|(name, _)| name.to_owned());
        let adapter = DependencySpec {
            path: wasm(&self.adapter().wasm),
            inherit_configuration: inherited.collect(),
            inherits_everything: false,
        };
        let template = |name: &String| (name.clone(), format!("{{{{ {name} }}}}"));
        let probe = ComponentSpec {
            source: wasm(&format!("fixture_{}_probe", self.probe())),
            allowed_outbound_hosts: needs.hosts.clone(),
            sqlite_databases: if needs.database { vec!["default".to_owned()] } else { Vec::new() },
            variables: needs.variables.iter().map(template).collect(),
            dependencies: BTreeMap::from([(self.purpose.contract().to_owned(), adapter)]),
            ..ComponentSpec::default()
        };
        let mut components = BTreeMap::from([(PROBE.to_owned(), probe)]);
        let mut routes =
            vec![RouteSpec { path: None, component: PROBE.to_owned(), proof: Proof::None, streamed: false }];
        for name in self.beside {
            let mut component = shipped().components[*name].clone();
            // The rest of the application is not here to be called.
            let is_here = |host: &str| self.beside.iter().any(|name| host.contains(&format!("//{name}.spin.internal")));
            component.allowed_outbound_hosts.retain(|host| !host.contains(".spin.internal") || is_here(host));
            components.insert((*name).to_owned(), component);
            routes.extend(shipped().routes.iter().filter(|route| route.component == *name).cloned());
        }
        // Whether a test gives a variable a value is the test's to say: none is required, and none has the value that
        // is shipped.
        let given = components.values().flat_map(|component| &component.variables);
        let names = given.flat_map(|(name, value)| [name.clone()].into_iter().chain(named(value)));
        let variable = VariableSpec { default: Some(String::new()), required: false, secret: true };
        Manifest {
            path: file(&format!("{}/spin.toml", self.folder)),
            name: self.folder.replace('/', "-"),
            variables: names.map(|name| (name, variable.clone())).collect(),
            routes,
            unknown_routes: Vec::new(),
            session_cookies: Vec::new(),
            native_store: None,
            components,
        }
    }

    const fn probe(&self) -> &'static str {
        match self.purpose {
            Use::Store => "store",
            Use::Documents | Use::Invoices | Use::Books => "erp",
            Use::Gateway => "gateway",
            Use::Intake => "source",
            Use::Helpdesk => "helpdesk",
            Use::Courier => "courier",
            Use::Letters => "letters",
        }
    }
}

/// The variables of the application that a value names: `{{ a }}/{{ b }}` names two.
fn named(value: &str) -> impl Iterator<Item = String> {
    value.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim().to_owned())
}

//! Reads the TOML as it is written, and translates it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::{ComponentSpec, DependencySpec, FileMount, Manifest, Proof, RouteSpec, VariableSpec};

/// Lists the keys of a component that Spin knows and that this host does not need, or treats elsewhere.
const OTHER_KEYS: [&str; 8] =
    ["description", "build", "environment", "exclude_files", "ai_models", "tool", "targets", "allowed_http_hosts"];

#[derive(Deserialize)]
struct RawManifest {
    spin_manifest_version: toml::Value,
    application: RawApplication,
    #[serde(default)]
    variables: BTreeMap<String, RawVariable>,
    #[serde(default)]
    trigger: RawTriggers,
    #[serde(default)]
    component: BTreeMap<String, RawComponent>,
}

#[derive(Deserialize)]
struct RawApplication {
    name: String,
    #[serde(default)]
    tool: RawTools,
}

/// Reads what Spin leaves to other tools, as far as it is meant for this host.
#[derive(Default, Deserialize)]
struct RawTools {
    #[serde(default)]
    contraflow: RawSettings,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSettings {
    #[serde(default)]
    bearer_routes: Vec<String>,
    #[serde(default)]
    signed_routes: Vec<String>,
    #[serde(default)]
    streamed_routes: Vec<String>,
    #[serde(default)]
    session_routes: Vec<String>,
    #[serde(default)]
    session_cookies: Vec<String>,
    native_store: Option<String>,
}

impl RawSettings {
    fn proof(&self, path: Option<&String>) -> Proof {
        let among = |routes: &[String]| path.is_some_and(|path| routes.contains(path));
        match () {
            () if among(&self.bearer_routes) => Proof::Bearer,
            () if among(&self.signed_routes) => Proof::Signature,
            () if among(&self.session_routes) => Proof::Session,
            () => Proof::None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVariable {
    default: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    secret: bool,
    #[serde(default, rename = "description")]
    _description: Option<String>,
}

#[derive(Default, Deserialize)]
struct RawTriggers {
    #[serde(default)]
    http: Vec<RawHttpTrigger>,
}

#[derive(Deserialize)]
struct RawHttpTrigger {
    route: RawRoute,
    component: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawRoute {
    Path(String),
    Private { private: bool },
}

#[derive(Deserialize)]
struct RawComponent {
    source: toml::Value,
    #[serde(default)]
    files: Vec<toml::Value>,
    #[serde(default)]
    allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    sqlite_databases: Vec<String>,
    #[serde(default)]
    key_value_stores: Vec<String>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    dependencies: BTreeMap<String, RawDependency>,
    #[serde(flatten)]
    others: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDependency {
    path: String,
    #[serde(default)]
    inherit_configuration: RawInherit,
    #[serde(default, rename = "export")]
    export: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawInherit {
    All(bool),
    Some(Vec<String>),
}

impl Default for RawInherit {
    fn default() -> Self {
        Self::All(false)
    }
}

pub(super) fn parse(text: &str, path: &Path) -> Result<Manifest> {
    let raw: RawManifest = toml::from_str(text)?;
    ensure!(
        raw.spin_manifest_version.as_integer() == Some(2) || raw.spin_manifest_version.as_str() == Some("2"),
        "spin_manifest_version must be 2"
    );
    let folder = path.parent().unwrap_or(Path::new("."));
    let variables = raw.variables.into_iter().map(|(name, variable)| {
        let RawVariable { default, required, secret, .. } = variable;
        (name, VariableSpec { default, required, secret })
    });
    let mut components = BTreeMap::new();
    for (id, component) in raw.component {
        let spec = component_spec(component, folder).with_context(|| format!("[component.{id}]"))?;
        components.insert(id, spec);
    }
    let settings = raw.application.tool.contraflow;
    let mut routes = Vec::new();
    for trigger in raw.trigger.http {
        let RawHttpTrigger { route, component } = trigger;
        ensure!(
            components.contains_key(&component),
            "[[trigger.http]]: there is no [component.{component}]: add it, or correct the trigger's `component`"
        );
        let path = route_path(route).with_context(|| format!("the route of `{component}`"))?;
        let proof = settings.proof(path.as_ref());
        let streamed = path.as_ref().is_some_and(|path| settings.streamed_routes.contains(path));
        routes.push(RouteSpec { path, component, proof, streamed });
    }
    let known = |route: &&String| routes.iter().any(|known| known.path.as_ref() == Some(*route));
    let proven = settings.bearer_routes.iter().chain(&settings.signed_routes).chain(&settings.session_routes);
    let named = proven.chain(&settings.streamed_routes);
    let unknown_routes = named.filter(|route| !known(route)).cloned().collect();
    Ok(Manifest {
        path: path.to_owned(),
        name: raw.application.name,
        variables: variables.collect(),
        routes,
        unknown_routes,
        session_cookies: settings.session_cookies,
        native_store: settings.native_store,
        components,
    })
}

fn route_path(route: RawRoute) -> Result<Option<String>> {
    match route {
        RawRoute::Path(path) if path.starts_with('/') => Ok(Some(path)),
        RawRoute::Path(path) => bail!("`{path}` must begin with a slash"),
        RawRoute::Private { private: true } => Ok(None),
        RawRoute::Private { private: false } => bail!("write a path, or {{ private = true }}"),
    }
}

fn component_spec(raw: RawComponent, folder: &Path) -> Result<ComponentSpec> {
    let Some(source) = raw.source.as_str() else {
        bail!("source: only a local file is supported here; write its path as a string");
    };
    let files = raw.files.iter().map(|mount| file_mount(mount, folder)).collect::<Result<_>>()?;
    let mut dependencies = BTreeMap::new();
    for (name, dependency) in raw.dependencies {
        ensure!(dependency.export.is_none(), "dependencies.\"{name}\": `export` is not supported here");
        let (inherit_configuration, inherits_everything) = match dependency.inherit_configuration {
            RawInherit::All(all) => (Vec::new(), all),
            RawInherit::Some(names) => (names, false),
        };
        let path = folder.join(dependency.path);
        dependencies.insert(name, DependencySpec { path, inherit_configuration, inherits_everything });
    }
    Ok(ComponentSpec {
        source: folder.join(source),
        files,
        allowed_outbound_hosts: raw.allowed_outbound_hosts,
        sqlite_databases: raw.sqlite_databases,
        key_value_stores: raw.key_value_stores,
        variables: raw.variables,
        dependencies,
        unknown_keys: raw.others.into_keys().filter(|key| !OTHER_KEYS.contains(&key.as_str())).collect(),
    })
}

fn file_mount(mount: &toml::Value, folder: &Path) -> Result<FileMount> {
    let part = |key: &str| mount.get(key).and_then(toml::Value::as_str);
    let (Some(source), Some(destination)) = (part("source"), part("destination")) else {
        bail!("files: write {{ source = \"folder\", destination = \"/path\" }}; patterns are not supported here");
    };
    Ok(FileMount { source: folder.join(source), destination: destination.to_owned() })
}

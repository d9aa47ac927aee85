//! Joins a component with the components that fill its imports, as Spin does: one level deep, each dependency an
//! instance of its own.
//!
//! The joined component is one sandbox for the host, which cannot tell its parts apart when they import the same
//! interface. So what a dependency does not inherit is taken from it here: its import is renamed to one that the linker
//! fills with a refusal (`capabilities/denied.rs`). Folders are the exception: `files` reaches every part, inherited or
//! not.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wac_graph::types::{Package, SubtypeChecker};
use wac_graph::{CompositionGraph, EncodeOptions, NodeId, PackageId};

/// Holds a dependency: its name in spin.toml (`package`, `package@version` or `package/interface@version`) and its
/// bytes.
pub struct Dependency<'a> {
    /// The dependency's key in `[component.<id>.dependencies]`.
    pub name: &'a str,
    /// The path of the dependency's file, for messages.
    pub path: &'a Path,
    /// The content of the dependency's `.wasm` file.
    pub bytes: &'a [u8],
    /// The capabilities that the dependency may use; `None` for all of them.
    pub inherits: Option<&'a [String]>,
}

/// Lists the capabilities that can be taken from a dependency: the name in spin.toml, the interface that grants the
/// capability, and the interface that refuses it.
pub const DENIABLE: [(&str, &str, &str); 4] = [
    ("sqlite_databases", "spin:sqlite/sqlite@3.1.0", "denied-sqlite"),
    ("key_value_stores", "spin:key-value/key-value@3.0.0", "denied-key-value"),
    ("variables", "spin:variables/variables@3.0.0", "denied-variables"),
    ("allowed_outbound_hosts", "wasi:http/client@0.3.0", "denied-http-client"),
];

/// Lists the interfaces of the store.
const STORE_INTERFACES: [&str; 2] = ["contraflow:store/key-value-read@0.1.0", "contraflow:store/key-value@0.1.0"];

/// Returns the component with its dependencies inside.
///
/// # Errors
/// A file that is not a component, a dependency that fits no import, or one whose types differ from what is imported.
pub fn compose(source: &Path, bytes: &[u8], dependencies: &[Dependency<'_>]) -> Result<Vec<u8>> {
    if dependencies.is_empty() {
        return Ok(bytes.to_vec());
    }
    let mut graph = CompositionGraph::new();
    let outer = register(&mut graph, "outer", source, bytes)?;
    let instance = graph.instantiate(outer);
    let mut refusals = BTreeMap::new();
    for (index, dependency) in dependencies.iter().enumerate() {
        let package = register(&mut graph, &format!("dependency{index}"), dependency.path, dependency.bytes)?;
        refuse_store(&graph, package)
            .and_then(|()| plug(&mut graph, outer, instance, package, dependency))
            .and_then(|plugged| deny(&mut graph, &mut refusals, package, plugged, dependency))
            .with_context(|| format!("dependency \"{}\" = {}", dependency.name, dependency.path.display()))?;
    }
    let exports: Vec<String> = graph.types()[graph[outer].ty()].exports.keys().cloned().collect();
    for name in exports {
        let export = graph.alias_instance_export(instance, &name)?;
        graph.export(export, &name)?;
    }
    Ok(graph.encode(EncodeOptions::default())?)
}

fn register(graph: &mut CompositionGraph, name: &str, path: &Path, bytes: &[u8]) -> Result<PackageId> {
    let package = Package::from_bytes(name, None, bytes, graph.types_mut())
        .with_context(|| format!("{} is not a WebAssembly component", path.display()))?;
    Ok(graph.register_package(package)?)
}

fn plug(
    graph: &mut CompositionGraph,
    outer: PackageId,
    instance: NodeId,
    package: PackageId,
    dependency: &Dependency<'_>,
) -> Result<NodeId> {
    let matches = |import: &str| {
        import == dependency.name || package_of(import) == package_of(dependency.name) && !is_interface(dependency.name)
    };
    let imports: Vec<String> =
        graph.types()[graph[outer].ty()].imports.keys().filter(|name| matches(name)).cloned().collect();
    let exported = |graph: &CompositionGraph, name: &str| graph.types()[graph[package].ty()].exports.get(name).copied();
    let mut plugged = None;
    for import in imports {
        // A package that has only types is shared by name: no component exports it.
        let Some(export_type) = exported(graph, &import) else { continue };
        let import_type = graph.types()[graph[outer].ty()].imports.get(&import).copied();
        if let Some(import_type) = import_type {
            let mut cache = Default::default();
            SubtypeChecker::new(&mut cache)
                .is_subtype(export_type, graph.types(), import_type, graph.types())
                .with_context(|| {
                    format!("{import}: its types differ from what the component imports; build both from the same wit/")
                })?;
        }
        let inner = *plugged.get_or_insert_with(|| graph.instantiate(package));
        let export = graph.alias_instance_export(inner, &import)?;
        graph.set_instantiation_argument(instance, &import, export)?;
    }
    let Some(plugged) = plugged else { bail!("it exports nothing of that name that the component imports") };
    Ok(plugged)
}

/// Refuses a dependency that asks for the store. What it imports and nothing fills, the joined component imports: where
/// the host serves the store, an adapter of a vendor would have all that the component has.
fn refuse_store(graph: &CompositionGraph, package: PackageId) -> Result<()> {
    let imports = &graph.types()[graph[package].ty()].imports;
    let asks = imports.keys().find(|import| STORE_INTERFACES.contains(&import.as_str()));
    asks.map_or(Ok(()), |import| bail!("it imports {import}, which only the component itself may use"))
}

/// Takes away from a dependency the capabilities that it does not inherit.
fn deny(
    graph: &mut CompositionGraph,
    refusals: &mut BTreeMap<&'static str, NodeId>,
    package: PackageId,
    plugged: NodeId,
    dependency: &Dependency<'_>,
) -> Result<()> {
    let Some(inherits) = dependency.inherits else { return Ok(()) };
    for (capability, interface, refusal) in DENIABLE {
        let imported = graph.types()[graph[package].ty()].imports.get(interface).copied();
        let Some(kind) = imported.filter(|_| !inherits.iter().any(|inherited| inherited == capability)) else {
            continue;
        };
        let node = match refusals.get(refusal) {
            Some(node) => *node,
            None => *refusals.entry(refusal).or_insert(graph.import(refusal, kind)?),
        };
        graph.set_instantiation_argument(plugged, interface, node)?;
    }
    Ok(())
}

/// Splits the name of an interface into its package and its version.
fn package_of(name: &str) -> (&str, Option<&str>) {
    let (path, version) = match name.split_once('@') {
        Some((path, version)) => (path, Some(version)),
        None => (name, None),
    };
    (path.split('/').next().unwrap_or(path), version)
}

fn is_interface(name: &str) -> bool {
    name.contains('/')
}

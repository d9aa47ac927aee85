//! Composes, compiles and links an application: once, for as many starts as one likes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, anyhow};
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};
use wasmtime_wasi_http::p3::bindings::ServicePre;

use crate::artifacts::ArtifactCache;
use crate::compose::{Dependency, compose};
use crate::engine::{engine, plain_error};
use crate::linker::{linker, with_store};
use crate::manifest::{ComponentSpec, Manifest, STORE};
use crate::router::Router;
use crate::state::State;

/// Holds a compiled application.
pub struct Application {
    pub(crate) manifest: Manifest,
    pub(crate) engine: Engine,
    pub(crate) router: Router,
    /// The components in the manifest's order; [`Router`] refers to them by their index.
    pub(crate) components: Vec<CompiledComponent>,
}

pub(crate) struct CompiledComponent {
    pub name: String,
    pub spec: ComponentSpec,
    pub pre: ServicePre<State>,
}

/// Tells whoever waits how far a compilation is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The id of the component that is ready now.
    pub component: String,
    /// The number of components that are ready, with this one.
    pub done: usize,
    /// The number of components of the application.
    pub total: usize,
    /// True when the component came from the cache.
    pub cached: bool,
}

/// Names the files that one compilation is made of. Several components of a manifest may share one compilation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Recipe {
    source: PathBuf,
    dependencies: Vec<RecipeDependency>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct RecipeDependency {
    name: String,
    path: PathBuf,
    /// The capabilities that the dependency may use; `None` for all of them.
    inherits: Option<Vec<String>>,
}

impl Recipe {
    /// Says what a component is made of. What the host serves itself is left open.
    fn of(spec: &ComponentSpec, serves_store: bool) -> Self {
        let joined = spec.dependencies.iter().filter(|(name, _)| !(serves_store && *name == STORE));
        let dependencies = joined.map(|(name, dependency)| RecipeDependency {
            name: name.clone(),
            path: dependency.path.clone(),
            inherits: (!dependency.inherits_everything).then(|| dependency.inherit_configuration.clone()),
        });
        Self { source: spec.source.clone(), dependencies: dependencies.collect() }
    }
}

impl Application {
    /// Composes, compiles and links every component of the manifest; compiled ones are kept in `cache_dir`.
    ///
    /// # Errors
    /// A file that is missing or is not a component, a dependency that does not fit, an import that this host does not
    /// offer.
    pub fn compile(manifest: &Manifest, cache_dir: Option<&Path>) -> Result<Arc<Self>> {
        Self::compile_with(manifest, cache_dir, &|_| ())
    }

    /// Does the same as [`Application::compile`], and tells `progress` about every component that is ready.
    pub fn compile_with(
        manifest: &Manifest,
        cache_dir: Option<&Path>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Arc<Self>> {
        let engine = engine()?;
        let cache = cache_dir.map(ArtifactCache::new).transpose()?;
        let mut recipes: BTreeMap<Recipe, String> = BTreeMap::new();
        for (name, spec) in &manifest.components {
            recipes.entry(Recipe::of(spec, manifest.serves_store(spec))).or_insert_with(|| name.clone());
        }
        let compiled = compile_all(&engine, cache.as_ref(), &recipes, progress)?;
        let without_store = linker(&engine).map_err(plain_error)?;
        let with_store = with_store(&without_store).map_err(plain_error)?;
        let mut components = Vec::new();
        for (name, spec) in &manifest.components {
            let serves_store = manifest.serves_store(spec);
            let component =
                compiled.get(&Recipe::of(spec, serves_store)).ok_or_else(|| anyhow!("{name} was not compiled"))?;
            let linker = if serves_store { &with_store } else { &without_store };
            let pre =
                link(linker, component).with_context(|| format!("[component.{name}] {}", spec.source.display()))?;
            components.push(CompiledComponent { name: name.clone(), spec: spec.clone(), pre });
        }
        let index = |name: &str| components.iter().position(|component| component.name == name);
        let router = Router::new(&manifest.routes, index)?;
        Ok(Arc::new(Self { manifest: manifest.clone(), engine, router, components }))
    }

    /// Returns the manifest from which the application was made.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub(crate) fn index_of(&self, component: &str) -> Option<usize> {
        self.components.iter().position(|compiled| compiled.name == component)
    }
}

fn link(linker: &Linker<State>, component: &Component) -> Result<ServicePre<State>> {
    let pre =
        linker.instantiate_pre(component).map_err(plain_error).context("it imports what this host does not offer")?;
    ServicePre::new(pre).map_err(plain_error).context("it does not export wasi:http/handler@0.3.0")
}

fn compile_all(
    engine: &Engine,
    cache: Option<&ArtifactCache>,
    recipes: &BTreeMap<Recipe, String>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<BTreeMap<Recipe, Component>> {
    let queue = Mutex::new(recipes.iter());
    let compiled = Mutex::new(BTreeMap::new());
    let failed = Mutex::new(None);
    let done = AtomicUsize::new(0);
    let work = || {
        loop {
            let next = lock(&queue).next();
            let Some((recipe, name)) = next else { return };
            match compile_one(engine, cache, recipe).with_context(|| format!("[component.{name}]")) {
                Ok((component, cached)) => {
                    lock(&compiled).insert(recipe.clone(), component);
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    progress(Progress { component: name.clone(), done, total: recipes.len(), cached });
                }
                Err(error) => {
                    lock(&failed).get_or_insert(error);
                    return;
                }
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(recipes.len());
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    match lock(&failed).take() {
        Some(error) => Err(error),
        None => Ok(std::mem::take(&mut *lock(&compiled))),
    }
}

fn compile_one(engine: &Engine, cache: Option<&ArtifactCache>, recipe: &Recipe) -> Result<(Component, bool)> {
    let bytes = read(&recipe.source)?;
    let mut dependencies = Vec::new();
    for dependency in &recipe.dependencies {
        let RecipeDependency { name, path, inherits } = dependency;
        dependencies.push(LoadedDependency {
            name,
            path,
            inherits,
            wiring: format!("{name} {inherits:?}"),
            bytes: read(path)?,
        });
    }
    let inputs = dependencies.iter().flat_map(|dependency| [dependency.wiring.as_bytes(), dependency.bytes.as_slice()]);
    let key = ArtifactCache::key(engine, std::iter::once(bytes.as_slice()).chain(inputs));
    let kept = || cache.and_then(|cache| cache.load(engine, &key));
    if let Some(component) = kept() {
        return Ok((component, true));
    }
    let _claim = cache.and_then(|cache| cache.claim(&key));
    if let Some(component) = kept() {
        return Ok((component, true));
    }
    let plugs: Vec<Dependency<'_>> = dependencies.iter().map(LoadedDependency::plug).collect();
    let composed = compose(&recipe.source, &bytes, &plugs)?;
    let component = Component::new(engine, &composed)
        .map_err(plain_error)
        .with_context(|| format!("cannot compile {}", recipe.source.display()))?;
    if let Some(cache) = cache {
        cache.store(&key, &component);
    }
    Ok((component, false))
}

struct LoadedDependency<'a> {
    name: &'a str,
    path: &'a Path,
    inherits: &'a Option<Vec<String>>,
    /// The name and the inherited capabilities in one text, which the key of the compiled file depends on.
    wiring: String,
    bytes: Vec<u8>,
}

impl LoadedDependency<'_> {
    fn plug(&self) -> Dependency<'_> {
        Dependency { name: self.name, path: self.path, bytes: &self.bytes, inherits: self.inherits.as_deref() }
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path)
        .with_context(|| format!("cannot read {}: build the components first (cargo xtask build)", path.display()))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

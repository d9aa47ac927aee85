//! Makes the one wasmtime engine of the process, and keeps the files of compiled components.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};
use sha2::{Digest, Sha256};
use wasmtime::component::Component;
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::limits::{
    EPOCH_TICK, POOLED_COMPONENT_INSTANCES, POOLED_CORE_INSTANCES, POOLED_INSTANCE_BYTES, POOLED_MEMORIES,
    POOLED_MEMORY_BYTES,
};

/// Returns the engine, which is made on first use; its epoch advances for as long as the process lives.
pub fn engine() -> Result<Engine> {
    static ENGINE: OnceLock<Result<Engine, String>> = OnceLock::new();
    ENGINE
        .get_or_init(|| start().map_err(|error| format!("{error:#}")))
        .clone()
        .map_err(|error| anyhow!("wasmtime cannot start: {error}"))
}

fn start() -> Result<Engine> {
    let engine = Engine::new(&config()).map_err(plain_error)?;
    let ticked = engine.weak();
    std::thread::Builder::new().name("epoch".to_owned()).spawn(move || {
        while let Some(engine) = ticked.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(EPOCH_TICK);
        }
    })?;
    Ok(engine)
}

/// Turns an error of wasmtime, which has a type of its own, into an error with the same text.
pub fn plain_error(error: wasmtime::Error) -> anyhow::Error {
    anyhow!("{error:#}")
}

fn config() -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(POOLED_COMPONENT_INSTANCES);
    pool.total_core_instances(POOLED_CORE_INSTANCES);
    pool.total_memories(POOLED_MEMORIES);
    pool.total_tables(POOLED_CORE_INSTANCES);
    pool.total_stacks(POOLED_MEMORIES);
    pool.max_memory_size(POOLED_MEMORY_BYTES);
    pool.max_component_instance_size(POOLED_INSTANCE_BYTES);
    pool.max_core_instance_size(POOLED_INSTANCE_BYTES);
    let mut config = Config::new();
    config.wasm_component_model_async(true);
    // A composed component imports an interface a second time, under another name, where a dependency must not have the
    // real one.
    config.wasm_component_model_implements(true);
    config.epoch_interruption(true);
    // A trap names its cause; walking the frames of a stripped component costs time and tells nothing.
    config.wasm_backtrace_max_frames(None);
    config.native_unwind_info(false);
    config.memory_reservation(POOLED_MEMORY_BYTES as u64);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// Keeps compiled components, each in a file named by what it was made from.
pub struct ArtifactCache {
    folder: PathBuf,
}

impl ArtifactCache {
    /// Opens a cache in `folder`, which is made when it is missing.
    pub fn new(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Returns the file name for what this engine makes of `inputs`.
    pub fn key<'a>(engine: &Engine, inputs: impl IntoIterator<Item = &'a [u8]>) -> String {
        let mut hash = Sha256::new();
        for input in inputs {
            hash.update((input.len() as u64).to_le_bytes());
            hash.update(input);
        }
        let mut compatibility = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut compatibility);
        hash.update(compatibility.finish().to_le_bytes());
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Loads the component compiled earlier; `None` when there is none, or when its file can no longer be used.
    pub fn load(&self, engine: &Engine, key: &str) -> Option<Component> {
        let file = self.file(key);
        if !file.exists() {
            return None;
        }
        // SAFETY: only this process's user writes the folder, and `store` puts nothing there but what
        // `Component::serialize` made, renamed into place when complete. Whoever can change these files can change the
        // host's own binary.
        #[allow(unsafe_code)]
        let loaded = unsafe { Component::deserialize_file(engine, &file) };
        match loaded {
            Ok(component) => Some(component),
            Err(error) => {
                tracing::debug!(file = %file.display(), "compiled anew: {error:#}");
                None
            }
        }
    }

    /// Waits for whoever compiles the same at this moment, in this process or another, and then lets others wait until
    /// the returned claim is dropped. Returns `None` when no file can be made in the folder: then two may do the same
    /// work.
    pub fn claim(&self, key: &str) -> Option<Claim> {
        let path = self.folder.join(format!("{key}.lock"));
        let file = File::create(&path).ok()?;
        file.lock().ok()?;
        Some(Claim { _file: file, path })
    }

    /// Stores a compiled component. It ignores failures, such as a full disk: the next start only has to compile again.
    pub fn store(&self, key: &str, component: &Component) {
        let file = self.file(key);
        let partial = self.folder.join(format!("{key}.{}.partial", std::process::id()));
        let written = component
            .serialize()
            .map_err(plain_error)
            .and_then(|bytes| Ok(std::fs::write(&partial, bytes).and_then(|()| std::fs::rename(&partial, &file))?));
        if let Err(error) = written {
            tracing::warn!(file = %file.display(), "cannot keep a compiled component: {error:#}");
            _ = std::fs::remove_file(&partial);
        }
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.cwasm"))
    }
}

/// Holds the right to compile something; its file is locked for as long as it is open.
pub struct Claim {
    _file: File,
    path: PathBuf,
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Whoever waits has the file open already, and will find the compiled component.
        _ = std::fs::remove_file(&self.path);
    }
}

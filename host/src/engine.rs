//! Makes the one wasmtime engine of the process.

use std::sync::OnceLock;

use anyhow::{Result, anyhow};
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

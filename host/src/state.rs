//! Holds what belongs to one instance of a component.

use std::collections::HashMap;
use std::sync::Arc;

use wasmtime::ResourceLimiter;
use wasmtime::component::{GuestTaskId, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::component::ComponentConfig;
use crate::services::Services;
use crate::trace::RequestContext;

/// Holds the data of one instance's wasmtime store.
pub struct State {
    pub(crate) wasi: WasiCtx,
    pub(crate) http: WasiHttpCtx,
    pub(crate) table: ResourceTable,
    pub(crate) hooks: Hooks,
    pub(crate) memory: MemoryLimit,
    /// The requests that this instance was given, by the task that works on each.
    pub(crate) requests: HashMap<GuestTaskId, RequestContext>,
}

/// Names the component that makes a host call.
#[derive(Clone)]
pub struct Caller {
    services: Arc<Services>,
    index: usize,
}

impl Caller {
    pub(crate) fn new(services: Arc<Services>, index: usize) -> Self {
        Self { services, index }
    }

    pub(crate) fn services(&self) -> &Services {
        &self.services
    }

    pub(crate) fn component(&self) -> &ComponentConfig {
        self.services.config(self.index)
    }

    pub(crate) fn name(&self) -> &str {
        &self.component().name
    }
}

/// Holds what the hooks of one instance's outbound requests need.
pub struct Hooks {
    pub(crate) caller: Caller,
    /// The request that the guest's current task works on, as far as it is known.
    pub(crate) current: Option<RequestContext>,
}

impl State {
    pub(crate) fn caller(&self) -> Caller {
        self.hooks.caller.clone()
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http }
    }
}

/// Bounds all linear memories of an instance together, because a composed component has several.
pub struct MemoryLimit {
    /// The bytes that may be in use, at most.
    pub most: usize,
    /// The bytes in use now.
    pub used: usize,
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let used = self.used.saturating_add(desired.saturating_sub(current));
        let fits = used <= self.most;
        if fits {
            self.used = used;
        }
        Ok(fits)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= crate::limits::TABLE_ELEMENTS)
    }
}

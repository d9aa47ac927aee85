//! What belongs to one instance of a component.

use std::collections::HashMap;
use std::sync::Arc;

use wasmtime::ResourceLimiter;
use wasmtime::component::{GuestTaskId, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::capabilities::http::Hooks;
use crate::component::ComponentConfig;
use crate::host::HostInner;
use crate::trace::TraceContext;

/// The data of a store.
pub struct State {
    pub(crate) wasi: WasiCtx,
    pub(crate) http: WasiHttpCtx,
    pub(crate) table: ResourceTable,
    pub(crate) hooks: Hooks,
    pub(crate) memory: MemoryLimit,
    /// The requests that this instance was given, by the task that works on each.
    pub(crate) requests: HashMap<GuestTaskId, RequestContext>,
}

/// What the host knows about a request while it is worked on.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// Its place in the trace.
    pub trace: TraceContext,
    /// How many components called each other before it.
    pub depth: u32,
}

/// Who makes a host call.
#[derive(Clone)]
pub struct Caller {
    host: Arc<HostInner>,
    index: usize,
}

impl Caller {
    pub(crate) fn new(host: Arc<HostInner>, index: usize) -> Self {
        Self { host, index }
    }

    pub(crate) fn host(&self) -> &Arc<HostInner> {
        &self.host
    }

    pub(crate) fn component(&self) -> &ComponentConfig {
        self.host.config(self.index)
    }

    pub(crate) fn name(&self) -> &str {
        &self.component().name
    }
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

/// Bounds all linear memories of an instance together: a composed component has several.
pub struct MemoryLimit {
    /// Bytes that may be in use.
    pub most: usize,
    /// Bytes in use.
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

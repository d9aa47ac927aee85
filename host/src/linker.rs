//! Offers components what they import: WASI 0.2 (std still asks for it), WASI 0.3, Spin's interfaces, and the store to
//! those whose manifest leaves it to the host.

use std::time::Duration;

use wasmtime::component::{Accessor, HasSelf, Linker, Resource};
use wasmtime::{AsContextMut, Engine, Result};
use wasmtime_wasi_http::p3::bindings::http::client::HostWithStore;
use wasmtime_wasi_http::p3::bindings::http::types::{ErrorCode, Request, Response};
use wasmtime_wasi_http::{WasiHttp, WasiHttpView};

use crate::capabilities::bindings::spin::{key_value::key_value, sqlite::sqlite, variables::variables};
use crate::capabilities::{denied, store};
use crate::gate::BoxFuture;
use crate::state::State;

/// Makes the linker for the components to which the host serves the store.
pub fn with_store(linker: &Linker<State>) -> Result<Linker<State>> {
    let mut linker = linker.clone();
    store::add_to_linker(&mut linker)?;
    Ok(linker)
}

/// Makes the linker for all other components.
pub fn linker(engine: &Engine) -> Result<Linker<State>> {
    let mut linker: Linker<State> = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    sqlite::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
    key_value::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
    variables::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
    denied::add_to_linker(&mut linker)?;
    linker.allow_shadowing(true);
    linker.instance("wasi:http/client@0.3.0")?.func_wrap_concurrent("send", send)?;
    linker.instance("wasi:clocks/monotonic-clock@0.3.0")?.func_wrap_concurrent("wait-for", wait_for)?;
    linker.allow_shadowing(false);
    Ok(linker)
}

/// Waits so many nanoseconds. In a run that must be repeatable nothing waits for a real clock.
fn wait_for(accessor: &Accessor<State>, (nanoseconds,): (u64,)) -> BoxFuture<'_, Result<()>> {
    let is_repeatable = accessor.with(|mut store| store.get().hooks.caller.services().options.rng_seed.is_some());
    Box::pin(async move {
        if !is_repeatable {
            tokio::time::sleep(Duration::from_nanos(nanoseconds)).await;
        }
        Ok(())
    })
}

type Answer = Result<Resource<Response>, ErrorCode>;

/// Sends a request with `send` of wasmtime-wasi-http, after noting which request the calling task works on. An instance
/// serves several requests at once, and only the task tells which of their traces an outbound call belongs to.
fn send<'a>(accessor: &'a Accessor<State>, (request,): (Resource<Request>,)) -> BoxFuture<'a, Result<(Answer,)>> {
    Box::pin(async move {
        accessor.with(|mut store| -> Result<()> {
            let task = store.as_context_mut().async_call_stack()?.last();
            let state = store.get();
            state.hooks.current = task.and_then(|task| state.requests.get(&task).cloned());
            Ok(())
        })?;
        let accessor = accessor.with_getter::<WasiHttp>(State::http);
        match WasiHttp::send(&accessor, request).await {
            Ok(response) => Ok((Ok(response),)),
            Err(error) => Ok((Err(error.downcast()?),)),
        }
    })
}

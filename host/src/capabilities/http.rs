//! Sends the requests that components make, to the world outside or to each other, as far as their allow lists permit.

use std::future::Future;

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt, Limited};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::gate::{HostCallKind, Passed};
use crate::host_name::HostName;
use crate::limits::CHAIN_DEPTH;
use crate::outbound::{self, Connection};
use crate::state::{Caller, Hooks};
use crate::trace::{RequestContext, TraceContext};

type Answer = Result<(Response<WasiBody>, Connection), Error>;

impl WasiHttpHooks for Hooks {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Answer> + Send> {
        let caller = self.caller.clone();
        let current = self.current.take();
        Box::new(async move { send(caller, current, request, options).await })
    }
}

async fn send(
    caller: Caller,
    current: Option<RequestContext>,
    request: Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Answer {
    let uri = request.uri().clone();
    if !caller.component().allowed_hosts.allows(&uri) {
        return Err(deny(&caller, &uri));
    }
    let depth = current.as_ref().map_or(0, |current| current.depth);
    let (request, trace) = new_request(&caller, current, request).await?;
    let host = HostName::of(uri.host().unwrap_or_default());
    let target = host.component();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let kind = || match target {
        Some(component) => HostCallKind::Chain { component: component.to_owned(), path: path.to_owned() },
        None => HostCallKind::Http { url: uri.to_string() },
    };
    let detail = format!("{} {uri}", request.method());
    let describe = || (caller.name().to_owned(), kind(), detail);
    let effect = async {
        match target {
            Some(component) => chain(&caller, component, request, RequestContext { trace, depth: depth + 1 }).await,
            None => outbound::send(caller.services().options.outbound.as_deref(), request, options).await,
        }
    };
    match caller.services().gate.pass(describe, effect).await {
        Ok(Passed::Done(answer)) => answer,
        Ok(Passed::FailedBefore) => Err(Error::ConnectionRefused),
        Ok(Passed::FailedAfter) => Err(Error::ConnectionReadTimeout),
        // The host crashed, so the instance is about to be dropped: it must not see an answer that it could act upon.
        Err(_abandoned) => std::future::pending().await,
    }
}

fn deny(caller: &Caller, uri: &Uri) -> Error {
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let scheme = uri.scheme_str().unwrap_or("https");
    tracing::warn!(
        component = caller.name(),
        "denied: {scheme}://{host}; to allow it, add \"{scheme}://{host}\" to allowed_outbound_hosts of [component.{}]",
        caller.name()
    );
    Error::HttpRequestDenied
}

/// Makes a new request for every hop: only the method, the URI, the headers and the body are taken over from the old
/// one.
async fn new_request(
    caller: &Caller,
    current: Option<RequestContext>,
    request: Request<WasiBody>,
) -> Result<(Request<Bytes>, TraceContext), Error> {
    let (parts, body) = request.into_parts();
    let limit = caller.services().options.limits.response_body_bytes;
    let body = Limited::new(body, limit).collect().await.map_err(|_| Error::HttpRequestBodySize(None))?.to_bytes();
    let mut fresh = Request::new(body);
    *fresh.method_mut() = parts.method;
    *fresh.uri_mut() = parts.uri;
    *fresh.headers_mut() = parts.headers;
    let authority = fresh.uri().authority().ok_or(Error::HttpRequestUriInvalid)?;
    let host = HeaderValue::try_from(authority.as_str()).map_err(|_| Error::HttpRequestUriInvalid)?;
    fresh.headers_mut().insert(HOST, host);
    let known = TraceContext::from_headers(fresh.headers()).or(current.map(|current| current.trace));
    let trace = known.map_or_else(TraceContext::start, |known| known.child());
    trace.write(fresh.headers_mut());
    Ok((fresh, trace))
}

async fn chain(caller: &Caller, component: &str, request: Request<Bytes>, context: RequestContext) -> Answer {
    if context.depth > CHAIN_DEPTH {
        tracing::error!(component = caller.name(), "refused: components call each other more than {CHAIN_DEPTH} deep");
        return Err(Error::LoopDetected);
    }
    let request = request.map(outbound::full);
    let Some(response) = caller.services().call(component, request, context).await else {
        tracing::error!(component = caller.name(), "there is no [component.{component}] to call");
        return Err(Error::DestinationNotFound);
    };
    Ok((response, Box::new(std::future::ready(Ok(())))))
}

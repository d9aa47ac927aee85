//! Answers requests, through their routes or through a component.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use http::header::{CONTENT_LENGTH, HOST};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri};
use http_body::Body as _;
use wasmtime_wasi_http::WasiBody;

use crate::dispatch::Dispatcher;
use crate::refusal::Refusal;
use crate::trace::{RequestContext, TraceContext};

/// Answers one request through its route, or through the given component.
pub(crate) async fn respond(
    host: &Arc<Dispatcher>,
    request: Request<WasiBody>,
    component: Option<usize>,
) -> Response<WasiBody> {
    let started = Instant::now();
    let trace = TraceContext::from_headers(request.headers()).map_or_else(TraceContext::start, |trace| trace.child());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let found = match component {
        Some(index) => Some((index, String::new(), path.clone(), false)),
        None => host
            .app
            .router
            .find(&path)
            .map(|(route, rest)| (route.component, route.pattern.clone(), rest.to_owned(), route.streamed)),
    };
    let Some((index, pattern, rest, streamed)) = found else {
        tracing::info!(target: "request", %method, path, status = 404, trace_id = trace.trace_id, "no route");
        return Refusal::NoRoute.response();
    };
    let limits = &host.services.options.limits;
    let most = if streamed { limits.streamed_body_bytes } else { limits.request_body_bytes };
    let response = match prepare(request, most, &trace, &pattern, &rest) {
        Ok(request) => admit(host, index, request, RequestContext { trace: trace.clone(), depth: 0 }).await,
        Err(refusal) => refusal.response(),
    };
    tracing::info!(
        target: "request",
        component = host.services.config(index).name,
        route = pattern,
        %method,
        path,
        status = response.status().as_u16(),
        duration_us = started.elapsed().as_micros() as u64,
        trace_id = trace.trace_id,
    );
    response
}

/// Waits for the request's turn, in a bounded queue.
async fn admit(
    host: &Arc<Dispatcher>,
    index: usize,
    request: Request<WasiBody>,
    context: RequestContext,
) -> Response<WasiBody> {
    let permit = match host.admission.try_acquire() {
        Ok(permit) => permit,
        Err(_) => {
            if host.waiting.fetch_add(1, Ordering::Relaxed) >= host.services.options.limits.waiting_requests {
                host.waiting.fetch_sub(1, Ordering::Relaxed);
                return Refusal::Busy.response();
            }
            let permit = host.admission.acquire().await;
            host.waiting.fetch_sub(1, Ordering::Relaxed);
            match permit {
                Ok(permit) => permit,
                Err(_closed) => return Refusal::Stopping.response(),
            }
        }
    };
    let response = host.dispatch(index, request, context).await;
    drop(permit);
    response
}

/// Makes the request that the component sees: absolute, in the trace, without headers that only the host may set.
fn prepare(
    request: Request<WasiBody>,
    most: usize,
    trace: &TraceContext,
    pattern: &str,
    rest: &str,
) -> Result<Request<WasiBody>, Refusal> {
    // A body that is still coming in may not say how long it is; then it is cut at its bound.
    let length = request.body().size_hint();
    if usize::try_from(length.lower()).is_ok_and(|length| length > most) {
        return Err(Refusal::BodyTooLarge(most));
    }
    let (parts, body) = request.into_parts();
    let uri = absolute(&parts.uri, &parts.headers).ok_or(Refusal::BadAddress)?;
    let mut fresh = Request::new(body);
    *fresh.method_mut() = parts.method;
    let headers = fresh.headers_mut();
    for (name, value) in &parts.headers {
        if !name.as_str().starts_with("spin-") && name != CONTENT_LENGTH {
            headers.append(name, value.clone());
        }
    }
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("spin-full-url", &uri.to_string());
    set("spin-matched-route", pattern);
    set("spin-path-info", rest);
    if let Some(client) = parts.extensions.get::<SocketAddr>() {
        set("spin-client-addr", &client.to_string());
    }
    trace.write(headers);
    if let Some(length) = length.exact() {
        fresh.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *fresh.uri_mut() = uri;
    Ok(fresh)
}

fn absolute(uri: &Uri, headers: &HeaderMap) -> Option<Uri> {
    let authority = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => headers.get(HOST).map_or(Some("localhost"), |host| host.to_str().ok())?,
    };
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    Uri::builder().scheme("http").authority(authority).path_and_query(path).build().ok()
}

//! Answers whether the host lives, and whether it is ready to work. Both are the host's own addresses, before any route
//! of the application.

use std::sync::Arc;

use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use wasmtime_wasi_http::WasiBody;

use crate::dispatch::Dispatcher;
use crate::outbound::full;

/// Answers as long as the process does.
const LIVE: &str = "/health/live";
/// Answers whether requests can be worked on now.
const READY: &str = "/health/ready";

/// Answers one of the two addresses; `None` for any other.
pub(crate) async fn answer(host: &Arc<Dispatcher>, parts: &Parts) -> Option<Response<WasiBody>> {
    let ready = match parts.uri.path() {
        LIVE => None,
        READY => Some(host),
        _ => return None,
    };
    if parts.method != Method::GET && parts.method != Method::HEAD {
        let detail = "Send a GET or a HEAD.";
        let mut refused = document(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail, None);
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Some(refused);
    }
    let Some(host) = ready else { return Some(healthy("live")) };
    Some(match host.readiness.of(&host.services, host.admission.is_closed()).await {
        Ok(()) => healthy("ready"),
        Err(unready) => {
            let (reason, detail) = unready.told();
            document(StatusCode::SERVICE_UNAVAILABLE, "not-ready", detail, Some(reason))
        }
    })
}

fn healthy(status: &str) -> Response<WasiBody> {
    harden(StatusCode::OK, "application/json", &serde_json::json!({ "status": status }))
}

fn document(status: StatusCode, code: &str, detail: &str, reason: Option<&str>) -> Response<WasiBody> {
    let mut problem = serde_json::json!({
        "type": format!("urn:contraflow:problem:{code}"),
        "title": code.replace('-', " "),
        "status": status.as_u16(),
        "detail": detail,
    });
    if let (Some(reason), Some(members)) = (reason, problem.as_object_mut()) {
        members.insert("reason".to_owned(), reason.into());
    }
    let mut response = harden(status, "application/problem+json", &problem);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn harden(status: StatusCode, content_type: &'static str, body: &serde_json::Value) -> Response<WasiBody> {
    let mut response = Response::new(full(body.to_string().into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

//! Takes requests that come over the network: first everything that costs next to nothing is checked, then the body is
//! read, and then a component sees the request.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http::header::EXPECT;
use http::request::Parts;
use http::{HeaderMap, Request, Response};
use http_body::Body as _;
use hyper::body::Incoming;
use wasmtime_wasi_http::WasiBody;

use crate::dispatch::Dispatcher;
use crate::edge::{Denied, Network, Visit, discard, read};
use crate::health;
use crate::manifest::Proof;
use crate::refusal::Refusal;
use crate::respond::respond;

/// Receives the whole request before a component sees it, so that no component waits for a slow client. Nothing of a
/// body is kept that is refused anyway.
pub(crate) async fn receive(
    host: &Arc<Dispatcher>,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Response<WasiBody> {
    let limits = &host.services.options.limits;
    let (mut parts, mut body) = request.into_parts();
    if let Some(health) = health::answer(host, &parts).await {
        return health;
    }
    let client = host.edge.client(peer.ip(), &parts.headers);
    let awaited = !parts.headers.contains_key(EXPECT);
    let (visit, most) = match let_in(host, &parts, client, !body.is_end_stream()) {
        Ok(admitted) => admitted,
        Err(denied) => {
            log(&parts, client, denied.refusal);
            if awaited {
                discard(body, limits.request_body_bytes).await;
            }
            return denied.response();
        }
    };
    // The share is held until the answer is there: a request that waits for its turn has its body in memory.
    let mut share = host.edge.bodies.take(Some(Network::of(client)), 0).ok();
    let read = match share.as_mut() {
        Some(share) => read(&mut body, share, most, limits.request_body_time).await,
        None => Err(Refusal::BodiesBusy),
    };
    let mut response = match read {
        Ok(bytes) => {
            let port = if client == peer.ip() { peer.port() } else { 0 };
            parts.extensions.insert(SocketAddr::new(client, port));
            respond(host, Request::from_parts(parts, bytes), None).await
        }
        Err(refusal) => {
            log(&parts, client, refusal);
            drop(share.take());
            if awaited && refusal != Refusal::BodyLate {
                discard(body, limits.request_body_bytes).await;
            }
            refusal.response()
        }
    };
    host.edge.settle(visit, &mut response);
    response
}

/// Lets a request in by its headers alone, and says how long its body may be.
fn let_in(host: &Dispatcher, parts: &Parts, client: IpAddr, has_body: bool) -> Result<(Visit, usize), Denied> {
    let limits = &host.services.options.limits;
    let proof = host.app.router.find(parts.uri.path()).map(|(route, _)| route.proof);
    let visit = host.edge.visit(client, parts, proof.unwrap_or_default(), has_body)?;
    if header_bytes(parts) > limits.header_bytes {
        return Err(visit.deny(Refusal::HeadersTooLarge(limits.header_bytes)));
    }
    match proof {
        None => Err(visit.deny(Refusal::NoRoute)),
        Some(Proof::None) => Ok((visit, limits.request_body_bytes.min(limits.open_body_bytes))),
        Some(Proof::Bearer | Proof::Signature) => Ok((visit, limits.request_body_bytes)),
    }
}

fn header_bytes(parts: &Parts) -> usize {
    let of = |headers: &HeaderMap| headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>();
    let address = parts.uri.path_and_query().map_or(0, |address| address.as_str().len());
    address + of(&parts.headers)
}

fn log(parts: &Parts, client: IpAddr, refusal: Refusal) {
    let (method, path, status) = (&parts.method, parts.uri.path(), refusal.status().as_u16());
    tracing::info!(target: "request", %method, path, status, %client, "refused unread");
}

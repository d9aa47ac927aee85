//! Takes requests that come over the network: first everything that costs next to nothing is checked, then the body is
//! read, and then a component sees the request.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http::header::EXPECT;
use http::request::Parts;
use http::{HeaderMap, Request, Response};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use wasmtime_wasi_http::WasiBody;

use crate::dispatch::Dispatcher;
use crate::edge::{Denied, Exhausted, Network, Passing, Visit, discard, read};
use crate::health;
use crate::limits::STREAMED_BYTES;
use crate::manifest::Proof;
use crate::outbound::full;
use crate::refusal::Refusal;
use crate::respond::respond;

/// Receives the whole request before a component sees it, so that no component waits for a slow client; only on a route
/// that says so, the component reads the body while it comes in. Nothing of a body is kept that is refused anyway.
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
    let (visit, taking) = match let_in(host, &parts, client, !body.is_end_stream()) {
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
    let port = if client == peer.ip() { peer.port() } else { 0 };
    parts.extensions.insert(SocketAddr::new(client, port));
    let mut response = match taking {
        Taking::Streamed(most) => match share.as_mut().map(|share| share.grow(STREAMED_BYTES)) {
            Some(Ok(())) => {
                let body = Passing::new(body, most, limits.request_body_time).boxed_unsync();
                respond(host, Request::from_parts(parts, body), None).await
            }
            Some(Err(Exhausted::Each)) => refuse(&parts, client, Refusal::TooManyBytes),
            Some(Err(Exhausted::Total)) | None => refuse(&parts, client, Refusal::BodiesBusy),
        },
        Taking::Whole(most) => {
            let read = match share.as_mut() {
                Some(share) => read(&mut body, share, most, limits.request_body_time).await,
                None => Err(Refusal::BodiesBusy),
            };
            match read {
                Ok(bytes) => respond(host, Request::from_parts(parts, full(bytes)), None).await,
                Err(refusal) => {
                    drop(share.take());
                    if awaited && refusal != Refusal::BodyLate {
                        discard(body, limits.request_body_bytes).await;
                    }
                    refuse(&parts, client, refusal)
                }
            }
        }
    };
    host.edge.settle(visit, &mut response);
    response
}

/// Says how a body is taken, and how many bytes it may have.
enum Taking {
    /// It is there as a whole before the component sees the request.
    Whole(usize),
    /// The component reads it while it comes in.
    Streamed(usize),
}

/// Lets a request in by its headers alone, and says how its body is taken.
fn let_in(host: &Dispatcher, parts: &Parts, client: IpAddr, has_body: bool) -> Result<(Visit, Taking), Denied> {
    let limits = &host.services.options.limits;
    let route = host.app.router.find(parts.uri.path()).map(|(route, _)| route);
    let (proof, streamed) = (route.map(|route| route.proof), route.is_some_and(|route| route.streamed));
    let proven = (proof.unwrap_or_default(), host.app.manifest.session_cookies.as_slice());
    let visit = host.edge.visit(client, parts, proven, has_body)?;
    if header_bytes(parts) > limits.header_bytes {
        return Err(visit.deny(Refusal::HeadersTooLarge(limits.header_bytes)));
    }
    match proof {
        None => Err(visit.deny(Refusal::NoRoute)),
        Some(Proof::Session) if visit.is_known() => Ok((visit, Taking::Whole(limits.request_body_bytes))),
        Some(Proof::None | Proof::Session) => {
            Ok((visit, Taking::Whole(limits.request_body_bytes.min(limits.open_body_bytes))))
        }
        Some(Proof::Bearer) if streamed => Ok((visit, Taking::Streamed(limits.streamed_body_bytes))),
        Some(Proof::Bearer | Proof::Signature) => Ok((visit, Taking::Whole(limits.request_body_bytes))),
    }
}

fn refuse(parts: &Parts, client: IpAddr, refusal: Refusal) -> Response<WasiBody> {
    log(parts, client, refusal);
    refusal.response()
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

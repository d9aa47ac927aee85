//! Tells whom a token speaks for that contraflow did not sign, and signs people in by their provider. Only the other
//! components reach it, but for the route by which the provider ends sessions. It signs nothing: they ask it once for
//! each call, and it answers what it has checked.
//!
//! So the keys of providers, RSA and its curves are in this component alone, and what a component could sign nobody who
//! breaks into it can sign.

mod account;
mod asymmetric;
mod client;
mod config;
mod exchange;
mod introspect;
mod jws;
mod keys;
mod limits;
mod logout;
mod provider;
mod refusal;
mod session;
mod sign_in;

use contraflow_guest::http_io::{Answer, Incoming, answered};
use contraflow_guest::problem::Problem;
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(answered(route(request).await))
}

async fn route(request: spin_sdk::http::Request) -> Result<Answer, Problem> {
    let incoming = Incoming::read(request, limits::ASKED_BYTES).await?;
    match incoming.segments()[..] {
        ["introspect"] => introspect::answer(&incoming).await,
        ["sign-in", "begin"] => sign_in::begin(&incoming).await,
        ["sign-in", "finish"] => sign_in::finish(&incoming).await,
        ["sign-in", "leave"] => sign_in::leave(&incoming).await,
        ["sign-in", "back-channel-logout"] => logout::back_channel(&incoming).await,
        _ => Err(Problem::not_found("such address")),
    }
}

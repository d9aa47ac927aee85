//! Serves what all steps have in common: a private route, which only the application itself reaches, one request, and
//! an answer that says what comes next.

use contraflow_domain::chain::{self, Next};
use contraflow_domain::request::Request;
use contraflow_domain::request::quote::Quoted;
use http::StatusCode;

use crate::http_io::{Answer, Incoming, answered, json};
use crate::limits;
use crate::problem::Problem;

/// Says what a step is called for.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// The request's id.
    pub request: &'a str,
    /// The part after the first hyphen of the component's name: `stripe` of `reversal-stripe`.
    pub vendor: &'a str,
}

/// Serves a step: `POST /steps/<name>/{request}`. `work` does the step's one thing and returns the request as
/// committed.
pub async fn serve(
    request: spin_sdk::http::Request,
    work: impl AsyncFnOnce(Task<'_>) -> Result<Request, Problem>,
) -> Answer {
    serve_any(request, async |task| Ok(chain::next(&work(task).await?, crate::now()))).await
}

/// Serves a step as [`serve`] does, and `POST /quotes/<name>`: `quote` does the same work on a request that is handed
/// to it, and stores nothing.
pub async fn serve_quoting(
    request: spin_sdk::http::Request,
    work: impl AsyncFnOnce(Task<'_>) -> Result<Request, Problem>,
    quote: impl AsyncFnOnce(Quoted) -> Result<Quoted, Problem>,
) -> Answer {
    if !request.uri().path().starts_with("/quotes/") {
        return serve(request, work).await;
    }
    answered(give(request, quote).await)
}

async fn give(
    request: spin_sdk::http::Request,
    quote: impl AsyncFnOnce(Quoted) -> Result<Quoted, Problem>,
) -> Result<Answer, Problem> {
    let incoming = Incoming::read(request, limits::QUOTE_BYTES).await?;
    incoming.only("POST")?;
    Ok(json(StatusCode::OK, &quote(incoming.json()?).await?))
}

/// Serves a step that is also called for other things than requests; here `work` itself says what comes next.
pub async fn serve_any(
    request: spin_sdk::http::Request,
    work: impl AsyncFnOnce(Task<'_>) -> Result<Next, Problem>,
) -> Answer {
    answered(run(request, work).await)
}

async fn run(
    request: spin_sdk::http::Request,
    work: impl AsyncFnOnce(Task<'_>) -> Result<Next, Problem>,
) -> Result<Answer, Problem> {
    let incoming = Incoming::read(request, limits::BODY_BYTES).await?;
    let ["steps", component, request] = incoming.segments()[..] else {
        return Err(Problem::not_found("step at that address"));
    };
    incoming.only("POST")?;
    let vendor = component.split_once('-').map_or("", |(_, vendor)| vendor);
    let next = work(Task { request, vendor }).await?;
    Ok(json(StatusCode::OK, &next))
}

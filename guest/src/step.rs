//! What every step has in common: a private route for machines, one request, and an answer that says what comes next.

use contraflow_domain::chain::{self, Next};
use contraflow_domain::request::Request;
use http::StatusCode;

use crate::http_io::{Answer, Incoming, answered, json};
use crate::problem::Problem;
use crate::{auth, limits};

/// Serves a step: `POST /steps/<name>/{request}`. `work` does the step's one thing and gives the request back as committed.
pub async fn serve(request: spin_sdk::http::Request, work: impl AsyncFnOnce(&str) -> Result<Request, Problem>) -> Answer {
    answered(run(request, work).await)
}

async fn run(request: spin_sdk::http::Request, work: impl AsyncFnOnce(&str) -> Result<Request, Problem>) -> Result<Answer, Problem> {
    let incoming = Incoming::read(request, limits::BODY_BYTES).await?;
    auth::machine(&incoming.headers).await?;
    let [_, _, id] = incoming.segments()[..] else { return Err(Problem::not_found("step at that address")) };
    let request = work(id).await?;
    let next: Next = chain::next(&request, crate::now());
    Ok(json(StatusCode::OK, &next))
}

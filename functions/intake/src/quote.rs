//! Says what a request would do, and stores nothing: the steps do their work on a request that is only handed round.

use bytes::Bytes;
use contraflow_domain::authority::Effect;
use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::request::quote::{QuoteView, Quoted};
use contraflow_guest::drive::component_of;
use contraflow_guest::http_io::{Answer, Incoming, call, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::{auth, limits, now};
use http::{HeaderMap, Method, StatusCode};

use crate::{ask, asked, read};

/// Serves `POST /v1/quotes`: answers 200 with what would become of the ask, were it sent to `POST /v1/requests` now.
///
/// # Errors
/// 422 with every field that is wrong. 503 when the ERP or the policy can't be asked.
pub async fn give(incoming: &Incoming) -> Result<Answer, Problem> {
    let person = auth::person(&incoming.headers).await?;
    person.may(Effect::Ask)?;
    let draft = read(incoming).await?.into_iter().find_map(|inbound| asked(inbound.meaning));
    let draft = draft.ok_or_else(|| Problem::malformed(Vec::new()))?;
    let request = ask::checked("api", draft)?.request(&person.name, now()).await;
    let mut quoted = Quoted { request, limits: Vec::new() };
    for _ in 0..limits::HOPS {
        // As far as the chain goes without any effect.
        let Next::Do(step @ (Step::InvoiceLookup | Step::Eligibility | Step::Approval)) =
            chain::next(&quoted.request, now())
        else {
            break;
        };
        quoted = ask_step(&component_of(&step), &quoted).await?;
    }
    Ok(json(StatusCode::OK, &QuoteView::from(quoted)))
}

async fn ask_step(step: &str, quoted: &Quoted) -> Result<Quoted, Problem> {
    let body = serde_json::to_vec(quoted).map_err(|error| Problem::internal(error.to_string()))?;
    let answer = call(step, Method::POST, &format!("/quotes/{step}"), &HeaderMap::new(), Bytes::from(body)).await;
    let answer = answer.map_err(Problem::unavailable)?;
    if answer.status() != StatusCode::OK {
        let problem = serde_json::from_slice::<Problem>(answer.body());
        return Err(problem.unwrap_or_else(|_| Problem::unavailable(format!("{step} answered {}", answer.status()))));
    }
    serde_json::from_slice(answer.body()).map_err(|error| Problem::internal(format!("{step}: {error}")))
}

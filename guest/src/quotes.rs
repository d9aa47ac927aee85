//! Hands a request that is stored nowhere round the steps that say what would become of it.

use bytes::Bytes;
use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::request::quote::Quoted;
use http::{HeaderMap, Method, StatusCode};

use crate::drive::component_of;
use crate::http_io::call;
use crate::problem::Problem;
use crate::{limits, now};

/// Lets each step do its work on the request, as far as the chain goes without any effect.
///
/// # Errors
/// 503 when a step, the ERP or the policy can't be asked.
pub async fn hand_round(mut quoted: Quoted) -> Result<Quoted, Problem> {
    for _ in 0..limits::HOPS {
        let Next::Do(step @ (Step::InvoiceLookup | Step::Eligibility | Step::Approval)) =
            chain::next(&quoted.request, now())
        else {
            break;
        };
        quoted = ask(&component_of(&step), &quoted).await?;
    }
    Ok(quoted)
}

async fn ask(step: &str, quoted: &Quoted) -> Result<Quoted, Problem> {
    let body = serde_json::to_vec(quoted).map_err(|error| Problem::internal(error.to_string()))?;
    let answer = call(step, Method::POST, &format!("/quotes/{step}"), &HeaderMap::new(), Bytes::from(body)).await;
    let answer = answer.map_err(Problem::unavailable)?;
    if answer.status() != StatusCode::OK {
        let problem = serde_json::from_slice::<Problem>(answer.body());
        return Err(problem.unwrap_or_else(|_| Problem::unavailable(format!("{step} answered {}", answer.status()))));
    }
    serde_json::from_slice(answer.body()).map_err(|error| Problem::internal(format!("{step}: {error}")))
}

//! Serves the reasons that a request may give, with what each wants.

use contraflow_domain::policy::ReasonList;
use contraflow_guest::http_io::{Answer, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::{policy, reasons};
use http::StatusCode;

/// Serves `GET /v1/reasons`: returns the categories and reasons of the policy in force, and the codes that requests
/// name and the policy does not have any more.
pub async fn list() -> Result<Answer, Problem> {
    let policy = policy::in_force().await?;
    Ok(json(StatusCode::OK, &ReasonList::of(&policy, &reasons::used().await?)))
}

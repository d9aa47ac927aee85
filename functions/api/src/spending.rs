//! Serves what is left of the bounds on what people approve, before anybody decides.

use contraflow_domain::approval::Person;
use contraflow_guest::http_io::{Answer, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{now, policy, spending};
use http::StatusCode;

use crate::{delegate, readable};

/// Serves `GET /v1/requests/{id}/spending`: returns what each bound that the request would be counted against allows,
/// has used and has left, and whether the request fits. For whoever may decide on it these are their own bounds.
pub async fn of(id: &str, person: &Person) -> Result<Answer, Problem> {
    let (request, at, mut unit) = (readable(id, person).await?, now(), Unit::default());
    let (policy, person) = (policy::in_force().await?, delegate::with_lent(&mut unit, person, at).await?);
    let left = spending::left(&mut unit, &request, Some(&person), &policy, at).await?;
    Ok(json(StatusCode::OK, &left))
}

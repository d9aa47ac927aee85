//! Serves the patterns that the last nightly pass has found.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::patterns::Patterns;
use contraflow_guest::http_io::{Answer, json};
use contraflow_guest::keys;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use http::StatusCode;

/// Serves `GET /v1/patterns`.
pub async fn found(person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeePatterns)?;
    let found: Option<Patterns> = Unit::default().look_at(keys::PATTERNS).await?;
    Ok(json(StatusCode::OK, &found.unwrap_or_default()))
}

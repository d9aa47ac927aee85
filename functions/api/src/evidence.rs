//! Makes the dispute evidence that is sent to a bank, as one file.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::dispute;
use contraflow_guest::accounts;
use contraflow_guest::http_io::{Answer, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use http::header::CONTENT_DISPOSITION;
use http::{HeaderValue, StatusCode};

/// Serves `GET /v1/requests/{id}/dispute-evidence` to finance, auditors and admins.
pub async fn of(id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadDisputeEvidence)?;
    let mut unit = Unit::default();
    let request = unit.request(id).await?;
    let held = accounts::load(&mut unit, &request).await?;
    let mut answer = json(StatusCode::OK, &dispute::evidence::of(&request, &held));
    let name = format!("attachment; filename=\"dispute-evidence-{}.json\"", request.id);
    if let Ok(name) = HeaderValue::from_str(&name) {
        answer.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    Ok(answer)
}

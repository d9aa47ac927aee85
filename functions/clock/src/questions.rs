//! Enters questions that were asked before there was an index of questions, a few in each round.

use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;
use contraflow_guest::{keys, limits, store};
use http::StatusCode;
use serde::{Deserialize, Serialize};

const PLACE: &str = "clock/questions";

/// How far the old questions are entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entered {
    /// Where to go on; `None` once all are entered.
    next: Option<String>,
}

/// Enters the next few; does nothing once all are. What is asked meanwhile enters itself.
///
/// # Errors
/// When the store does not answer.
pub async fn index_old() -> Result<(), Problem> {
    transact(async |unit| {
        let prefix = keys::status_prefix(RequestStatus::InfoRequested.name());
        let start = match unit.read::<Entered>(PLACE).await? {
            Some(Entered { next: None }) => return Ok(()),
            Some(Entered { next: Some(next) }) => next,
            None => prefix.clone(),
        };
        let page = store::scan(start, store::end_of(&prefix), limits::QUESTIONS_AT_ONCE).await?;
        for entry in &page.entries {
            let request = match unit.read::<Request>(&keys::request(keys::id_of(&entry.key))).await {
                Ok(request) => request,
                Err(problem) if problem.status == StatusCode::SERVICE_UNAVAILABLE.as_u16() => return Err(problem),
                // The doctor tells of what can't be read; it keeps no other question out.
                Err(_) => continue,
            };
            // One that has been answered meanwhile has nothing to enter.
            for key in request.iter().flat_map(keys::questions) {
                unit.write(&key, &())?;
            }
        }
        unit.write(PLACE, &Entered { next: page.next })
    })
    .await
}

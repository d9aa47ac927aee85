//! Enters of old requests what earlier versions did not, a few in each round: questions in their index, what whoever
//! asked may read because of it, and what they are found by. What is stored meanwhile enters itself.

use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_guest::problem::Problem;
use contraflow_guest::touched::Touched;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{keys, limits, store};
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// How far the old requests are entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entered {
    /// Where to go on; `None` once all are entered.
    next: Option<String>,
}

/// Enters the next few of each kind; does nothing once all are.
///
/// # Errors
/// When the store does not answer.
pub async fn enter() -> Result<(), Problem> {
    let asked = keys::status_prefix(RequestStatus::InfoRequested.name());
    walk("clock/questions", &asked, limits::ENTERED_AT_ONCE, async |unit, request| {
        // One that has been answered meanwhile has nothing to enter.
        keys::questions(&request).iter().try_for_each(|key| unit.write(key, &()))
    })
    .await?;
    walk("clock/terms", &keys::all_prefix(), limits::TERMS_ENTERED_AT_ONCE, async |unit, request| {
        keys::found_by(&request).try_for_each(|key| unit.write(&key, &()))
    })
    .await?;
    walk("clock/touched", &keys::all_prefix(), limits::ENTERED_AT_ONCE, async |unit, request| {
        for key in keys::touched(&request) {
            if unit.read_as_written(&key).await?.is_none() {
                unit.write(&key, &Touched { request: request.id.clone() })?;
            }
        }
        Ok(())
    })
    .await
}

/// Goes on with a walk through an index, so many requests in one commit. `place` is where it is written down how far it
/// is.
async fn walk(
    place: &str,
    index: &str,
    at_once: u32,
    enter: impl AsyncFn(&mut Unit, Request) -> Result<(), Problem>,
) -> Result<(), Problem> {
    transact(async |unit| {
        let start = match unit.read::<Entered>(place).await? {
            Some(Entered { next: None }) => return Ok(()),
            Some(Entered { next: Some(next) }) => next,
            None => index.to_owned(),
        };
        let page = store::scan(start, store::end_of(index), at_once).await?;
        for entry in &page.entries {
            let request = match unit.read::<Request>(&keys::request(keys::id_of(&entry.key))).await {
                Ok(request) => request,
                Err(problem) if problem.status == StatusCode::SERVICE_UNAVAILABLE.as_u16() => return Err(problem),
                // The doctor tells of what can't be read; it keeps no other out.
                Err(_) => continue,
            };
            if let Some(request) = request {
                enter(unit, request).await?;
            }
        }
        unit.write(place, &Entered { next: page.next })
    })
    .await
}

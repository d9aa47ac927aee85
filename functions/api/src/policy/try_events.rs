//! Tries the rules of a version of the policy on events.

use contraflow_domain::approval::Person;
use contraflow_domain::dry_run::EventTrials;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::policy;
use contraflow_guest::problem::Problem;
use http::StatusCode;

use super::{named, simulate};
use crate::events::{sent, trial};

/// Serves `POST /v1/policy/versions/{number}/try-events`: takes events as `POST /v1/events` does, and says which
/// requests the rules of the version would make because of them and what it would decide on each. Nothing is stored.
pub async fn try_events(incoming: &Incoming, number: &str, person: &Person) -> Result<Answer, Problem> {
    simulate::may(person)?;
    let text = named(number)?;
    let sent = sent::read(incoming)?;
    let policy = policy::by(text).await?;
    let items = trial::of(sent.events, (text, &policy), &person.name).await?;
    Ok(json(StatusCode::OK, &EventTrials { policy: policy.version.clone(), number: policy.number, items }))
}

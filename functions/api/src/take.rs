//! Serves taking a request and giving it back: who is looking at it.

use contraflow_domain::approval::Person;
use contraflow_domain::approval::take::{self, TakeError};
use contraflow_domain::authority::Effect;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;
use contraflow_guest::{now, policy};
use http::StatusCode;
use serde::Deserialize;

use crate::change::body;
use crate::decide::Refusing;
use crate::delegate;
use crate::shown::shown;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Taking {
    #[serde(default)]
    over: bool,
}

fn refused(refusal: TakeError) -> Problem {
    match refusal {
        TakeError::Decision(refusal) => Refusing(refusal).into(),
        TakeError::Held { .. } => Problem::conflict("taken", format!("{refusal}.")),
        TakeError::NotYours => Problem::conflict("not-possible-now", format!("{refusal}.")),
    }
}

/// Serves `POST /v1/requests/{id}/take`: the caller, who may decide on it, is looking at it.
pub async fn take(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let taking: Taking = body(incoming)?;
    let policy = policy::in_force().await?;
    let request = transact(async |unit| {
        let at = now();
        let person = &delegate::with_lent(unit, person, at).await?;
        person.may(Effect::Decide)?;
        let mut request = unit.request(id).await?;
        take::take(&mut request, person, taking.over, &policy, at).map_err(refused)?;
        unit.save(&mut request, at)?;
        Ok(request)
    })
    .await?;
    Ok(json(StatusCode::OK, &shown(request, person)))
}

/// Serves `POST /v1/requests/{id}/release`: the caller is no longer looking at it.
pub async fn release(id: &str, person: &Person) -> Result<Answer, Problem> {
    let request = transact(async |unit| {
        let at = now();
        let mut request = unit.request(id).await?;
        take::release(&mut request, person, at).map_err(refused)?;
        unit.save(&mut request, at)?;
        Ok(request)
    })
    .await?;
    Ok(json(StatusCode::OK, &shown(request, person)))
}

//! Serves the changes that people make to a request besides deciding on it.

use contraflow_domain::approval;
use contraflow_domain::approval::{Person, ReplyError};
use contraflow_domain::attention;
use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::EventKind;
use contraflow_domain::chain;
use contraflow_domain::erp;
use contraflow_domain::erp::void::VoidError;
use contraflow_domain::lifecycle::TransitionError;
use contraflow_domain::limits as bounds;
use contraflow_domain::request::ask::{Destination, Evidence};
use contraflow_domain::request::draft::EvidenceAsked;
use contraflow_domain::request::{Request, draft};
use contraflow_guest::drive::drive_later;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{accounts, credit, follow, now, policy};
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::shown::shown;
use crate::{bounded, people};

/// Reads a body that may be left out.
pub fn body<T: DeserializeOwned + Default>(incoming: &Incoming) -> Result<T, Problem> {
    if incoming.body.is_empty() { Ok(T::default()) } else { incoming.json() }
}

fn not_now(refused: &TransitionError) -> Problem {
    Problem::conflict("not-possible-now", format!("{refused}. Read the request again."))
}

/// Changes a request in one commit, after it has heard the news of its payments, and drives it afterwards.
pub async fn change(
    id: &str,
    person: &Person,
    work: impl AsyncFn(&mut Unit, &mut Request) -> Result<(), Problem>,
) -> Result<Answer, Problem> {
    let request = transact(async |unit| {
        let at = now();
        let (mut request, _) = follow::informed(unit, id, at).await?;
        work(unit, &mut request).await?;
        unit.save(&mut request, at)?;
        Ok(request)
    })
    .await?;
    drive_later(request.id.clone(), chain::next(&request, now()));
    Ok(json(StatusCode::OK, &shown(request, person)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawal {
    #[serde(default)]
    note: String,
}

/// Serves `POST /v1/requests/{id}/withdraw`: the requester or finance takes the request back.
pub async fn withdraw(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let asked: Withdrawal = body(incoming)?;
    bounded(&asked.note)?;
    change(id, person, async |unit, request| {
        person.may_on(Effect::Withdraw, request)?;
        let at = now();
        approval::rejection::withdraw(request, &person.name, &asked.note, at).map_err(|refused| not_now(&refused))?;
        let mut held = accounts::load(unit, request).await?;
        approval::rejection::release(request, &mut held, at)?;
        accounts::store(unit, &held)
    })
    .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    #[serde(default)]
    note: String,
    #[serde(default)]
    evidence: Vec<EvidenceAsked>,
}

/// Serves `POST /v1/requests/{id}/reply`: adds evidence or an answer, and puts a request that waited for it before the
/// deciders again.
pub async fn reply(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let reply: Reply = body(incoming)?;
    bounded(&reply.note)?;
    let unfit = draft::evidence_faults(&reply.evidence);
    if !unfit.is_empty() {
        return Err(Problem::invalid(unfit));
    }
    let added: Vec<Evidence> = reply.evidence.into_iter().map(Into::into).collect();
    change(id, person, async |_, request| {
        person.may_on(Effect::Reply, request)?;
        approval::reply(request, &person.name, &reply.note, &added, now()).map_err(|refused| match refused {
            ReplyError::Transition(refused) => not_now(&refused),
            ReplyError::Full(_) => Problem::too_many("/evidence", format!("{refused}.")),
            ReplyError::Decided(_) => Problem::conflict("not-possible-now", format!("{refused}.")),
        })
    })
    .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Retry {
    #[serde(default)]
    leg: Option<String>,
    #[serde(default)]
    destination: Option<Destination>,
}

/// Turns the refusal of a retry into a problem.
pub fn rerouting(refusal: attention::retry::RetryError) -> Problem {
    match refusal {
        attention::retry::RetryError::Account(guarded) => guarded.into(),
        attention::retry::RetryError::Destination(_) | attention::retry::RetryError::Refused { .. } => {
            Problem::field("/destination", refusal.to_string())
        }
        _ => Problem::conflict("not-possible-now", refusal.to_string()),
    }
}

/// Serves `POST /v1/requests/{id}/retry`: finance lets a request in `needs_attention` go on. Failed legs go out again
/// to the place that was approved; to go to another, they wait for the deciders.
pub async fn retry(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::Retry)?;
    let retry: Retry = body(incoming)?;
    change(id, person, async |unit, request| {
        let policy = policy::for_commit(unit).await?;
        let destination = retry.destination.unwrap_or(Destination::Auto);
        let leg = retry.leg.as_deref();
        if attention::retry::goes_elsewhere(request, leg, destination).map_err(rerouting)? {
            people::may_on(person, Effect::Redirect, request).await?;
        }
        let mut held = accounts::load(unit, request).await?;
        let levels = approval::levels_to_redirect(request, &policy);
        let wish = attention::retry::Retry { leg, destination, by: &person.name, levels: &levels, policy: &policy };
        attention::retry::retry(request, &mut held, wish, now()).map_err(rerouting)?;
        accounts::store(unit, &held)
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    reference: String,
}

/// Serves `POST /v1/requests/{id}/legs/{leg}/confirm`: finance confirms that it has paid a leg out by hand.
pub async fn confirm(incoming: &Incoming, id: &str, leg: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ConfirmPayout)?;
    let confirmation: Confirmation = incoming.json()?;
    if confirmation.reference.is_empty() || confirmation.reference.chars().count() > bounds::REFERENCE_LENGTH {
        return Err(Problem::field(
            "/reference",
            format!("names the payment that you made, in 1 to {} characters", bounds::REFERENCE_LENGTH),
        ));
    }
    change(id, person, async |unit, request| {
        people::may_on(person, Effect::ConfirmPayout, request).await?;
        let at = now();
        attention::retry::confirm(request, leg, &confirmation.reference, &person.name, at).map_err(rerouting)?;
        accounts::record(unit, request, at).await
    })
    .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reversal {
    #[serde(default)]
    note: String,
    #[serde(default)]
    allow_partial: bool,
}

/// Serves `POST /v1/requests/{id}/reverse`: finance voids the document and takes back what can be taken back.
pub async fn reverse(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::Reverse)?;
    let asked: Reversal = body(incoming)?;
    bounded(&asked.note)?;
    change(id, person, async |unit, request| {
        people::may_on(person, Effect::Reverse, request).await?;
        let at = now();
        let mut held = accounts::load(unit, request).await?;
        let mut credit = credit::of_request(unit, request).await?;
        let count = credit.as_ref().map_or(0, |credit| credit.entries.len());
        erp::void::reverse(request, &mut held, credit.as_mut(), asked.allow_partial, &person.name, at).map_err(
            |refusal| match refusal {
                VoidError::Transition(refused) => not_now(&refused),
                other => Problem::conflict("not-reversible", format!("{other}. Nothing was changed.")),
            },
        )?;
        request.note(at, &person.name, EventKind::RequestReversing, &asked.note, serde_json::json!({}));
        if let Some(credit) = &mut credit {
            credit::follow(unit, credit, count, Some(request)).await?;
        }
        accounts::store(unit, &held)
    })
    .await
}

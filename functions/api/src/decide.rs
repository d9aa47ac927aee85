//! Serves decisions, one at a time or many at once.

use contraflow_domain::approval::spending as approved;
use contraflow_domain::approval::{self, DecisionError, Person, Ruling, Verdict};
use contraflow_domain::attention;
use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::EventKind;
use contraflow_domain::chain;
use contraflow_domain::request::Request;
use contraflow_domain::risk::{self, Counter};
use contraflow_domain::time::Timestamp;
use contraflow_guest::drive::drive_later;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::view::{BatchAnswer, BatchItem, Decided};
use contraflow_guest::{accounts, keys, limits, now, policy, spending};
use http::StatusCode;
use serde::Deserialize;

use crate::change::rerouting;
use crate::shown::shown;
use crate::{bounded, delegate};

/// Holds a decision as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What is decided.
    pub decision: Verdict,
    /// The decider's words.
    #[serde(default)]
    pub note: String,
    /// The content that it is decided on.
    #[serde(default)]
    pub content_hash: Option<String>,
    /// When the link was made that it is decided by; none for whoever is signed in.
    #[serde(skip)]
    pub by_link_of: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BatchDecision {
    request: String,
    decision: Verdict,
    #[serde(default)]
    note: String,
    #[serde(default)]
    content_hash: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    decisions: Vec<BatchDecision>,
}

/// Serves `POST /v1/requests/{id}/decisions`: records one decision.
pub async fn one(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let decision: Decision = incoming.json()?;
    let request = decide(id, &decision, person).await?;
    Ok(json(StatusCode::OK, &shown(request, person)))
}

/// Serves `POST /v1/decisions`: each item is decided and answered on its own, in order.
pub async fn batch(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let batch: Batch = incoming.json()?;
    if batch.decisions.len() > limits::BATCH {
        let detail = format!("At most {} decisions at once; nothing was decided.", limits::BATCH);
        return Err(Problem::too_many("/decisions", detail));
    }
    let mut items = Vec::new();
    for (index, item) in batch.decisions.into_iter().enumerate() {
        let decision =
            Decision { decision: item.decision, note: item.note, content_hash: item.content_hash, by_link_of: None };
        let (status, result, problem) = match decide(&item.request, &decision, person).await {
            Ok(request) => (200, Some(Decided { status: request.status, version: request.sequence }), None),
            Err(problem) => (problem.status, None, Some(problem.below(&format!("/decisions/{index}")))),
        };
        items.push(BatchItem { request: item.request, status, result, problem });
    }
    Ok(json(StatusCode::OK, &BatchAnswer { items }))
}

impl From<Refusing> for Problem {
    fn from(Refusing(refusal): Refusing) -> Self {
        match &refusal {
            DecisionError::OwnRequest
            | DecisionError::PerhapsOwnRequest { .. }
            | DecisionError::Apart(_)
            | DecisionError::Authority { .. }
            | DecisionError::Twice => Self::forbidden(refusal.to_string()),
            DecisionError::NoNote(_) => Self::field("/note", refusal.to_string()),
            DecisionError::NoContent => Self::field("/content_hash", refusal.to_string()),
            DecisionError::OtherContent { .. } => Self::conflict("content-changed", refusal.to_string()),
            DecisionError::Past(_) | DecisionError::Faster { .. } => {
                Self::conflict("not-possible-now", format!("{refusal}. Read the request again."))
            }
            DecisionError::Highest(_) => Self::conflict("no-higher-level", refusal.to_string()),
        }
    }
}

pub struct Refusing(pub DecisionError);

async fn decide(id: &str, decision: &Decision, person: &Person) -> Result<Request, Problem> {
    bounded(&decision.note)?;
    let request = transact(async |unit| decide_in(unit, id, decision, person).await).await?;
    drive_later(request.id.clone(), chain::next(&request, now()));
    Ok(request)
}

/// Decides on a request in a unit of work, and returns it as it is saved there.
pub async fn decide_in(unit: &mut Unit, id: &str, decision: &Decision, person: &Person) -> Result<Request, Problem> {
    let at = now();
    let policy = policy::for_commit(unit).await?;
    let person = &delegate::with_lent(unit, person, at).await?;
    person.may(Effect::Decide)?;
    let mut request = unit.request(id).await?;
    let seen = decision.content_hash.as_deref();
    let ruling = Ruling { verdict: decision.decision, note: &decision.note, content_hash: seen };
    let mut sums = spending::sums(unit, approved::wanted(&request, person, decision.decision, &policy)).await?;
    approval::decide_within(&mut request, person, ruling, (&mut sums, &policy), at).map_err(Refusing)?;
    for (key, tally) in sums.changed() {
        unit.write(&keys::approved(key), tally)?;
    }
    if let Some(made_at) = decision.by_link_of {
        request.note(at, &person.name, EventKind::RequestLinkUsed, "", serde_json::json!({"made_at": made_at}));
    }
    if matches!(decision.decision, Verdict::Approve | Verdict::Reject) {
        let key = keys::risk(&risk::of_decision(&request));
        let mut counter: Counter = unit.read(&key).await?.unwrap_or_default();
        counter.decided(&person.identity().key(), policy.business.time_zone.day(at));
        unit.write(&key, &counter)?;
    }
    if request.status.is_refused() {
        let mut held = accounts::load(unit, &request).await?;
        approval::rejection::release(&mut request, &mut held, at)?;
        accounts::store(unit, &held)?;
    }
    if request.redirect.as_ref().is_some_and(|redirect| redirect.approved) {
        let mut held = accounts::load(unit, &request).await?;
        attention::retry::redirect(&mut request, &mut held, at).map_err(rerouting)?;
        accounts::store(unit, &held)?;
    }
    unit.save(&mut request, at)?;
    Ok(request)
}

//! Serves events: something happened elsewhere, and the rules of the policy ask for credits because of it.

mod make;
pub mod sent;
pub mod trial;
pub mod webhook;

use contraflow_domain::authority::Effect;
use contraflow_domain::chain::Next;
use contraflow_guest::drive::drive_in_turn_later;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::{auth, limits};
use http::StatusCode;
use serde_json::json;

use sent::Sent;

/// Serves `POST /v1/events`: takes in a CloudEvent, or a batch of them, and lets the rules of the policy make requests
/// because of each, in one commit for each. The same event again makes nothing more.
///
/// # Errors
/// 422 where an event can't be read, or a rule takes it and lacks something; such a one makes nothing, and the others
/// of its batch are taken.
pub async fn take(incoming: &Incoming) -> Result<Answer, Problem> {
    incoming.only("POST")?;
    let sender = auth::caller(&incoming.headers).await?;
    sender.may(Effect::SendEvents)?;
    let Sent { events, is_batch } = sent::read(incoming)?;
    let (mut told, mut fresh, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let mut failed = None;
    for (place, event) in events.into_iter().enumerate() {
        let taken = match event {
            Ok(event) => make::make_of(&event, &sender.name).await,
            Err(wrong) => Err(Problem::invalid(wrong)),
        };
        match taken {
            Ok((one, requests)) => {
                told.push(one);
                fresh.extend(requests);
            }
            Err(problem) if is_batch && problem.status < StatusCode::INTERNAL_SERVER_ERROR.as_u16() => {
                refused.extend(sent::errors(problem.below(&format!("/{place}"))));
            }
            Err(problem) => {
                failed = Some(problem);
                break;
            }
        }
    }
    let made = fresh.len();
    drive(fresh);
    if let Some(problem) = failed {
        return Err(problem);
    }
    if !refused.is_empty() {
        let mut problem = Problem::invalid(refused);
        problem.detail =
            "Some events of the batch made nothing; `errors` says which and why. The others were taken. Correct \
                          these, and send the batch again: none makes a request twice."
                .into();
        return Err(problem);
    }
    let status = if made == 0 { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok(match told.pop() {
        Some(one) if !is_batch => json(status, &one),
        last => {
            told.extend(last);
            json(status, &json!({"items": told}))
        }
    })
}

/// Drives new requests after the response has been sent, a few at a time.
fn drive(fresh: Vec<(String, Next)>) {
    let lane = fresh.len().div_ceil(limits::IMPORT_WIDTH).max(1);
    for some in fresh.chunks(lane) {
        drive_in_turn_later(some.to_vec());
    }
}

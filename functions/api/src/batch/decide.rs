//! Decides a batch, a slice at a time. Each request is decided as it would be alone, and what became of it is stored in
//! the commit of its decision: whoever sends the same again goes on where it stopped, and repeats nothing.

use contraflow_domain::approval::Person;
use contraflow_domain::approval::batch::{BatchEntry, BatchResult};
use contraflow_domain::authority::Effect;
use contraflow_domain::chain::{self, Next};
use contraflow_guest::drive::drive_in_turn_later;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{batches, limits, now};
use http::StatusCode;
use serde::Deserialize;

use super::{Shown, kept};
use crate::decide::{Decision, decide_in};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmed {
    snapshot: String,
}

/// Serves `POST /v1/decisions/batches/{id}/decide`: decides the next requests of the caller's batch.
pub async fn decide(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let confirmed: Confirmed = incoming.json()?;
    person.may(Effect::Decide)?;
    let mut batch = kept::find(&mut Unit::default(), id).await?.batch;
    if batch.by != person.name {
        return Err(Problem::forbidden(format!("This batch is {}'s, who alone decides it.", batch.by)));
    }
    if confirmed.snapshot != batch.snapshot {
        let detail = "This is not the list that was frozen: read the batch again, and name its snapshot.";
        return Err(Problem::conflict("other-snapshot", detail));
    }
    let (mut items, mut moved, mut reached) = (Vec::new(), Vec::new(), None);
    for number in kept::slices(batch.count) {
        let entries = kept::slice(&mut Unit::default(), id, number).await?;
        if entries.iter().all(|entry| entry.result.is_some()) {
            continue;
        }
        for place in 0..entries.len() {
            let (entry, next) = one(id, (number, place), person).await?;
            moved.extend(next.map(|next| (entry.request.clone(), next)));
            items.push(entry);
        }
        reached = Some(number);
        break;
    }
    if reached.is_some() {
        batch = kept::find(&mut Unit::default(), id).await?.batch;
    }
    drive_in_turn_later(moved);
    let next = reached.filter(|_| !batch.is_done()).map(|number| (number + 1).to_string());
    Ok(json(StatusCode::OK, &Shown { is_done: batch.is_done(), batch, items, next }))
}

/// Decides one request of a batch, unless that was done already. Returns it with what became of it, and what comes next
/// for the request.
async fn one(id: &str, place: (u32, usize), person: &Person) -> Result<(BatchEntry, Option<Next>), Problem> {
    let tried = transact(async |unit| {
        let Some((kept, entry)) = open(unit, id, place).await? else { return Ok(None) };
        let batch = kept.batch;
        let hash = Some(entry.content_hash.clone());
        let decision = Decision { decision: batch.decision, note: batch.note, content_hash: hash, by_link_of: None };
        let request = decide_in(unit, &entry.request, &decision, person).await?;
        let result = BatchResult { status: 200, detail: String::new(), at: now() };
        record(unit, id, place, result).await?;
        Ok(Some(chain::next(&request, now())))
    })
    .await;
    let next = match tried {
        Ok(next) => next,
        // Nobody knows yet what becomes of it, so it is tried again.
        Err(problem) if problem.status >= limits::SERVER_FAULT => return Err(problem),
        Err(problem) => {
            transact(async |unit| {
                if open(unit, id, place).await?.is_some() {
                    let detail = problem.detail.chars().take(limits::BATCH_DETAIL_CHARS).collect();
                    record(unit, id, place, BatchResult { status: problem.status, detail, at: now() }).await?;
                }
                Ok(())
            })
            .await?;
            None
        }
    };
    let entry = kept::slice(&mut Unit::default(), id, place.0).await?.into_iter().nth(place.1);
    Ok((entry.ok_or_else(|| Problem::internal("The batch has lost a request."))?, next))
}

/// Reads a request of a batch that is not decided yet; none where it is.
async fn open(unit: &mut Unit, id: &str, place: (u32, usize)) -> Result<Option<(kept::Kept, BatchEntry)>, Problem> {
    let kept = kept::find(unit, id).await?;
    let entry = kept::slice(unit, id, place.0).await?.into_iter().nth(place.1);
    Ok(entry.filter(|entry| entry.result.is_none()).map(|entry| (kept, entry)))
}

/// Writes down what became of a request, in the batch and in its head.
async fn record(unit: &mut Unit, id: &str, (number, place): (u32, usize), result: BatchResult) -> Result<(), Problem> {
    let mut kept = kept::find(unit, id).await?;
    let mut entries = kept::slice(unit, id, number).await?;
    kept.batch.count_in(&result);
    if let Some(entry) = entries.get_mut(place) {
        entry.result = Some(result);
    }
    unit.write(&batches::key(id), &kept)?;
    unit.write(&batches::slice(id, number), &entries)
}

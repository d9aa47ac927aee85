//! Serves batches: many decisions over a list that is frozen first, made in slices, each with its own answer.

mod decide;
mod filter;
mod kept;

use contraflow_domain::approval::batch::{Batch, BatchEntry, BatchError, Wish};
use contraflow_domain::approval::{Person, Verdict};
use contraflow_domain::authority::Effect;
use contraflow_domain::request::Request;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{keys, limits, now, policy, store};
use http::StatusCode;
use serde::{Deserialize, Serialize};

pub use decide::decide;

use crate::{bounded, delegate};
use filter::Filter;

/// Says which requests are decided on how.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    decision: Verdict,
    #[serde(default)]
    note: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requests: Option<Vec<Named>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filter: Option<Filter>,
}

/// Names a request, with the content that was seen.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    request: String,
    content_hash: String,
}

/// Shows a batch with some of its requests.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    batch: Batch,
    is_done: bool,
    items: Vec<BatchEntry>,
    /// The number of the slice that the next page shows.
    next: Option<String>,
}

fn refused(error: &BatchError) -> Problem {
    match error {
        BatchError::Empty => Problem::field("/requests", format!("{error}. Nothing waits that fits it.")),
        BatchError::Long(_) => Problem::too_many("/requests", error.to_string()),
        BatchError::Twice(_) => Problem::field("/requests", error.to_string()),
        BatchError::Sum(_) => Problem::field("/filter", error.to_string()),
    }
}

/// Serves `POST /v1/decisions/batches`: freezes a list of requests, and decides nothing. The same key and body get the
/// same batch again.
pub async fn make(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let key = incoming.idempotency_key()?;
    let asked: Asked = incoming.json()?;
    bounded(&asked.note)?;
    let fingerprint = contraflow_audit::canonical_hash(&asked).map_err(|error| Problem::internal(error.to_string()))?;
    let policy = policy::in_force().await?;
    let person = &delegate::with_lent(&mut Unit::default(), person, now()).await?;
    person.may(Effect::Decide)?;
    let id = kept::id(&person.name, key)?;
    if let Some(known) = kept::read(&mut Unit::default(), &id).await? {
        return again(known, &fingerprint).await;
    }
    let (entries, more) = match (&asked.requests, &asked.filter) {
        (Some(requests), None) => (named(requests).await?, false),
        (None, Some(filter)) => filter::matching(filter, person, &policy).await?,
        _ => return Err(Problem::field("/requests", "name either `requests` or a `filter`")),
    };
    let at = now();
    let wish = Wish { id: &id, by: &person.name, decision: asked.decision, note: &asked.note, more };
    let batch = Batch::freeze(wish, &entries, at).map_err(|error| refused(&error))?;
    let kept = kept::Kept { batch, fingerprint: fingerprint.clone() };
    let known = transact(async |unit| {
        // Another call under the same key may have been faster.
        if let Some(known) = kept::read(unit, &id).await? {
            return Ok(Some(known));
        }
        kept::store(unit, &kept, &entries)?;
        Ok(None)
    })
    .await?;
    match known {
        Some(known) => again(known, &fingerprint).await,
        None => Ok(json(StatusCode::CREATED, &shown(kept.batch, 0).await?)),
    }
}

async fn again(known: kept::Kept, fingerprint: &str) -> Result<Answer, Problem> {
    if known.fingerprint != fingerprint {
        let detail = "This key was used for another batch of yours. Use a new key for a new batch.";
        return Err(Problem::conflict("idempotency-key-reused", detail));
    }
    Ok(json(StatusCode::CREATED, &shown(known.batch, 0).await?))
}

/// Serves `GET /v1/decisions/batches/{id}?cursor=…`: shows a batch with a slice of its requests.
pub async fn one(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let slice: u32 = incoming.cursor(|cursor| cursor.parse().ok())?.unwrap_or_default();
    let kept = kept::find(&mut Unit::default(), id).await?;
    if kept.batch.by != person.name {
        person.may(Effect::ReadRequests)?;
    }
    Ok(json(StatusCode::OK, &shown(kept.batch, slice).await?))
}

async fn shown(batch: Batch, slice: u32) -> Result<Shown, Problem> {
    let items = kept::slice(&mut Unit::default(), &batch.id, slice).await?;
    let next = kept::slices(batch.count).contains(&(slice + 1)).then(|| (slice + 1).to_string());
    Ok(Shown { is_done: batch.is_done(), batch, items, next })
}

/// Reads what the named requests come to, as they are now. One that is not there, or has changed, is answered when it
/// is decided.
async fn named(requests: &[Named]) -> Result<Vec<BatchEntry>, Problem> {
    if requests.len() > contraflow_domain::limits::BATCH_ITEMS {
        return Err(refused(&BatchError::Long(requests.len())));
    }
    let mut entries = Vec::with_capacity(requests.len());
    for some in requests.chunks(limits::ROWS_AT_ONCE) {
        let found = store::get(some.iter().map(|named| keys::request(&named.request)).collect()).await?;
        for (named, entry) in some.iter().zip(found) {
            let request = entry.and_then(|entry| serde_json::from_slice::<Request>(&entry.value).ok());
            let same = request.filter(|request| request.content_hash == named.content_hash);
            let amount = same.and_then(|request| request.amount);
            let (request, content_hash) = (named.request.clone(), named.content_hash.clone());
            entries.push(BatchEntry { request, content_hash, amount, result: None });
        }
    }
    Ok(entries)
}

//! Seals what is new: gives the heads of chains that moved their places in the log.
//!
//! Every save of a request leaves its head under a key of its own (`unsealed/…`), which conflicts with nothing. Here
//! those keys are taken up, some at a time. A commit that fails, or two of these at once, do no harm: the entry of the
//! log is read and written in the same commit.

use std::collections::BTreeMap;

use contraflow_audit::{Checkpoint, Covered, Hash, Head, Heads};
use contraflow_domain::authority::Effect;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::store::Entry;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{auth, keys, limits, store};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::log::Log;

/// Says how far the record is sealed.
#[derive(Serialize)]
struct Sealed {
    /// Whether there is more to seal.
    more: bool,
    /// What the next checkpoint covers.
    covered: Covered,
    /// Whether more than that is sealed.
    beyond: bool,
    /// The last checkpoint that is stored.
    last: Option<Checkpoint>,
}

/// Holds what of a stored request its chain ends with.
#[derive(Deserialize)]
struct Chain {
    id: String,
    sequence: u64,
    head: String,
}

/// Serves `POST /v1/audit/seal`: seals one portion, and answers with what a checkpoint has to sign.
pub async fn seal(incoming: &Incoming) -> Result<Answer, Problem> {
    incoming.only("POST")?;
    auth::caller(&incoming.headers).await?.may(Effect::SealRecord)?;
    let sealed = transact(async |unit| {
        let stored: Option<Log> = unit.read(keys::LOG).await?;
        let mut log = stored.unwrap_or_default();
        let more = match log.walk.take() {
            Some(start) => old(unit, &mut log, start).await?,
            None => fresh(unit, &mut log).await?,
        };
        let last: Option<Checkpoint> = match log.checkpoints {
            0 => None,
            number => unit.read(&keys::checkpoint(number)).await?,
        };
        let now = log.covered();
        if !more && log.offered.is_none() && last.as_ref().is_none_or(|last| last.covered() != now) {
            log.offered = Some(now.clone());
            unit.write(keys::LOG, &log)?;
        } else if !unit.is_idle() {
            unit.write(keys::LOG, &log)?;
        }
        let covered = log.offered.unwrap_or_else(|| now.clone());
        Ok(Sealed { more, beyond: covered != now, covered, last })
    })
    .await?;
    Ok(json(StatusCode::OK, &sealed))
}

/// Seals the heads that saves have left. Returns whether there are more.
async fn fresh(unit: &mut Unit, log: &mut Log) -> Result<bool, Problem> {
    let page = store::scan(keys::UNSEALED.into(), store::end_of(keys::UNSEALED), limits::SEALED_AT_ONCE).await?;
    let mut heads: BTreeMap<String, Head> = BTreeMap::new();
    for entry in &page.entries {
        unit.remove(&entry.key);
        let head: Head = read(entry)?;
        // A request's heads come in their order: the newest stands for those before it.
        heads.insert(head.request.clone(), head);
    }
    append(unit, log, heads.into_values().collect()).await?;
    Ok(page.next.is_some())
}

/// Seals the heads of requests that were stored before saves left any. Returns true: the walk goes on, or what saves
/// have left comes next.
async fn old(unit: &mut Unit, log: &mut Log, start: String) -> Result<bool, Problem> {
    let page = store::scan(start, store::end_of("request/"), limits::SEALED_OLD_AT_ONCE).await?;
    let mut heads = Vec::with_capacity(page.entries.len());
    for entry in &page.entries {
        let Chain { id, sequence, head } = read(entry)?;
        let hash = Hash::read(&head).ok_or_else(|| unreadable(&entry.key, &"its `head` is no hash"))?;
        heads.push(Head { request: id, sequence, hash });
    }
    append(unit, log, heads).await?;
    log.walk = page.next;
    // Also where nothing was found: that the walk has ended is to be kept.
    unit.write(keys::LOG, log)?;
    Ok(true)
}

/// Appends to the log the heads that go beyond what is sealed of their requests.
async fn append(unit: &mut Unit, log: &mut Log, heads: Vec<Head>) -> Result<(), Problem> {
    let places: Vec<_> = heads.iter().map(|head| keys::sealed(&head.request)).collect();
    let sealed = unit.read_many::<u64>(&places).await?;
    let first = log.frontier.size();
    let mut new = Vec::new();
    for ((head, place), sealed) in heads.into_iter().zip(places).zip(sealed) {
        let before = sealed.unwrap_or_default();
        if head.sequence <= before {
            continue;
        }
        log.frontier.append(&head).map_err(|error| Problem::internal(error.to_string()))?;
        log.requests += u64::from(before == 0);
        log.events += head.sequence - before;
        unit.write(&place, &head.sequence)?;
        new.push(head);
    }
    if !new.is_empty() {
        unit.write(&keys::heads(first), &Heads::new(first, new))?;
    }
    Ok(())
}

fn read<T: DeserializeOwned>(entry: &Entry) -> Result<T, Problem> {
    serde_json::from_slice(&entry.value).map_err(|error| unreadable(&entry.key, &error))
}

fn unreadable(key: &str, why: &dyn std::fmt::Display) -> Problem {
    Problem::internal(format!("What is stored under {key} can't be sealed: {why}. Nothing was changed."))
}

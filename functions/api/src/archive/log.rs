//! Archives what the record has of requests that have left: stretches of the log of heads, and old checkpoints.

use contraflow_audit::{Checkpoint, Heads};
use contraflow_domain::policy::RetentionPolicy;
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use contraflow_guest::store::Entry;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{keys, limits, now, store};

use crate::audit::Log;

/// Says how much of the record was signed.
pub struct Signed {
    /// The number of the last checkpoint; 0 where there is none.
    checkpoints: u64,
    /// The number of heads that it covers.
    heads: u64,
}

/// Says which of the entries, stretches of the log, may leave: all requests of such a stretch have, and a checkpoint
/// covers it.
pub async fn over(entries: &[Entry], signed: &Signed) -> Result<Vec<bool>, Problem> {
    let mut over = Vec::with_capacity(entries.len());
    for entry in entries {
        over.push(match serde_json::from_slice::<Heads>(&entry.value) {
            Ok(heads) => is_over(&heads, signed).await?,
            // The doctor and the auditors tell of what can't be read.
            Err(_) => false,
        });
    }
    Ok(over)
}

async fn is_over(heads: &Heads, signed: &Signed) -> Result<bool, Problem> {
    let end = heads.first.saturating_add(u64::try_from(heads.heads.len()).unwrap_or(u64::MAX));
    if end > signed.heads {
        return Ok(false);
    }
    let mut ids: Vec<_> = heads.heads.iter().map(|head| head.request.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let wanted: Vec<_> = ids.iter().flat_map(|id| [keys::request(id), keys::leaving(id)]).collect();
    for some in wanted.chunks(limits::KEYS) {
        if store::get(some.to_vec()).await?.iter().any(Option::is_some) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Tells whether a checkpoint may leave: it is not the last, and the policy's time is over.
pub fn is_old(entry: &Entry, signed: &Signed, retention: RetentionPolicy, at: Timestamp) -> bool {
    let checkpoint = serde_json::from_slice::<Checkpoint>(&entry.value);
    let then = |checkpoint: &Checkpoint| checkpoint.at.parse::<Timestamp>().ok();
    checkpoint.is_ok_and(|checkpoint| {
        checkpoint.number < signed.checkpoints && then(&checkpoint).is_some_and(|then| then < retention.made_before(at))
    })
}

/// Removes stretches of the log and checkpoints, as far as they may leave. Returns how many were removed.
pub async fn remove(firsts: &[u64], checkpoints: &[u64], retention: RetentionPolicy) -> Result<usize, Problem> {
    transact(async |unit| {
        let known = signed(unit).await?;
        let wanted: Vec<_> = firsts.iter().copied().map(keys::heads).collect();
        let stretches: Vec<_> = store::get(wanted).await?.into_iter().flatten().collect();
        let gone = over(&stretches, &known).await?;
        let wanted: Vec<_> = checkpoints.iter().copied().map(keys::checkpoint).collect();
        let old: Vec<_> = store::get(wanted).await?.into_iter().flatten().collect();
        let leaving = stretches.iter().zip(gone).filter(|(_, over)| *over).map(|(entry, _)| entry);
        let leaving = leaving.chain(old.iter().filter(|entry| is_old(entry, &known, retention, now())));
        Ok(leaving.map(|entry| unit.remove(&entry.key)).count())
    })
    .await
}

/// Reads how much of the record was signed.
pub async fn signed(unit: &mut Unit) -> Result<Signed, Problem> {
    let log: Option<Log> = unit.read(keys::LOG).await?;
    let checkpoints = log.map_or(0, |log| log.checkpoints);
    let last: Option<Checkpoint> = unit.read(&keys::checkpoint(checkpoints)).await?;
    Ok(Signed { checkpoints, heads: last.map_or(0, |last| last.covered().heads) })
}

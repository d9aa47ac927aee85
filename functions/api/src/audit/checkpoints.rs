//! Stores the checkpoints that the host signs.

use contraflow_audit::Checkpoint;
use contraflow_domain::authority::Effect;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{auth, keys, limits};
use http::StatusCode;

use super::log::Log;

/// Serves `POST /v1/audit/checkpoints`: stores a signed checkpoint, once. Whether its signature is right, only those
/// tell who have the public key; here it has to follow the last checkpoint and to cover what was offered.
pub async fn checkpoint(incoming: &Incoming) -> Result<Answer, Problem> {
    incoming.only("POST")?;
    auth::caller(&incoming.headers).await?.may(Effect::SealRecord)?;
    if incoming.body.len() > limits::CHECKPOINT_BYTES {
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            "A checkpoint has at most 4 KiB. Nothing was stored.",
        ));
    }
    let checkpoint: Checkpoint = incoming.json()?;
    let new = transact(async |unit| store(unit, &checkpoint).await).await?;
    Ok(json(if new { StatusCode::CREATED } else { StatusCode::OK }, &checkpoint))
}

/// Stores the checkpoint; returns false where it is stored already.
async fn store(unit: &mut Unit, checkpoint: &Checkpoint) -> Result<bool, Problem> {
    let stored: Option<Log> = unit.read(keys::LOG).await?;
    let mut log = stored.unwrap_or_default();
    let key = keys::checkpoint(checkpoint.number);
    if checkpoint.number <= log.checkpoints {
        let stored: Option<Checkpoint> = unit.read(&key).await?;
        return if stored.as_ref() == Some(checkpoint) { Ok(false) } else { Err(refused(&log)) };
    }
    let last: Option<Checkpoint> = match log.checkpoints {
        0 => None,
        number => unit.read(&keys::checkpoint(number)).await?,
    };
    let follows =
        checkpoint.number == log.checkpoints + 1 && checkpoint.previous == last.as_ref().map(Checkpoint::hash);
    if !follows || log.offered.as_ref() != Some(&checkpoint.covered()) {
        return Err(refused(&log));
    }
    log.offered = None;
    log.checkpoints = checkpoint.number;
    unit.write(&key, checkpoint)?;
    unit.write(keys::LOG, &log)?;
    Ok(true)
}

fn refused(log: &Log) -> Problem {
    Problem::conflict(
        "not-possible-now",
        format!(
            "The record has {} checkpoints, and this one is not the next over what was offered. Nothing was stored.",
            log.checkpoints
        ),
    )
}

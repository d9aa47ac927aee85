//! Keeps batches: a head, and its requests in slices beside it.

use std::ops::Range;

use contraflow_domain::approval::batch::{Batch, BatchEntry};
use contraflow_guest::due::Due;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{batches, keys, limits};
use serde::{Deserialize, Serialize};

/// Holds a batch as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// The batch.
    pub batch: Batch,
    /// The hash of what was asked for.
    pub fingerprint: String,
}

/// Returns the id of a batch that somebody makes under a key. The same key leads to the same batch.
pub fn id(by: &str, key: &str) -> Result<String, Problem> {
    let hash = contraflow_audit::canonical_hash(&(by, key)).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(hash.chars().take(32).collect())
}

/// Returns the numbers of the slices of a batch of so many requests.
pub const fn slices(count: u32) -> Range<u32> {
    0..count.div_ceil(limits::BATCH_SLICE)
}

/// Reads a batch, if there is one.
pub async fn read(unit: &mut Unit, id: &str) -> Result<Option<Kept>, Problem> {
    unit.read(&batches::key(id)).await
}

/// Reads a batch.
pub async fn find(unit: &mut Unit, id: &str) -> Result<Kept, Problem> {
    read(unit, id).await?.ok_or_else(|| Problem::not_found("batch of that id"))
}

/// Reads a slice of a batch; an empty one where it has no such slice.
pub async fn slice(unit: &mut Unit, id: &str, number: u32) -> Result<Vec<BatchEntry>, Problem> {
    Ok(unit.read(&batches::slice(id, number)).await?.unwrap_or_default())
}

/// Stores a new batch, and when it is forgotten.
pub fn store(unit: &mut Unit, kept: &Kept, entries: &[BatchEntry]) -> Result<(), Problem> {
    let id = &kept.batch.id;
    unit.write(&batches::key(id), kept)?;
    let wide = usize::try_from(limits::BATCH_SLICE).unwrap_or(1);
    for (number, some) in slices(kept.batch.count).zip(entries.chunks(wide)) {
        unit.write(&batches::slice(id, number), &some)?;
    }
    unit.write(&keys::due(kept.batch.expires_at, &Due::Batch(id.clone()).to_string()), &())
}

//! Says where batches of decisions are kept, and forgets those whose time is over.

use contraflow_domain::limits::BATCH_ITEMS;

use crate::problem::Problem;
use crate::unit::transact;
use crate::{keys, limits};

/// Returns the key of a batch of decisions.
#[must_use]
pub fn key(id: &str) -> String {
    format!("batch/{}", keys::segment(id))
}

/// Returns the key of a slice of the requests of a batch of decisions.
#[must_use]
pub fn slice(id: &str, number: u32) -> String {
    format!("batch-slice/{}/{number:04}", keys::segment(id))
}

/// Removes a batch with its requests, and the index entry that led to it. What was decided stays with the requests.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(id: &str, entry: &str) -> Result<(), Problem> {
    transact(async |unit| {
        unit.remove(&key(id));
        let slices = u32::try_from(BATCH_ITEMS).unwrap_or(u32::MAX).div_ceil(limits::BATCH_SLICE);
        for number in 0..slices {
            unit.remove(&slice(id, number));
        }
        unit.remove(entry);
        Ok(())
    })
    .await
}

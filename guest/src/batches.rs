//! Forgets batches of decisions whose time is over.

use contraflow_domain::limits::BATCH_ITEMS;

use crate::problem::Problem;
use crate::unit::transact;
use crate::{keys, limits};

/// Removes a batch with its requests, and the index entry that led to it. What was decided stays with the requests.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(id: &str, entry: &str) -> Result<(), Problem> {
    transact(async |unit| {
        unit.remove(&keys::batch(id));
        let slices = u32::try_from(BATCH_ITEMS).unwrap_or(u32::MAX).div_ceil(limits::BATCH_SLICE);
        for number in 0..slices {
            unit.remove(&keys::batch_slice(id, number));
        }
        unit.remove(entry);
        Ok(())
    })
    .await
}

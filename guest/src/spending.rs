//! The sums of what people approved of late, as they are stored, and what they leave of the policy's bounds.

use contraflow_domain::approval::Person;
use contraflow_domain::approval::spending::{SumKey, Sums, show, wanted_to_show};
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::request::spending::SpendingLeft;
use contraflow_domain::time::Timestamp;

use crate::keys;
use crate::problem::Problem;
use crate::unit::Unit;

/// Reads these sums; a commit of the unit checks that they are still the same.
///
/// # Errors
/// When the store does not answer.
pub async fn sums(unit: &mut Unit, wanted: Vec<SumKey>) -> Result<Sums, Problem> {
    unit.prefetch(&wanted.iter().map(keys::approved).collect::<Vec<_>>()).await?;
    let mut sums = Sums::default();
    for key in wanted {
        let stored = unit.read(&keys::approved(&key)).await?.unwrap_or_default();
        sums.look(key, stored);
    }
    Ok(sums)
}

/// Says what is left of each bound that a request would be counted against; `reader` is whoever may be about to decide
/// on it, nobody where that is not known.
///
/// # Errors
/// When the store does not answer.
pub async fn left(
    unit: &mut Unit,
    request: &Request,
    reader: Option<&Person>,
    policy: &Policy,
    at: Timestamp,
) -> Result<SpendingLeft, Problem> {
    let sums = sums(unit, wanted_to_show(request, reader, policy)).await?;
    Ok(show(request, reader, &sums, policy, at))
}

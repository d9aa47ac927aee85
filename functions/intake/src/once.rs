//! Takes in a gateway's message once: a second message with the same id has no second effect.

use contraflow_domain::chain::Next;
use contraflow_guest::drive::drive_later;
use contraflow_guest::keys;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};

/// Takes in a message in one commit, and drives the requests that `work` says it moved.
///
/// # Errors
/// When the message could not be stored; then the gateway tries again.
pub async fn take(
    gateway: &str,
    id: &str,
    mut work: impl AsyncFnMut(&mut Unit) -> Result<Vec<(String, Next)>, Problem>,
) -> Result<(), Problem> {
    let seen = keys::inbound(gateway, "", id);
    let moved = transact(async |unit| {
        if unit.read::<bool>(&seen).await?.is_some() {
            return Ok(Vec::new());
        }
        unit.write(&seen, &true)?;
        work(unit).await
    })
    .await?;
    for (request, next) in moved {
        drive_later(request, next);
    }
    Ok(())
}

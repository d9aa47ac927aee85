//! Takes in a gateway's message once: a second message with the same id has no second effect.

use contraflow_domain::chain::Next;
use contraflow_guest::drive::drive_later;
use contraflow_guest::problem::Problem;
use contraflow_guest::taken::Taken;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{follow, keys};

/// What a message has moved.
#[derive(Default)]
pub struct Moved {
    /// The requests that it changed, and what comes next for each.
    pub requests: Vec<(String, Next)>,
    /// The payments whose requests are to hear of it, by the gateway's names.
    pub payments: Vec<String>,
}

/// Takes in a message in one commit, lets the first of the requests hear that `work` says are to, and drives those that
/// moved. The clock does what that leaves.
///
/// # Errors
/// When the message could not be stored; then the gateway tries again.
pub async fn take(
    gateway: &str,
    id: &str,
    mut work: impl AsyncFnMut(&mut Unit) -> Result<Moved, Problem>,
) -> Result<(), Problem> {
    let seen = keys::inbound(gateway, "", id);
    let mut moved = transact(async |unit| {
        if unit.read::<Taken>(&seen).await?.is_some() {
            return Ok(Moved::default());
        }
        unit.write(&seen, &Taken::now())?;
        work(unit).await
    })
    .await?;
    for payment in &moved.payments {
        match follow::go_on(gateway, payment, 1).await {
            Ok(requests) => moved.requests.extend(requests),
            // The message is taken in, whatever becomes of this.
            Err(problem) => eprintln!("news of payment {payment}: {}", problem.detail),
        }
    }
    for (request, next) in moved.requests {
        drive_later(request, next);
    }
    Ok(())
}

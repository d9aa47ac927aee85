//! Forgets links to decide whose time is over.

use contraflow_domain::approval::link::DecisionLink;
use contraflow_domain::identity::Identity;

use crate::keys;
use crate::problem::Problem;
use crate::unit::transact;

/// Removes a link, by the name under which it is stored, with all that leads to it. `due` is the index entry that led
/// to it.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(name: &str, due: &str) -> Result<(), Problem> {
    transact(async |unit| {
        let key = keys::decision_link(name);
        if let Some(link) = unit.read::<DecisionLink>(&key).await? {
            let of = keys::decision_link_of(&link.request, &Identity::read(&link.person));
            if unit.read::<String>(&of).await?.as_deref() == Some(name) {
                unit.remove(&of);
            }
            unit.remove(&key);
        }
        unit.remove(due);
        Ok(())
    })
    .await
}

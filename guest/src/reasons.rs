//! Keeps which codes of the policy's reasons requests have named, so that a policy that drops one is noticed.

use contraflow_domain::limits::POLICY_RULES;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;

use crate::problem::Problem;
use crate::unit::{Unit, decode};
use crate::{keys, store};

/// Records that a request names a code of the policy, the first time that one does. That it was recorded before is not
/// checked by the commit: it is never taken back.
///
/// # Errors
/// When the store does not answer.
pub async fn record(unit: &mut Unit, request: &Request, policy: &Policy) -> Result<(), Problem> {
    let Some(reason) = policy.reason(&request.ask.reason) else { return Ok(()) };
    let key = keys::reason(&reason.code);
    if unit.look_at::<String>(&key).await?.is_none() {
        unit.write(&key, &reason.code)?;
    }
    Ok(())
}

/// Returns the codes that requests have named, as many as one policy has.
///
/// # Errors
/// When the store does not answer.
pub async fn used() -> Result<Vec<String>, Problem> {
    let prefix = keys::reason_prefix();
    let most = u32::try_from(POLICY_RULES).unwrap_or(u32::MAX);
    let mut found = Vec::new();
    let mut start = prefix.clone();
    while found.len() < POLICY_RULES {
        let page = store::scan(start, store::end_of(&prefix), most).await?;
        for entry in &page.entries {
            found.push(decode(&entry.key, &entry.value)?);
        }
        let Some(next) = page.next else { break };
        start = next;
    }
    Ok(found)
}

//! Deciding anew who decides: a request that lacked something was given to whoever looks at what lacks something. Once
//! it is complete, the policy checks it and says anew who must agree, if anybody.

use crate::eligibility::recheck;
use crate::lifecycle::TransitionError;
use crate::lifecycle::request::RequestEvent;
use crate::policy::Policy;
use crate::request::Request;
use crate::time::Timestamp;

/// Takes a request that is complete now back to where the policy routes it, checked by the policy as it is. What the
/// policy would refuse by now waits for a person, who reads why: it was granted before.
///
/// # Errors
/// When it is in no state for it; nothing has changed then.
pub fn revise(request: &mut Request, policy: &Policy, at: Timestamp) -> Result<(), TransitionError> {
    let why = "all that was missing has arrived";
    request.on_by(&policy.ruled(""), RequestEvent::Revise, at, ("approval", why))?;
    recheck(request, policy);
    Ok(())
}

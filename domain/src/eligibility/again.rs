//! A request that was checked before, checked once more by another policy: as far as the policy alone says. What the
//! accounts and the ERP said then stays as it was found.

use super::{EligibilityError, check_related, checks, reason, terms, unknown_customer};
use crate::catalogue::FindingCode;
use crate::lifecycle::named;
use crate::policy::{Facts, Policy, Surroundings};
use crate::request::Request;

named! {
    /// What another policy's checks say of a request.
    Rechecked {
        /// It can be granted.
        Granted = "granted",
        /// It is refused.
        Refused = "refused",
        /// Nobody can say: what a check needs to know is not known any more.
        Unknown = "unknown",
    }
}

/// Tells whether a finding follows from the policy and the request alone, so that it is found anew.
const fn is_of_policy(code: FindingCode) -> bool {
    matches!(
        code,
        FindingCode::WindowExceeded
            | FindingCode::EvidenceMissing
            | FindingCode::ReasonNoteMissing
            | FindingCode::PolicyPersonDecides
            | FindingCode::PolicyCheck
            | FindingCode::CustomerUnknown
            | FindingCode::ApprovalLimit
    )
}

/// Tells whether it is the policy that says so when a request is refused with this finding.
#[must_use]
pub const fn is_refusal_of_policy(code: FindingCode) -> bool {
    matches!(
        code,
        FindingCode::PolicyRefused
            | FindingCode::ReasonUnknown
            | FindingCode::ReasonRetired
            | FindingCode::ReasonOtherKind
            | FindingCode::DestinationNotAllowed
    )
}

/// Checks a request once more by this policy: its findings become those that it would have. Returns what follows, and
/// of a refusal the check that says so, where it was one of the policy's own.
pub fn recheck(request: &mut Request, policy: &Policy) -> (Rechecked, String) {
    request.findings.retain(|finding| !finding.code.is_of_routing() && !is_of_policy(finding.code));
    request.findings.retain(|finding| !is_refusal_of_policy(finding.code));
    match grant(request, policy) {
        Ok(()) => {
            // A refusal then left nothing behind that a check could look at.
            let facts = Facts::of(request, &Surroundings::default(), policy);
            let is_open = |check: &crate::policy::CheckRule| check.when.holds(&|field| facts.get(field)).is_err();
            let is_unknown = request.status.is_refused() && policy.checks.iter().any(is_open);
            (if is_unknown { Rechecked::Unknown } else { Rechecked::Granted }, String::new())
        }
        Err(no) => {
            let (rule, finding) = no.told();
            request.findings.push(finding);
            (Rechecked::Refused, rule)
        }
    }
}

fn grant(request: &mut Request, policy: &Policy) -> Result<(), EligibilityError> {
    reason::check(request, policy)?;
    if let Some(packet) = request.packet.clone() {
        match packet.invoice {
            Some(_) if request.ask.is_payout() => {}
            Some(invoice) => terms::window(request, &invoice, policy, packet.built_at)?,
            None => unknown_customer(request, policy),
        }
    }
    check_related(request, policy);
    terms::places(request, reason::destination(request, policy), policy)?;
    checks::check(request, policy)
}

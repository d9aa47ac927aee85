//! The policy's own checks, on a request whose amount and places of money are worked out.

use super::EligibilityError;
use crate::catalogue::FindingCode;
use crate::policy::{CheckOutcome, Facts, Policy, Surroundings};
use crate::request::{Finding, Request, Severity};

/// Makes every check of the policy. A check that can't be evaluated goes before a person, like one that is true.
pub(super) fn check(request: &mut Request, policy: &Policy) -> Result<(), EligibilityError> {
    if policy.checks.is_empty() {
        return Ok(());
    }
    let facts = Facts::of(request, &Surroundings::default(), policy);
    let mut found = Vec::new();
    for rule in &policy.checks {
        let (code, message) = match rule.when.holds(&|field| facts.get(field)) {
            Ok(false) => continue,
            Ok(true) if rule.then == CheckOutcome::Refuse => {
                return Err(EligibilityError::because(FindingCode::PolicyRefused, rule.text()).by(&rule.name));
            }
            Ok(true) => (FindingCode::PolicyCheck, rule.text()),
            Err(error) => (FindingCode::PolicyCheck, rule.unsure(&error.to_string())),
        };
        found.push(Finding { code, severity: Severity::Warning, message });
    }
    request.findings.extend(found);
    Ok(())
}

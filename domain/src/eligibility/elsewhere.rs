//! Another destination for money that was lost on its way: what the policy says of it.

use super::terms;
use crate::catalogue::FindingCode;
use crate::policy::{CheckOutcome, CheckRule, Facts, Policy, Surroundings};
use crate::request::ask::Destination;
use crate::request::leg::Target;
use crate::request::{Finding, Request, Severity};

/// Returns what whoever decides on another destination must see: that the reason does not allow it, and which checks of
/// the policy speak against it. `to` are the legs that are lost, each with where its money would go. What the checks
/// say of the request wherever its money goes was found before, and is not found again.
///
/// # Errors
/// The words of a check that refuses the destination.
pub fn findings(
    request: &Request,
    to: &[(String, Target)],
    destination: Destination,
    policy: &Policy,
) -> Result<Vec<Finding>, String> {
    let warning = |message| Finding { code: FindingCode::DestinationNotAllowed, severity: Severity::Warning, message };
    let barred = policy.reason(&request.ask.reason).and_then(|reason| reason.bars(destination));
    let mut found: Vec<_> = barred
        .into_iter()
        .map(|barred| warning(format!("{barred}; it is wanted at “{}” now", destination.title())))
        .collect();
    found.extend(terms::against(request, &[destination], policy).map_err(|refused| refused.told().1.message)?);
    if policy.checks.is_empty() {
        return Ok(found);
    }
    let mut moved = request.clone();
    moved.ask.destination = destination;
    for (id, target) in to {
        if let Some(leg) = moved.leg_mut(id) {
            leg.target = target.clone();
        }
    }
    let facts = |of: &Request| Facts::of(of, &Surroundings::default(), policy);
    let (before, after) = (facts(request), facts(&moved));
    let holds = |rule: &CheckRule, facts: &Facts| rule.when.holds(&|field| facts.get(field));
    for rule in &policy.checks {
        let (was, is) = (holds(rule, &before), holds(rule, &after));
        match is {
            Ok(true) if was != Ok(true) && rule.then == CheckOutcome::Refuse => {
                return Err(rule.text());
            }
            Ok(true) if was != Ok(true) => found.push(warning(rule.text())),
            Err(error) if was == Ok(false) => found.push(warning(rule.unsure(&error.to_string()))),
            _ => {}
        }
    }
    Ok(found)
}

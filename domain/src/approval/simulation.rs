//! What the policy decides on a request, worked out and not carried out: who must decide, by which rule, and why none
//! of the rules before it fits. Routing a request carries out exactly this.

use serde::Serialize;

use super::automatic::Passing;
use crate::catalogue::FindingCode;
use crate::policy::{Choice, PassedOver, Policy};
use crate::request::parts::Involving as _;
use crate::request::slot::Slot;
use crate::request::{Finding, Request, Severity};

/// What the policy decides on a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Simulated {
    /// The version of the policy.
    pub policy: String,
    /// The rule that says who decides; null where none fits.
    pub rule: Option<String>,
    /// Whether the request passes by itself.
    pub passes: bool,
    /// Those who must agree; empty where it passes by itself.
    pub required: Vec<String>,
    /// How many of them must agree, in any order; null where all do, one after the other.
    pub any: Option<u32>,
    /// The rules before it, and why each does not fit.
    pub passed_over: Vec<PassedOver>,
    /// What was found on the way, such as a bound on what passes by itself.
    pub findings: Vec<Finding>,
}

/// Works out what the policy decides on a checked request. Nothing changes.
///
/// ```
/// use contraflow_domain::approval::automatic::{Origin, Passing};
/// use contraflow_domain::approval::simulate;
/// use contraflow_domain::money::{Currency, Money};
/// use contraflow_domain::policy::{DEFAULT, Policy};
/// use contraflow_domain::request::{Request, Source, ask::{Ask, Destination, Kind}};
/// use contraflow_domain::time::Timestamp;
///
/// let amount = Money::parse("700.00", Currency::EUR)?;
/// let ask = Ask {
///     kind: Kind::AccountCredit, direction: None, invoice: None, customer: Some("CUST-7".into()), reason: "late".into(),
///     note: String::new(), lines: Vec::new(), amount: Some(amount), destination: Destination::Auto, evidence: Vec::new(),
/// };
/// let source = Source { channel: "api".into(), reference: None, link: None };
/// let at = Timestamp::from_unix_ms(0);
/// let mut request = Request::receive("r-1".into(), source, "alice".into(), ask, at);
/// request.amount = Some(amount);
/// let policy = Policy::parse(DEFAULT)?;
/// let decided = simulate(&request, &Passing::of(&request, Origin::Asked, &policy, at), &policy);
/// assert_eq!((decided.rule.as_deref(), decided.required.as_slice()), (Some("medium"), ["manager".to_owned()].as_slice()));
/// assert_eq!(decided.passed_over[1].why, "700.00 EUR is more than 500.00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn simulate(request: &Request, passing: &Passing<'_>, policy: &Policy) -> Simulated {
    let Choice { rule, passed_over, unsure } = policy.choose(&passing.facts);
    let mut findings: Vec<_> = unknown_worth(request, policy).into_iter().collect();
    findings.extend(unsure.iter().map(cannot_say));
    let mut deciders = rule.map(crate::policy::ApprovalRule::deciders).unwrap_or_default();
    if rule.is_some() && deciders.is_nobody() {
        findings.extend(passing.findings(request, policy));
    }
    let checked = request.findings.iter().filter(|finding| !finding.code.is_of_routing());
    let wants_person = checked.chain(&findings).any(|finding| finding.severity >= Severity::Warning);
    if deciders.is_nobody() && (wants_person || rule.is_none()) {
        deciders.required.push(policy.levels.exceptions.clone());
    }
    for decider in &mut deciders.required {
        findings.extend(replace(decider, request, policy));
    }
    // One of the deciders could be the asker, where nobody knows under which name the asker signs in.
    // A rule is nobody.
    let is_unknown = request.rule.is_none() && !policy.people.knows(&request.asker());
    if let Some(first) = deciders.required.first().filter(|_| is_unknown) {
        let first = Slot::read(first).level().to_owned();
        deciders.required.insert(0, first);
        deciders.any = deciders.any.map(|any| any.saturating_add(1));
        findings.push(one_person_more(request, deciders.count()));
    }
    Simulated {
        policy: policy.version.clone(),
        rule: rule.map(|rule| rule.name.clone()),
        passes: deciders.is_nobody(),
        required: deciders.required,
        any: deciders.any,
        passed_over: passed_over.into_iter().chain(unsure).collect(),
        findings,
    }
}

/// Tells a decider that the policy does not know what the amount is worth.
fn unknown_worth(request: &Request, policy: &Policy) -> Option<Finding> {
    let amount = request.amount.filter(|amount| policy.factor(amount.currency).is_none())?;
    let message =
        format!("the policy's [factors] does not say what {} is worth, so the highest rule decides", amount.currency);
    Some(Finding { code: FindingCode::FactorUnknown, severity: Severity::Warning, message })
}

/// Tells a decider which rule can't be evaluated, and why.
fn cannot_say(unsure: &PassedOver) -> Finding {
    let message = format!("whether rule “{}” fits can't be said: {}", unsure.rule, unsure.why);
    Finding { code: FindingCode::PolicyUnsure, severity: Severity::Warning, message }
}

/// Puts the level in the place of a person who asked for the request themselves, or may have.
fn replace(decider: &mut String, request: &Request, policy: &Policy) -> Option<Finding> {
    let slot = Slot::read(decider);
    let person = slot.person()?;
    if !request.may_have_asked(&person, &policy.people) {
        return None;
    }
    let level = slot.level().to_owned();
    let message = format!("{person} asked for this request, or may have, so {level} decides in their place");
    *decider = level;
    Some(Finding { code: FindingCode::PolicyDeciderReplaced, severity: Severity::Info, message })
}

/// Tells a decider why one person more must agree.
fn one_person_more(request: &Request, count: usize) -> Finding {
    let message = format!(
        "nobody knows under which name {} signs in, so one person more decides: {count} in all; the policy's [people] names \
         askers",
        request.asker()
    );
    Finding { code: FindingCode::RequesterUnknown, severity: Severity::Info, message }
}

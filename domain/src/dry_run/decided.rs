//! What was decided on a request, and what another policy would decide on it.

use serde::{Deserialize, Serialize};

use crate::approval::automatic::{Circumstances, Origin, Passing};
use crate::approval::{Simulated, simulate};
use crate::catalogue::FindingCode;
use crate::eligibility::{Rechecked, is_refusal_of_policy, recheck};
use crate::lifecycle::named;
use crate::lifecycle::request::RequestStatus;
use crate::policy::condition::Field;
use crate::policy::{Policy, Surroundings};
use crate::request::ruled::PassedOver;
use crate::request::{Finding, Request};
use crate::{risk, words};

named! {
    /// What a policy decides on a request.
    Outcome {
        /// It passes by itself.
        Passes = "passes_by_itself",
        /// People decide on it.
        Waits = "waits_for_approval",
        /// It can't be granted.
        Refused = "refused",
    }
}

named! {
    /// In which way another policy decides otherwise.
    Mind {
        /// It passes by itself, and people had to decide.
        Passes = "would_pass",
        /// People decide, and it had passed by itself.
        Waits = "would_wait",
        /// It is refused, and was not.
        Refused = "would_be_refused",
        /// It is not refused, and was.
        Taken = "would_be_taken",
        /// Other people decide.
        Others = "other_deciders",
    }
}

/// What a policy decides, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PolicyDecision"))]
pub struct Decided {
    /// What it decides.
    pub outcome: Outcome,
    /// The rule that names the deciders, or the check that refuses; empty where no single one decides.
    pub rule: String,
    /// Those who must agree; empty where nobody does.
    pub required: Vec<String>,
    /// How many of them must agree, in any order; null where all do, one after the other.
    pub any: Option<u32>,
    /// The name that the policy gives itself; empty for requests of before it was recorded.
    pub policy: String,
    /// The number of its version in the store; null for the file.
    pub number: Option<u32>,
}

impl Decided {
    /// Says in which way this one decides otherwise than `then`; `None` where it decides the same.
    #[must_use]
    pub fn otherwise(&self, then: &Self) -> Option<Mind> {
        match (then.outcome, self.outcome) {
            (Outcome::Refused, Outcome::Refused) | (Outcome::Passes, Outcome::Passes) => None,
            (Outcome::Refused, _) => Some(Mind::Taken),
            (_, Outcome::Refused) => Some(Mind::Refused),
            (Outcome::Waits, Outcome::Passes) => Some(Mind::Passes),
            (Outcome::Passes, Outcome::Waits) => Some(Mind::Waits),
            (Outcome::Waits, Outcome::Waits) => (self.deciders() != then.deciders()).then_some(Mind::Others),
        }
    }

    /// Returns those who decide in the form in which they are compared: their order counts where they decide in order.
    fn deciders(&self) -> (Vec<String>, Option<u32>) {
        let mut names: Vec<_> = self.required.iter().map(|name| words::canonical(name)).collect();
        // One of one is the same in order as in any.
        let any = self.any.filter(|any| names.len() > 1 || *any != 1);
        if any.is_some() {
            names.sort_unstable();
        }
        (names, any)
    }
}

/// Returns what the policy decided on a request when it was routed, or refused by it; `None` where it did not come to
/// that.
#[must_use]
pub fn recorded(request: &Request) -> Option<Decided> {
    let approvals = &request.approvals;
    let (policy, number) = (approvals.policy.clone(), approvals.policy_number);
    if request.status == RequestStatus::Ineligible {
        let by_policy = request.findings.iter().any(|finding| is_refusal_of_policy(finding.code));
        let (rule, required) = (String::new(), Vec::new());
        return by_policy.then_some(Decided { outcome: Outcome::Refused, rule, required, any: None, policy, number });
    }
    let is_routed = !approvals.rule.is_empty() && request.stage() != RequestStatus::Validated;
    let required = approvals.named().to_vec();
    let outcome = if required.is_empty() { Outcome::Passes } else { Outcome::Waits };
    is_routed.then(|| Decided { outcome, rule: approvals.rule.clone(), required, any: approvals.any, policy, number })
}

/// What a policy would decide on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// What it decides, by what is known.
    pub decided: Decided,
    /// Why that is not certain; `None` where it is.
    pub unknown: Option<String>,
    /// The rules before the one that decides, and why each does not.
    pub passed_over: Vec<PassedOver>,
    /// What its checks find, and what is found when the deciders are chosen.
    pub findings: Vec<Finding>,
}

/// Tries a policy on a request that was checked before; nothing changes. `around` is what is known of others like it
/// at that time.
#[must_use]
pub fn tried(request: &Request, around: Surroundings, policy: &Policy) -> Tried {
    let then = &request.findings;
    let had = |code: FindingCode| then.iter().any(|finding| finding.code == code);
    let mut again = request.clone();
    again.amount = again.amount.or(again.ask.amount);
    let (rechecked, refusal) = recheck(&mut again, policy);
    if rechecked == Rechecked::Refused {
        let decided = decided(policy, Outcome::Refused, refusal);
        return Tried { decided, unknown: None, passed_over: Vec::new(), findings: again.findings };
    }
    // The score is that of then; from which score on a person decides, the policy says.
    again.findings.retain(|finding| finding.code != FindingCode::RiskHigh);
    again.findings.extend(again.risk.as_ref().and_then(|risk| risk::high(risk.score, policy)));
    let origin = if had(FindingCode::ScheduleUnconfirmed) { Origin::Unconfirmed } else { Origin::Asked };
    let passing = Passing::of(&again, Circumstances { origin, around }, policy, request.created_at).apart_from_sums();
    let missing = missing(&passing, policy);
    let Simulated { rule, passes, required, any, passed_over, findings, .. } = simulate(&again, &passing, policy);
    let outcome = if passes { Outcome::Passes } else { Outcome::Waits };
    let unknown = match () {
        () if rechecked == Rechecked::Unknown => {
            Some("what a check of the policy needs is not known of a request that was refused".into())
        }
        () if again.amount.is_none() => Some("its amount is not known".into()),
        () if missing.is_some() => missing,
        () if passes && had(FindingCode::AutomaticLimit) => {
            Some("a bound on what passes by itself stopped it then, and how much of it was used up is not known".into())
        }
        () => None,
    };
    again.findings.extend(findings);
    let decided = Decided { required, any, ..decided(policy, outcome, rule.unwrap_or_default()) };
    Tried { decided, unknown, passed_over, findings: again.findings }
}

fn decided(policy: &Policy, outcome: Outcome, rule: String) -> Decided {
    let (number, policy) = (policy.number, policy.version.clone());
    Decided { outcome, rule, required: Vec::new(), any: None, policy, number }
}

/// Says which rule can't be evaluated because nobody knows any more what was around the request; `None` where none is.
fn missing(passing: &Passing<'_>, policy: &Policy) -> Option<String> {
    let is_of_then = |field: &Field| field.is_history() || *field == Field::RiskScore;
    let unsure = policy.choose(&passing.facts).unsure;
    let asks = |name: &str| {
        let conditions = policy.approval.iter().filter(|rule| rule.name == name).filter_map(|rule| rule.when.as_ref());
        let fields = conditions.flat_map(|condition| condition.fields()).filter(is_of_then);
        fields.into_iter().find(|field| passing.facts.get(*field).is_none())
    };
    let (rule, field) = unsure.into_iter().find_map(|unsure| asks(&unsure.rule).map(|field| (unsure.rule, field)))?;
    Some(format!("rule “{rule}” asks for {}, which is not known of that time", field.name()))
}

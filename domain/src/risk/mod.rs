//! Risk: an explainable score of every request, from counters that are kept in the commits that check and decide
//! requests. Nothing is looked for in old requests.
//!
//! Points prove nothing. From the policy's `person` on, a request does not pass by itself; from `alert` on, people are
//! told. `docs/risk.md` says what each signal counts.

mod counter;
mod history;
mod signals;

pub use counter::Counter;
pub use history::{History, Place, Whose, of_decision};

use std::cmp::Reverse;

use crate::account::Accounts;
use crate::catalogue::{EventKind, FindingCode, TaskCode};
use crate::limits;
use crate::policy::Policy;
use crate::request::risk::{Risk, RiskPart, Signal};
use crate::request::{Finding, Request, Severity};
use crate::time::Timestamp;
use counter::Counted;
use signals::Facts;

/// What a request is scored by, besides itself.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The accounts that it has reserved its money in.
    pub held: &'a Accounts,
    /// Whether no request was about its invoice before.
    pub is_first: bool,
    /// The policy in force.
    pub policy: &'a Policy,
}

/// Scores a request that was checked, adds it to the history, and does what the policy wants for such a score. A
/// request that has a score already is scored anew and not counted twice.
pub fn assess(request: &mut Request, history: &mut History, basis: Basis<'_>, at: Timestamp) {
    let Basis { held, policy, .. } = basis;
    let today = policy.business.time_zone.day(at);
    if request.risk.is_none() {
        history.add(counted(request, basis), today);
    }
    let facts = Facts { request, history, held, policy, today };
    let mut parts: Vec<RiskPart> = Signal::ALL.iter().filter_map(|signal| signals::part(*signal, &facts)).collect();
    parts.sort_by_key(|part| Reverse(part.points));
    let score = parts.iter().map(|part| part.points).sum::<u32>().min(limits::RISK_POINTS);
    let reaches = |bound: u32| bound > 0 && score >= bound;
    let mut risk = Risk { score, parts, told: Vec::new() };
    let person = policy.risk.person;
    request.findings.extend(high(score, policy));
    if reaches(person) || reaches(policy.risk.alert) {
        let facts = serde_json::json!({"score": score, "policy": policy.version});
        request.note(at, "eligibility", EventKind::RiskScored, "", facts);
    }
    if reaches(policy.risk.alert) {
        risk.told.clone_from(&policy.risk.tell);
        let told = if risk.told.is_empty() { String::new() } else { format!(" Told: {}.", risk.told.join(", ")) };
        request.raise(at, TaskCode::RiskAlert, "", &format!("The risk score of the request is {score}.{told}"));
    }
    request.risk = Some(risk);
}

/// Returns what a request adds to the counters.
fn counted(request: &Request, Basis { is_first, policy, .. }: Basis<'_>) -> Counted {
    let worth = request.amount.and_then(|amount| policy.worth(amount)).unwrap_or(0);
    let under = request.amount.is_some_and(|amount| signals::is_under(request.ask.kind, amount, policy));
    let invoice = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref());
    let first = invoice.filter(|_| is_first);
    Counted {
        asks: 1,
        worth,
        under: i64::from(under),
        invoices: i64::from(first.is_some()),
        invoiced: first.and_then(|invoice| policy.worth(invoice.totals.gross)).unwrap_or(0),
        credited: if invoice.is_some() { worth } else { 0 },
    }
}

/// Says that the score is so high that a person decides; `None` where it is not.
#[must_use]
pub fn high(score: u32, policy: &Policy) -> Option<Finding> {
    let person = policy.risk.person;
    let message = format!("its risk score is {score}: from {person} on a person decides");
    (person > 0 && score >= person).then_some(Finding {
        code: FindingCode::RiskHigh,
        severity: Severity::Warning,
        message,
    })
}

#[cfg(test)]
mod tests;

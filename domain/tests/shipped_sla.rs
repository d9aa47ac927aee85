//! By when people must act by the shipped policies, case by case; and that each of their rules of time is there for a
//! case.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod samples;

use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::sla;
use contraflow_domain::time::Timestamp;
use samples::{approved, executing};

/// What waits, and what becomes of it: rule, due, how many reminders, to whom it goes.
type Case = (&'static str, &'static str);

const DEFAULT: (&str, &[Case]) = (
    include_str!("../../policy/default.toml"),
    &[
        ("team-lead", "team lead decides, 2026-11-23T17:00, 2 reminders, manager"),
        ("manager", "others decide, 2026-11-24T17:00, 3 reminders, finance"),
        ("finance", "others decide, 2026-11-24T17:00, 3 reminders, finance"),
        ("answer", "answer, 2026-11-27T17:00, 1 reminders, nobody"),
        ("leg.pay_out", "pay out by hand, 2026-11-24T17:00, 3 reminders, nobody"),
        ("dispute.evidence", "task, 2026-11-23T17:00, 2 reminders, nobody"),
    ],
);
const STRICT: (&str, &[Case]) = (
    include_str!("../../policy/strict.toml"),
    &[
        ("team-lead", "team lead decides, 2026-11-23T17:00, 3 reminders, manager"),
        ("manager", "manager decides, 2026-11-23T17:00, 3 reminders, finance"),
        ("director", "others decide, 2026-11-23T17:00, 2 reminders, director"),
        ("answer", "answer, 2026-11-25T17:00, 1 reminders, nobody"),
        ("dispute.evidence", "task, 2026-11-23T17:00, 2 reminders, nobody"),
    ],
);
const EU: (&str, &[Case]) = (
    include_str!("../../policy/eu-b2c.toml"),
    &[
        ("withdrawal", "withdrawal, 2026-11-24T16:00, 2 reminders, finance"),
        ("team-lead", "team lead decides, 2026-11-23T16:00, 2 reminders, manager"),
        ("manager", "manager decides, 2026-11-23T16:00, 2 reminders, finance"),
        ("finance", "others decide, 2026-11-24T16:00, 2 reminders, nobody"),
        ("answer", "answer, 2026-11-25T16:00, 1 reminders, nobody"),
        ("dispute.evidence", "task, 2026-11-23T16:00, 2 reminders, nobody"),
    ],
);
const US: (&str, &[Case]) = (
    include_str!("../../policy/us-retail.toml"),
    &[
        ("cooling_off", "cooling-off, 2026-11-23T22:00, 2 reminders, finance"),
        ("team-lead", "team lead decides, 2026-11-23T22:00, 2 reminders, manager"),
        ("manager", "manager decides, 2026-11-23T22:00, 2 reminders, finance"),
        ("finance", "others decide, 2026-11-24T22:00, 2 reminders, nobody"),
        // Thursday is Thanksgiving.
        ("answer", "answer, 2026-11-30T22:00, 1 reminders, nobody"),
        ("dispute.evidence", "task, 2026-11-23T22:00, 2 reminders, nobody"),
    ],
);
const B2B: (&str, &[Case]) = (
    include_str!("../../policy/b2b-ar.toml"),
    &[
        ("key", "key account, 2026-11-23T17:00, 2 reminders, finance"),
        ("team-lead", "team lead decides, 2026-11-24T17:00, 2 reminders, manager"),
        ("manager", "manager decides, 2026-11-25T17:00, 2 reminders, finance"),
        ("director", "others decide, 2026-11-27T17:00, 2 reminders, director"),
        ("answer", "answer, 2026-12-04T17:00, 1 reminders, nobody"),
        ("dispute.evidence", "task, 2026-11-24T17:00, 2 reminders, nobody"),
    ],
);

/// A Saturday.
fn begin() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn waiting(for_whom: &str) -> Request {
    if let Some(task) = TaskCode::named(for_whom) {
        let mut request = executing(10_000);
        request.raise(begin(), task, "x", "it happened");
        return request;
    }
    let mut request = approved(10_000);
    request.status = RequestStatus::PendingApproval;
    request.approvals.required = vec!["finance".into()];
    match for_whom {
        "answer" => request.status = RequestStatus::InfoRequested,
        "withdrawal" | "cooling_off" => request.ask.reason = for_whom.into(),
        "key" => request.packet.as_mut().unwrap().invoice.as_mut().unwrap().customer.tier = "Key".into(),
        level => request.approvals.required = vec![level.into()],
    }
    request
}

fn outcome(policy: &Policy, for_whom: &str) -> String {
    let mut request = waiting(for_whom);
    sla::begin(&mut request, policy);
    sla::keep(&mut request, policy, begin());
    let Some(wait) = request.waits.first() else { return "no time".into() };
    let due = wait.due_at.map(|due| due.to_string()).unwrap_or_default();
    let to = wait.escalates_to.as_deref().unwrap_or("nobody");
    format!("{}, {}, {} reminders, {to}", wait.rule, due.get(..16).unwrap_or_default(), wait.reminders.len())
}

#[test]
fn every_shipped_policy_says_by_when_people_must_act() {
    for (text, cases) in [DEFAULT, STRICT, EU, US, B2B] {
        let policy = Policy::parse(text).unwrap_or_else(|error| panic!("{error}"));
        for (for_whom, wanted) in cases {
            assert_eq!(outcome(&policy, for_whom), *wanted, "{} {for_whom}", policy.version);
        }
    }
}

#[test]
fn without_any_one_of_its_rules_of_time_a_shipped_policy_says_something_else() {
    for (text, cases) in [DEFAULT, STRICT, EU, US, B2B] {
        let policy = Policy::parse(text).unwrap();
        for place in 0..policy.sla.len() {
            let mut changed = policy.clone();
            let gone = changed.sla.remove(place);
            let is_noticed = cases.iter().any(|(for_whom, wanted)| outcome(&changed, for_whom) != *wanted);
            assert!(is_noticed, "{}: no case needs rule {}", policy.version, gone.name);
        }
    }
}

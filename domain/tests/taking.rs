//! Who is looking at a request, what has to be said with a decision, and what whoever comes too late reads.

#![allow(missing_docs, clippy::unwrap_used)]

mod samples;

use contraflow_domain::approval::take::{TakeError, release, take};
use contraflow_domain::approval::{self, DecisionError, Person, Ruling, Verdict};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::TAKEN_MS;
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::Request;
use samples::{approved, at};

fn policy() -> Policy {
    Policy::parse(DEFAULT).unwrap()
}

fn person(name: &str, roles: &[&str]) -> Person {
    Person::new(name, roles.iter().map(|role| (*role).into()).collect())
}

fn lead(name: &str) -> Person {
    person(name, &["approver:team-lead"])
}

/// It waits for a team lead, and alice asked for it.
fn waiting() -> Request {
    let mut request = approved(10_000);
    request.status = RequestStatus::PendingApproval;
    request.content_hash = "first".into();
    request.approvals.required = vec!["team-lead".into()];
    request
}

fn decide(request: &mut Request, who: &Person, verdict: Verdict, note: &str) -> Result<(), DecisionError> {
    approval::decide(request, who, Ruling { verdict, note, content_hash: Some("first") }, &policy(), at(1))
}

#[test]
fn one_person_takes_a_request_and_another_reads_who_it_is_and_until_when() {
    let (mut request, policy) = (waiting(), policy());
    take(&mut request, &lead("mia"), false, &policy, at(0)).unwrap();
    let until = at(0).plus_ms(TAKEN_MS);
    let before = request.clone();
    let refused = take(&mut request, &lead("max"), false, &policy, at(1)).unwrap_err();
    assert_eq!(refused, TakeError::Held { by: "mia".into(), until });
    let words = format!("mia is looking at this until {until}; take it over with `over` if that is no longer so");
    assert_eq!(refused.to_string(), words);
    assert_eq!(request, before);
    take(&mut request, &lead("mia"), false, &policy, at(60)).unwrap();
    assert_eq!(request.taken.as_ref().map(|taken| taken.until), Some(until.plus_ms(60_000)), "it holds for longer");
    take(&mut request, &lead("max"), true, &policy, at(61)).unwrap();
    assert_eq!(request.taken.as_ref().map(|taken| taken.by.as_str()), Some("max"), "taken over");
    assert_eq!(release(&mut request, &lead("mia"), at(62)), Err(TakeError::NotYours));
    release(&mut request, &lead("max"), at(62)).unwrap();
    assert_eq!(request.taken, None);
}

#[test]
fn what_was_taken_is_free_again_after_its_time_and_whatever_a_wrong_clock_wrote() {
    let (mut request, policy) = (waiting(), policy());
    take(&mut request, &lead("mia"), false, &policy, at(0)).unwrap();
    let mut over = request.clone();
    assert!(take(&mut over, &lead("max"), false, &policy, at(30 * 60 - 1)).is_err());
    take(&mut over, &lead("max"), false, &policy, at(30 * 60)).unwrap();
    assert_eq!(release(&mut request.clone(), &lead("mia"), at(30 * 60)), Err(TakeError::NotYours));
    let mut ahead = waiting();
    take(&mut ahead, &lead("mia"), false, &policy, at(86_400)).unwrap();
    take(&mut ahead, &lead("max"), false, &policy, at(0)).unwrap();
}

#[test]
fn only_who_may_decide_takes_a_request_and_a_decision_ends_it() {
    let policy = policy();
    let refused = |who: &Person| {
        let mut request = waiting();
        let before = request.clone();
        let refused = take(&mut request, who, false, &policy, at(0)).unwrap_err();
        assert_eq!(request, before);
        refused
    };
    let alice = person("alice", &["approver:team-lead", "finance"]);
    assert_eq!(refused(&alice), TakeError::Decision(DecisionError::OwnRequest));
    assert!(matches!(refused(&person("rita", &["requester"])), TakeError::Decision(DecisionError::Authority { .. })));
    let mut request = waiting();
    take(&mut request, &lead("mia"), false, &policy, at(0)).unwrap();
    decide(&mut request, &lead("max"), Verdict::Approve, "").unwrap();
    assert_eq!(request.taken, None, "it keeps nobody from deciding");
    assert!(take(&mut request, &lead("mia"), false, &policy, at(2)).is_err(), "nothing is left to decide");
}

#[test]
fn who_rejects_says_why_and_who_asks_says_what_and_nothing_has_changed_without() {
    for (verdict, what) in [(Verdict::Reject, "say why"), (Verdict::RequestInfo, "say what you want to know")] {
        for note in ["", " \u{a0}\t"] {
            let mut request = waiting();
            let before = request.clone();
            let refused = decide(&mut request, &lead("mia"), verdict, note).unwrap_err();
            assert!(refused.to_string().starts_with(what), "{refused}");
            assert_eq!(request, before);
        }
        decide(&mut waiting(), &lead("mia"), verdict, "because").unwrap();
    }
    for verdict in [Verdict::Approve, Verdict::Escalate] {
        decide(&mut waiting(), &lead("mia"), verdict, "").unwrap();
    }
}

#[test]
fn whoever_decides_too_late_reads_who_was_faster_and_when_and_why() {
    let mut request = waiting();
    decide(&mut request, &lead("mia"), Verdict::Reject, "no receipt").unwrap();
    let before = request.clone();
    let late = decide(&mut request, &lead("max"), Verdict::Approve, "").unwrap_err();
    let when = at(1);
    let words = format!("mia rejected it at {when} (“no receipt”), and the request stands at “Rejected”");
    assert_eq!(late.to_string(), words);
    assert_eq!(request, before);
    let mut quiet = waiting();
    decide(&mut quiet, &lead("mia"), Verdict::Approve, " ").unwrap();
    let late = decide(&mut quiet, &lead("max"), Verdict::Approve, "").unwrap_err();
    assert_eq!(late.to_string(), format!("mia approved it at {when}, and the request stands at “Approved”"));
}

#[test]
fn a_request_of_before_it_could_be_taken_reads_as_not_taken() {
    let request = waiting();
    let stored = serde_json::to_value(&request).unwrap();
    assert!(stored.get("taken").is_none());
    assert_eq!(serde_json::from_value::<Request>(stored).unwrap().taken, None);
}

//! Who decides, on what, and how often.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::approval::{self, NotTaken, Person, Verdict};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use samples::{approved, at};

fn policy() -> Policy {
    Policy::parse(include_str!("../../policy/default.toml")).unwrap()
}

fn person(name: &str, roles: &[&str]) -> Person {
    Person { name: name.into(), roles: roles.iter().map(|role| (*role).into()).collect() }
}

/// It waits for these levels, and alice asked for it.
fn waiting(levels: &[&str]) -> Request {
    let mut request = approved(10_000);
    request.status = RequestStatus::PendingApproval;
    request.content_hash = "first".into();
    request.approvals.required = levels.iter().map(|level| (*level).into()).collect();
    request
}

fn approve(request: &mut Request, person: &Person) -> Result<(), NotTaken> {
    approval::decide(request, person, Verdict::Approve, "", Some("first"), &policy(), at(1))
}

#[test]
fn the_requester_never_decides_whatever_their_roles_and_however_they_came_in() {
    for (asked_by, name) in [("alice", "alice"), ("zendesk:alice@example.com", "alice@example.com"), ("alice", "Alice")]
    {
        for verdict in [Verdict::Approve, Verdict::Reject, Verdict::RequestInfo, Verdict::Escalate] {
            let mut request = waiting(&["team-lead"]);
            request.requester = asked_by.into();
            let before = request.clone();
            let alice = person(name, &["approver:team-lead", "approver:manager", "finance", "admin"]);
            let refused = approval::decide(&mut request, &alice, verdict, "", Some("first"), &policy(), at(1));
            assert_eq!(refused, Err(NotTaken::OwnRequest), "{asked_by} is {name}");
            assert_eq!(request, before);
        }
    }
}

#[test]
fn two_levels_take_two_people() {
    let mut request = waiting(&["manager", "finance"]);
    let fina = person("fina", &["finance"]);
    approve(&mut request, &fina).unwrap();
    assert_eq!(request.status, RequestStatus::PendingApproval);
    assert_eq!(approve(&mut request, &fina), Err(NotTaken::Twice));
    approve(&mut request, &person("otto", &["finance"])).unwrap();
    assert_eq!(request.status, RequestStatus::Approved);
}

#[test]
fn a_lower_level_does_not_decide_a_higher_one() {
    let mut request = waiting(&["manager"]);
    let refused = approve(&mut request, &person("lea", &["approver:team-lead", "requester", "auditor"]));
    assert!(matches!(refused, Err(NotTaken::Authority { .. })), "{refused:?}");
    approve(&mut request, &person("fina", &["finance"])).unwrap();
    assert_eq!(request.status, RequestStatus::Approved);
}

#[test]
fn a_decision_is_on_the_content_that_was_seen() {
    let mut request = waiting(&["manager", "finance"]);
    approve(&mut request, &person("max", &["approver:manager"])).unwrap();
    // Amount, lines or destination change: what was approved is not this any more.
    request.content_hash = "second".into();
    let fina = person("fina", &["finance"]);
    assert_eq!(approve(&mut request, &fina), Err(NotTaken::OtherContent { current: "second".into() }));
    assert_eq!(request.approvals.next_level("second"), Some("manager"), "the first approval holds no more");
}

#[test]
fn what_is_decided_is_decided() {
    let mut request = waiting(&["manager"]);
    let (max, mia) = (person("max", &["approver:manager"]), person("mia", &["approver:manager"]));
    approve(&mut request, &max).unwrap();
    assert!(matches!(approve(&mut request, &mia), Err(NotTaken::Past(_))));
    assert_eq!(request.approvals.decisions.len(), 1);
}

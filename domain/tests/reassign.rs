//! Whoever decides, or finance, hands a decision to another person by name.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::approval::reassign::{ReassignError, Reassignment, reassign};
use contraflow_domain::approval::{self, DecisionError, Person, Ruling, Verdict};
use contraflow_domain::catalogue::{EventKind, MessageKind};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::REASSIGNMENTS;
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::Request;
use contraflow_domain::request::approvals::Approvals;
use contraflow_domain::request::parts::Part;
use samples::{approved, at};

fn policy() -> Policy {
    Policy::parse(DEFAULT).unwrap()
}

fn person(name: &str, roles: &[&str]) -> Person {
    Person::new(name, roles.iter().map(|role| (*role).into()).collect())
}

fn waiting(required: &[&str]) -> Request {
    let mut request = approved(10_000);
    request.status = RequestStatus::PendingApproval;
    request.content_hash = "first".into();
    request.approvals.required = required.iter().map(|slot| (*slot).into()).collect();
    request
}

fn hand(request: &mut Request, by: &Person, to: &Person) -> Result<(), ReassignError> {
    hand_of(request, by, to, None)
}

fn hand_of(request: &mut Request, by: &Person, to: &Person, of: Option<&str>) -> Result<(), ReassignError> {
    let before = request.clone();
    let done = reassign(request, by, Reassignment { to, of, note: "she knows the customer" }, &policy(), at(1));
    if done.is_err() {
        assert_eq!(*request, before, "a refusal leaves no trace");
    }
    done
}

#[test]
fn whoever_decides_hands_it_to_another_by_name_and_the_level_stays_in_that_persons_place() {
    let (lea, leo, max) = (
        person("lea", &["approver:team-lead"]),
        person("leo", &["approver:team-lead"]),
        person("max", &["approver:manager"]),
    );
    let mut request = waiting(&["team-lead"]);
    request.channels = Some(vec!["events".into(), "api".into()]);
    hand(&mut request, &lea, &leo).unwrap();
    assert_eq!(request.approvals.required, ["person:leo:team-lead"]);
    let event = request.fresh.iter().find(|event| event.what == EventKind::RequestReassigned).unwrap();
    assert_eq!((event.actor.as_str(), event.why.as_str()), ("lea", "she knows the customer"));
    assert_eq!(
        (&event.data["decider"], &event.data["handed_to"]),
        (&"team-lead".into(), &"person:leo:team-lead".into())
    );
    let told: Vec<_> = request.outbox.iter().filter(|told| told.kind == MessageKind::RequestReassigned).collect();
    assert_eq!(
        told.iter().map(|told| told.channel.as_str()).collect::<Vec<_>>(),
        ["events"],
        "and nobody at the source"
    );
    // Should leo be away, somebody of the level decides.
    let ruling = Ruling { verdict: Verdict::Approve, note: "", content_hash: Some("first") };
    approval::decide(&mut request, &max, ruling, &policy(), at(2)).unwrap();
    assert_eq!(request.status, RequestStatus::Approved);
}

#[test]
fn nobody_gets_what_they_may_not_decide() {
    let lea = person("lea", &["approver:team-lead"]);
    let refused = |to: &Person, prepare: &dyn Fn(&mut Request)| {
        let mut request = waiting(&["team-lead", "team-lead"]);
        prepare(&mut request);
        hand(&mut request, &person("fina", &["finance"]), to).unwrap_err().to_string()
    };
    let nothing = |_: &mut Request| {};
    assert!(refused(&person("alice", &["approver:manager"]), &nothing).contains("asked for this request"));
    assert!(refused(&person("alice@firm.example", &["approver:manager"]), &nothing).contains("asked for this request"));
    assert!(refused(&person("rita", &["requester", "admin"]), &nothing).contains("approver:team-lead"));
    assert!(refused(&person("nina", &[]), &nothing).contains("as far as is known here"));
    assert!(refused(&person("zendesk:leo", &["approver:team-lead"]), &nothing).contains("names a person"));
    let bob = person("bob", &["approver:manager"]);
    assert!(refused(&bob, &|request| request.record_part(Part::SentElsewhere, "bob")).contains("sent elsewhere"));
    let approved = |request: &mut Request| {
        let ruling = Ruling { verdict: Verdict::Approve, note: "", content_hash: Some("first") };
        approval::decide(request, &lea, ruling, &policy(), at(0)).unwrap();
    };
    assert!(refused(&lea, &approved).contains("approved"));
}

#[test]
fn nobody_hands_on_what_they_neither_decide_nor_see_to() {
    let leo = person("leo", &["approver:team-lead", "approver:manager"]);
    let mut request = waiting(&["manager"]);
    let lea = person("lea", &["approver:team-lead"]);
    assert!(matches!(hand(&mut request, &lea, &leo), Err(ReassignError::Decision(DecisionError::Authority { .. }))));
    for (name, roles) in [("rita", &["requester"] as &[_]), ("ada", &["admin", "auditor"])] {
        let refused = hand(&mut request, &person(name, roles), &leo);
        assert!(matches!(refused, Err(ReassignError::Authority(_))), "{name}: {refused:?}");
    }
    let alice = person("alice", &["finance", "approver:manager"]);
    assert!(matches!(hand(&mut request, &alice, &leo), Err(ReassignError::Decision(_))), "whoever asked");
    request.record_part(Part::PaidOut, "fina");
    let fina = person("fina", &["finance"]);
    assert!(matches!(hand(&mut request, &fina, &leo), Err(ReassignError::Authority(_))), "whoever paid it out");
    hand(&mut request, &person("fred", &["finance"]), &leo).unwrap();
    let mut ended = waiting(&["manager"]);
    ended.status = RequestStatus::Approved;
    assert!(matches!(hand(&mut ended, &fina, &leo), Err(ReassignError::NotWaiting(_))));
}

#[test]
fn where_several_are_waited_for_it_is_said_whose_place_it_is() {
    let fina = person("fina", &["finance"]);
    let (leo, mia) = (person("leo", &["approver:manager"]), person("mia", &["approver:manager"]));
    let mut request = waiting(&["team-lead", "manager"]);
    request.approvals.any = Some(2);
    let asked = hand(&mut request, &fina, &leo).unwrap_err();
    assert_eq!(asked, ReassignError::Which(vec!["team-lead".into(), "manager".into()]));
    hand_of(&mut request, &fina, &leo, Some("manager")).unwrap();
    assert_eq!(request.approvals.required, ["team-lead", "person:leo:manager"]);
    let twice = hand_of(&mut request, &fina, &leo, Some("team-lead"));
    assert_eq!(twice, Err(ReassignError::Already("leo".into())));
    // Whoever is waited for by name hands on what is theirs.
    hand_of(&mut request, &leo, &mia, Some("person:leo:manager")).unwrap();
    assert_eq!(request.approvals.required, ["team-lead", "person:mia:manager"]);
    // In order, only the one whose turn it is; alike places are one.
    let mut ordered = waiting(&["team-lead", "manager"]);
    hand(&mut ordered, &fina, &leo).unwrap();
    assert_eq!(ordered.approvals.required, ["person:leo:team-lead", "manager"]);
    let mut alike = waiting(&["manager", "manager"]);
    alike.approvals.any = Some(2);
    hand(&mut alike, &fina, &leo).unwrap();
    assert_eq!(alike.approvals.required, ["person:leo:manager", "manager"]);
}

#[test]
fn it_is_said_why_and_it_goes_round_so_often_and_no_more() {
    let fina = person("fina", &["finance"]);
    let both = [person("leo", &["approver:team-lead"]), person("lea", &["approver:team-lead"])];
    let mut request = waiting(&["team-lead"]);
    let silent = Reassignment { to: &both[0], of: None, note: " " };
    assert_eq!(reassign(&mut request, &fina, silent, &policy(), at(1)), Err(ReassignError::NoNote));
    for round in 0..REASSIGNMENTS {
        hand(&mut request, &fina, &both[round % 2]).unwrap();
    }
    assert_eq!(hand(&mut request, &fina, &both[0]), Err(ReassignError::Full(REASSIGNMENTS)));
    let stored = serde_json::to_string(&request.approvals).unwrap();
    assert_eq!(serde_json::from_str::<Approvals>(&stored).unwrap().handed_on, REASSIGNMENTS);
    let before = r#"{"required": ["team-lead"], "decisions": []}"#;
    assert_eq!(serde_json::from_str::<Approvals>(before).unwrap().handed_on, 0);
}

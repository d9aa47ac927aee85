//! Who decides, on what, and how often.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::BTreeSet;

use contraflow_domain::approval::delegation::{DelegationError, Delegations};
use contraflow_domain::approval::{self, DecisionError, Person, Ruling, Verdict};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use samples::{approved, at};

/// A ruling on the content that these requests have.
fn says(verdict: Verdict) -> Ruling<'static> {
    Ruling { verdict, note: "", content_hash: Some("first") }
}

fn policy() -> Policy {
    Policy::parse(include_str!("../../policy/default.toml")).unwrap()
}

fn person(name: &str, roles: &[&str]) -> Person {
    Person::new(name.into(), roles.iter().map(|role| (*role).into()).collect())
}

/// It waits for these levels, and alice asked for it.
fn waiting(levels: &[&str]) -> Request {
    let mut request = approved(10_000);
    request.status = RequestStatus::PendingApproval;
    request.content_hash = "first".into();
    request.approvals.required = levels.iter().map(|level| (*level).into()).collect();
    request
}

fn approve(request: &mut Request, person: &Person) -> Result<(), DecisionError> {
    approval::decide(request, person, says(Verdict::Approve), &policy(), at(1))
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
            let refused = approval::decide(&mut request, &alice, says(verdict), &policy(), at(1));
            assert_eq!(refused, Err(DecisionError::OwnRequest), "{asked_by} is {name}");
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
    assert_eq!(approve(&mut request, &fina), Err(DecisionError::Twice));
    approve(&mut request, &person("otto", &["finance"])).unwrap();
    assert_eq!(request.status, RequestStatus::Approved);
}

#[test]
fn a_lower_level_does_not_decide_a_higher_one() {
    let mut request = waiting(&["manager"]);
    let refused = approve(&mut request, &person("lea", &["approver:team-lead", "requester", "auditor"]));
    assert!(matches!(refused, Err(DecisionError::Authority { .. })), "{refused:?}");
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
    assert_eq!(approve(&mut request, &fina), Err(DecisionError::OtherContent { current: "second".into() }));
    assert_eq!(request.approvals.next_level("second"), Some("manager"), "the first approval holds no more");
}

#[test]
fn what_is_decided_is_decided() {
    let mut request = waiting(&["manager"]);
    let (max, mia) = (person("max", &["approver:manager"]), person("mia", &["approver:manager"]));
    approve(&mut request, &max).unwrap();
    assert!(matches!(approve(&mut request, &mia), Err(DecisionError::Past(_))));
    assert_eq!(request.approvals.decisions.len(), 1);
}

/// What `from` lends to `to` for a day.
fn lend(from: &Person, to: &str, reached: &[&str]) -> Result<Delegations, DelegationError> {
    let (mut lender, mut borrower) = (Delegations::default(), Delegations::default());
    let reached: BTreeSet<String> = reached.iter().map(|name| (*name).into()).collect();
    approval::delegation::lend(from, to, (&mut lender, &mut borrower), &reached, at(86_400), at(0))?;
    Ok(borrower)
}

fn helped(name: &str, by: &Person) -> Person {
    Person { lent: lend(by, name, &[]).unwrap().in_hand(at(1)), ..person(name, &[]) }
}

#[test]
fn nobody_decides_on_their_own_request_by_delegation() {
    let alice = person("alice", &["approver:manager"]);
    let bob = helped("bob", &alice);
    let mut hers = waiting(&["manager"]);
    assert!(
        matches!(approve(&mut hers, &bob), Err(DecisionError::Authority { .. })),
        "alice asked, and bob has only her authority"
    );
    let mut his = waiting(&["manager"]);
    his.requester = "bob".into();
    assert_eq!(approve(&mut his, &bob), Err(DecisionError::OwnRequest));
    let mut others = waiting(&["manager"]);
    others.requester = "carol".into();
    approve(&mut others, &bob).unwrap();
    assert_eq!(others.approvals.decisions[0].on_behalf_of.as_deref(), Some("alice"));
}

#[test]
fn one_authority_counts_once_in_whoever_s_hands() {
    let fina = person("fina", &["finance"]);
    let bob = helped("bob", &fina);
    let mut first_lent = waiting(&["manager", "finance"]);
    approve(&mut first_lent, &bob).unwrap();
    assert_eq!(approve(&mut first_lent, &fina), Err(DecisionError::Twice));
    let mut first_own = waiting(&["manager", "finance"]);
    approve(&mut first_own, &fina).unwrap();
    assert!(matches!(approve(&mut first_own, &bob), Err(DecisionError::Authority { .. })));
}

#[test]
fn authority_is_not_lent_in_a_circle_nor_on_nor_to_oneself_nor_for_ever() {
    let max = person("max", &["approver:manager"]);
    assert_eq!(lend(&max, "mia", &["otto", "Max"]), Err(DelegationError::Circle { to: "mia".into() }));
    assert_eq!(lend(&max, "zendesk:MAX", &[]), Err(DelegationError::Oneself));
    assert_eq!(lend(&helped("bob", &max), "carol", &[]), Err(DelegationError::Nothing));
    let (mut lender, mut borrower) = (Delegations::default(), Delegations::default());
    for until in [0, 93 * 86_400] {
        let both = (&mut lender, &mut borrower);
        assert_eq!(
            approval::delegation::lend(&max, "mia", both, &BTreeSet::new(), at(until), at(0)),
            Err(DelegationError::Until)
        );
    }
}

#[test]
fn what_is_lent_ends_by_itself_or_by_a_word() {
    let max = person("max", &["approver:manager"]);
    let (mut lender, mut borrower) = (Delegations::default(), Delegations::default());
    approval::delegation::lend(&max, "mia", (&mut lender, &mut borrower), &BTreeSet::new(), at(60), at(0)).unwrap();
    assert_eq!((borrower.in_hand(at(59)).len(), borrower.in_hand(at(60)).len()), (1, 0));
    assert!(approval::delegation::end("max", "mia", (&mut lender, &mut borrower), at(10)));
    assert_eq!((borrower.in_hand(at(10)).len(), lender.lends_to(at(10)).count()), (0, 0));
    assert!(!approval::delegation::end("max", "mia", (&mut lender, &mut borrower), at(11)));
}

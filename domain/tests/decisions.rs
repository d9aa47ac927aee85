//! Who decides, on what, and how often.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::BTreeSet;

use contraflow_domain::approval::automatic::{Origin, Passing, Tally};
use contraflow_domain::approval::delegation::{DelegationError, Delegations};
use contraflow_domain::approval::{self, DecisionError, Person, Ruling, Seen, Verdict};
use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::FindingCode;
use contraflow_domain::identity::Identity;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::policy::Policy;
use contraflow_domain::request::ask::Kind;
use contraflow_domain::request::leg::Target;
use contraflow_domain::request::{Finding, Request, Severity};
use samples::{approved, at};

/// A ruling on the content that these requests have.
fn says(verdict: Verdict) -> Ruling<'static> {
    Ruling { verdict, note: "seen", content_hash: Some("first") }
}

fn policy() -> Policy {
    Policy::parse(include_str!("../../policy/default.toml")).unwrap()
}

fn person(name: &str, roles: &[&str]) -> Person {
    Person::new(name, roles.iter().map(|role| (*role).into()).collect())
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
    for (asked_by, name) in [
        ("alice", "alice"),
        ("alice", "Alice"),
        ("zendesk:alice@example.com", "alice@example.com"),
        ("zendesk:zendesk:alice@example.com", "Alice@Example.com"),
    ] {
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
fn whoever_may_have_asked_does_not_decide_unless_the_policy_says_who_they_are() {
    for (asked_by, name) in [
        ("zendesk:zendesk:alice@firm.example", "alice"),
        ("zendesk:alice+x@firm.example", "Alice"),
        ("alice@firm.example", "alice"),
        ("zendesk:alice", "alice"),
    ] {
        let mut request = waiting(&["team-lead"]);
        request.requester = asked_by.into();
        let alice = person(name, &["approver:team-lead"]);
        assert!(matches!(approve(&mut request, &alice), Err(DecisionError::PerhapsOwnRequest { .. })), "{asked_by}");
    }
    let said = format!("{}\n[people.domains]\n\"firm.example\" = \"name\"", include_str!("../../policy/default.toml"));
    let said = Policy::parse(&said).unwrap();
    let mut request = waiting(&["team-lead"]);
    request.requester = "zendesk:alice@firm.example".into();
    let rules = |name: &str, request: &mut Request| {
        let who = person(name, &["approver:team-lead"]);
        approval::decide(request, &who, says(Verdict::Approve), &said, at(1))
    };
    assert_eq!(rules("alice", &mut request), Err(DecisionError::OwnRequest));
    assert_eq!(rules("bob", &mut request), Ok(()));
}

#[test]
fn a_request_of_somebody_whom_nobody_knows_needs_one_person_more() {
    let routed = |requester: &str, policy: &str| {
        let mut request = waiting(&[]);
        request.status = RequestStatus::Validated;
        request.requester = requester.into();
        request.source.channel = "zendesk".into();
        let policy = Policy::parse(policy).unwrap();
        let passing = Passing::of(&request, Origin::Asked, &policy, at(1));
        approval::route(&mut request, &passing, &policy, at(1)).unwrap();
        request
    };
    let default = include_str!("../../policy/default.toml");
    let known = format!("{default}\n[people.domains]\n\"firm.example\" = \"name\"");
    for unknown in ["zendesk:max@firm.example", "zendesk:zendesk:max@firm.example", "zendesk", "zendesk:"] {
        let mut request = routed(unknown, default);
        assert_eq!(request.approvals.required, ["team-lead", "team-lead"], "{unknown}");
        assert!(request.findings.iter().any(|finding| finding.message.contains("one person more")), "{unknown}");
        let (lea, leo) = (person("lea", &["approver:team-lead"]), person("leo", &["approver:team-lead"]));
        approve(&mut request, &lea).unwrap();
        assert_eq!(approve(&mut request, &lea), Err(DecisionError::Twice));
        assert_eq!(request.status, RequestStatus::PendingApproval);
        approve(&mut request, &leo).unwrap();
        assert_eq!(request.status, RequestStatus::Approved);
    }
    assert_eq!(routed("zendesk:max@firm.example", &known).approvals.required, ["team-lead"]);
    assert_eq!(routed("alice", default).approvals.required, ["team-lead"]);
}

/// A goodwill credit that its rule lets pass by itself, routed; and what stopped it.
fn routed(origin: Origin, look: bool, change: fn(&mut Request)) -> (bool, Vec<FindingCode>) {
    let policy = policy();
    let mut request = waiting(&[]);
    request.status = RequestStatus::Validated;
    request.ask.kind = Kind::GoodwillCredit;
    request.amount = Some(Money { minor: 5_000, currency: Currency::EUR });
    request.legs[0].target = Target::StoreCredit { payment: None };
    change(&mut request);
    let mut passing = Passing::of(&request, origin, &policy, at(1));
    for count in passing.counts.iter_mut().filter(|_| look) {
        while let Some(part) = count.next() {
            count.look(part, Tally::default());
        }
    }
    let passed = approval::route(&mut request, &passing, &policy, at(1)).unwrap();
    assert_eq!(passed, request.status == RequestStatus::Approved);
    assert_eq!(passed, request.approvals.required.is_empty());
    (passed, request.findings.iter().map(|finding| finding.code).collect())
}

#[test]
fn what_passes_by_itself_is_counted_and_neither_paid_by_hand_nor_asked_for_by_one_person_alone() {
    assert_eq!(routed(Origin::Asked, true, |_| {}), (true, vec![]));
    assert_eq!(routed(Origin::Confirmed, true, |_| {}), (true, vec![]));
    let uncounted = routed(Origin::Asked, false, |_| {});
    assert_eq!(uncounted, (false, vec![FindingCode::AutomaticLimit; 3]), "nothing passes that was not counted");
    let by_hand: fn(&mut Request) = |request| request.legs[0].target = Target::Manual { payment: None };
    assert_eq!(routed(Origin::Asked, true, by_hand), (false, vec![FindingCode::PayoutByHand]));
    assert_eq!(routed(Origin::Unconfirmed, true, |_| {}), (false, vec![FindingCode::ScheduleUnconfirmed]));
    let dinars: fn(&mut Request) =
        |request| request.amount = Some(Money { minor: 1, currency: "BHD".parse().unwrap() });
    assert_eq!(routed(Origin::Asked, true, dinars), (false, vec![FindingCode::FactorUnknown]));
    // What was found when it was routed before is looked at anew.
    let before: fn(&mut Request) = |request| {
        let message = String::new();
        request.findings.push(Finding { code: FindingCode::AutomaticLimit, severity: Severity::Warning, message });
    };
    assert_eq!(routed(Origin::Asked, true, before), (true, vec![]));
}

#[test]
fn what_is_lent_to_one_tenants_mia_is_not_another_mias() {
    let max = person("max", &["approver:manager"]);
    let lent = lend(&max, "mia", &[]).unwrap();
    for other in ["google:mia", "other-tenant:mia", "mia@firm.example"] {
        assert!(matches!(lend(&max, "google:mia", &[]), Err(DelegationError::NoName(_))));
        assert_eq!(lent.in_hand(&Identity::read(other), at(1)), [], "{other}");
    }
    // Stored when the name behind the colon alone was compared.
    let mut before = lent.clone();
    before.received[0].to = "google:mia".into();
    assert_eq!(before.in_hand(&Identity::read("mia"), at(1)), []);
    assert_eq!(lent.in_hand(&Identity::read("Mia"), at(1)).len(), 1);
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
    assert!(matches!(approve(&mut request, &mia), Err(DecisionError::Faster { .. })));
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
    Person { lent: lend(by, name, &[]).unwrap().in_hand(&Identity::read(name), at(1)), ..person(name, &[]) }
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
fn whoever_borrows_reads_what_the_loan_lets_them_decide_and_no_more() {
    let bob = helped("bob", &person("max", &["approver:manager"]));
    let reads = |who: &Person, change: fn(&mut Request)| {
        let mut request = waiting(&["manager"]);
        change(&mut request);
        who.may_read(&request, &policy()).is_ok()
    };
    assert!(reads(&bob, |_| {}));
    assert!(!reads(&person("bob", &[]), |_| {}), "without the loan");
    assert!(!reads(&bob, |request| request.approvals.required = vec!["finance".into()]), "above its level");
    assert!(!reads(&bob, |request| request.requester = "max".into()), "the lender's own");
    assert!(!reads(&bob, |request| request.status = RequestStatus::Completed), "nothing to decide");
    assert!(reads(&bob, |request| request.requester = "bob".into()), "his own, as ever");
    let mut decided = waiting(&["manager"]);
    approve(&mut decided, &bob).unwrap();
    decided.status = RequestStatus::Completed;
    assert_eq!(bob.may_read(&decided, &policy()), Ok(()), "what he has decided with it");
}

#[test]
fn what_the_lender_no_longer_may_the_borrower_may_not() {
    let max = person("max", &["approver:manager", "finance"]);
    let (bob, at_work) = (Identity::read("bob"), max.identity());
    let roles = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    for (now, left) in [
        (roles(&["approver:manager", "finance"]), vec![roles(&["approver:manager", "finance"])]),
        (roles(&["finance", "requester"]), vec![roles(&["finance"])]),
        (roles(&["requester"]), vec![]),
    ] {
        let mut lent = lend(&max, "bob", &[]).unwrap();
        assert_eq!(lent.lenders(&bob, at(1)).next().as_ref(), Some(&at_work));
        lent.keep_to(&at_work, &now);
        assert_eq!(lent.in_hand(&bob, at(1)).into_iter().map(|lent| lent.roles).collect::<Vec<_>>(), left);
    }
}

#[test]
fn the_newest_token_says_which_roles_somebody_has() {
    let with = |issued: u64, roles: &[&str], seen: u64| {
        Seen::now(&Person { issued_at: at(issued), ..person("max", roles) }, at(seen))
    };
    let known = with(100, &["finance"], 200);
    assert!(known.is_news_to(None));
    assert!(!with(100, &["finance"], 300).is_news_to(Some(&known)), "nothing new");
    assert!(with(101, &["requester"], 300).is_news_to(Some(&known)), "a newer token");
    assert!(!with(99, &["finance", "admin"], 300).is_news_to(Some(&known)), "an older one gives nothing back");
    assert!(with(100, &["finance"], 200 + 86_400).is_news_to(Some(&known)), "here again after a day");
    let mut request = waiting(&["manager"]);
    assert!(known.may(Effect::Reverse, &request));
    assert!(!with(1, &["auditor"], 1).may(Effect::Reverse, &request));
    request.requester = "max".into();
    assert!(!known.may(Effect::Reverse, &request), "asked for it");
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
    assert_eq!(lend(&max, "MAX", &[]), Err(DelegationError::Oneself));
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
    let (max, mia) = (person("max", &["approver:manager"]), Identity::read("mia"));
    let (mut lender, mut borrower) = (Delegations::default(), Delegations::default());
    approval::delegation::lend(&max, "mia", (&mut lender, &mut borrower), &BTreeSet::new(), at(60), at(0)).unwrap();
    assert_eq!((borrower.in_hand(&mia, at(59)).len(), borrower.in_hand(&mia, at(60)).len()), (1, 0));
    assert!(approval::delegation::end(&max.identity(), &mia, (&mut lender, &mut borrower), at(10)));
    assert_eq!((borrower.in_hand(&mia, at(10)).len(), lender.lends_to(at(10)).count()), (0, 0));
    assert!(!approval::delegation::end(&max.identity(), &mia, (&mut lender, &mut borrower), at(11)));
}

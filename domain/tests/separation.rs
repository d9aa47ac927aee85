//! Authority reaches as far as the effect: whoever had one part in a request does not have another, and what was
//! approved is what is carried out.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::Accounts;
use contraflow_domain::approval::{self, DecisionError, Person, ReplyError, Ruling, Verdict};
use contraflow_domain::attention::retry::{self, Retry, RetryError};
use contraflow_domain::authority::{AuthorityError, Effect, Role};
use contraflow_domain::catalogue::{EventKind, FindingCode};
use contraflow_domain::commit;
use contraflow_domain::gateway;
use contraflow_domain::lifecycle::leg::{LegStatus, Standing};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::policy::{DEFAULT, Facts, Policy};
use contraflow_domain::request::ask::{Destination, Evidence};
use contraflow_domain::request::exception::ExceptionQueue;
use contraflow_domain::request::leg::Target;
use contraflow_domain::request::parts::{Deed, Part};
use contraflow_domain::request::{Finding, Request, Severity};
use samples::{approved, at, executing, steps};

fn policy() -> Policy {
    Policy::parse(DEFAULT).unwrap()
}

fn policy_of(more: &str) -> Policy {
    Policy::parse(&format!("{DEFAULT}\n{more}")).unwrap()
}

fn person(name: &str, roles: &[&str]) -> Person {
    Person::new(name, roles.iter().map(|role| (*role).into()).collect())
}

fn decide(request: &mut Request, who: &Person, verdict: Verdict) -> Result<(), DecisionError> {
    let hash = request.content_hash.clone();
    let ruling = Ruling { verdict, note: "seen", content_hash: Some(&hash) };
    approval::decide(request, who, ruling, &policy(), at(1))
}

fn approve(request: &mut Request, who: &Person) -> Result<(), DecisionError> {
    decide(request, who, Verdict::Approve)
}

/// It waits for these levels; alice asked for it.
fn waiting(levels: &[&str]) -> Request {
    let mut request = approved(10_000);
    request.status = RequestStatus::PendingApproval;
    request.approvals.required = levels.iter().map(|level| (*level).into()).collect();
    request.hash_content();
    request
}

/// Max approved it, and its one refund failed.
fn lost() -> (Request, Accounts) {
    let mut request = waiting(&["manager"]);
    approve(&mut request, &person("max", &["approver:manager"])).unwrap();
    let approvals = request.approvals;
    let mut request = executing(10_000);
    request.approvals = approvals;
    request.hash_content();
    let mut accounts = samples::accounts(10_000, &request);
    gateway::refund::submit(&mut request, "l1", at(2)).unwrap();
    steps::news(&mut request, "l1", "re_1", Standing::Failed, Some("closed account"), "sandbox", at(3));
    assert_eq!(request.legs[0].status, LegStatus::Failed);
    accounts.reconcile(&request).unwrap();
    (request, accounts)
}

fn want(request: &mut Request, accounts: &mut Accounts, destination: Destination, by: &Person) {
    let levels = approval::levels_to_redirect(request, &policy());
    let wish = Retry { leg: None, destination, by: &by.name, levels: &levels, policy: &policy() };
    retry::retry(request, accounts, wish, at(4)).unwrap();
    commit::seal(request, at(4)).unwrap();
}

#[test]
fn every_effect_is_kept_from_whoever_had_a_part_that_the_table_names_and_from_nobody_else() {
    let everything = |name: &str| person(name, &["requester", "approver:finance", "finance", "auditor", "admin"]);
    for effect in Effect::ALL.iter().filter(|effect| effect.rule().roles != [Role::Machine]) {
        for part in Part::ALL {
            let mut request = waiting(&["manager", "finance"]);
            match part {
                Part::Asked => request.requester = "zendesk:eve@firm.example".into(),
                Part::Approved => approve(&mut request, &everything("Eve")).unwrap(),
                part => request.deeds.push(Deed { by: "EVE".into(), part: *part }),
            }
            let barred = effect.rule().apart_from.contains(part);
            let refused = everything("eve").may_on(*effect, &request);
            assert_eq!(refused.is_err(), barred, "{effect:?} {part:?}");
            if let Err(AuthorityError::Apart { part: had, .. }) = refused {
                assert_eq!(had, *part);
            }
            assert_eq!(everything("otto").may_on(*effect, &request), Ok(()), "{effect:?} {part:?}");
        }
    }
}

#[test]
fn a_decision_that_does_not_say_on_what_is_refused() {
    let mut request = waiting(&["manager"]);
    let max = person("max", &["approver:manager"]);
    let before = request.clone();
    for verdict in [Verdict::Approve, Verdict::Reject, Verdict::RequestInfo, Verdict::Escalate] {
        let blind = Ruling { verdict, note: "seen", content_hash: None };
        assert_eq!(approval::decide(&mut request, &max, blind, &policy(), at(1)), Err(DecisionError::NoContent));
    }
    assert_eq!(request, before);
}

#[test]
fn what_is_added_between_two_levels_voids_what_was_approved_without_it() {
    let photo = Evidence::link("photo", "https://files.example/1");
    for (note, evidence) in [("", vec![photo.clone()]), ("see the photo", vec![]), ("both", vec![photo])] {
        let mut request = waiting(&["manager", "finance"]);
        let before = request.content_hash.clone();
        approve(&mut request, &person("max", &["approver:manager"])).unwrap();
        approval::reply(&mut request, "alice", note, &evidence, at(2)).unwrap();
        assert_ne!(request.content_hash, before, "{note}");
        let fina = person("fina", &["finance"]);
        let stale = Ruling { verdict: Verdict::Approve, note: "", content_hash: Some(&before) };
        let refused = approval::decide(&mut request, &fina, stale, &policy(), at(3));
        assert!(matches!(refused, Err(DecisionError::OtherContent { .. })), "{refused:?}");
        assert_eq!(request.approvals.next_level(&request.content_hash), Some("manager"), "from the first level on");
        approve(&mut request, &fina).unwrap();
        assert_eq!(request.status, RequestStatus::PendingApproval);
    }
}

#[test]
fn reason_and_note_are_content_and_two_equal_replies_are_not_one() {
    let hash = |change: fn(&mut Request)| {
        let mut request = waiting(&["manager"]);
        change(&mut request);
        request.hash_content();
        request.content_hash
    };
    let hashes = [
        hash(|_| {}),
        hash(|request| request.ask.reason = "damaged".into()),
        hash(|request| request.ask.note = "two of four".into()),
        hash(|request| request.legs[0].target = Target::Manual { payment: None }),
        hash(|request| approval::reply(request, "alice", "here", &[], at(1)).unwrap()),
        hash(|request| {
            approval::reply(request, "alice", "here", &[], at(1)).unwrap();
            approval::reply(request, "alice", "here", &[], at(1)).unwrap();
        }),
    ];
    for (index, one) in hashes.iter().enumerate() {
        assert!(hashes.iter().skip(index + 1).all(|other| other != one), "{index}");
    }
}

#[test]
fn nothing_is_added_to_what_is_decided() {
    let mut request = approved(10_000);
    assert!(matches!(approval::reply(&mut request, "alice", "and", &[], at(1)), Err(ReplyError::Decided(_))));
}

#[test]
fn money_goes_elsewhere_only_after_the_deciders_agree_to_it() {
    let (mut request, mut accounts) = lost();
    let (fina, max) =
        (person("fina", &["finance", "approver:manager"]), person("max", &["approver:manager", "finance"]));
    let alice = person("alice", &["finance"]);
    for (who, part) in [(&max, Part::Approved), (&alice, Part::Asked)] {
        let refused = who.may_on(Effect::Redirect, &request);
        assert!(matches!(refused, Err(AuthorityError::Apart { part: had, .. }) if had == part), "{refused:?}");
    }
    assert!(retry::goes_elsewhere(&request, None, Destination::Manual).unwrap());
    assert!(!retry::goes_elsewhere(&request, None, Destination::OriginalTender).unwrap());
    let before = request.content_hash.clone();
    want(&mut request, &mut accounts, Destination::Manual, &fina);
    assert_eq!((request.legs.len(), &request.legs[0].replaced_by), (1, &None), "nothing has moved");
    assert_ne!(request.content_hash, before, "it is other content");
    assert_eq!(request.approvals.next_level(&request.content_hash), Some("manager"));

    assert!(matches!(approve(&mut request, &fina), Err(DecisionError::Apart(_))), "whoever wants it");
    assert_eq!(approve(&mut request, &alice), Err(DecisionError::OwnRequest));
    assert!(matches!(decide(&mut request, &max, Verdict::RequestInfo), Err(DecisionError::Past(_))));
    approve(&mut request, &max).unwrap();
    retry::redirect(&mut request, &mut accounts, at(5)).unwrap();
    commit::seal(&mut request, at(5)).unwrap();
    assert_eq!(request.legs[1].target, Target::Manual { payment: Some("P".into()) });
    assert_eq!(request.redirect, None);

    // Whoever approved does not say that it was paid.
    assert!(max.may_on(Effect::ConfirmPayout, &request).is_err());
    assert_eq!(fina.may_on(Effect::ConfirmPayout, &request), Ok(()));
}

#[test]
fn another_destination_that_is_refused_or_needed_no_more_leaves_everything_as_it_was() {
    let (mut request, mut accounts) = lost();
    let (fina, max) = (person("fina", &["finance"]), person("max", &["approver:manager"]));
    let before = request.content_hash.clone();
    want(&mut request, &mut accounts, Destination::StoreCredit, &fina);
    decide(&mut request, &max, Verdict::Reject).unwrap();
    commit::seal(&mut request, at(5)).unwrap();
    assert_eq!((&request.redirect, &request.content_hash), (&None, &before));
    assert_eq!((request.status, samples::tasks(&request)), (RequestStatus::NeedsAttention, vec!["leg.reroute"]));

    want(&mut request, &mut accounts, Destination::StoreCredit, &fina);
    want(&mut request, &mut accounts, Destination::Manual, &fina);
    approve(&mut request, &max).unwrap();
    // Sent again to the approved place meanwhile: what is not lost goes nowhere else.
    let mut meanwhile = (request.clone(), accounts.clone());
    meanwhile.0.redirect.as_mut().unwrap().approved = false;
    want(&mut meanwhile.0, &mut meanwhile.1, Destination::Auto, &fina);
    assert_eq!((&meanwhile.0.redirect, meanwhile.0.legs.len()), (&None, 2));
    assert_eq!(meanwhile.0.legs[1].target, samples::tender());
    retry::redirect(&mut request, &mut accounts, at(6)).unwrap();
    assert_eq!(request.legs[1].method, "manual", "the last wish, which was approved");
}

#[test]
fn what_passed_by_itself_goes_elsewhere_with_a_person_and_a_strangers_with_two() {
    let (mut request, mut accounts) = lost();
    request.approvals = approval::Approvals::default();
    assert_eq!(approval::levels_to_redirect(&request, &policy()), ["team-lead"]);
    want(&mut request, &mut accounts, Destination::StoreCredit, &person("fina", &["finance"]));
    assert_eq!(request.approvals.next_level(&request.content_hash), Some("team-lead"));
    request.approvals.required.clear();
    request.requester = "zendesk:somebody@firm.example".into();
    assert_eq!(approval::levels_to_redirect(&request, &policy()), ["team-lead", "team-lead"]);
}

/// A reason that sends money back to its payment alone, and two checks that look at where money goes.
const PLACES: &str = r#"
[[reasons]]
code = "duplicate_charge"
title = "Charged twice"
category = "billing_error"
destinations = ["original_tender"]

[[checks]]
name = "no store credit"
when = 'request.destination == "store_credit"'
then = "refuse"
message = "This money never becomes store credit"

[[checks]]
name = "by hand"
when = '"manual" in request.targets'
then = "person"
message = "Ask for the bank account in writing"

[[checks]]
name = "refunds"
when = 'request.kind == "refund"'
then = "person"
message = "A person looks at every refund"
"#;

/// It was lost, with a reason that allows its payment alone; what is wanted now is asked under such a policy.
fn want_under(
    places: &str,
    (request, accounts): (&mut Request, &mut Accounts),
    destination: Destination,
) -> Result<(), RetryError> {
    let policy = policy_of(places);
    let levels = approval::levels_to_redirect(request, &policy);
    let wish = Retry { leg: None, destination, by: "fina", levels: &levels, policy: &policy };
    retry::retry(request, accounts, wish, at(4))
}

fn told_of_the_place(request: &Request) -> Vec<&str> {
    let of_place = |finding: &&Finding| finding.code == FindingCode::DestinationNotAllowed;
    request.findings.iter().filter(of_place).map(|finding| finding.message.as_str()).collect()
}

#[test]
fn a_redirect_to_a_place_that_the_reason_does_not_allow_is_a_finding_that_the_deciders_see() {
    let (mut request, mut accounts) = lost();
    request.ask.reason = "Duplicate Charge".into();
    request.exceptional = policy_of(PLACES).exceptional(&Facts::about(request.ask.kind, None, &policy()));
    want_under(PLACES, (&mut request, &mut accounts), Destination::Manual).unwrap();
    let told = told_of_the_place(&request);
    let [reason, check] = told.as_slice() else { panic!("{told:?}") };
    assert!(reason.contains("“Charged twice”") && reason.contains("only"), "{reason}");
    assert!(check.contains("in writing") && check.contains("“by hand”"), "only what the place changes: {check}");
    assert!(request.findings.iter().all(|finding| finding.severity == Severity::Warning));
    assert!(request.exceptions().iter().any(|one| one.queue == ExceptionQueue::Policy), "an exception to the policy");
    let asked = request.fresh.iter().find(|event| event.what == EventKind::RedirectAsked).unwrap();
    assert_eq!(asked.data["findings"].as_array().map(Vec::len), Some(2), "the record has it: {asked:?}");

    // It is the deciders' to say no, and then nothing is left of it.
    decide(&mut request, &person("max", &["approver:manager"]), Verdict::Reject).unwrap();
    assert_eq!((told_of_the_place(&request), &request.redirect), (vec![], &None));

    // Where they say yes, the money has its way on, and what they decided against stays to be read.
    want_under(PLACES, (&mut request, &mut accounts), Destination::Manual).unwrap();
    approve(&mut request, &person("max", &["approver:manager"])).unwrap();
    retry::redirect(&mut request, &mut accounts, at(5)).unwrap();
    commit::seal(&mut request, at(5)).unwrap();
    assert_eq!(request.legs[1].target, Target::Manual { payment: Some("P".into()) });
    assert_eq!(told_of_the_place(&request).len(), 2);
}

#[test]
fn a_redirect_that_a_check_refuses_is_refused_and_nothing_has_changed() {
    let (mut request, mut accounts) = lost();
    let before = request.clone();
    let refused = want_under(PLACES, (&mut request, &mut accounts), Destination::StoreCredit).unwrap_err();
    assert!(matches!(refused, RetryError::Refused { destination: Destination::StoreCredit, .. }), "{refused:?}");
    assert!(refused.to_string().contains("never becomes store credit"), "{refused}");
    assert_eq!(request, before);
    // Back to where it was meant for goes without a question.
    want_under(PLACES, (&mut request, &mut accounts), Destination::OriginalTender).unwrap();
    assert_eq!((request.legs.len(), told_of_the_place(&request)), (2, vec![]));
}

#[test]
fn a_redirect_that_replaces_another_leaves_no_finding_of_that_one() {
    let (mut request, mut accounts) = lost();
    request.ask.reason = "duplicate_charge".into();
    want_under(PLACES, (&mut request, &mut accounts), Destination::Manual).unwrap();
    let reasons = PLACES.split("[[checks]]").next().unwrap();
    let anywhere = reasons.replace("destinations = [\"original_tender\"]", "destinations = [\"store_credit\"]");
    want_under(&anywhere, (&mut request, &mut accounts), Destination::StoreCredit).unwrap();
    assert_eq!(told_of_the_place(&request), Vec::<&str>::new());
}

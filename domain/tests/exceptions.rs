//! Queues of exceptions: what leads there, who looks after them, and that they are told once.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::approval::automatic::{Origin, Passing};
use contraflow_domain::approval::{self, Person};
use contraflow_domain::catalogue::{EventKind, FindingCode, MessageKind};
use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::EXCEPTION_RULES;
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::exception::ExceptionQueue;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::request::{Finding, Request, Severity};
use contraflow_domain::sla;
use samples::{approved, at, steps};

const SHIPPED: [&str; 5] = [
    DEFAULT,
    include_str!("../../policy/strict.toml"),
    include_str!("../../policy/eu-b2c.toml"),
    include_str!("../../policy/us-retail.toml"),
    include_str!("../../policy/b2b-ar.toml"),
];

/// The default policy with these queues instead of its own.
fn policy(rules: &str) -> Result<Policy, String> {
    let (before, rest) = DEFAULT.split_once("[[exceptions]]").unwrap();
    let (_, after) = rest.split_once("[customers]").unwrap();
    Policy::parse(&format!("{before}{rules}\n[customers]{after}")).map_err(|error| error.to_string())
}

fn of(rules: &str) -> Policy {
    policy(rules).unwrap_or_else(|error| panic!("{error}"))
}

/// A checked request of alice's for 100.00 with these findings, that the policy sends to people.
fn routed(policy: &Policy, findings: Vec<Finding>) -> Request {
    let mut request = approved(10_000);
    request.status = RequestStatus::Validated;
    request.findings = findings;
    route(&mut request, policy, 1);
    request
}

fn route(request: &mut Request, policy: &Policy, then: u64) {
    request.hash_content();
    let passing = Passing::of(request, Origin::Asked, policy, at(then));
    approval::route(request, &passing, policy, at(then)).unwrap();
    steps::seal(request, at(then));
}

fn finding(code: FindingCode, severity: Severity) -> Finding {
    Finding { code, severity, message: "so it is".into() }
}

fn queues(request: &Request) -> Vec<ExceptionQueue> {
    request.exceptions().iter().map(|exception| exception.queue).collect()
}

fn told(request: &Request) -> usize {
    request.outbox.iter().filter(|message| message.kind == MessageKind::RequestException).count()
}

#[test]
fn every_shipped_policy_names_somebody_for_each_queue() {
    for text in SHIPPED {
        let policy = Policy::parse(text).unwrap();
        for queue in ExceptionQueue::ALL {
            assert!(!policy.owners(*queue).is_empty(), "{}: {queue:?}", policy.version);
        }
    }
}

#[test]
fn a_finding_leads_to_its_queue_and_what_is_good_to_know_only_leads_nowhere() {
    let policy = of("[[exceptions]]\nqueue = \"missing_backup\"\nowners = [\"team-lead\"]");
    let request = routed(&policy, vec![finding(FindingCode::EvidenceMissing, Severity::Warning)]);
    assert_eq!(queues(&request), [ExceptionQueue::MissingBackup]);
    let request = routed(&policy, vec![finding(FindingCode::EvidenceMissing, Severity::Info)]);
    assert_eq!(queues(&request), []);
    let request = routed(&policy, vec![finding(FindingCode::DisputeOpen, Severity::Warning)]);
    assert_eq!(queues(&request), [], "no rule names the queue of disputes");
}

#[test]
fn a_dispute_that_comes_while_people_decide_leads_to_the_queue_of_disputes() {
    let policy = of("[[exceptions]]\nqueue = \"dispute\"\nowners = [\"finance\"]");
    let mut request = routed(&policy, Vec::new());
    assert_eq!(queues(&request), []);
    request.legs[0].frozen = true;
    assert_eq!(queues(&request), [ExceptionQueue::Dispute]);
}

#[test]
fn a_rule_may_name_its_findings_and_a_condition_of_which_nobody_can_say_whether_it_holds_leads_there() {
    let rules = |more: &str| of(&format!("[[exceptions]]\nqueue = \"materiality\"\nowners = [\"finance\"]\n{more}"));
    let late = || vec![finding(FindingCode::WindowExceeded, Severity::Warning)];
    assert_eq!(queues(&routed(&rules("findings = [\"window.exceeded\"]"), late())), [ExceptionQueue::Materiality]);
    for (when, leads) in [("request.worth > 50", true), ("request.worth > 500", false), ("invoice.total > 5", true)] {
        let request = routed(&rules(&format!("when = '{when}'")), Vec::new());
        assert_eq!(!queues(&request).is_empty(), leads, "{when}");
    }
}

#[test]
fn owners_are_told_once_also_of_what_is_found_later_and_after_another_check() {
    let rules = "[[exceptions]]\nqueue = \"dispute\"\nowners = [{ person = \"dora\", fallback = \"finance\" }]\n\
                 [[exceptions]]\nqueue = \"policy\"\nowners = [\"team-lead\"]";
    let policy = of(rules);
    let mut request = routed(&policy, vec![finding(FindingCode::WindowExceeded, Severity::Warning)]);
    let channels = request.channels.as_ref().unwrap().iter().filter(|name| **name != request.source.channel).count();
    assert_eq!((queues(&request), told(&request)), (vec![ExceptionQueue::Policy], channels));
    assert_ne!(chain::next(&request, at(2)), Next::Do(Step::Approval));
    request.findings.push(finding(FindingCode::DisputeOpen, Severity::Warning));
    assert_eq!(chain::next(&request, at(2)), Next::Do(Step::Approval), "the chain goes on, so that they hear of it");
    sla::keep(&mut request, &policy, at(2));
    assert_eq!((queues(&request).len(), told(&request)), (2, 2 * channels));
    assert_ne!(chain::next(&request, at(3)), Next::Do(Step::Approval));
    let dora = Person::new("dora", ["approver:team-lead".to_owned()].into());
    assert!(dora.looks_after(ExceptionQueue::Dispute, &policy));
    assert!(!Person::new("max", ["approver:manager".to_owned()].into()).looks_after(ExceptionQueue::Dispute, &policy));
    request.status = RequestStatus::Validated;
    route(&mut request, &policy, 4);
    assert_eq!(told(&request), 2 * channels, "they know of it");
    request.status = RequestStatus::Rejected;
    assert_eq!(queues(&request), [], "what is decided is no exception any more");
}

#[test]
fn whoever_asked_reads_neither_the_queues_nor_that_somebody_was_told() {
    let policy = of("[[exceptions]]\nqueue = \"policy\"\nowners = [\"team-lead\"]");
    let request = routed(&policy, vec![finding(FindingCode::WindowExceeded, Severity::Warning)]);
    let event = request.fresh.iter().find(|event| event.what == EventKind::RequestException).unwrap();
    assert!(!event.is_for_askers());
    let view = RequestView::from(request);
    assert_eq!((view.exceptions.len(), view.for_asker().exceptions.len()), (1, 0));
}

#[test]
fn a_wrong_rule_is_told_at_its_place() {
    let told = |rules: &str| policy(rules).unwrap_err();
    let named = |more: &str| told(&format!("[[exceptions]]\nqueue = \"policy\"\n{more}"));
    assert!(named("owners = []").contains("[[exceptions]] queue `policy` has 1 to 20 owners"));
    assert!(named("owners = [\"boss\"]").contains("names level `boss`, which [levels] order does not have"));
    let wrong = named("owners = [\"finance\"]\nwhen = 'customer.teir == 1'");
    assert!(wrong.contains("there is no `customer.teir`"), "{wrong}");
    let nothing = told("[[exceptions]]\nqueue = \"materiality\"\nowners = [\"finance\"]");
    assert!(nothing.contains("has nothing that leads there"), "{nothing}");
    let rule = "[[exceptions]]\nqueue = \"policy\"\nowners = [\"finance\"]\n";
    assert!(policy(&rule.repeat(EXCEPTION_RULES)).is_ok());
    assert!(told(&rule.repeat(EXCEPTION_RULES + 1)).contains("has more than 50 rules"));
}

#[test]
fn a_request_of_before_there_were_exceptions_reads_as_one_in_no_queue() {
    let mut stored = serde_json::to_value(routed(&of(""), Vec::new())).unwrap();
    stored.as_object_mut().unwrap().remove("exceptional");
    let request: Request = serde_json::from_value(stored).unwrap();
    assert_eq!(queues(&request), []);
}

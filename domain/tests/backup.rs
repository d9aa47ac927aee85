//! What the policy wants and a request lacks: asked for, followed up, and closed when it arrives.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::Accounts;
use contraflow_domain::approval::automatic::{Origin, Passing};
use contraflow_domain::approval::{self, Person, Ruling, Verdict};
use contraflow_domain::backup;
use contraflow_domain::catalogue::{EventKind, FindingCode, MessageKind};
use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::eligibility::{self, Asked};
use contraflow_domain::files::{self, Upload};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::{Destination, Evidence, Kind};
use contraflow_domain::request::backup::{BackupState, Want};
use contraflow_domain::sla;
use contraflow_domain::time::Timestamp;
use samples::{approved, at, eur, steps, tasks};

const HOUR: u64 = 3_600;
/// Tuesday, 17:00, the second business day: the tests begin on a Saturday at noon.
const TUESDAY: u64 = 77 * HOUR;
/// Friday, 17:00, the fifth.
const FRIDAY: u64 = 149 * HOUR;
/// The Friday after it, the tenth.
const LATE: u64 = 317 * HOUR;

fn policy() -> Policy {
    Policy::parse(DEFAULT).unwrap()
}

/// The default policy in which this reason wants a photo, a receipt and a note.
fn strict(then: &str) -> Policy {
    let reason = "[[reasons]]\ncode = \"damaged\"\ntitle = \"Damaged\"\ncategory = \"service_recovery\"\nneeds_note = true\n\
                  evidence = [\"photo\", \"delivery_receipt\"]\n\n[free_reasons]";
    let text = DEFAULT.replacen("\n[free_reasons]", &format!("\n{reason}"), 1);
    let text = text.replacen("then = \"task\"", &format!("then = \"{then}\""), 1);
    Policy::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// A credit of 25.00 for something damaged, without a word and without a document, as the policy sends it to people.
fn asked(policy: &Policy) -> Request {
    let mut request = approved(2_500);
    request.status = RequestStatus::Received;
    request.legs.clear();
    (request.ask.kind, request.ask.destination) = (Kind::GoodwillCredit, Destination::Auto);
    (request.ask.invoice, request.packet) = (None, None);
    (request.ask.customer, request.customer) = (Some("C".into()), Some("C".into()));
    (request.ask.amount, request.ask.reason) = (Some(eur(2_500)), "damaged".into());
    request.source.channel = "zendesk".into();
    request.channels = Some(vec!["events".into(), "zendesk".into()]);
    let mut accounts = Accounts::default();
    eligibility::check(&mut request, &mut accounts, &mut Asked::default(), &[], policy, at(0)).unwrap();
    let passing = Passing::of(&request, Origin::Asked, policy, at(0));
    assert!(!approval::route(&mut request, &passing, policy, at(0)).unwrap());
    steps::seal(&mut request, at(0));
    request
}

/// Lets the clock come by every five minutes.
fn pass(request: &mut Request, policy: &Policy, from: u64, to: u64) {
    for seconds in (from..=to).step_by(300) {
        if chain::next(request, at(seconds)) == Next::Do(Step::Approval) {
            if request.is_routed_anew() {
                route_anew(request, policy, at(seconds));
            }
            sla::keep(request, policy, at(seconds));
            steps::seal(request, at(seconds));
        }
    }
}

/// Lets the policy say anew who decides, as the step does; returns whether it passes by itself.
fn route_anew(request: &mut Request, policy: &Policy, then: Timestamp) -> bool {
    approval::revise(request, policy, then).unwrap();
    let passing = Passing::of(request, Origin::Asked, policy, then).apart_from_sums();
    let passes = approval::route(request, &passing, policy, then).unwrap();
    steps::seal(request, then);
    passes
}

fn told(request: &Request, kind: MessageKind, channel: &str) -> Vec<String> {
    let of_kind = request.outbox.iter().filter(|message| message.kind == kind && message.channel == channel);
    of_kind.map(|message| message.text.clone()).collect()
}

fn noted(request: &Request, kind: EventKind) -> usize {
    request.fresh.iter().filter(|event| event.what == kind).count()
}

fn found(request: &Request) -> Vec<FindingCode> {
    let of_backup = |code: &FindingCode| matches!(code, FindingCode::EvidenceMissing | FindingCode::ReasonNoteMissing);
    request.findings.iter().map(|finding| finding.code).filter(of_backup).collect()
}

fn reply(request: &mut Request, note: &str, kinds: &[&str], then: Timestamp) {
    let evidence: Vec<_> = kinds.iter().map(|kind| Evidence::link(kind, "https://files.example/1")).collect();
    approval::reply(request, "alice", note, &evidence, then).unwrap();
    steps::seal(request, then);
}

/// The reminders that went to the ticket for what is missing.
fn reminders(request: &Request) -> Vec<String> {
    told(request, MessageKind::RequestReminder, "zendesk")
}

#[test]
fn what_is_missing_is_asked_for_once_by_name_and_followed_up_once_each_in_business_time() {
    let policy = strict("task");
    let mut request = asked(&policy);
    assert_eq!(found(&request), [FindingCode::ReasonNoteMissing, FindingCode::EvidenceMissing]);
    for channel in ["zendesk", "events"] {
        let asked = told(&request, MessageKind::RequestBackupMissing, channel);
        assert_eq!(asked.len(), 1);
        assert!(asked[0].contains("photo; delivery receipt; a few words that say more"), "{}", asked[0]);
    }
    pass(&mut request, &policy, 0, TUESDAY - 300);
    assert_eq!(reminders(&request).len(), 0);
    pass(&mut request, &policy, TUESDAY, TUESDAY + 600);
    assert_eq!(reminders(&request).len(), 1);
    pass(&mut request, &policy, TUESDAY + 900, FRIDAY + 600);
    assert_eq!(reminders(&request).len(), 2);
    assert!(reminders(&request)[1].contains("photo; delivery receipt"), "{:?}", reminders(&request));
    pass(&mut request, &policy, FRIDAY + 900, LATE - 300);
    assert_eq!((reminders(&request).len(), request.backup.as_ref().unwrap().reminded), (2, 2));
    assert_eq!(told(&request, MessageKind::RequestBackupMissing, "zendesk").len(), 1);
    assert_eq!((request.status, noted(&request, EventKind::BackupGivenUp)), (RequestStatus::PendingApproval, 0));
}

#[test]
fn it_is_complete_when_all_of_it_has_arrived_by_a_reply_or_a_file_and_not_before() {
    let policy = strict("task");
    let mut request = asked(&policy);
    reply(&mut request, "", &["chat"], at(60));
    assert_eq!(request.backup.as_ref().unwrap().missing.len(), 3, "another kind is not what was asked for");
    reply(&mut request, "it fell", &["Photo"], at(120));
    let backup = request.backup.clone().unwrap();
    assert_eq!(backup.missing, [Want::Evidence { kind: Some("delivery_receipt".into()) }]);
    assert_eq!((backup.state, found(&request)), (BackupState::Asked, vec![FindingCode::EvidenceMissing]));
    let left = request.findings.iter().find(|finding| finding.code == FindingCode::EvidenceMissing).unwrap();
    assert!(left.message.ends_with("what is missing: delivery receipt"), "{}", left.message);
    let file = Upload { name: "r.pdf", kind: "delivery receipt", media_type: "application/pdf", bytes: b"%PDF-1" };
    files::take(&mut request, file, ("alice", false), at(180)).unwrap();
    steps::seal(&mut request, at(180));
    let backup = request.backup.clone().unwrap();
    assert_eq!((backup.state, backup.closed_at), (BackupState::Arrived, Some(at(180))));
    assert_eq!((found(&request), noted(&request, EventKind::BackupArrived)), (vec![], 1));
    pass(&mut request, &policy, 300, LATE + 600);
    assert_eq!(
        (reminders(&request).len(), noted(&request, EventKind::BackupGivenUp)),
        (0, 0),
        "nobody is asked any more"
    );
}

#[test]
fn what_does_not_arrive_is_a_persons_task_and_closes_when_it_arrives_late() {
    let policy = policy();
    let mut request = asked(&policy);
    pass(&mut request, &policy, 0, LATE + 600);
    assert_eq!(request.backup.as_ref().unwrap().state, BackupState::GivenUp);
    assert_eq!((request.status, tasks(&request)), (RequestStatus::PendingApproval, vec!["backup.missing"]));
    assert_eq!(noted(&request, EventKind::BackupGivenUp), 1);
    reply(&mut request, "", &["photo"], at(LATE + 900));
    assert_eq!((tasks(&request).len(), found(&request).len()), (0, 0));
    assert_eq!(request.backup.as_ref().unwrap().state, BackupState::Arrived);
}

#[test]
fn a_request_is_rejected_for_what_is_missing_only_where_the_policy_says_so() {
    let policy = strict("reject");
    let mut request = asked(&policy);
    pass(&mut request, &policy, 0, LATE + 600);
    assert!(request.ends_for_backup() && tasks(&request).is_empty());
    assert_eq!(chain::next(&request, at(LATE + 900)), Next::Do(Step::Approval), "the clock takes it up");
    let mut late = request.clone();
    reply(&mut late, "it fell", &["photo", "delivery receipt"], at(LATE + 900));
    assert!(!late.ends_for_backup(), "it came just in time");
    backup::reject(&mut request, &policy, at(LATE + 900)).unwrap();
    assert_eq!((request.status, request.ends_for_backup()), (RequestStatus::Rejected, false));
    let said = told(&request, MessageKind::RequestRejected, "zendesk");
    assert!(said[0].contains("did not arrive: photo; delivery receipt"), "{said:?}");
}

#[test]
fn whoever_decides_without_it_ends_the_asking() {
    let policy = policy();
    let mut request = asked(&policy);
    let hash = request.content_hash.clone();
    let lead = Person::new("leo", std::iter::once("approver:finance".into()).collect());
    let ruling = Ruling { verdict: Verdict::Reject, note: "no", content_hash: Some(&hash) };
    approval::decide(&mut request, &lead, ruling, &policy, at(60)).unwrap();
    steps::seal(&mut request, at(60));
    pass(&mut request, &policy, 300, LATE + 600);
    assert_eq!((reminders(&request).len(), tasks(&request).len()), (0, 0));
    assert!(request.waits.is_empty(), "{:?}", request.waits);
}

#[test]
fn a_clock_that_stood_still_gives_up_once_and_one_that_jumps_for_a_moment_does_nothing() {
    let policy = policy();
    let mut request = asked(&policy);
    pass(&mut request, &policy, LATE + 50 * HOUR, LATE + 50 * HOUR);
    assert_eq!(request.backup.as_ref().unwrap().state, BackupState::Asked, "it is looked at a second time first");
    pass(&mut request, &policy, 600, TUESDAY - 300);
    assert_eq!((request.backup.as_ref().unwrap().state, reminders(&request).len()), (BackupState::Asked, 0));
    pass(&mut request, &policy, LATE + 50 * HOUR, LATE + 50 * HOUR + 900);
    assert_eq!(request.backup.as_ref().unwrap().state, BackupState::GivenUp);
    assert_eq!((reminders(&request).len(), noted(&request, EventKind::BackupGivenUp)), (0, 1));
    let mut ahead = asked(&policy);
    ahead.backup.as_mut().unwrap().asked_at = Some(at(LATE));
    ahead.waits.clear();
    pass(&mut ahead, &policy, 300, 300);
    assert_ne!(chain::next(&ahead, at(301)), Next::Do(Step::Approval), "a time that lies ahead keeps nobody busy");
}

#[test]
fn a_policy_that_says_nothing_of_it_asks_for_nothing_and_what_arrives_is_seen_all_the_same() {
    let (before, rest) = DEFAULT.split_once("[missing_backup]").unwrap();
    let (_, after) = rest.split_once("\n[").unwrap();
    let silent = Policy::parse(&format!("{before}[{after}")).unwrap();
    let mut request = asked(&silent);
    assert_eq!(told(&request, MessageKind::RequestBackupMissing, "zendesk").len(), 0);
    assert_eq!(request.backup.as_ref().unwrap().state, BackupState::Missing);
    assert!(!request.awaits_backup());
    reply(&mut request, "", &["photo"], at(60));
    assert_eq!((found(&request), request.backup.unwrap().state), (vec![], BackupState::Arrived));
    // One that was stored before it was written down what is missing.
    let mut before = asked(&silent);
    before.backup = None;
    let stored = serde_json::to_string(&before).unwrap();
    assert!(
        !stored.contains("\"backup\"") && !stored.contains("said_more") && !stored.contains("\"files\""),
        "{stored}"
    );
    let mut before: Request = serde_json::from_str(&stored).unwrap();
    reply(&mut before, "", &["photo"], at(60));
    assert_eq!((found(&before), before.backup), (vec![], None));
}

#[test]
fn a_request_that_is_complete_is_checked_and_routed_anew_and_told_of_once() {
    let policy = strict("task");
    let mut request = asked(&policy);
    assert_eq!(request.approvals.required, ["team-lead"], "because of what is missing");
    reply(&mut request, "it fell", &["photo"], at(60));
    assert_ne!(chain::next(&request, at(61)), Next::Do(Step::Approval), "not complete yet");
    reply(&mut request, "", &["delivery receipt"], at(120));
    assert_eq!(chain::next(&request, at(121)), Next::Do(Step::Approval));
    assert!(route_anew(&mut request, &policy, at(121)), "nothing speaks against it any more: {:?}", request.findings);
    assert_eq!((request.status, found(&request)), (RequestStatus::Approved, vec![]));
    assert_eq!(told(&request, MessageKind::RequestPendingApproval, "events").len(), 1, "told once");
    assert!(request.exceptions().is_empty(), "it stands in no queue of what lacks something");
    assert!(!request.is_routed_anew());
}

#[test]
fn approvals_of_what_is_complete_hold_by_its_content_and_a_higher_level_keeps_what_was_handed_to_it() {
    let policy = strict("task");
    let mut escalated = asked(&policy);
    let role = format!("approver:{}", policy.levels.exceptions);
    let lead = Person::new("lea", std::iter::once(role).collect());
    let seen = escalated.content_hash.clone();
    let up = Ruling { verdict: Verdict::Escalate, note: "too odd", content_hash: Some(&seen) };
    approval::decide(&mut escalated, &lead, up, &policy, at(10)).unwrap();
    reply(&mut escalated, "it fell", &["photo", "delivery receipt"], at(60));
    assert!(!escalated.is_routed_anew(), "somebody has put it before a higher level");
    assert_eq!(found(&escalated), vec![]);

    let mut asked_back = asked(&policy);
    let seen = asked_back.content_hash.clone();
    let question = Ruling { verdict: Verdict::RequestInfo, note: "which one?", content_hash: Some(&seen) };
    approval::decide(&mut asked_back, &lead, question, &policy, at(10)).unwrap();
    let file = Upload { name: "r.pdf", kind: "delivery receipt", media_type: "application/pdf", bytes: b"%PDF-1" };
    files::take(&mut asked_back, file, ("alice", false), at(20)).unwrap();
    let photo = Upload { name: "p.pdf", kind: "photo", media_type: "application/pdf", bytes: b"%PDF-2" };
    files::take(&mut asked_back, photo, ("alice", false), at(30)).unwrap();
    assert!(!asked_back.is_routed_anew(), "the question is not answered");
    reply(&mut asked_back, "the blue one", &[], at(60));
    assert!(asked_back.is_routed_anew());
}

#[test]
fn what_the_policy_would_refuse_by_now_waits_for_a_person_once_it_is_complete() {
    let policy = strict("task");
    let mut request = asked(&policy);
    reply(&mut request, "it fell", &["photo", "delivery receipt"], at(60));
    let check = "\n[[checks]]\nname = \"no-damage\"\nwhen = \"request.reason == 'damaged'\"\nthen = \"refuse\"\nmessage = \"not any more\"\n";
    let changed = Policy::parse(&format!("{DEFAULT}{check}")).unwrap_or_else(|error| panic!("{error}"));
    assert!(!route_anew(&mut request, &changed, at(120)));
    assert_eq!(request.status, RequestStatus::PendingApproval);
    assert!(
        request.findings.iter().any(|finding| finding.code == FindingCode::PolicyRefused),
        "{:?}",
        request.findings
    );
}

//! An ERP that takes a draft, which a person posts there, or voids.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::doctor;
use contraflow_domain::doctor::history::History;
use contraflow_domain::erp;
use contraflow_domain::erp::document::Work;
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::gateway;
use contraflow_domain::lifecycle::document::DocumentStatus;
use contraflow_domain::lifecycle::handoff::HandOffStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::leg::Standing;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::{BACKOFF_LONGEST_MS, TRIES};
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::zone::Zone;
use samples::{accounts, approved, at, steps, tasks};

const LEG: &str = "l1";

fn document(reference: &str, number: Option<&str>) -> steps::Erp {
    Ok(ErpReply::Document { reference: reference.into(), number: number.map(str::to_owned), found: true })
}

fn voided(reference: &str) -> steps::Erp {
    Ok(ErpReply::Voided { reference: reference.into(), number: None })
}

/// A request whose document the ERP has as a draft; every event is kept.
fn drafted() -> Request {
    let mut request = approved(10_000);
    let attempt = erp::document::send(&mut request, Zone::UTC, at(0)).unwrap();
    let answer = Ok(ErpReply::Document { reference: "DOC-1".into(), number: None, found: false });
    steps::document_outcome(&mut request, attempt, &answer, None, at(0)).unwrap();
    request
}

/// The same with its money at the customer, booked.
fn paid() -> Request {
    let mut request = drafted();
    gateway::refund::submit(&mut request, LEG, at(1)).unwrap();
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(2));
    let before = request.legs[0].booked;
    steps::bookings(&mut request, &[(LEG.into(), before)], None, at(3));
    request
}

fn document_of(request: &Request) -> (DocumentStatus, Option<&str>) {
    let document = request.document.as_ref().unwrap();
    (document.status, document.number.as_deref())
}

/// The events alone say of the document what the request says.
fn is_told(request: &Request) {
    let history = History::of(&request.fresh).unwrap();
    let document = request.document.as_ref().unwrap();
    assert_eq!((history.document, history.number), (Some(document.status), document.number.clone()));
    assert_eq!(history.status, request.status);
}

#[test]
fn money_moves_on_a_draft_and_the_request_ends_when_a_person_has_posted_it() {
    let mut request = drafted();
    assert_eq!(chain::next(&request, at(0)), Next::Do(Step::PaymentReversal { gateway: "sandbox".into() }));
    request = paid();
    assert_eq!((request.status, tasks(&request)), (RequestStatus::Executing, vec!["erp.post"]));
    assert_eq!(document_of(&request), (DocumentStatus::Draft, None));
    assert!(request.outbox.is_empty(), "nobody is told yet that it is done");
    steps::look(&mut request, "DOC-1", (at(60), &document("DOC-1", Some("CM-7"))), at(60));
    assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Completed, 0));
    assert_eq!(document_of(&request), (DocumentStatus::Issued, Some("CM-7")));
    assert!(request.outbox[0].text.contains("CM-7"), "{}", request.outbox[0].text);
    assert_eq!(erp::document::work(&request, at(1_000_000)), Work::Nothing, "it is not looked at any more");
    is_told(&request);
}

#[test]
fn a_draft_is_looked_at_ever_more_rarely_and_leaves_no_trace_in_the_record() {
    let mut request = paid();
    let events = request.sequence;
    let (mut now, mut pauses) = (at(3), Vec::new());
    for _ in 0..40 {
        let Next::Wait { until } = chain::next(&request, now) else { panic!("it is not looked at twice at once") };
        pauses.push(until.unix_ms() - now.unix_ms());
        now = until;
        assert_eq!(erp::document::work(&request, now), Work::Look);
        steps::look(&mut request, "DOC-1", (now, &document("DOC-1", None)), now);
    }
    assert!(pauses[0] < 10_000 && pauses[39] >= BACKOFF_LONGEST_MS, "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= BACKOFF_LONGEST_MS + BACKOFF_LONGEST_MS / 4), "{pauses:?}");
    assert_eq!(request.sequence, events);
    // A person who has just posted it need not wait.
    let mut accounts = accounts(10_000, &request);
    steps::retry(&mut request, &mut accounts, None, Destination::Auto, "fina", now).unwrap();
    assert_eq!((erp::document::work(&request, now), tasks(&request)), (Work::Look, vec!["erp.post"]));
}

#[test]
fn an_erp_that_books_nothing_on_a_draft_is_asked_again_when_it_is_posted_and_nobody_is_called() {
    let mut request = drafted();
    gateway::refund::submit(&mut request, LEG, at(1)).unwrap();
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(2));
    for _ in 0..=TRIES {
        steps::bookings(&mut request, &[], Some("not on a draft"), at(3));
    }
    assert_eq!((request.status, tasks(&request)), (RequestStatus::Executing, vec!["erp.post"]));
    assert_eq!(erp::document::work(&request, at(60)), Work::Look, "the one does not hide the other");
    steps::look(&mut request, "DOC-1", (at(5), &document("DOC-1", Some("CM-1"))), at(5));
    assert_eq!(erp::document::work(&request, at(5)), Work::Settle);
}

#[test]
fn late_word_changes_nothing() {
    let mut request = paid();
    let attempt = request.handoff.as_ref().unwrap().attempt.last_sent_at.unwrap();
    steps::look(&mut request, "DOC-1", (at(60), &document("DOC-1", Some("CM-7"))), at(60));
    for late in [document("DOC-1", None), voided("DOC-1"), Ok(ErpReply::Absent)] {
        steps::look(&mut request, "DOC-1", (at(59), &late), at(61));
    }
    let again = Ok(ErpReply::Document { reference: "DOC-1".into(), number: None, found: false });
    steps::document_outcome(&mut request, attempt, &again, None, at(62)).unwrap();
    assert_eq!(
        (request.status, document_of(&request)),
        (RequestStatus::Completed, (DocumentStatus::Issued, Some("CM-7")))
    );
    is_told(&request);
}

#[test]
fn a_draft_voided_in_the_erp_although_money_is_out_is_handed_in_anew_under_another_key() {
    for gone in [voided("DOC-1"), Ok(ErpReply::Absent)] {
        let mut request = paid();
        let key = request.document_key();
        steps::look(&mut request, "DOC-1", (at(60), &gone), at(60));
        assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["erp.voided_there"]));
        assert!(request.tasks[0].detail.contains("100.00 EUR is out"), "{}", request.tasks[0].detail);
        assert_eq!(document_of(&request), (DocumentStatus::Void, None));
        is_told(&request);
        let mut held = accounts(10_000, &request);
        let refused = steps::reverse(&mut request.clone(), &mut held, None, false, "fina", at(61)).unwrap_err();
        assert!(matches!(refused, erp::void::VoidError::MoneyIsOut { .. }), "{refused:?}");

        steps::retry(&mut request, &mut held, None, Destination::Auto, "fina", at(62)).unwrap();
        let attempt = erp::document::send(&mut request, Zone::UTC, at(63)).unwrap();
        assert_ne!(request.document_key(), key, "under the old key the ERP has what is void");
        assert_eq!(document_of(&request), (DocumentStatus::Draft, None));
        // Late word of the first one is no word of the second.
        steps::document_outcome(&mut request, attempt, &document("DOC-1", Some("CM-1")), None, at(63)).unwrap();
        assert_eq!(request.handoff.as_ref().unwrap().status, HandOffStatus::Sent);
        steps::document_outcome(&mut request, attempt, &document("DOC-2", None), None, at(64)).unwrap();
        steps::look(&mut request, "DOC-1", (at(65), &voided("DOC-1")), at(65));
        assert_eq!((request.status, tasks(&request)), (RequestStatus::Executing, vec!["erp.post"]));
        steps::look(&mut request, "DOC-2", (at(66), &document("DOC-2", Some("CM-1"))), at(66));
        assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Completed, 0));
        is_told(&request);
    }
}

#[test]
fn nothing_is_paid_on_a_document_voided_there_and_it_can_be_taken_back() {
    let mut request = drafted();
    steps::look(&mut request, "DOC-1", (at(60), &voided("DOC-1")), at(60));
    assert_eq!(tasks(&request), ["erp.voided_there"]);
    let mut quiet = request.clone();
    quiet.outbox.clear();
    assert_eq!(chain::next(&quiet, at(1_000_000)), Next::Rest, "no memo, no money");
    let mut held = accounts(10_000, &request);
    steps::reverse(&mut request, &mut held, None, false, "fina", at(61)).unwrap();
    steps::void_outcome(&mut request, &Ok(ErpReply::Absent), at(62));
    assert_eq!(request.handoff.as_ref().unwrap().status, HandOffStatus::Reversed);
    assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Completed, 0));
    assert!(!request.legs[0].status.counts());
    is_told(&request);
}

#[test]
fn what_is_under_way_is_followed_although_the_document_was_voided_there() {
    let mut request = drafted();
    let attempt = gateway::refund::submit(&mut request, LEG, at(1)).unwrap();
    steps::refund_outcome(&mut request, LEG, attempt, &Err(CallError::Unknown("no answer".into())), at(2));
    steps::look(&mut request, "DOC-1", (at(3), &voided("DOC-1")), at(3));
    request.outbox.clear();
    assert_eq!(chain::next(&request, at(1_000)), Next::Do(Step::PaymentReversal { gateway: "sandbox".into() }));
    steps::news(&mut request, LEG, "re_1", Standing::Succeeded, None, "sandbox", at(4));
    assert_eq!(request.legs[0].status, LegStatus::Succeeded);
    assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["erp.voided_there"]));
}

#[test]
fn a_document_that_was_voided_before_its_answer_came_pays_nobody() {
    let mut request = approved(10_000);
    let attempt = erp::document::send(&mut request, Zone::UTC, at(0)).unwrap();
    steps::document_outcome(&mut request, attempt, &Err(CallError::Unknown("no answer".into())), None, at(1)).unwrap();
    steps::document_outcome(&mut request, attempt, &voided("DOC-1"), None, at(10)).unwrap();
    assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["erp.voided_there"]));
    assert!(!request.may_pay());
    is_told(&request);
}

#[test]
fn a_draft_posted_just_before_it_is_taken_back_keeps_its_number() {
    let mut request = drafted();
    let mut held = accounts(10_000, &request);
    steps::reverse(&mut request, &mut held, None, false, "fina", at(5)).unwrap();
    steps::void_outcome(
        &mut request,
        &Ok(ErpReply::Voided { reference: "DOC-1".into(), number: Some("CM-1".into()) }),
        at(6),
    );
    assert_eq!(document_of(&request), (DocumentStatus::Void, Some("CM-1")));
    is_told(&request);
}

#[test]
fn a_refused_document_can_be_given_up() {
    let mut request = approved(10_000);
    let attempt = erp::document::send(&mut request, Zone::UTC, at(0)).unwrap();
    steps::document_outcome(&mut request, attempt, &Err(CallError::Declined("closed period".into())), None, at(1))
        .unwrap();
    assert_eq!(tasks(&request), ["erp.refused"]);
    let mut held = accounts(10_000, &request);
    steps::reverse(&mut request, &mut held, None, false, "fina", at(2)).unwrap();
    steps::void_outcome(&mut request, &Ok(ErpReply::Absent), at(3));
    assert_eq!((request.status, tasks(&request).len()), (RequestStatus::Completed, 0));
}

#[test]
fn the_doctor_finds_a_draft_that_nobody_is_to_post() {
    let examine = |request: &Request| {
        let held = accounts(10_000, request);
        let mut request = request.clone();
        let events = std::mem::take(&mut request.fresh);
        request.due = chain::due(&request, at(100));
        let found = doctor::request(
            "request/x",
            &request,
            &events,
            doctor::Beside { invoice: None, payments: &held.payments, credit: None },
            at(100),
        );
        found
            .into_iter()
            .map(|difference| difference.code)
            .filter(|code| code.starts_with("document."))
            .collect::<Vec<_>>()
    };
    let sound = paid();
    assert_eq!(examine(&sound), ["document.allocations"; 0]);
    let mut untold = sound.clone();
    untold.tasks.clear();
    assert_eq!(examine(&untold), ["document.unposted"]);
    let mut issued = sound.clone();
    issued.document.as_mut().unwrap().status = DocumentStatus::Issued;
    assert_eq!(examine(&issued), ["document.status"]);
}

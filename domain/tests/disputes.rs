//! What disputes and warnings of fraud do to requests at every point of their way.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::Accounts;
use contraflow_domain::account::{FraudWarning, PaymentAccount};
use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::dispute;
use contraflow_domain::dispute::confirmation::{self, Answer};
use contraflow_domain::dispute::loss::Loss;
use contraflow_domain::erp;
use contraflow_domain::gateway;
use contraflow_domain::gateway::news::GatewayReply;
use contraflow_domain::gateway::news::RefundReport;
use contraflow_domain::gateway::refund::Work;
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::leg::Standing;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits;
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::leg::Target;
use samples::{approved, at, eur, executing, steps, tasks};

fn news(minor: i64, status: DisputeStatus) -> dispute::case::News {
    dispute::case::News {
        dispute: "dp_1".into(),
        amount: Some(eur(minor)),
        status,
        reason: "fraudulent".into(),
        reinstated: false,
        round: None,
        at: at(0),
    }
}

/// The request after this was heard of its payment.
fn hear(request: &mut Request, accounts: &mut Accounts, minor: i64, statuses: &[DisputeStatus]) {
    for (minute, status) in statuses.iter().enumerate() {
        let account = &mut accounts.payments[0];
        let now = at(60 * (1 + minute as u64));
        dispute::case::apply_news(account, &dispute::case::News { at: now, ..news(minor, *status) });
        dispute::case::reconcile(request, account, "sandbox", now);
        accounts.reconcile(request).unwrap();
        steps::seal(request, now);
    }
}

#[test]
fn a_lost_dispute_settles_in_the_legs_stead_what_the_document_owes() {
    for needs_attention in [false, true] {
        let mut request = executing(4_000);
        let mut accounts = samples::accounts(10_000, &request);
        if needs_attention {
            request.raise(at(1), TaskCode::GatewayUnavailable, "l1", "away");
            steps::seal(&mut request, at(1));
            assert_eq!(request.status, RequestStatus::NeedsAttention);
        }
        hear(&mut request, &mut accounts, 10_000, &[DisputeStatus::Open, DisputeStatus::Lost]);
        assert_eq!(request.legs[0].status, LegStatus::Canceled);
        assert_eq!(request.legs[1].target, Target::OutOfBand);
        assert_eq!(erp::document::work(&request, at(200)), erp::document::Work::Internal);
        erp::document::internal_legs(&mut request, None, at(200)).unwrap();
        steps::seal(&mut request, at(200));
        assert_eq!(request.status, RequestStatus::Completed, "{:?}", request.tasks);
        assert_eq!(accounts.payments[0].over_minor(), 0);
    }
}

#[test]
fn what_the_bank_paid_of_a_leg_only_in_part_is_a_persons_matter_and_is_claimed_once() {
    let mut request = executing(8_000);
    let mut accounts = samples::accounts(10_000, &request);
    hear(&mut request, &mut accounts, 3_000, &[DisputeStatus::Open, DisputeStatus::Lost]);
    assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["leg.reroute"]));
    assert_eq!(accounts.payments[0].lost_unclaimed_minor(), 3_000);
    assert_eq!(accounts.payments[0].available_minor(), 7_000);
}

#[test]
fn a_won_dispute_lets_a_frozen_leg_go_on_wherever_its_request_stands() {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    hear(&mut request, &mut accounts, 10_000, &[DisputeStatus::Open]);
    assert_eq!(gateway::refund::work(&request.legs[0], at(100)), Work::Nothing);
    hear(&mut request, &mut accounts, 10_000, &[DisputeStatus::Won]);
    assert_eq!(gateway::refund::work(&request.legs[0], at(200)), Work::Submit);
}

#[test]
fn before_the_erp_has_heard_of_it_a_lost_dispute_refuses() {
    for (status, expected) in
        [(RequestStatus::Approved, RequestStatus::Rejected), (RequestStatus::Validated, RequestStatus::Ineligible)]
    {
        let mut request = approved(4_000);
        request.status = status;
        let mut accounts = samples::accounts(10_000, &request);
        hear(&mut request, &mut accounts, 10_000, &[DisputeStatus::Lost]);
        assert_eq!(request.status, expected);
        assert_eq!(accounts.payments[0].used_minor(), 0);
    }
}

#[test]
fn a_loss_has_one_key_under_every_name_of_its_payment_and_is_tried_until_it_is_booked() {
    let mut charge = PaymentAccount::untouched("stripe", "ch_1", None);
    let mut intent = PaymentAccount::untouched("stripe", "pi_1", None);
    for account in [&mut charge, &mut intent] {
        dispute::case::apply_news(account, &news(10_000, DisputeStatus::Open));
        assert_eq!(Loss::of(account, "dp_1", at(0)), None, "nothing is lost yet");
        dispute::case::apply_news(account, &news(10_000, DisputeStatus::Lost));
    }
    let (mut loss, other) = (Loss::of(&charge, "dp_1", at(0)).unwrap(), Loss::of(&intent, "dp_1", at(9)).unwrap());
    let key = loss.next_entry().unwrap().key;
    assert_eq!(Some(&key), other.next_entry().map(|entry| entry.key).as_ref());
    assert!(key.len() <= 64);
    for _ in 1..limits::TRIES {
        assert!(!loss.record_outcome(0, &Err(CallError::not_sent("no connection")), at(1)));
    }
    assert!(loss.record_outcome(0, &Err(CallError::not_sent("no connection")), at(1)), "now a person is told");
    assert!(loss.due.is_some_and(|due| due > at(1)), "and it is retried");
    loss.record_outcome(0, &Ok(()), at(2));
    assert_eq!((loss.booked, loss.due), (true, None));
}

#[test]
fn the_evidence_says_what_went_back_and_what_the_customer_would_have_twice() {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    let attempt = gateway::refund::submit(&mut request, "l1", at(5)).unwrap();
    let paid = Ok(GatewayReply::Refund(RefundReport {
        reference: "re_1".into(),
        amount: None,
        standing: Standing::Succeeded,
        failure: None,
    }));
    steps::refund_outcome(&mut request, "l1", attempt, &paid, at(6));
    hear(&mut request, &mut accounts, 10_000, &[DisputeStatus::Open]);
    assert!(tasks(&request).contains(&"dispute.evidence"));
    let file = dispute::evidence::of(&request, &accounts);
    assert_eq!(file["payments"][0]["exposure"]["value"], "40.00", "{file:#}");
    assert_eq!(file["legs"][0]["gateway_reference"], "re_1");
    assert_eq!(file["legs"][0]["sent_at"], serde_json::json!(at(5)));
    assert_eq!(file["credit_memo"]["number"], "CM-1");
    assert_eq!(file["packet"]["invoice"]["number"], "INV-1");
}

#[test]
fn an_early_fraud_warning_takes_back_what_only_the_policy_let_pass() {
    let warning = FraudWarning { id: "issfr_1".into(), actionable: true, kind: "made_with_stolen_card".into() };
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", Some(eur(10_000)));
    assert!(dispute::fraud_warning::apply_news(&mut account, &warning));
    assert!(!dispute::fraud_warning::apply_news(&mut account, &warning), "the same again is no news");
    for status in [RequestStatus::Validated, RequestStatus::Approved] {
        let mut request = approved(4_000);
        request.status = status;
        dispute::fraud_warning::reconcile(&mut request, &account, "sandbox", at(1));
        assert_eq!(request.status, RequestStatus::Validated, "it is decided on anew");
        assert_eq!(request.findings.len(), 1);
        dispute::fraud_warning::reconcile(&mut request, &account, "sandbox", at(2));
        assert_eq!(request.findings.len(), 1, "told once");
    }
    let mut request = approved(4_000);
    request.approvals.required = vec!["manager".into()];
    dispute::fraud_warning::reconcile(&mut request, &account, "sandbox", at(1));
    assert_eq!(request.status, RequestStatus::Approved, "a person's decision stands");
    let mut quiet = PaymentAccount::untouched("sandbox", "ch_1", None);
    dispute::fraud_warning::apply_news(&mut quiet, &FraudWarning { actionable: false, ..warning });
    let mut request = approved(4_000);
    dispute::fraud_warning::reconcile(&mut request, &quiet, "sandbox", at(1));
    assert!(request.findings.is_empty());
}

#[test]
fn an_inquiry_lets_the_refund_go_that_settles_it() {
    let mut request = executing(7_000);
    let mut accounts = samples::accounts(10_000, &request);
    hear(&mut request, &mut accounts, 7_000, &[DisputeStatus::Inquiry]);
    assert!(!request.legs[0].frozen && !dispute::case::hold(&mut request, "l1", &accounts, at(100)));
    assert_eq!(tasks(&request).len(), 0);
    // Once the bank takes the money it waits, and somebody is told.
    hear(&mut request, &mut accounts, 7_000, &[DisputeStatus::Open]);
    assert_eq!((request.legs[0].frozen, tasks(&request)), (true, vec!["dispute.open"]));
}

/// A refund whose dispute is won by what the gateway's messages say.
fn told_to_be_won() -> (Request, Accounts) {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    hear(&mut request, &mut accounts, 10_000, &[DisputeStatus::Open, DisputeStatus::Won]);
    assert!(!request.legs[0].frozen);
    (request, accounts)
}

/// The step that would send the leg, whose gateway says this when it is asked for the dispute. Returns whether the leg
/// may be sent.
fn sends(
    request: &mut Request,
    accounts: &mut Accounts,
    answer: &Result<Answer, CallError>,
    now: contraflow_domain::time::Timestamp,
) -> bool {
    if !dispute::case::hold(request, "l1", accounts, now) {
        return true;
    }
    if let Some(question) = dispute::case::question(request, "l1", accounts) {
        confirmation::record(request, "l1", accounts, &question, answer, now);
    }
    steps::seal(request, now);
    !dispute::case::hold(request, "l1", accounts, now)
}

#[test]
fn a_decision_that_nobody_vouches_for_lets_no_money_go_before_a_person_has_confirmed_it() {
    use contraflow_domain::request::ask::Destination;
    let (mut request, mut accounts) = told_to_be_won();
    for seconds in [300, 600] {
        assert!(!sends(&mut request, &mut accounts, &Ok(Answer::NotTold), at(seconds)), "it is not sent");
        assert!(request.legs[0].attempt.wait(at(seconds)).is_some(), "and is looked at again later");
    }
    assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["dispute.confirm"]));
    steps::retry(&mut request, &mut accounts, None, Destination::Auto, "fina", at(700)).unwrap();
    steps::seal(&mut request, at(700));
    assert!(!dispute::case::hold(&mut request, "l1", &accounts, at(701)));
    assert_eq!(tasks(&request).len(), 0);
    // Another decision asks again.
    for (seconds, status) in [(800, DisputeStatus::Lost), (801, DisputeStatus::Won)] {
        let news = dispute::case::News { at: at(seconds), ..news(10_000, status) };
        dispute::case::apply_news(&mut accounts.payments[0], &news);
    }
    assert_eq!(accounts.payments[0].unconfirmed().count(), 1);
}

#[test]
fn a_decision_that_the_gateway_confirms_lets_the_money_go_with_no_person() {
    for status in [DisputeStatus::Won, DisputeStatus::WarningClosed, DisputeStatus::Prevented, DisputeStatus::Inquiry] {
        let (mut request, mut accounts) = told_to_be_won();
        assert!(sends(&mut request, &mut accounts, &Ok(Answer::Stands(status)), at(300)), "{status:?}");
        assert_eq!((tasks(&request).len(), request.legs[0].attempt.tries), (0, 0), "{status:?}");
        assert_eq!(gateway::refund::work(&request.legs[0], at(300)), Work::Submit);
        // The same message again asks nothing anew.
        dispute::case::apply_news(&mut accounts.payments[0], &news(10_000, DisputeStatus::Won));
        assert_eq!(accounts.payments[0].unconfirmed().count(), 0);
    }
}

#[test]
fn a_decision_that_the_gateway_contradicts_lets_no_money_go_and_no_retry_overrules_that() {
    use DisputeStatus::{Accepted, Lost, Open, UnderReview};
    use contraflow_domain::request::ask::Destination;
    for answer in [Open, UnderReview, Lost, Accepted].map(Answer::Stands).into_iter().chain([Answer::Absent]) {
        let (mut request, mut accounts) = told_to_be_won();
        assert!(!sends(&mut request, &mut accounts, &Ok(answer), at(300)), "{answer:?}");
        assert_eq!(tasks(&request), ["dispute.contradicted"], "{answer:?}");
        steps::retry(&mut request, &mut accounts, None, Destination::Auto, "fina", at(400)).unwrap();
        assert!(request.legs[0].attempt.wait(at(400)).is_none(), "it is asked again now");
        assert!(!sends(&mut request, &mut accounts, &Ok(answer), at(401)), "{answer:?}");
        // The gateway's last word counts, also where it can't be asked for a while.
        for _ in 0..limits::TRIES {
            assert!(!sends(&mut request, &mut accounts, &Err(CallError::Unknown("away".into())), at(402)));
        }
        assert_eq!(tasks(&request), ["dispute.contradicted"], "{answer:?}");
        assert!(sends(&mut request, &mut accounts, &Ok(Answer::Stands(DisputeStatus::Won)), at(500)));
        assert_eq!(tasks(&request).len(), 0);
    }
}

#[test]
fn a_gateway_that_cannot_be_asked_lets_no_money_go_and_becomes_a_task_after_the_usual_tries() {
    let (mut request, mut accounts) = told_to_be_won();
    for nth in 1..=limits::TRIES {
        assert!(tasks(&request).is_empty(), "after {nth} tries");
        assert!(!sends(&mut request, &mut accounts, &Err(CallError::Unknown("away".into())), at(300)));
    }
    assert_eq!(tasks(&request), ["dispute.confirm"]);
    assert!(request.tasks[0].detail.contains("away"), "{}", request.tasks[0].detail);
}

#[test]
fn what_is_told_while_the_gateway_is_asked_is_asked_about_anew() {
    let (mut request, mut accounts) = told_to_be_won();
    assert!(dispute::case::hold(&mut request, "l1", &accounts, at(300)));
    let question = dispute::case::question(&request, "l1", &accounts).unwrap();
    for (seconds, status) in [(301, DisputeStatus::Lost), (302, DisputeStatus::Won)] {
        let news = dispute::case::News { at: at(seconds), ..news(10_000, status) };
        dispute::case::apply_news(&mut accounts.payments[0], &news);
    }
    let won = Ok(Answer::Stands(DisputeStatus::Won));
    confirmation::record(&mut request, "l1", &mut accounts, &question, &won, at(303));
    assert_eq!(accounts.payments[0].unconfirmed().count(), 1);
}

#[test]
fn a_decision_that_was_stored_before_decisions_were_confirmed_stands() {
    let stored = r#"{"gateway":"sandbox","reference":"ch_1","captured":{"value":"100.00","currency":"EUR"},"claims":[],
        "disputes":[{"id":"dp_1","status":"won","reason":"fraudulent","decided_at":"2026-01-01T00:00:00.000Z"},
                    {"id":"dp_2","status":"won","reason":"fraudulent","unconfirmed":true}],"outside":[],"warnings":[]}"#;
    let account: PaymentAccount = serde_json::from_str(stored).unwrap();
    assert_eq!(account.unconfirmed().map(|dispute| dispute.id.as_str()).collect::<Vec<_>>(), ["dp_2"]);
}

//! A payment is disputed of which money went back by another road than the payment itself.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::convert::Infallible;

use contraflow_domain::account::{Accounts, PaymentAccount};
use contraflow_domain::approval;
use contraflow_domain::dispute;
use contraflow_domain::eligibility::{self, Asked};
use contraflow_domain::invoice::Payment;
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::money::Money;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::Destination;
use samples::{approved, at, eur, executing, payment, steps, tasks};

const POLICY: &str = include_str!("../../policy/default.toml");

/// A request to that destination of an invoice that these payments paid, as it was checked.
fn checked(destination: Destination, payments: &[Payment], known: Option<PaymentAccount>) -> (Request, Accounts) {
    let mut request = approved(5_000);
    request.status = RequestStatus::Received;
    request.ask.destination = destination;
    request.legs.clear();
    request.packet.as_mut().unwrap().invoice.as_mut().unwrap().payments = payments.to_vec();
    let mut known = known;
    let found = |_: &Payment| Ok::<_, Infallible>(known.take());
    let mut held = Accounts::gather(&request, None, found).unwrap();
    eligibility::check(
        &mut request,
        &mut held,
        &mut Asked::default(),
        &["sandbox"],
        &Policy::parse(POLICY).unwrap(),
        at(1),
    )
    .unwrap();
    (request, held)
}

fn hear(request: &mut Request, account: &mut PaymentAccount, status: DisputeStatus, seconds: u64) {
    let news = dispute::case::News {
        dispute: "dp_1".into(),
        amount: Some(eur(5_000)),
        status,
        reason: "fraudulent".into(),
        reinstated: false,
        round: None,
        at: at(seconds),
    };
    dispute::case::apply_news(account, &news);
    dispute::case::reconcile(request, account, "sandbox", at(seconds));
}

fn card(id: &str, reference: &str, minor: i64) -> Payment {
    payment(id, reference, eur(minor), eur(minor))
}

#[test]
fn whatever_road_money_took_its_disputed_payment_is_flagged_and_the_bank_gets_the_evidence() {
    for (destination, paid, road) in [
        (Destination::StoreCredit, 10_000, "as store credit"),
        (Destination::Manual, 10_000, "by hand"),
        (Destination::InvoiceBalance, 5_000, "against the open balance"),
    ] {
        let (mut request, mut held) = checked(destination, &[card("P", "ch_1", paid)], None);
        assert_eq!(request.status, RequestStatus::Validated, "{:?}", request.findings);
        let account = &mut held.payments[0];
        assert_eq!(account.concerned().len(), 1, "{destination:?}: news of the payment concern it");
        (request.legs[0].status, request.legs[0].sent_at) = (LegStatus::Succeeded, Some(at(2)));
        request.status = RequestStatus::Completed;
        for (status, seconds) in [(DisputeStatus::Open, 3), (DisputeStatus::Lost, 4)] {
            hear(&mut request, account, status, seconds);
            assert!(request.legs[0].dual_payout_risk);
            assert_eq!(tasks(&request), ["dispute.evidence"], "{destination:?}");
            assert!(request.tasks[0].detail.contains(road), "{}", request.tasks[0].detail);
        }
        let file = dispute::evidence::of(&request, &held);
        assert_eq!(file["payments"][0]["given_otherwise"][0]["amount"]["value"], "50.00", "{file:#}");
        assert_eq!(file["payments"][0]["paid_back"]["value"], "0.00");
        // Of 100.00, the half is disputed and the half went back: the customer has no cent twice.
        assert_eq!(file["payments"][0]["exposure"]["value"], "0.00", "{destination:?}");
    }
}

#[test]
fn what_the_customer_has_twice_is_what_went_back_by_all_roads_beyond_the_payment() {
    let (mut request, mut held) = checked(Destination::StoreCredit, &[card("P", "ch_1", 5_000)], None);
    (request.legs[0].status, request.legs[0].sent_at) = (LegStatus::Succeeded, Some(at(2)));
    hear(&mut request, &mut held.payments[0], DisputeStatus::Lost, 3);
    assert_eq!(dispute::evidence::of(&request, &held)["payments"][0]["exposure"]["value"], "50.00");
}

#[test]
fn of_each_payment_its_share_is_given_back_in_its_own_currency() {
    let dollars = |minor| Money { minor, ..Money::new(0, "USD".parse().unwrap()).unwrap() };
    let payments = [card("P1", "ch_1", 4_000), payment("P2", "ch_2", dollars(6_600), eur(6_000))];
    let (request, held) = checked(Destination::StoreCredit, &payments, None);
    let shares: Vec<_> = held.payments.iter().map(|account| account.share_of(&request.id, "l1").unwrap()).collect();
    assert_eq!(shares, [eur(2_000), dollars(3_300)]);
    // Parts of one payment are one share.
    let (request, held) = checked(Destination::Manual, &[card("P1", "ch_1", 4_000), card("P2", "ch_1", 6_000)], None);
    assert_eq!(held.payments[0].shares.len(), 1);
    assert_eq!(held.payments[0].share_of(&request.id, "l1"), Some(eur(5_000)));
}

#[test]
fn money_that_was_sent_elsewhere_than_to_its_payment_is_flagged_too() {
    let mut request = executing(5_000);
    let mut held = samples::accounts(10_000, &request);
    request.legs[0].status = LegStatus::Failed;
    held.reconcile(&request).unwrap();
    steps::retry(&mut request, &mut held, Some("l1"), Destination::StoreCredit, "fina", at(1)).unwrap();
    assert_eq!(held.payments[0].share_of(&request.id, "l2"), Some(eur(5_000)));
    hear(&mut request, &mut held.payments[0], DisputeStatus::Open, 2);
    assert!(request.legs[1].dual_payout_risk && tasks(&request).contains(&"dispute.evidence"), "{:?}", request.tasks);
}

#[test]
fn whoever_decides_sees_that_the_bank_may_pay_the_same_money() {
    for status in [DisputeStatus::Open, DisputeStatus::Lost] {
        let mut account = PaymentAccount::untouched("sandbox", "ch_1", None);
        hear(&mut approved(1), &mut account, status, 0);
        let (request, _) = checked(Destination::StoreCredit, &[card("P", "ch_1", 10_000)], Some(account));
        let told: Vec<_> = request.findings.iter().map(|finding| finding.code.name()).collect();
        assert!(told.contains(&"dispute.open"), "{status:?}: {told:?}");
    }
}

#[test]
fn a_request_that_gives_nothing_back_leaves_no_share() {
    let (mut request, mut held) = checked(Destination::StoreCredit, &[card("P", "ch_1", 10_000)], None);
    approval::rejection::withdraw(&mut request, "alice", "", at(2)).unwrap();
    approval::rejection::release(&mut request, &mut held, at(2)).unwrap();
    assert_eq!(held.payments[0].shares, []);
    hear(&mut request, &mut held.payments[0], DisputeStatus::Open, 3);
    assert_eq!(tasks(&request).len(), 0);
}

#[test]
fn an_account_that_was_stored_before_shares_still_reads() {
    let old = r#"{"gateway":"sandbox","reference":"ch_1","captured":{"value":"40.00","currency":"EUR"},
        "disputes":[],"claims":[]}"#;
    let account: PaymentAccount = serde_json::from_str(old).unwrap();
    assert_eq!((account.shares.len(), account.applications.len()), (0, 0));
    assert!(!serde_json::to_string(&account).unwrap().contains("shares"));
}

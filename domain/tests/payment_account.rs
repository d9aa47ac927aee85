//! The account of a payment with many requests on it.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::{AccountError, Accounts, PaymentAccount};
use contraflow_domain::dispute::case;
use contraflow_domain::doctor;
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::lifecycle::leg::{LegEvent, LegStatus, Standing};
use contraflow_domain::limits;
use contraflow_domain::request::Request;
use contraflow_domain::request::leg::Leg;
use samples::{at, eur, tender};

fn leg(minor: i64) -> Leg {
    Leg::reserved("l1".into(), tender(), "card", eur(minor))
}

/// A leg whose request was refused before it was sent.
fn released(minor: i64) -> Leg {
    let mut leg = leg(minor);
    leg.on(LegEvent::Release).unwrap();
    leg
}

fn account() -> PaymentAccount {
    PaymentAccount::untouched("sandbox", "ch_1", Some(eur(1_000_000)))
}

#[test]
fn requests_that_were_made_and_withdrawn_2500_times_leave_room_on_their_payment() {
    let mut account = account();
    account.reserve("first", &leg(100)).unwrap();
    for number in 0..2_500 {
        let id = format!("r{number}");
        account.reserve(&id, &leg(999_900)).unwrap();
        account.reconcile(&id, &released(999_900)).unwrap();
    }
    assert!(account.claims.len() <= limits::CLAIMS);
    assert_eq!((account.used_minor(), account.claims[0].request.as_str()), (100, "first"));
    // One whose claim has left is brought in line as before.
    account.reconcile("r0", &released(999_900)).unwrap();
    assert!(matches!(account.reconcile("r0", &leg(999_900)), Err(AccountError::Unknown { .. })));
    assert!(matches!(account.record("r0", &leg(999_900)), Err(AccountError::Unknown { .. })));
}

#[test]
fn a_payment_takes_2000_claims_that_stand_and_no_more() {
    let mut account = account();
    for number in 0..2_000 {
        account.reserve(&format!("r{number}"), &leg(100)).unwrap();
    }
    assert!(matches!(account.reserve("one more", &leg(100)), Err(AccountError::Full { count: 2_000, .. })));
    account.reconcile("r7", &released(100)).unwrap();
    account.reserve("one more", &leg(100)).unwrap();
    assert_eq!((account.claims.len(), account.used_minor()), (2_000, 200_000));
}

#[test]
fn a_claim_stays_while_its_gateway_may_know_of_it_and_while_a_dispute_took_the_money() {
    let mut account = account();
    for number in 0..limits::CLAIMS {
        account.reserve(&format!("r{number}"), &leg(100)).unwrap();
    }
    account.send("r1", "l1");
    for id in ["r1", "r2"] {
        account.reconcile(id, &released(100)).unwrap();
    }
    let mut disputed = account.clone();
    let lost = case::News {
        dispute: "dp_1".into(),
        amount: Some(eur(100)),
        status: DisputeStatus::Lost,
        reason: "fraudulent".into(),
        reinstated: false,
        round: None,
        at: at(1),
    };
    assert!(case::apply_news(&mut disputed, &lost));
    assert!(matches!(disputed.reserve("new", &leg(100)), Err(AccountError::Full { .. })));
    account.reserve("new", &leg(100)).unwrap();
    let stays = |id: &str| account.claims.iter().any(|claim| claim.request == id);
    assert_eq!((stays("r1"), stays("r2")), (true, false));
}

/// Whether the doctor misses a claim of the request on its payment.
fn is_missed(request: &Request, accounts: &Accounts) -> bool {
    let beside = doctor::Beside { invoice: None, payments: &accounts.payments, credit: None };
    let found = doctor::request("request/r", request, &request.fresh, beside, at(3));
    found.iter().any(|found| format!("{found:?}").contains("payment.claim"))
}

#[test]
fn money_of_a_claim_that_has_left_counts_again_when_the_gateway_has_paid_it() {
    let mut request = samples::executing(10_000);
    let mut accounts = samples::accounts(10_000, &request);
    accounts.payments[0].claims.clear();
    request.legs[0].on(LegEvent::Release).unwrap();
    accounts.record(&mut request, at(1)).unwrap();
    assert_eq!(accounts.payments[0].used_minor(), 0);
    assert!(!is_missed(&request, &accounts), "a claim that holds nothing may have left");
    request.legs[0].on(LegEvent::Found(Standing::Succeeded)).unwrap();
    assert_eq!(request.legs[0].status, LegStatus::Succeeded);
    assert!(is_missed(&request, &accounts));
    accounts.record(&mut request, at(2)).unwrap();
    assert!(!is_missed(&request, &accounts));
    let claim = &accounts.payments[0].claims[0];
    assert_eq!((claim.counted, claim.sent, accounts.payments[0].used_minor()), (true, Some(true), 10_000));
}

#[test]
fn the_name_of_a_payment_stands_once_in_its_account_however_many_claims_name_it() {
    let told = |claims: &str| {
        let name = "P".repeat(limits::REFERENCE_LENGTH);
        format!(
            r#"{{"gateway":"sandbox","reference":"ch_1","captured":{{"value":"10.00","currency":"EUR"}},"applications":[{{"payment":"{name}",
               "invoice":"INV-1","captured":{{"value":"10.00","currency":"EUR"}}}}],"claims":[{claims}],"disputes":[]}}"#
        )
    };
    let claim = |payment: &str| {
        format!(
            r#"{{"request":"r","leg":"l1","payment":{payment},"amount":{{"value":"1.00","currency":"EUR"}},"counted":true}}"#
        )
    };
    let name = "P".repeat(limits::REFERENCE_LENGTH);
    let before: PaymentAccount = serde_json::from_str(&told(&claim(&format!("\"{name}\"")))).unwrap();
    assert_eq!(before.claims[0].payment.as_deref(), Some(name.as_str()));
    let stored = serde_json::to_string(&before).unwrap();
    assert_eq!(stored.matches(&name).count(), 1, "{stored}");
    assert_eq!(serde_json::from_str::<PaymentAccount>(&stored).unwrap(), before);
    let wrong = serde_json::from_str::<PaymentAccount>(&told(&claim("1"))).unwrap_err().to_string();
    assert!(wrong.contains("leg l1 of request r names application 1"), "{wrong}");
}

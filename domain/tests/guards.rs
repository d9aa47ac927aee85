//! Each guard, attacked from a state that was right when it was read and is not any more. One test for each: whoever
//! takes a guard away sees its name.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::{AccountError, Claim, Dispute, InvoiceAccount, PaymentAccount, StoreCreditAccount};
use contraflow_domain::allocation::{Allocation, LineSelection, Portion, Selection};
use contraflow_domain::doctor;
use contraflow_domain::erp;
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::invoice::Invoice;
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::lifecycle::handoff::HandOffStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::money::Money;
use contraflow_domain::request::leg::Leg;
use contraflow_domain::zone::Zone;
use samples::{approved, at, eur, steps, tender};
use serde_json::json;

/// By how much a guard refuses.
fn over<T: std::fmt::Debug>(refused: Result<T, AccountError>) -> Money {
    match refused {
        Err(AccountError::Over { over, .. }) => over,
        other => panic!("not refused by an amount: {other:?}"),
    }
}

fn payment(captured: i64) -> PaymentAccount {
    PaymentAccount::untouched("sandbox", "ch_1", Some(eur(captured)))
}

fn leg(minor: i64) -> Leg {
    Leg::reserved("l1".into(), tender(), "card", eur(minor))
}

/// Two lines of 50.00 without tax, nothing paid, with totals of `gross`.
fn invoice(gross: &str) -> Invoice {
    let line = |id: &str| {
        json!({"id": id, "description": "Sensor", "quantity": "1", "unit_price": "50.00", "discount": "0.00", "tax_rate": "0",
               "net": "50.00", "tax": "0.00", "gross": "50.00"})
    };
    let rounding = if gross == "100.00" { "line" } else { "document" };
    serde_json::from_value(json!({
        "number": "INV-1", "issued_on": "2026-11-01", "currency": "EUR",
        "customer": {"id": "C", "name": "C", "country": "DE", "tier": "", "email": ""},
        "prices_include_tax": false, "tax_rounding": rounding, "lines": [line("1"), line("2")], "payments": [],
        "totals": {"net": gross, "tax": "0.00", "gross": gross},
    }))
    .unwrap()
}

fn claim(request: &str, allocation: &Allocation, offset_minor: i64) -> Claim {
    let gross = allocation.totals.gross;
    let (request, wish) = (request.to_owned(), request.to_owned());
    Claim { request, wish, ticket: None, at: at(0), gross, offset_minor }
}

fn of_line(line: &str, minor: i64) -> Selection {
    Selection::Lines(vec![LineSelection { line: line.into(), portion: Portion::Gross(eur(minor)) }])
}

#[test]
fn payment_two_legs_of_60_on_100() {
    let mut account = payment(10_000);
    account.reserve("a", &leg(6_000)).unwrap();
    assert_eq!(over(account.reserve("b", &leg(6_000))), eur(2_000));
    account.reserve("b", &leg(4_000)).unwrap();
    assert_eq!(account.available_minor(), 0);
}

#[test]
fn payment_what_a_lost_dispute_took_is_not_there() {
    let mut account = payment(10_000);
    let dispute = |status| Dispute {
        id: "dp".into(),
        amount: Some(eur(5_000)),
        status,
        reason: String::new(),
        reinstated: false,
        round: None,
        unconfirmed: false,
        decided_at: None,
    };
    account.disputes.push(dispute(DisputeStatus::Won));
    assert_eq!(account.available_minor(), 10_000);
    account.disputes = vec![dispute(DisputeStatus::Lost)];
    assert_eq!(over(account.reserve("a", &leg(6_000))), eur(1_000));
}

#[test]
fn payment_a_leg_does_not_count_again_when_its_money_is_gone() {
    let mut account = payment(10_000);
    let mut first = leg(6_000);
    account.reserve("a", &first).unwrap();
    first.status = LegStatus::LateFailed;
    account.reconcile("a", &first).unwrap();
    account.reserve("b", &leg(6_000)).unwrap();
    first.status = LegStatus::Succeeded;
    assert_eq!(over(account.reconcile("a", &first)), eur(2_000));
    assert_eq!(account.used_minor(), 6_000, "nothing was counted");
    // What the gateway says has happened is counted all the same, and told.
    assert_eq!(account.record("a", &first), Ok(Some(eur(2_000))));
    assert_eq!((account.used_minor(), account.over_minor()), (12_000, 2_000));
}

/// 100 dollars that paid 90.00 of the invoice.
#[test]
fn payment_in_another_currency_settles_no_more_than_it_paid() {
    let dollars = |minor| Money::new(minor, "USD".parse().unwrap()).unwrap();
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", None);
    account.apply("INV-1", &samples::payment("P", "ch_1", dollars(10_000), eur(9_000)));
    let leg =
        |settles| Leg { settles: Some(eur(settles)), ..Leg::reserved("l1".into(), tender(), "card", dollars(5_000)) };
    account.reserve("a", &leg(4_500)).unwrap();
    assert_eq!(over(account.reserve("b", &leg(4_600))), eur(100));
    assert!(matches!(account.reserve("b", &self::leg(100)), Err(AccountError::Currency { .. })));
}

#[test]
fn invoice_a_line_is_not_credited_twice() {
    let invoice = invoice("100.00");
    let mut account = InvoiceAccount::untouched("INV-1");
    let stale = account.allocate(&invoice, &of_line("1", 4_000)).unwrap();
    account.reserve(&invoice, claim("a", &stale, 0), &stale).unwrap();
    let before = account.clone();
    assert!(matches!(account.reserve(&invoice, claim("b", &stale, 0), &stale), Err(AccountError::Unknown { .. })));
    assert_eq!(account, before, "the invoice has 60.00 left, and its first line 10.00");
}

#[test]
fn invoice_documents_over_the_total_are_refused_by_how_much() {
    let invoice = invoice("100.00");
    let mut account = InvoiceAccount::untouched("INV-1");
    let stale = account.allocate(&invoice, &Selection::Document(eur(6_000))).unwrap();
    account.reserve(&invoice, claim("a", &stale, 0), &stale).unwrap();
    assert_eq!(over(account.reserve(&invoice, claim("b", &stale, 0), &stale)), eur(2_000));
}

/// Its lines come to 100.00 and it came to 99.98: rounded once for the document.
#[test]
fn invoice_lines_alone_do_not_come_to_more_than_the_document() {
    let invoice = invoice("99.98");
    let mut account = InvoiceAccount::untouched("INV-1");
    let mut first = account.allocate(&invoice, &of_line("1", 5_000)).unwrap();
    let mut second = account.allocate(&invoice, &of_line("2", 5_000)).unwrap();
    // As something would make them that forgot the rounding.
    for allocation in [&mut first, &mut second] {
        let zero = eur(0);
        allocation.rounding.net = zero;
        allocation.rounding.gross = zero;
    }
    account.credited.apply(&invoice, &first).unwrap();
    assert!(account.credited.apply(&invoice, &second).is_err());
}

#[test]
fn invoice_what_is_offset_is_still_owed() {
    let invoice = invoice("100.00");
    let mut account = InvoiceAccount::untouched("INV-1");
    let [first, second] = ["1", "2"].map(|line| account.allocate(&invoice, &of_line(line, 4_000)).unwrap());
    account.reserve(&invoice, claim("a", &first, 7_000), &first).unwrap();
    assert_eq!(over(account.reserve(&invoice, claim("b", &second, 4_000), &second)), eur(1_000));
}

#[test]
fn store_credit_is_never_negative() {
    let mut account = StoreCreditAccount::empty("C", eur(0).currency);
    account.grant("g", "r", eur(5_000), at(0), None).unwrap();
    account.spend("s1", eur(2_000), "order", "shop", at(1)).unwrap();
    assert_eq!(over(account.spend("s2", eur(3_100), "order", "shop", at(2))), eur(100));
    assert_eq!(account.balance(at(2)), eur(3_000));
}

#[test]
fn store_credit_that_is_partly_used_is_not_taken_back_whole() {
    let mut account = StoreCreditAccount::empty("C", eur(0).currency);
    account.grant("g", "r", eur(5_000), at(0), None).unwrap();
    account.spend("s1", eur(2_000), "order", "shop", at(1)).unwrap();
    assert_eq!(over(account.revoke("g", false, "fina", at(2))), eur(2_000));
    assert_eq!(account.revoke("g", true, "fina", at(2)), Ok(eur(3_000)));
    assert_eq!(account.balance(at(2)), eur(0));
}

#[test]
fn document_its_total_is_the_sum_of_its_allocations() {
    let mut request = approved(10_000);
    doctor::balance::check(&request).unwrap();
    request.legs[0].amount = eur(9_999);
    let unbalanced = doctor::balance::check(&request).unwrap_err();
    assert_eq!((unbalanced.legs_minor, unbalanced.amount), (9_999, eur(10_000)));
    // A replaced leg does not stand for the document any more; its replacement does.
    request.legs[0].replaced_by = Some("l2".into());
    request.legs.push(Leg { id: "l2".into(), ..leg(10_000) });
    doctor::balance::check(&request).unwrap();
    request.legs.push(Leg { id: "l3".into(), ..leg(1) });
    assert!(doctor::balance::check(&request).is_err());
}

/// Its twin for a leg is in `late_truth`.
#[test]
fn hand_off_absence_proves_nothing_while_a_call_may_be_under_way() {
    let mut request = approved(10_000);
    let attempt = erp::document::send(&mut request, Zone::UTC, at(0)).unwrap();
    for (seconds, status) in [(1, HandOffStatus::Sent), (44, HandOffStatus::Sent), (45, HandOffStatus::Queued)] {
        steps::document_outcome(&mut request, attempt, &Ok(ErpReply::Absent), None, at(seconds)).unwrap();
        assert_eq!(request.handoff.as_ref().unwrap().status, status, "after {seconds} s");
    }
}

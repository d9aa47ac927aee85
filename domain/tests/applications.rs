//! A payment is one thing, and what it paid of each invoice are others: captured in parts, or over several invoices.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::BTreeMap;
use std::convert::Infallible;

use contraflow_domain::account::{AccountError, Accounts, InvoiceAccount, PaymentAccount};
use contraflow_domain::approval;
use contraflow_domain::doctor;
use contraflow_domain::eligibility::{self, Asked};
use contraflow_domain::invoice::{Invoice, Payment};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits;
use contraflow_domain::money::Money;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::{Direction, Kind};
use contraflow_domain::request::leg::{Leg, Target};
use samples::{approved, at, eur, payment};

const POLICY: &str = include_str!("../../policy/default.toml");

/// What is stored of payments, by gateway and name.
type Stored = BTreeMap<(String, String), PaymentAccount>;

fn part(id: &str, reference: &str, minor: i64) -> Payment {
    payment(id, reference, eur(minor), eur(minor))
}

/// An invoice that is paid in full by these payments.
fn paid_by(number: &str, payments: &[Payment]) -> Invoice {
    let mut invoice = samples::invoice();
    let gross = eur(payments.iter().map(|payment| payment.applied.minor).sum());
    for line in &mut invoice.lines {
        (line.net, line.gross) = (gross, gross);
    }
    (invoice.totals.net, invoice.totals.gross) = (gross, gross);
    (invoice.number, invoice.payments) = (number.into(), payments.to_vec());
    invoice.check().unwrap();
    invoice
}

/// A request of all of the invoice, or of so much, as it came in.
fn asked(id: &str, invoice: &Invoice, minor: Option<i64>) -> Request {
    let mut request = approved(1);
    (request.id, request.status) = (id.into(), RequestStatus::Received);
    request.ask.amount = minor.map(eur);
    request.legs.clear();
    request.ask.invoice = Some(invoice.number.clone());
    request.packet.as_mut().unwrap().invoice = Some(invoice.clone());
    request
}

fn gather(request: &Request, stored: &Stored) -> Accounts {
    let found = |payment: &Payment| {
        let name = if payment.gateway.is_empty() { &payment.id } else { &payment.reference };
        Ok::<_, Infallible>(stored.get(&(payment.gateway.clone(), name.clone())).cloned())
    };
    Accounts::gather(request, None, found).unwrap()
}

/// Checks a request as the chain does, and keeps the accounts of its payments.
fn check(request: &mut Request, stored: &mut Stored) -> Accounts {
    let mut held = gather(request, stored);
    eligibility::check(request, &mut held, &mut Asked::default(), &["sandbox"], &Policy::parse(POLICY).unwrap(), at(1))
        .unwrap();
    for account in &held.payments {
        stored.insert((account.gateway.clone(), account.name().into()), account.clone());
    }
    held
}

fn legs(request: &Request) -> Vec<(&str, i64)> {
    request.legs.iter().map(|leg| (leg.payment().unwrap_or_default(), leg.amount.minor)).collect()
}

#[test]
fn a_payment_that_was_captured_in_parts_has_one_account_and_each_part_its_bound() {
    let invoice = paid_by("INV-1", &[part("P1", "ch_1", 1_500), part("P2", "ch_1", 1_000)]);
    let mut request = asked("r", &invoice, None);
    let held = check(&mut request, &mut Stored::new());
    assert_eq!(legs(&request), [("P1", 1_500), ("P2", 1_000)], "{:?}", request.findings);
    let [account] = held.payments.as_slice() else { panic!("{:?}", held.payments) };
    assert_eq!((account.captured, account.used_minor(), account.available_minor()), (Some(eur(2_500)), 2_500, 0));
    let mut account = gather(&asked("q", &invoice, None), &Stored::new()).payments.remove(0);
    let leg = |minor| {
        let target = Target::Tender { gateway: "sandbox".into(), payment: "P2".into(), reference: "ch_1".into() };
        Leg::reserved("l1".into(), target, "card", eur(minor))
    };
    assert!(matches!(account.reserve("q", &leg(1_001)), Err(AccountError::Over { over, .. }) if over == eur(1)));
    account.reserve("q", &leg(1_000)).unwrap();
}

#[test]
fn parts_of_one_payment_share_what_is_left_of_it() {
    let invoice = paid_by("INV-1", &[part("P1", "ch_1", 1_500), part("P2", "ch_1", 1_000)]);
    let mut stored = Stored::new();
    let request = asked("r", &invoice, None);
    let mut account = gather(&request, &stored).payments.remove(0);
    contraflow_domain::gateway::external_refund::apply_news(
        &mut account,
        "re_x",
        Some(eur(1_600)),
        contraflow_domain::lifecycle::leg::Standing::Succeeded,
    );
    stored.insert(("sandbox".into(), "ch_1".into()), account);
    let held = gather(&request, &stored);
    assert_eq!(held.payable_minor(&invoice), [900, 0]);
    let mut much = asked("r", &invoice, Some(901));
    check(&mut much, &mut stored);
    assert_eq!(much.status, RequestStatus::Ineligible);
    let mut request = asked("r", &invoice, Some(900));
    check(&mut request, &mut stored);
    assert_eq!(legs(&request), [("P1", 900)], "{:?}", request.findings);
}

#[test]
fn a_payment_of_two_invoices_pays_both_back_each_within_what_it_paid_of_it() {
    let (g, h) = (paid_by("G", &[part("PG", "ch_g", 6_000)]), paid_by("H", &[part("PH", "ch_g", 4_000)]));
    for order in [[&g, &h], [&h, &g]] {
        let mut stored = Stored::new();
        for invoice in order {
            let mut request = asked(&invoice.number, invoice, None);
            let held = check(&mut request, &mut stored);
            assert_eq!(request.status, RequestStatus::Validated, "{:?}", request.findings);
            assert_eq!(held.payments[0].available_of(&invoice.payments[0].id), 0);
        }
        let account = &stored[&("sandbox".into(), "ch_g".into())];
        assert_eq!((account.captured, account.used_minor(), account.over_minor()), (Some(eur(10_000)), 10_000, 0));
    }
}

#[test]
fn one_invoice_never_pays_back_what_the_payment_paid_of_another() {
    let (g, h) = (paid_by("G", &[part("PG", "ch_g", 6_000)]), paid_by("H", &[part("PH", "ch_g", 4_000)]));
    let mut stored = Stored::new();
    check(&mut asked("g", &g, Some(100)), &mut stored);
    let held = check(&mut asked("h", &h, Some(100)), &mut stored);
    assert_eq!((held.payments[0].available_minor(), held.payments[0].available_of("PH")), (9_800, 3_900));
}

#[test]
fn an_account_that_was_stored_before_payments_and_invoices_were_told_apart_still_reads() {
    // G was refunded in full, and H looked at last: its 40.00 stood for the whole payment.
    let old = r#"{"gateway":"sandbox","reference":"ch_g","captured":{"value":"40.00","currency":"EUR"},
        "applied":{"value":"50.00","currency":"USD"},"disputes":[],"claims":[{"request":"g","leg":"l1",
        "amount":{"value":"60.00","currency":"EUR"},"counted":true,"sent":true}]}"#;
    let account: PaymentAccount = serde_json::from_str(old).unwrap();
    assert_eq!((account.used_minor(), account.available_minor(), account.claims[0].payment.clone()), (6_000, 0, None));
    let mut stored = Stored::from([(("sandbox".into(), "ch_g".into()), account)]);
    let (g, h) = (paid_by("G", &[part("PG", "ch_g", 6_000)]), paid_by("H", &[part("PH", "ch_g", 4_000)]));
    let mut early = asked("h", &h, None);
    check(&mut early, &mut stored);
    assert_eq!(early.status, RequestStatus::Ineligible, "nothing more than is known goes out");
    // As soon as a request of G is looked at again, its claim is known to be on G.
    let mut of_g = asked("g", &g, None);
    of_g.legs = vec![Leg::reserved(
        "l1".into(),
        Target::Tender { gateway: "sandbox".into(), payment: "PG".into(), reference: "ch_g".into() },
        "card",
        eur(6_000),
    )];
    let held = gather(&of_g, &stored);
    assert_eq!((held.payments[0].available_of("PG"), held.payments[0].claims[0].payment.as_deref()), (0, Some("PG")));
    stored.insert(("sandbox".into(), "ch_g".into()), held.payments[0].clone());
    let mut late = asked("h", &h, None);
    check(&mut late, &mut stored);
    assert_eq!(legs(&late), [("PH", 4_000)], "{:?}", late.findings);
}

#[test]
fn two_payments_without_a_gateway_are_two_accounts() {
    let cash = |id: &str| Payment { gateway: String::new(), reference: String::new(), ..part(id, "", 1_000) };
    let invoice = paid_by("INV-1", &[cash("P1"), cash("P2")]);
    let mut request = asked("r", &invoice, Some(2_000));
    let mut stored = Stored::new();
    check(&mut request, &mut stored);
    assert_eq!(legs(&request), [("P1", 1_000), ("P2", 1_000)]);
    assert_eq!(stored.keys().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["P1", "P2"]);
    let held = gather(&request, &stored);
    assert_eq!(held.payments.iter().map(PaymentAccount::available_minor).collect::<Vec<_>>(), [0, 0]);
}

#[test]
fn one_invoice_more_than_a_payment_has_room_for_is_refused_with_the_reason() {
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", None);
    for number in 0..=limits::APPLICATIONS {
        account.apply(&format!("INV-{number}"), &part(&format!("P-{number}"), "ch_1", 100));
    }
    assert_eq!(account.applications.len(), limits::APPLICATIONS);
    assert_eq!(account.captured, Some(eur(100 * i64::try_from(limits::APPLICATIONS).unwrap())));
    let size = serde_json::to_vec(&account).unwrap().len();
    assert!(size < 400_000, "{size} bytes");
    let mut stored = Stored::from([(("sandbox".into(), "ch_1".into()), account)]);
    let invoice = paid_by("INV-more", &[part("P-more", "ch_1", 100)]);
    let mut request = asked("r", &invoice, None);
    check(&mut request, &mut stored);
    let told = &request.findings[0].message;
    let full = format!("payment ch_1 has {} entries already", limits::APPLICATIONS);
    assert!(told.contains(&full), "{told}");
    let mut known = asked("k", &paid_by("INV-7", &[part("P-7", "ch_1", 100)]), None);
    check(&mut known, &mut stored);
    assert_eq!(known.status, RequestStatus::Validated);
}

#[test]
fn what_was_captured_in_another_currency_is_never_added_to_the_rest() {
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", None);
    account.apply("A", &part("P1", "ch_1", 1_000));
    let dollars = Money { minor: 5_000, ..Money::new(0, "USD".parse().unwrap()).unwrap() };
    account.apply("B", &payment("P2", "ch_1", dollars, eur(4_000)));
    assert_eq!(account.captured, Some(eur(1_000)));
    let target = Target::Tender { gateway: "sandbox".into(), payment: "P2".into(), reference: "ch_1".into() };
    let leg = Leg { settles: Some(eur(100)), ..Leg::reserved("l1".into(), target, "card", dollars) };
    assert!(matches!(account.reserve("r", &leg), Err(AccountError::Currency { .. })));
}

/// 100.00 that were paid twice.
fn paid_twice() -> Invoice {
    let mut invoice = paid_by("INV-1", &[part("P1", "ch_1", 10_000)]);
    invoice.payments.push(part("P2", "ch_2", 10_000));
    invoice
}

fn payout(id: &str, invoice: &Invoice, minor: Option<i64>) -> Request {
    let mut request = asked(id, invoice, minor);
    request.ask.kind = Kind::BalanceCorrection;
    request.ask.direction = Some(Direction::Debit);
    request
}

/// Checks a request with the accounts as they are, and keeps them.
fn check_with(request: &mut Request, held: &mut Accounts) {
    eligibility::check(request, held, &mut Asked::default(), &["sandbox"], &Policy::parse(POLICY).unwrap(), at(1))
        .unwrap();
}

#[test]
fn what_was_paid_too_much_is_told_to_whoever_decides() {
    let invoice = paid_twice();
    let mut request = asked("r", &invoice, None);
    let mut held = gather(&request, &Stored::new());
    check_with(&mut request, &mut held);
    let told = request.findings.iter().find(|finding| finding.code.name() == "invoice.overpaid").unwrap();
    assert!(told.message.starts_with("100.00 EUR more were paid"), "{}", told.message);
    assert_eq!(request.amount, Some(eur(10_000)));
}

#[test]
fn what_was_paid_too_much_goes_back_to_the_last_payment_and_credits_nothing() {
    let invoice = paid_twice();
    let mut request = payout("r", &invoice, None);
    let mut held = gather(&request, &Stored::new());
    check_with(&mut request, &mut held);
    assert_eq!(
        (request.status, legs(&request)),
        (RequestStatus::Validated, vec![("P2", 10_000)]),
        "{:?}",
        request.findings
    );
    assert!(request.findings.iter().any(|finding| finding.code.name() == "policy.person_decides"));
    doctor::balance::check(&request).unwrap();
    let account = held.invoice.as_ref().unwrap();
    assert_eq!((account.overpaid_minor(&invoice), account.open_minor(&invoice), account.claims.len()), (0, 0, 0));
    // All that was sold can still be credited, and goes back to the other payment.
    let mut credit = asked("c", &invoice, None);
    check_with(&mut credit, &mut held);
    assert_eq!(legs(&credit), [("P1", 10_000)], "{:?}", credit.findings);
}

#[test]
fn no_more_is_paid_out_than_was_paid_too_much() {
    let invoice = paid_twice();
    let mut held = gather(&asked("r", &invoice, None), &Stored::new());
    for (minor, status) in [
        (Some(10_001), RequestStatus::Ineligible),
        (Some(6_000), RequestStatus::Validated),
        (Some(4_001), RequestStatus::Ineligible),
        (None, RequestStatus::Validated),
        (None, RequestStatus::Ineligible),
    ] {
        let mut request = payout(&format!("r{minor:?}{status:?}"), &invoice, minor);
        check_with(&mut request, &mut held);
        assert_eq!(request.status, status, "{minor:?}: {:?}", request.findings);
    }
    let sound = paid_by("INV-1", &[part("P1", "ch_1", 10_000)]);
    let mut request = payout("s", &sound, None);
    let mut held = gather(&request, &Stored::new());
    check_with(&mut request, &mut held);
    assert!(request.findings[0].message.contains("nothing to pay out"), "{:?}", request.findings);
}

#[test]
fn a_payout_that_is_refused_leaves_the_money_to_the_next() {
    let invoice = paid_twice();
    let mut request = payout("r", &invoice, None);
    let mut held = gather(&request, &Stored::new());
    check_with(&mut request, &mut held);
    approval::rejection::withdraw(&mut request, "alice", "", at(2)).unwrap();
    approval::rejection::release(&mut request, &mut held, at(2)).unwrap();
    let account = held.invoice.as_ref().unwrap();
    assert_eq!((account.payouts.len(), account.overpaid_minor(&invoice)), (0, 10_000));
    assert_eq!(held.of(&invoice.payments[1]).unwrap().available_minor(), 10_000);
}

#[test]
fn a_credit_that_was_set_against_what_was_owed_makes_what_is_paid_later_too_much() {
    let mut invoice = paid_by("INV-1", &[part("P1", "ch_1", 10_000)]);
    let payments = std::mem::take(&mut invoice.payments);
    let mut credit = asked("c", &invoice, Some(4_000));
    let mut held = gather(&credit, &Stored::new());
    check_with(&mut credit, &mut held);
    assert_eq!(credit.status, RequestStatus::Validated, "{:?}", credit.findings);
    invoice.payments = payments;
    let mut request = payout("r", &invoice, None);
    let fresh = gather(&request, &Stored::new());
    let mut held = Accounts { invoice: held.invoice, ..fresh };
    check_with(&mut request, &mut held);
    assert_eq!(legs(&request), [("P1", 4_000)], "{:?}", request.findings);
}

#[test]
fn an_invoice_account_that_was_stored_before_payouts_still_reads() {
    let written = serde_json::to_string(&InvoiceAccount::untouched("INV-1")).unwrap();
    assert!(!written.contains("payouts"), "{written}");
    assert_eq!(serde_json::from_str::<InvoiceAccount>(&written).unwrap().payouts, []);
}

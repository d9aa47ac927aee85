//! How many legs a request has: as many as its payments ask for, and never more than fit.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::account::{Accounts, InvoiceAccount, PaymentAccount};
use contraflow_domain::attention::retry::RetryError;
use contraflow_domain::catalogue::FindingCode;
use contraflow_domain::dispute::case;
use contraflow_domain::eligibility::{self, Asked};
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::{FIRST_LEGS, LEGS, REFERENCE_LENGTH};
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::Request;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::leg::{Leg, Target};
use samples::{approved, at, eur, executing, steps, tasks};

/// The most bytes of one value of the store.
const VALUE_BYTES: usize = 1024 * 1024;

/// A refund of all of an invoice that was paid in so many payments, checked.
fn of(payments: usize) -> Request {
    let mut request = approved(100 * i64::try_from(payments).unwrap());
    request.status = RequestStatus::Received;
    request.legs.clear();
    request.ask.amount = None;
    let total = eur(100 * i64::try_from(payments).unwrap());
    let invoice = request.packet.as_mut().unwrap().invoice.as_mut().unwrap();
    let line = &mut invoice.lines[0];
    (line.unit_price, line.net, line.gross) = (total.to_string().parse().unwrap(), total, total);
    (invoice.totals.net, invoice.totals.gross) = (total, total);
    let paid = |number: usize| samples::payment(&format!("P{number}"), &format!("ch_{number}"), eur(100), eur(100));
    invoice.payments = (0..payments).map(paid).collect();
    let found = |_: &contraflow_domain::invoice::Payment| Ok::<Option<PaymentAccount>, ()>(None);
    let mut accounts = Accounts::gather(&request, Some(InvoiceAccount::untouched("INV-1")), found).unwrap();
    let policy = Policy::parse(DEFAULT).unwrap();
    eligibility::check(&mut request, &mut accounts, &mut Asked::default(), &["sandbox"], &policy, at(0)).unwrap();
    request
}

#[test]
fn a_request_begins_with_as_many_legs_as_it_may_and_of_more_payments_a_person_is_told_what_to_do() {
    let request = of(FIRST_LEGS);
    assert_eq!((request.status, request.legs.len()), (RequestStatus::Validated, FIRST_LEGS), "{:?}", request.findings);
    let request = of(FIRST_LEGS + 1);
    assert_eq!((request.status, request.legs.len()), (RequestStatus::Ineligible, 0));
    let finding = &request.findings[0];
    assert_eq!(finding.code, FindingCode::LegsTooMany);
    assert!(finding.message.contains("202") && finding.message.contains("another request"), "{}", finding.message);
}

/// A request whose leg was sent again and again, until it has so many.
fn sent_again(count: usize) -> (Request, Accounts) {
    let mut request = executing(4_000);
    let mut accounts = samples::accounts(10_000, &request);
    while request.legs.len() < count {
        fail_last(&mut request, &mut accounts);
        let by_hand = Destination::OriginalTender;
        steps::retry(&mut request, &mut accounts, None, by_hand, "fina", at(1)).unwrap();
    }
    (request, accounts)
}

fn fail_last(request: &mut Request, accounts: &mut Accounts) {
    let last = request.legs.last_mut().unwrap();
    last.status = LegStatus::Failed;
    accounts.reconcile(request).unwrap();
    steps::seal(request, at(1));
}

#[test]
fn a_request_takes_no_more_legs_than_it_may_have_and_nothing_is_changed_by_one_too_many() {
    let (mut request, mut accounts) = sent_again(LEGS);
    fail_last(&mut request, &mut accounts);
    let before = request.legs.clone();
    let refused = steps::retry(&mut request, &mut accounts, None, Destination::OriginalTender, "fina", at(2));
    assert_eq!(refused, Err(RetryError::Full));
    assert!(RetryError::Full.to_string().contains("reverse it"), "{}", RetryError::Full);
    assert_eq!(request.legs, before);
}

#[test]
fn what_a_bank_has_paid_adds_no_leg_to_a_request_that_is_full_and_stays_a_persons_matter() {
    let (mut request, mut accounts) = sent_again(LEGS);
    for (seconds, status) in [(10, DisputeStatus::Open), (20, DisputeStatus::Lost)] {
        let news = case::News {
            dispute: "dp_1".into(),
            amount: Some(eur(10_000)),
            status,
            reason: String::new(),
            reinstated: false,
            round: None,
            at: at(seconds),
        };
        case::apply_news(&mut accounts.payments[0], &news);
        case::reconcile(&mut request, &mut accounts.payments[0], "sandbox", at(seconds));
        steps::seal(&mut request, at(seconds));
    }
    assert_eq!(request.legs.len(), LEGS);
    assert_eq!((request.status, tasks(&request)), (RequestStatus::NeedsAttention, vec!["leg.reroute"]));
}

#[test]
fn a_request_with_as_many_legs_as_it_may_have_fits_one_value_of_the_store() {
    let long = |number: usize| format!("{number:0>width$}", width = REFERENCE_LENGTH);
    let mut request = executing(4_000);
    request.packet = None;
    let leg = |number: usize| {
        let target = Target::Tender { gateway: "sandbox".into(), payment: long(number), reference: long(number) };
        let mut leg = Leg::reserved(format!("l{number}"), target, "card", eur(100));
        leg.status = LegStatus::Failed;
        leg.gateway_reference = Some(long(number));
        (leg.sent_at, leg.settles, leg.excess) = (Some(at(1)), Some(eur(100)), Some(eur(100)));
        (leg.replaces, leg.replaced_by) = (Some("l499".into()), Some("l500".into()));
        leg.attempt.failure = Some("x".repeat(300));
        leg
    };
    request.legs = (1..=LEGS).map(leg).collect();
    let bytes = serde_json::to_vec(&request).unwrap().len();
    assert!(bytes < VALUE_BYTES * 3 / 4, "{bytes} bytes");
}

//! What archived requests held of an account counts as before, and what may not leave stays.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::BTreeMap;

use contraflow_domain::account::{
    Accounts, Claim, InvoiceAccount, LegClaim, PaymentAccount, Share, StoreCreditAccount,
};
use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::doctor;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::DAY_MS;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::policy::RetentionPolicy;
use contraflow_domain::request::Request;
use contraflow_domain::request::leg::{Leg, Target};
use contraflow_domain::retention::Stays;
use contraflow_domain::time::Timestamp;
use samples::{approved, at, eur};

const RETENTION: RetentionPolicy = RetentionPolicy { requests_after_days: 730, receipts_after_days: 90 };

fn request(id: &str) -> Request {
    let mut request = approved(1_000);
    request.id = id.into();
    request.status = RequestStatus::Completed;
    request.due = None;
    request.tasks.clear();
    request
}

fn over(request: &Request) -> Timestamp {
    request.updated_at.max(request.created_at).plus_ms(730 * DAY_MS)
}

fn claim(request: &str, counted: bool, by_bank: bool) -> LegClaim {
    let payment = Some("P".to_owned());
    let (request, leg) = (request.to_owned(), "l1".to_owned());
    LegClaim {
        request,
        leg,
        payment,
        amount: Money { minor: 110, currency: Currency::USD },
        settles: Some(eur(100)),
        counted,
        sent: Some(true),
        by_bank,
        given_back: false,
    }
}

/// A payment of 110.00 dollars that paid an invoice of 100.00 euros.
fn payment() -> PaymentAccount {
    let mut account = PaymentAccount::untouched("sandbox", "ch", None);
    let captured = Money { minor: 11_000, currency: Currency::USD };
    account.apply("INV-1", &samples::payment("P", "ch", captured, eur(10_000)));
    account
}

fn of(payments: Vec<PaymentAccount>) -> Accounts {
    Accounts { invoice: None, payments }
}

#[test]
fn a_payment_has_as_much_left_after_its_requests_were_archived_as_before() {
    let mut before = payment();
    before.claims = vec![
        claim("a", true, false),
        claim("b", false, true),
        claim("c", true, true),
        claim("d", false, false),
        claim("e", true, false),
    ];
    before.shares.push(Share { request: "a".into(), leg: "l2".into(), amount: eur(5) });
    let numbers = |account: &PaymentAccount| {
        (
            account.used_minor(),
            account.sent_minor(),
            account.available_minor(),
            account.lost_unclaimed_minor(),
            account.available_of("P"),
            account.payable_minor("P"),
            account.amount_for("P", 4_321, 1),
        )
    };
    let mut accounts = of(vec![before.clone()]);
    for id in ["a", "b", "c", "d"] {
        accounts.archive(&request(id)).unwrap();
        accounts.archive(&request(id)).unwrap();
    }
    let after = &accounts.payments[0];
    assert_eq!(numbers(after), numbers(&before));
    assert_eq!(after.claims, [claim("e", true, false)]);
    assert_eq!((after.archived.len(), after.archived[0].legs, after.shares.len()), (1, 3, 0));
    assert_eq!(after.touched().len(), 1, "nobody who has left is told of news");
    let stored = serde_json::to_string(after).unwrap();
    assert_eq!(serde_json::from_str::<PaymentAccount>(&stored).unwrap(), *after);
    assert!(!serde_json::to_string(&before).unwrap().contains("archived"), "accounts of before are as they were");
}

#[test]
fn an_invoice_has_as_much_left_after_its_requests_were_archived_as_before() {
    let invoice = samples::invoice();
    let mut account = InvoiceAccount::untouched(&invoice.number);
    let mut holders = BTreeMap::new();
    for (id, minor) in [("a", 1_000), ("b", 250), ("c", 333)] {
        let allocation =
            account.allocate(&invoice, &contraflow_domain::allocation::Selection::Document(eur(minor))).unwrap();
        let mut request = request(id);
        request.amount = Some(allocation.totals.gross);
        request.lines.clone_from(&allocation.lines);
        request.totals = Some(allocation.totals);
        request.rounding = Some(allocation.rounding).filter(|rounding| rounding.gross.minor != 0);
        let gross = allocation.totals.gross;
        let claim = Claim { request: id.into(), wish: "w".into(), ticket: None, at: at(0), gross, offset_minor: 0 };
        account.reserve(&invoice, claim, &allocation).unwrap();
        holders.insert(id.to_owned(), request);
    }
    let before = account.clone();
    let mut accounts = Accounts { invoice: Some(account), payments: Vec::new() };
    for id in ["a", "b"] {
        accounts.archive(&holders.remove(id).unwrap()).unwrap();
    }
    let after = accounts.invoice.unwrap();
    assert_eq!((after.held_minor(), &after.credited), (before.held_minor(), &before.credited));
    assert_eq!(
        (after.open_minor(&invoice), after.overpaid_minor(&invoice)),
        (before.open_minor(&invoice), before.overpaid_minor(&invoice))
    );
    assert_eq!((after.claims.len(), after.archived.requests), (1, 2));
    assert_eq!(doctor::invoice("invoice/x", &after, &holders), []);
    let mut forged = after.clone();
    forged.archived.credited = Default::default();
    assert!(!doctor::invoice("invoice/x", &forged, &holders).is_empty(), "the doctor counts them");
}

#[test]
fn a_request_may_leave_when_its_time_is_over_and_not_a_moment_sooner() {
    let request = request("a");
    let time = over(&request);
    let leaves = |now| RETENTION.may_leave(&request, &Accounts::default(), None, now);
    assert_eq!(leaves(Timestamp::from_unix_ms(time.unix_ms() - 1)), Err(Stays::Until(time)));
    assert_eq!(leaves(time), Ok(()));
}

#[test]
fn what_is_open_stays_however_old_it_is() {
    let sound = request("a");
    let now = over(&sound).plus_ms(DAY_MS);
    let leaves = |request: &Request| RETENTION.may_leave(request, &Accounts::default(), None, now);
    assert_eq!(leaves(&sound), Ok(()));
    let mut due = sound.clone();
    due.due = Some(at(0));
    let mut task = sound.clone();
    task.raise(at(0), TaskCode::DisputeOpen, "", "open");
    task.updated_at = sound.updated_at;
    let mut waiting = sound.clone();
    waiting.status = RequestStatus::PendingApproval;
    for open in [due, task, waiting] {
        assert_eq!(leaves(&open), Err(Stays::Open), "{:?}", open.status);
    }
}

#[test]
fn store_credit_that_is_not_used_up_keeps_its_request() {
    let mut request = request("a");
    request.legs = vec![Leg::reserved("l1".into(), Target::StoreCredit { payment: None }, "", eur(1_000))];
    let now = over(&request);
    let mut credit = StoreCreditAccount::empty("C", Currency::EUR);
    credit.grant(&request.legs[0].key("a"), "a", eur(1_000), at(0), None).unwrap();
    let leaves = |credit: &StoreCreditAccount| RETENTION.may_leave(&request, &Accounts::default(), Some(credit), now);
    assert_eq!(leaves(&credit), Err(Stays::StoreCredit));
    credit.spend("s", eur(1_000), "o", "fin", at(1)).unwrap();
    assert_eq!(leaves(&credit), Ok(()));
}

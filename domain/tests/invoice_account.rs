//! An invoice's account at its bounds: it holds sums and what stands, never what was.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::BTreeMap;

use contraflow_domain::account::{AccountError, Claim, InvoiceAccount};
use contraflow_domain::allocation::{LineSelection, Portion, Selection};
use contraflow_domain::doctor;
use contraflow_domain::invoice::Invoice;
use contraflow_domain::limits;
use contraflow_domain::request::Request;
use samples::{approved, at, eur};
use serde_json::json;

/// What a store takes under one key.
const VALUE_BYTES: usize = 1024 * 1024;

/// So many lines of 1,000.00 without tax, nothing paid.
fn invoice(lines: usize, id: impl Fn(usize) -> String) -> Invoice {
    let line = |number: usize| {
        json!({"id": id(number), "description": "Sensor", "quantity": "1", "unit_price": "1000.00", "discount": "0.00",
               "tax_rate": "0", "net": "1000.00", "tax": "0.00", "gross": "1000.00"})
    };
    serde_json::from_value(json!({
        "number": "INV-1", "issued_on": "2026-11-01", "currency": "EUR",
        "customer": {"id": "C", "name": "C", "country": "DE", "tier": "", "email": ""},
        "prices_include_tax": false, "tax_rounding": "line", "lines": (0..lines).map(line).collect::<Vec<_>>(),
        "payments": [],
    }))
    .unwrap()
}

/// Sets money aside for one more request; gives the request.
fn credit(
    account: &mut InvoiceAccount,
    invoice: &Invoice,
    number: usize,
    selection: &Selection,
) -> Result<Request, AccountError> {
    let allocation = account.allocate(invoice, selection).unwrap();
    let mut request = approved(allocation.totals.gross.minor);
    request.id = format!("0199c7b0-0000-7000-8000-{number:012}");
    request.lines.clone_from(&allocation.lines);
    request.totals = Some(allocation.totals);
    let wish = contraflow_audit::canonical_hash(&number).unwrap();
    let ticket = Some("t".repeat(limits::CLAIM_TICKET_BYTES));
    let gross = allocation.totals.gross;
    let claim = Claim { request: request.id.clone(), wish, ticket, at: at(0), gross, offset_minor: gross.minor };
    account.reserve(invoice, claim, &allocation)?;
    Ok(request)
}

fn bytes(account: &InvoiceAccount) -> usize {
    serde_json::to_vec(account).unwrap().len()
}

#[test]
fn an_invoice_of_500_lines_takes_200_credits_of_all_its_lines() {
    let invoice = invoice(limits::LINES, |number| number.to_string());
    let mut account = InvoiceAccount::untouched("INV-1");
    let mut holders = BTreeMap::new();
    let mut after_one = 0;
    for number in 0..200 {
        let request = credit(&mut account, &invoice, number, &Selection::Document(eur(50_000))).unwrap();
        assert_eq!(request.lines.len(), limits::LINES, "each takes a part of every line");
        holders.insert(request.id.clone(), request);
        if number == 0 {
            after_one = bytes(&account);
        }
    }
    assert_eq!(account.held_minor(), 10_000_000);
    assert!(bytes(&account) < after_one + 200 * 400, "{} bytes", bytes(&account));
    assert_eq!(doctor::invoice("invoice/INV-1", &account, &holders), []);
    let any = holders.values().next().unwrap().clone();
    account.release(&invoice, &any).unwrap();
    assert_eq!(account.held_minor(), 9_950_000);
    assert_eq!(doctor::invoice("invoice/INV-1", &account, &holders), []);
}

#[test]
fn requests_that_were_made_and_taken_back_2500_times_leave_nothing() {
    let invoice = invoice(2, |number| number.to_string());
    let mut account = InvoiceAccount::untouched("INV-1");
    let first = credit(&mut account, &invoice, 0, &Selection::Document(eur(100))).unwrap();
    let one = account.clone();
    for number in 1..=2_500 {
        let request = credit(&mut account, &invoice, number, &Selection::Document(eur(199_900))).unwrap();
        account.release(&invoice, &request).unwrap();
        account.release(&invoice, &request).unwrap();
    }
    assert_eq!((&account.claims, account.held_minor()), (&one.claims, 100));
    assert!(bytes(&account) < bytes(&one) + 400, "{} bytes, at first {}", bytes(&account), bytes(&one));
    assert_eq!(doctor::invoice("invoice/INV-1", &account, &BTreeMap::from([(first.id.clone(), first)])), []);
}

#[test]
fn an_account_that_is_filled_to_every_bound_can_be_stored_and_takes_no_more() {
    let id = |number: usize| format!("{}{number:03}", "ü".repeat(limits::REFERENCE_LENGTH - 3));
    let invoice = invoice(limits::LINES, id);
    let mut account = InvoiceAccount::untouched("INV-1");
    let of_line = |line: usize| {
        Selection::Lines(vec![LineSelection { line: id(line % limits::LINES), portion: Portion::Gross(eur(1_000)) }])
    };
    let mut last = credit(&mut account, &invoice, 0, &Selection::Document(eur(1_000_000))).unwrap();
    for number in 1..limits::INVOICE_CLAIMS {
        last = credit(&mut account, &invoice, number, &of_line(number)).unwrap();
    }
    assert_eq!(account.claims.len(), limits::INVOICE_CLAIMS);
    assert!(bytes(&account) < VALUE_BYTES, "{} bytes", bytes(&account));
    let full = credit(&mut account, &invoice, limits::INVOICE_CLAIMS, &of_line(1));
    assert!(matches!(full, Err(AccountError::Full { .. })), "{full:?}");
    account.release(&invoice, &last).unwrap();
    credit(&mut account, &invoice, limits::INVOICE_CLAIMS, &of_line(1)).unwrap();
}

//! The pages of asking for credits.

use contraflow_domain::account::CustomerBalanceView;
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::problem::Problem;

use super::{Named, fixtures, frame, list, session};
use crate::form::Form;
use crate::pages::{customer, new};
use crate::parts::layout::Place;

/// Returns every page with a name of its own.
pub fn pages() -> Vec<Named> {
    let bob = session("bob", &["approver:manager", "finance"]);
    let at = |place| frame(&bob, place);
    let none = Form::default();
    let wrong = Form::from([
        ("kind", "refund"),
        ("invoice", "INV-9"),
        ("amount", "12.5"),
        ("currency", "EUR"),
        ("note", "late"),
    ]);
    let fault =
        FieldError { pointer: "/amount/value".into(), detail: "12.5 has 1 decimal, but EUR has 2: write 12.50".into() };
    let (problem, errors) = new::at_fields(Problem::invalid(vec![fault]));
    let unfit = at(Place::New).failed(problem);
    let balance = fixtures::balance();
    let no_balance = CustomerBalanceView { customer: "CUST-9".into(), balances: Vec::new() };
    vec![
        ("customer", customer::render(&at(Place::Customers), "CUST-7", &balance, &list(fixtures::many(4), None))),
        ("customer-empty", customer::render(&at(Place::Customers), "CUST-9", &no_balance, &list(Vec::new(), None))),
        ("new", new::render(&at(Place::New), &bob, &none, "key-1", &[])),
        ("new-wrong", new::render(&unfit, &bob, &wrong, "key-2", &errors)),
    ]
}

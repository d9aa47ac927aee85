//! Shows one customer: who they are, what they were credited in the last twelve months, their store credit, and the
//! requests about them.

use contraflow_domain::account::CustomerBalanceView;
use contraflow_domain::authority::Effect;
use contraflow_domain::invoice::Customer;
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::view::Page;
use maud::{Markup, html};

use super::credit;
use crate::form::{segment, with_query};
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::parts::{months, rows};

/// Holds what the page shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The customer as the ERP knows them; none when it does not.
    pub customer: Option<Customer>,
    /// Their store credit.
    pub balance: CustomerBalanceView,
    /// The newest requests about them.
    pub requests: Page<RequestRow>,
    /// The requests of the last twelve months that were carried out; none when they can't be read.
    pub done: Option<Page<RequestRow>>,
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, id: &str, shown: &Shown) -> Markup {
    let name = shown.customer.as_ref().map(|customer| customer.name.as_str()).filter(|name| !name.is_empty());
    let body = html! {
        div.title {
            div {
                h1 dir="auto" { (name.unwrap_or(id)) }
                p.quiet { (facts(id, shown.customer.as_ref())) }
            }
            @if frame.may(Effect::Ask) { a.button.primary href=(with_query("/new", &[("customer", id)])) { (say!("customers-ask")) } }
        }
        @if let Some(done) = &shown.done { (last_months(done, frame)) }
        section.stack aria-labelledby="credit" {
            h2 #credit { (say!("customers-credit")) }
            @if shown.balance.balances.is_empty() { div.card { p.quiet { (say!("customers-no-credit")) } } }
            @for balance in &shown.balance.balances { (credit::account(id, balance, frame)) }
            @if frame.may(Effect::SeeCreditChanges) && !shown.balance.balances.is_empty() {
                p { a href=(format!("/customers/{}/credit", segment(id))) { (say!("customers-changes")) } }
            }
        }
        section.stack aria-labelledby="requests" {
            h2 #requests { (say!("customers-requests")) }
            @if shown.requests.items.is_empty() {
                div.card { p.quiet { (say!("customers-no-requests")) } }
            } @else {
                (rows::table(&say!("customers-requests-caption"), &shown.requests.items, rows::When::Received, frame.now, None))
                @if shown.requests.next.is_some() { p { a.button href=(with_query("/requests", &[("customer", id)])) { (say!("customers-all-requests")) } } }
            }
        }
    };
    page(frame, &say!("customers-one", name = name.unwrap_or(id)), body)
}

/// Writes what is known of the customer, in one line.
fn facts(id: &str, customer: Option<&Customer>) -> Markup {
    let known =
        customer.map(|customer| [customer.country.as_str(), &customer.language, &customer.tier, &customer.email]);
    html! {
        (say!("customers-number", number = id))
        @for fact in known.into_iter().flatten().filter(|fact| !fact.is_empty()) { " · " bdi { (fact) } }
    }
}

fn last_months(done: &Page<RequestRow>, frame: &Frame<'_>) -> Markup {
    let amounts: Vec<_> = done.items.iter().filter_map(|row| Some((row.created_at, row.amount?))).collect();
    let all = months::series(&amounts, frame.now);
    html! {
        section.card aria-labelledby="months" {
            h2 #months { (say!("customers-months")) }
            @if all.is_empty() { p.quiet { (say!("customers-months-nothing")) } } @else { (months::pictures(&all)) }
            @if done.next.is_some() { p.quiet { (say!("customers-months-part", count = done.items.len())) } }
        }
    }
}

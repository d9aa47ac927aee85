//! Shows one customer's store credit and requests.

use contraflow_domain::account::{BalanceView, CreditEntry, CustomerBalanceView, Grant, origin_of};
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::form::{segment, with_query};
use crate::limits;
use crate::parts::layout::{Frame, page};
use crate::parts::{money, rows, time};
use crate::reply;
use crate::session::Session;

/// Serves `GET /customers/{id}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, id: &str) -> Result<Answer, Problem> {
    let balance = format!("/v1/customers/{}/balance", segment(id));
    let requests = with_query("/v1/requests", &[("customer", id), ("limit", &limits::CUSTOMER_REQUESTS.to_string())]);
    let (balance, requests) = futures::join!(api_client::get(session, &balance), api_client::get(session, &requests));
    Ok(reply::page(StatusCode::OK, render(frame, id, &balance?, &requests?)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, id: &str, balance: &CustomerBalanceView, requests: &Page<RequestRow>) -> Markup {
    let body = html! {
        div.title { h1 { "Customer " (id) } }
        section.stack aria-labelledby="credit" {
            h2 #credit { "Store credit" }
            @if balance.balances.is_empty() { div.card { p.quiet { "This customer has no store credit. It comes about when a request is paid out as store credit." } } }
            @for balance in &balance.balances { (account(balance, frame)) }
        }
        section.stack aria-labelledby="requests" {
            h2 #requests { "Requests" }
            @if requests.items.is_empty() {
                div.card { p.quiet { "No requests concern this customer." } }
            } @else {
                (rows::table("Requests of this customer, the newest first", &requests.items, rows::When::Received, frame.now, None))
                @if requests.next.is_some() { p { a.button href=(with_query("/requests", &[("customer", id)])) { "All of them" } } }
            }
        }
    };
    page(frame, &format!("Customer {id}"), body)
}

fn account(balance: &BalanceView, frame: &Frame<'_>) -> Markup {
    html! {
        div.card.flush {
            p.pad.figure { (money::money(balance.balance)) span.second { "can be spent" } }
            @for hold in &balance.holds {
                p.pad { (money::money(hold.amount)) " is held for " span.mono.break { (hold.reference) } ", until " (time::absolute(hold.until)) }
            }
            @if !balance.grants.is_empty() {
                table.rows {
                    thead { tr { th scope="col" { "Grant" } th scope="col" { "When" } th scope="col" { "Expires" } th.number scope="col" { "Left" } th.number scope="col" { "Amount" } } }
                    tbody {
                        @for grant in &balance.grants { (granted(grant, frame)) }
                    }
                }
            }
            @if balance.grants_left_out > 0 { p.pad.quiet { "and " (balance.grants_left_out) " more grants" } }
            @if !balance.entries.is_empty() {
                table.rows {
                    thead { tr { th scope="col" { "Entry" } th scope="col" { "When" } th scope="col" { "By" } th.number scope="col" { "Amount" } } }
                    tbody { @for entry in balance.entries.iter().rev() { (moved(entry, frame)) } }
                }
                @if balance.next.is_some() { p.pad.quiet { "These are the newest; the API lists all." } }
            }
        }
    }
}

fn moved(entry: &CreditEntry, frame: &Frame<'_>) -> Markup {
    let sign = match entry.what.sign() {
        1 => "+",
        -1 => "\u{2212}",
        _ => "",
    };
    html! {
        tr {
            th scope="row" data-label="Entry" { (entry.what.title()) span.second.mono.break { (entry.refers_to) } }
            td data-label="When" { (time::relative(entry.at, frame.now)) }
            td data-label="By" { (entry.actor) }
            td.number data-label="Amount" { (sign) (money::money(entry.amount)) }
        }
    }
}

fn granted(grant: &Grant, frame: &Frame<'_>) -> Markup {
    html! {
        tr {
            th scope="row" data-label="Grant" {
                @match origin_of(&grant.id).rsplit_once('-') {
                    Some((request, _)) => a href=(format!("/requests/{}", segment(request))) { "Granted" },
                    None => { "Granted" },
                }
                span.second.mono.break { (grant.id) }
            }
            td data-label="When" { (time::relative(grant.at, frame.now)) }
            td data-label="Expires" { @match grant.expires_at { Some(end) => (time::relative(end, frame.now)), None => span.quiet { "never" } } }
            td.number data-label="Left" { (money::money(grant.remaining)) }
            td.number data-label="Amount" { (money::money(grant.amount)) }
        }
    }
}

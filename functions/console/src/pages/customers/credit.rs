//! Draws a customer's store credit in one currency: what can be spent, what is kept for orders, and what moved it.

use contraflow_domain::account::{BalanceView, CreditEntry, Grant, origin_of};
use maud::{Markup, html};

use crate::form::{segment, with_query};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::layout::Frame;
use crate::parts::{money, time};

/// Draws the account.
pub fn account(customer: &str, balance: &BalanceView, frame: &Frame<'_>) -> Markup {
    let statement =
        with_query(&format!("/customers/{}/statement", segment(customer)), &[("currency", balance.currency.code())]);
    html! {
        div.card.flush {
            p.pad.figure { (money::money(balance.balance)) span.second { (say!("customers-can-spend")) } }
            @for hold in &balance.holds {
                p.pad {
                    (woven!("customers-held", amount = money::money(hold.amount), order = html! { span.mono.break { (hold.reference) } }, until = html! { (time::absolute(hold.until)) }))
                }
            }
            @if !balance.grants.is_empty() { (grants(&balance.grants, frame)) }
            @if balance.grants_left_out > 0 { p.pad.quiet { (say!("customers-more-grants", count = balance.grants_left_out)) } }
            @if !balance.entries.is_empty() { (entries(&balance.entries, frame)) }
            p.pad.below { a href=(statement) { (say!("customers-statement")) } }
        }
    }
}

fn grants(grants: &[Grant], frame: &Frame<'_>) -> Markup {
    html! {
        table.rows {
            caption.hidden { (say!("customers-grants-caption")) }
            thead { tr {
                th scope="col" { (say!("customers-grant")) } th scope="col" { (say!("customers-when")) } th scope="col" { (say!("customers-expires")) }
                th.number scope="col" { (say!("customers-left")) } th.number scope="col" { (say!("customers-amount")) }
            } }
            tbody { @for grant in grants { (granted(grant, frame)) } }
        }
    }
}

fn granted(grant: &Grant, frame: &Frame<'_>) -> Markup {
    html! {
        tr {
            th scope="row" data-label=(say!("customers-grant")) {
                @match origin_of(&grant.id).rsplit_once('-') {
                    Some((request, _)) => a href=(format!("/requests/{}", segment(request))) { (say!("customers-from-request")) },
                    None => { (say!("customers-granted")) },
                }
            }
            td data-label=(say!("customers-when")) { (time::relative(grant.at, frame.now)) }
            td data-label=(say!("customers-expires")) { @match grant.expires_at { Some(end) => (time::relative(end, frame.now)), None => span.quiet { (say!("customers-never")) } } }
            td.number data-label=(say!("customers-left")) { (money::money(grant.remaining)) }
            td.number data-label=(say!("customers-amount")) { (money::money(grant.amount)) }
        }
    }
}

fn entries(entries: &[CreditEntry], frame: &Frame<'_>) -> Markup {
    html! {
        table.rows {
            caption.hidden { (say!("customers-entries-caption")) }
            thead { tr {
                th scope="col" { (say!("customers-entry")) } th scope="col" { (say!("customers-when")) } th scope="col" { (say!("customers-by")) }
                th.number scope="col" { (say!("customers-amount")) }
            } }
            tbody { @for entry in entries.iter().rev() { (moved(entry, frame)) } }
        }
    }
}

/// Draws what a move refers to: a link where it is a request, and nothing where it only has a name of its own.
fn refers_to(entry: &CreditEntry) -> Markup {
    let is_request = entry.refers_to.len() == 36 && entry.refers_to.matches('-').count() == 4;
    html! {
        @if is_request { span.second { a href=(format!("/requests/{}", segment(&entry.refers_to))) { (say!("customers-request")) } } }
        @else if !entry.refers_to.is_empty() { span.second.break dir="auto" { (entry.refers_to) } }
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
            th scope="row" data-label=(say!("customers-entry")) { (entry.what.said()) (refers_to(entry)) }
            td data-label=(say!("customers-when")) { (time::relative(entry.at, frame.now)) }
            td data-label=(say!("customers-by")) { bdi { (entry.actor) } }
            td.number data-label=(say!("customers-amount")) { (sign) (money::money(entry.amount)) }
        }
    }
}

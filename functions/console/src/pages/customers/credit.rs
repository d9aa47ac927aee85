//! Draws a customer's store credit in one currency: what can be spent, what is kept for orders, and what moved it.

use contraflow_domain::account::{BalanceView, CreditEntry, CreditMove, Grant, origin_of};
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
                a href=(format!("/requests/{}", segment(&grant.request))) { (say!("customers-from-request")) }
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

/// Returns the request that a move comes from; `None` where it comes from none.
fn request_of(entry: &CreditEntry) -> Option<&str> {
    match entry.what {
        CreditMove::Granted | CreditMove::Revoked | CreditMove::Reinstated => Some(&entry.refers_to),
        CreditMove::Expired => origin_of(&entry.refers_to).rsplit_once('-').map(|(request, _)| request),
        _ => entry.request.as_deref(),
    }
}

/// Draws what a move refers to: the request, the other customer, or the order of whoever spent it.
fn refers_to(entry: &CreditEntry) -> Markup {
    let is_transfer = matches!(entry.what, CreditMove::TransferredOut | CreditMove::TransferredIn);
    let is_spending = matches!(entry.what, CreditMove::Spent | CreditMove::Restored);
    html! {
        @if let Some(request) = request_of(entry) { span.second { a href=(format!("/requests/{}", segment(request))) { (say!("customers-request")) } } }
        @if is_transfer { span.second { a href=(format!("/customers/{}", segment(&entry.refers_to))) { bdi { (entry.refers_to) } } } }
        @if is_spending { span.second.break dir="auto" { (entry.refers_to) } }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::fixtures;

    #[test]
    fn a_move_leads_to_the_request_or_customer_that_it_refers_to_and_to_nothing_that_is_none() {
        let drawn = |what, refers_to: &str, request: Option<&str>| {
            let known = fixtures::balance().balances[0].entries[0].clone();
            let request = request.map(str::to_owned);
            super::refers_to(&CreditEntry { what, refers_to: refers_to.into(), request, ..known }).into_string()
        };
        let id = "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee";
        let to_request = format!("href=\"/requests/{id}\"");
        assert!(drawn(CreditMove::Granted, id, None).contains(&to_request));
        assert!(drawn(CreditMove::Expired, &format!("{id}-l1.5b1f"), None).contains(&to_request));
        let came = drawn(CreditMove::TransferredIn, "CUST-8", Some(id));
        assert!(came.contains(&to_request) && came.contains("href=\"/customers/CUST-8\""), "{came}");
        let order = drawn(CreditMove::Spent, id, None);
        assert!(order.contains(id) && !order.contains("href"), "an order may be named like a request: {order}");
        assert_eq!(drawn(CreditMove::CarriedForward, id, None), "", "a change is no request");
    }
}

//! Shows one invoice: what was credited of it, what is under way and what is left, in all, by line and by payment.

use contraflow_domain::account::{InvoiceCredits, LineCredits, PaymentCredits};
use contraflow_domain::authority::Effect;
use contraflow_domain::money::Money;
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::view::Page;
use maud::{Markup, html};

use crate::form::{segment, with_query};
use crate::locale::{say, woven};
use crate::parts::flow::{self, Part};
use crate::parts::layout::{Frame, page};
use crate::parts::words::{humane, method};
use crate::parts::{money, rows, time};

/// Draws the page.
pub fn render(frame: &Frame<'_>, state: &InvoiceCredits, requests: &Page<RequestRow>) -> Markup {
    let invoice = &state.invoice;
    let title = say!("invoices-one", number = invoice.number.as_str());
    let customer = html! { a href=(format!("/customers/{}", segment(&invoice.customer.id))) dir="auto" { (invoice.customer.name) } };
    let body = html! {
        div.title {
            div {
                h1 { (title) " " span.amount { (money::money(invoice.totals.gross)) } }
                p.quiet { (woven!("invoices-issued", day = html! { (issued(&invoice.issued_on)) }, who = customer)) }
            }
            @if frame.may(Effect::Ask) && state.left.is_positive() {
                a.button.primary href=(with_query("/new", &[("invoice", &invoice.number)])) { (say!("invoices-refund")) }
            }
        }
        section.card aria-labelledby="picture" {
            h2 #picture { (say!("invoices-picture")) }
            (flow::bar(&say!("invoices-of-total"), &parts(state)))
        }
        section.card.flush.below aria-labelledby="lines" {
            h2 #lines { (say!("invoices-lines")) }
            (lines(state))
        }
        section.card.flush.below aria-labelledby="payments" {
            h2 #payments { (say!("invoices-payments")) }
            @if state.payments.is_empty() { p.pad.quiet { (say!("invoices-unpaid")) } } @else { (payments(&state.payments)) }
        }
        section.stack aria-labelledby="requests" {
            h2 #requests { (say!("invoices-requests")) }
            @if requests.items.is_empty() { div.card { p.quiet { (say!("invoices-no-requests")) } } } @else {
                (rows::table(&say!("invoices-requests-caption"), &requests.items, rows::When::Received, frame.now, None))
                @if requests.next.is_some() { p { a.button href=(with_query("/requests", &[("invoice", &invoice.number)])) { (say!("invoices-all-requests")) } } }
            }
        }
    };
    page(frame, &title, body)
}

fn issued(day: &str) -> String {
    day.parse().map_or_else(|_| day.to_owned(), time::day)
}

/// Returns what the picture shows: what was credited, what is under way, and what is left.
fn parts(state: &InvoiceCredits) -> Vec<Part> {
    let part = |name: String, amount: Money, rest: bool| Part {
        label: html! { span { (name) } span.number { (money::money(amount)) } },
        minor: amount.minor.into(),
        rest,
    };
    let all = [
        part(say!("invoices-credited"), state.credited, false),
        part(say!("invoices-pending"), state.pending, false),
        part(say!("invoices-left"), state.left, true),
    ];
    all.into_iter().filter(|part| part.minor > 0 || part.rest).collect()
}

fn lines(state: &InvoiceCredits) -> Markup {
    html! {
        table.rows {
            caption.hidden { (say!("invoices-lines-caption")) }
            thead { tr {
                th scope="col" { (say!("invoices-line")) } th.number scope="col" { (say!("invoices-pieces")) } th.number scope="col" { (say!("invoices-credited")) }
                th.number scope="col" { (say!("invoices-pending")) } th.number scope="col" { (say!("invoices-left")) } th.number scope="col" { (say!("invoices-gross")) }
            } }
            tbody { @for line in &state.lines { (line_row(line, state)) } }
            tfoot { tr {
                th scope="row" { (say!("invoices-in-all")) " " span.currency { (state.invoice.currency) } }
                td.number.wide {}
                td.number data-label=(say!("invoices-credited")) { (money::value(state.credited)) }
                td.number data-label=(say!("invoices-pending")) { (money::value(state.pending)) }
                td.number data-label=(say!("invoices-left")) { (money::value(state.left)) }
                td.number data-label=(say!("invoices-gross")) { (money::value(state.invoice.totals.gross)) }
            } }
        }
    }
}

fn line_row(line: &LineCredits, state: &InvoiceCredits) -> Markup {
    let sold = state.invoice.line(&line.line).map(|known| known.quantity.normalize().to_string());
    let left = line.quantity_left.normalize().to_string();
    html! {
        tr {
            th scope="row" data-label=(say!("invoices-line")) { span dir="auto" { (line.description) } span.second { (line.line) } }
            td.number data-label=(say!("invoices-pieces")) {
                span { @match &sold { Some(sold) => (say!("invoices-pieces-of", left = left.as_str(), sold = sold.as_str())), None => (left) } }
            }
            td.number data-label=(say!("invoices-credited")) { (some(line.credited)) }
            td.number data-label=(say!("invoices-pending")) { (some(line.pending)) }
            td.number data-label=(say!("invoices-left")) { (some(line.left)) }
            td.number data-label=(say!("invoices-gross")) { (money::value(line.gross)) }
        }
    }
}

/// Draws an amount, or a dash for nothing.
fn some(amount: Money) -> Markup {
    html! { @if amount.is_zero() { span.quiet { "–" } } @else { span { (money::value(amount)) } } }
}

fn payments(payments: &[PaymentCredits]) -> Markup {
    html! {
        table.rows {
            caption.hidden { (say!("invoices-payments-caption")) }
            thead { tr {
                th scope="col" { (say!("invoices-payment")) } th.number scope="col" { (say!("invoices-captured")) } th.number scope="col" { (say!("invoices-refunded")) }
                th.number scope="col" { (say!("invoices-pending")) } th.number scope="col" { (say!("invoices-left")) }
            } }
            tbody {
                @for payment in payments {
                    tr {
                        th scope="row" data-label=(say!("invoices-payment")) {
                            span { (method(&payment.method)) @if let Some(digits) = &payment.last_four { " …" (digits) } @if !payment.gateway.is_empty() { " · " (humane(&payment.gateway)) } }
                            span.second.break { (payment.payment) }
                        }
                        td.number data-label=(say!("invoices-captured")) { (money::money(payment.captured)) }
                        td.number data-label=(say!("invoices-refunded")) { (some(payment.refunded)) }
                        td.number data-label=(say!("invoices-pending")) { (some(payment.pending)) }
                        td.number data-label=(say!("invoices-left")) { (some(payment.left)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::desk::invoice;

    #[test]
    fn the_picture_adds_up_and_leaves_out_what_is_not() {
        let state = invoice();
        let drawn: i128 = parts(&state).iter().map(|part| part.minor).sum();
        assert_eq!(drawn, i128::from(state.invoice.totals.gross.minor));
        let none = Money::zero(state.left.currency);
        let untouched = InvoiceCredits { credited: none, pending: none, left: state.invoice.totals.gross, ..state };
        assert_eq!(parts(&untouched).len(), 1);
    }
}

//! Shows the evidence packet, which a decider looks at.

use contraflow_domain::invoice::{Customer, Invoice, InvoiceLine, Payment};
use contraflow_domain::request::ask::Evidence;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::time::Timestamp;
use maud::{Markup, html};

use super::{money, time, words};
use crate::form::segment;

/// Draws the customer, the invoice with its lines and payments, and what supports the request.
pub fn packet(request: &RequestView, now: Timestamp) -> Markup {
    let packet = request.packet.as_ref();
    html! {
        @if let Some(invoice) = packet.and_then(|packet| packet.invoice.as_ref()) {
            section.card.flush aria-labelledby="invoice" {
                h2 #invoice { "Invoice " (invoice.number) }
                p.pad.quiet {
                    "issued " (invoice.issued_on) ", prices " @if invoice.prices_include_tax { "with" } @else { "without" } " tax"
                    @if let Some(packet) = packet { ", as the ERP had it " (time::relative(packet.built_at, now)) }
                }
                (lines(invoice, request))
                h3 { "Payments" }
                (payments(invoice))
            }
            (customer(&invoice.customer))
        }
    }
}

fn lines(invoice: &Invoice, request: &RequestView) -> Markup {
    html! {
        table.rows {
            caption.hidden { "Lines of the invoice and what this request credits of them" }
            thead { tr {
                th scope="col" { "Line" } th.number scope="col" { "Quantity" } th.number scope="col" { "Net" } th.number scope="col" { "Tax" }
                th.number scope="col" { "Gross" } th.number scope="col" { "Credited here" }
            } }
            tbody { @for line in &invoice.lines { (line_row(line, request)) } }
            tfoot { tr {
                th scope="row" { "Total " span.currency { (invoice.currency) } }
                td.number.wide {}
                td.number data-label="Net" { (money::value(invoice.totals.net)) }
                td.number data-label="Tax" { (money::value(invoice.totals.tax)) }
                td.number data-label="Gross" { (money::value(invoice.totals.gross)) }
                td.number data-label="Credited here" { @if let Some(amount) = request.amount { strong { (money::value(amount)) } } }
            } }
        }
    }
}

fn line_row(line: &InvoiceLine, request: &RequestView) -> Markup {
    let credited = request.lines.iter().find(|credited| credited.line == line.id);
    html! {
        tr.credited[credited.is_some()] {
            th scope="row" data-label="Line" { span { (line.description) } span.second { (line.id) } }
            td.number data-label="Quantity" { (line.quantity) span.second { "at " (money::grouped(&line.unit_price.to_string())) } }
            td.number data-label="Net" { (money::value(line.net)) }
            td.number data-label="Tax" { (money::value(line.tax)) span.second { (money::percent(&line.tax_rate.to_string())) } }
            td.number data-label="Gross" { (money::value(line.gross)) }
            td.number data-label="Credited here" {
                @match credited {
                    Some(part) => { strong { (money::value(part.gross)) } span.second { (money::value(part.net)) " + " (money::value(part.tax)) } },
                    None => { span.quiet { "–" } },
                }
            }
        }
    }
}

fn payments(invoice: &Invoice) -> Markup {
    if invoice.payments.is_empty() {
        return html! { p.pad.quiet { "No payment was received: the invoice is open." } };
    }
    html! {
        table.rows {
            caption.hidden { "Payments received for the invoice" }
            thead { tr {
                th scope="col" { "Payment" } th scope="col" { "Method" } th scope="col" { "Gateway" } th scope="col" { "Paid" } th.number scope="col" { "Captured" }
            } }
            tbody {
                @for payment in &invoice.payments {
                    tr {
                        th scope="row" data-label="Payment" { (payment.id) }
                        td data-label="Method" { (words::humane(&payment.method)) @if let Some(digits) = &payment.last_four { " ending in " (digits) } }
                        td data-label="Gateway" { (if payment.gateway.is_empty() { "–" } else { &payment.gateway }) span.second.mono.break { (payment.reference) } }
                        td data-label="Paid" { (paid_at(payment)) }
                        td.number data-label="Captured" { (money::value(payment.captured)) " " span.currency { (payment.captured.currency) }
                            @if payment.applied != payment.captured { span.second { "paid " (money::value(payment.applied)) " " (invoice.currency) } }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the time of the payment, or the ERP's own text when that is not an instant.
fn paid_at(payment: &Payment) -> String {
    payment.paid_at.parse().map_or_else(|_| payment.paid_at.clone(), time::absolute)
}

fn customer(customer: &Customer) -> Markup {
    html! {
        section.card aria-labelledby="customer" {
            h2 #customer { "Customer" }
            p { strong { (customer.name) } }
            dl.facts {
                dt { "Id" } dd { a href=(format!("/customers/{}", segment(&customer.id))) { (customer.id) } }
                @for (name, value) in [("Country", &customer.country), ("Tier", &customer.tier), ("Email", &customer.email)] {
                    @if !value.is_empty() { dt { (name) } dd.break { (value) } }
                }
            }
        }
    }
}

/// Draws what supports the request: links for web addresses, and text for everything else.
pub fn evidence(evidence: &[Evidence]) -> Markup {
    html! {
        @if evidence.is_empty() { span.quiet { "none was given" } }
        ul.plain.evidence {
            @for item in evidence {
                li {
                    span.quiet { (words::humane(&item.kind)) } " "
                    @if let Some(url) = &item.url { (link(url)) }
                    @if let Some(about) = about(item) { " " span.quiet { (about) } }
                }
            }
        }
    }
}

/// Returns what is known of a document besides where it lies; none where nothing is.
fn about(item: &Evidence) -> Option<String> {
    let size = item.size.map(|size| format!("{size} bytes"));
    let known: Vec<_> = [&item.name, &item.media_type, &size].into_iter().flatten().map(String::as_str).collect();
    (!known.is_empty()).then(|| format!("({})", known.join(", ")))
}

/// Draws a link to another site, but only for a web address: anything else, such as a script, stays text.
pub fn link(url: &str) -> Markup {
    let web = ["http://", "https://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    html! {
        @if web { a.break href=(url) rel="noopener noreferrer nofollow" target="_blank" { (url) span.hidden { " (opens in a new tab)" } } }
        @else { span.break { (url) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        for url in [
            "javascript:alert(1)",
            " https://a.example",
            "data:text/html,x",
            "//a.example",
            "file:///etc/passwd",
            "httpsx://a",
            "",
        ] {
            assert!(!link(url).into_string().contains("href"), "{url}");
        }
        let safe = link("HTTPS://a.example/?a=\"><script>").into_string();
        assert!(safe.contains("rel=\"noopener noreferrer nofollow\"") && !safe.contains("<script"), "{safe}");
    }
}

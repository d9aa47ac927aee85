//! Shows the evidence packet, which a decider looks at.

use contraflow_domain::invoice::{Customer, Invoice, InvoiceLine, Payment};
use contraflow_domain::request::ask::Evidence;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::time::Timestamp;
use maud::{Markup, html};

use super::{foreign, money, time, words};
use crate::form::segment;
use crate::locale::{say, woven};

/// Draws the customer, the invoice with its lines and payments, and what supports the request.
pub fn packet(request: &RequestView, now: Timestamp) -> Markup {
    let packet = request.packet.as_ref();
    html! {
        @if let Some(invoice) = packet.and_then(|packet| packet.invoice.as_ref()) {
            section.card.flush aria-labelledby="invoice" {
                h2 #invoice { (woven!("packet-invoice", number = foreign::name(&invoice.number))) }
                p.pad.quiet {
                    (say!("packet-issued", day = invoice.issued_on.as_str())) ", " @if invoice.prices_include_tax { (say!("packet-with-tax")) } @else { (say!("packet-without-tax")) }
                    @if let Some(packet) = packet { ", " (woven!("packet-as-of", when = time::relative(packet.built_at, now))) }
                }
                (lines(invoice, request))
                h3 { (say!("packet-payments")) }
                (payments(invoice))
            }
            (customer(&invoice.customer))
        }
    }
}

fn lines(invoice: &Invoice, request: &RequestView) -> Markup {
    html! {
        table.rows {
            caption.hidden { (say!("packet-lines")) }
            thead { tr {
                th scope="col" { (say!("packet-line")) } th.number scope="col" { (say!("packet-quantity")) } th.number scope="col" { (say!("packet-net")) } th.number scope="col" { (say!("packet-tax")) }
                th.number scope="col" { (say!("packet-gross")) } th.number scope="col" { (say!("packet-here")) }
            } }
            tbody { @for line in &invoice.lines { (line_row(line, request)) } }
            tfoot { tr {
                th scope="row" { (say!("packet-total")) " " span.currency { (invoice.currency) } }
                td.number.wide {}
                td.number data-label=(say!("packet-net")) { (money::value(invoice.totals.net)) }
                td.number data-label=(say!("packet-tax")) { (money::value(invoice.totals.tax)) }
                td.number data-label=(say!("packet-gross")) { (money::value(invoice.totals.gross)) }
                td.number data-label=(say!("packet-here")) { @if let Some(amount) = request.amount { strong { (money::value(amount)) } } }
            } }
        }
    }
}

fn line_row(line: &InvoiceLine, request: &RequestView) -> Markup {
    let credited = request.lines.iter().find(|credited| credited.line == line.id);
    html! {
        tr.credited[credited.is_some()] {
            th scope="row" data-label=(say!("packet-line")) { span dir="auto" { (line.description) } span.second { (line.id) } }
            td.number data-label=(say!("packet-quantity")) { (line.quantity) span.second { (say!("packet-at", price = money::grouped(&line.unit_price.to_string()))) } }
            td.number data-label=(say!("packet-net")) { (money::value(line.net)) }
            td.number data-label=(say!("packet-tax")) { (money::value(line.tax)) span.second { (money::percent(&line.tax_rate.to_string())) } }
            td.number data-label=(say!("packet-gross")) { (money::value(line.gross)) }
            td.number data-label=(say!("packet-here")) {
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
        return html! { p.pad.quiet { (say!("packet-no-payment")) } };
    }
    html! {
        table.rows {
            caption.hidden { (say!("packet-payments-caption")) }
            thead { tr {
                th scope="col" { (say!("packet-payment")) } th scope="col" { (say!("packet-method")) } th scope="col" { (say!("packet-gateway")) } th scope="col" { (say!("packet-paid")) } th.number scope="col" { (say!("packet-captured")) }
            } }
            tbody {
                @for payment in &invoice.payments {
                    tr {
                        th scope="row" data-label=(say!("packet-payment")) { (payment.id) }
                        td data-label=(say!("packet-method")) { (words::method(&payment.method)) @if let Some(digits) = &payment.last_four { " " (woven!("packet-ending", digits = foreign::name(digits))) } }
                        td data-label=(say!("packet-gateway")) { (if payment.gateway.is_empty() { say!("words-dash") } else { words::humane(&payment.gateway) }) span.second.mono.break { (payment.reference) } }
                        td data-label=(say!("packet-paid")) { (paid_at(payment)) }
                        td.number data-label=(say!("packet-captured")) { (money::value(payment.captured)) " " span.currency { (payment.captured.currency) }
                            @if payment.applied != payment.captured { span.second { (say!("packet-paid-amount", amount = money::said(payment.applied))) } }
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
            h2 #customer { (say!("packet-customer")) }
            p { strong dir="auto" { (customer.name) } }
            dl.facts {
                dt { (say!("packet-customer-number")) } dd { a href=(format!("/customers/{}", segment(&customer.id))) { (customer.id) } }
                @for (name, value) in [("packet-country", &customer.country), ("packet-tier", &customer.tier), ("packet-email", &customer.email), ("packet-language", &customer.language)] {
                    @if !value.is_empty() { dt { (say!(name)) } dd.break { (value) } }
                }
            }
        }
    }
}

/// Draws what supports the request: links for web addresses, and text for everything else. `files` is the address under
/// which stored files are given out, for whoever may have them.
pub fn evidence(evidence: &[Evidence], files: Option<&str>) -> Markup {
    html! {
        @if evidence.is_empty() { span.quiet { (say!("packet-no-evidence")) } }
        ul.plain.evidence {
            @for item in evidence {
                li {
                    span.quiet { (words::document(&item.kind)) } " "
                    @if let Some(url) = &item.url { (link(url)) }
                    @if let Some(about) = about(item) { " " span.quiet dir="auto" { (about) } }
                    @if let (Some(folder), Some(sha256), true) = (files, &item.sha256, item.stored) { " " a href=(format!("{folder}/{}", segment(sha256))) download { (say!("packet-download")) } }
                }
            }
        }
    }
}

/// Returns what is known of a document besides where it lies; none where nothing is.
fn about(item: &Evidence) -> Option<String> {
    let size = item.size.map(words::size);
    let known: Vec<_> = [&item.name, &item.media_type, &size].into_iter().flatten().map(String::as_str).collect();
    (!known.is_empty()).then(|| format!("({})", known.join(", ")))
}

/// Draws a link to another site, but only for a web address: anything else, such as a script, stays text.
pub fn link(url: &str) -> Markup {
    let web = ["http://", "https://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    html! {
        @if web { a.break href=(url) rel="noopener noreferrer nofollow" target="_blank" { (url) span.hidden { " " (say!("packet-new-tab")) } } }
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

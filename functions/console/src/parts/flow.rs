//! Draws a picture of where the money goes, from the invoice's lines to the legs. Widths are shares in integers; the
//! amounts beside them are exact.

use contraflow_domain::money::Money;
use contraflow_domain::request::view::{LegView, LineView, RequestView};
use maud::{Markup, html};

use super::words::{self, humane};
use super::{chips, money};
use crate::limits;

/// Holds the width of a whole bar, in units of its own.
const WIDTH: i128 = 10_000;
/// Holds the least width of a part, in the same units, so that it can be seen.
const LEAST: i128 = 60;

struct Part {
    label: Markup,
    minor: i128,
    /// True when it is drawn as what is left over, and not as a part of its own.
    rest: bool,
}

fn minor(amount: Money) -> i128 {
    amount.minor.into()
}

/// Draws the picture; nothing before amounts are known.
pub fn flow(request: &RequestView) -> Markup {
    let Some(amount) = request.amount else { return html! {} };
    let lines: Vec<_> = request.lines.iter().map(|line| line_part(line, request)).collect();
    let legs: Vec<_> = request.legs.iter().filter(|leg| leg.replaced_by.is_none()).map(leg_part).collect();
    html! {
        section.card aria-labelledby="flow" {
            h2 #flow { "Where the money goes" }
            @if let Some(parts) = of_invoice(request, amount) { (bar("Of the invoice", &parts)) }
            @if !lines.is_empty() { (bar("From these lines", &lines)) }
            @if legs.is_empty() { p.quiet { "No money moves: the amount is charged to the account." } } @else { (bar("To", &legs)) }
        }
    }
}

/// Returns this request's part of the invoice, and the rest of it.
fn of_invoice(request: &RequestView, amount: Money) -> Option<[Part; 2]> {
    let invoice = request.packet.as_ref()?.invoice.as_ref()?;
    let gross = invoice.totals.gross;
    let rest = gross.checked_sub(amount).ok().filter(|rest| rest.is_positive())?;
    let this = html! { span { "This request" } span.number { (money::money(amount)) } };
    let whole = html! { span.quiet { "Invoiced in all" } span.number { (money::money(gross)) } };
    Some([
        Part { label: this, minor: minor(amount), rest: false },
        Part { label: whole, minor: minor(rest), rest: true },
    ])
}

fn line_part(line: &LineView, request: &RequestView) -> Part {
    let invoice = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref());
    let known = invoice.and_then(|invoice| invoice.lines.iter().find(|known| known.id == line.line));
    let name = known.map_or_else(String::new, |known| known.description.clone());
    Part {
        label: html! {
            span { "Line " (line.line) @if !name.is_empty() { span.quiet { " " (name) } } }
            span.number { (money::money(line.gross)) }
        },
        minor: minor(line.gross),
        rest: false,
    }
}

fn leg_part(leg: &LegView) -> Part {
    Part {
        label: html! {
            span {
                (words::leg(leg))
                @if let Some(payment) = &leg.payment { span.quiet { " " (payment) } }
                " " (chips::status(leg.status))
            }
            span.number {
                (money::money(leg.amount))
                @if let Some(settles) = leg.in_another_currency() { span.quiet { " for " (money::money(settles)) } }
            }
        },
        minor: minor(leg.settles),
        rest: false,
    }
}

/// Returns the widths of the parts, which together are the whole bar. The last part takes what division leaves.
fn widths(weights: &[i128]) -> Vec<i128> {
    let total: i128 = weights.iter().map(|weight| (*weight).max(0)).sum();
    let spare = WIDTH - LEAST * i128::try_from(weights.len()).unwrap_or(0);
    let mut widths: Vec<i128> = weights
        .iter()
        .map(|weight| {
            LEAST + (*weight).max(0).checked_mul(spare).and_then(|product| product.checked_div(total)).unwrap_or(0)
        })
        .collect();
    let drawn: i128 = widths.iter().sum();
    if let Some(last) = widths.last_mut() {
        *last += WIDTH - drawn;
    }
    widths
}

fn bar(caption: &str, parts: &[Part]) -> Markup {
    let (shown, more) = parts.split_at(parts.len().min(limits::SEGMENTS));
    let mut weights: Vec<_> = shown.iter().map(|part| part.minor).collect();
    if !more.is_empty() {
        weights.push(more.iter().map(|part| part.minor).sum());
    }
    let colour = |index: usize| match parts.get(index) {
        Some(part) if part.rest => "rest".to_owned(),
        _ => format!("part{}", index.min(limits::SEGMENTS)),
    };
    let starts = widths(&weights).into_iter().scan(0, |from, width| {
        let start = *from;
        *from += width;
        Some((start, width))
    });
    html! {
        figure.bar {
            figcaption { (caption) }
            svg viewBox="0 0 10000 100" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                @for (index, (start, width)) in starts.enumerate() {
                    rect class=(colour(index)) x=(start) y="0" width=((width - 30).max(1)) height="100" {}
                }
            }
            ul.legend {
                @for (index, part) in parts.iter().enumerate() {
                    li { span class=(format!("swatch {}", colour(index))) aria-hidden="true" {} (part.label) }
                }
            }
        }
    }
}

/// Draws the legs with what is known of each.
pub fn legs(legs: &[LegView]) -> Markup {
    if legs.is_empty() {
        return html! {};
    }
    html! {
        section.card.flush aria-labelledby="legs" {
            h2 #legs { "Legs" }
            table.rows {
                thead { tr {
                    th scope="col" { "Leg" } th scope="col" { "Goes to" } th scope="col" { "Status" } th scope="col" { "Gateway's reference" }
                    th.number scope="col" { "Amount" }
                } }
                tbody { @for leg in legs { (leg_row(leg)) } }
            }
        }
    }
}

fn leg_row(leg: &LegView) -> Markup {
    html! {
        tr {
            th scope="row" data-label="Leg" { span.mono { (leg.id) } }
            td data-label="Goes to" { span { (words::leg(leg)) } @if let Some(payment) = &leg.payment { span.second { "payment " (payment) } } }
            td data-label="Status" {
                (chips::status(leg.status))
                @if leg.frozen { span.second { "held back by a dispute" } }
                @if leg.dual_payout_risk { span.second.overdue { "may be paid twice: a dispute opened after it was sent" } }
                @if leg.doubted { span.second.overdue { "the gateway contradicts itself and is being asked" } }
                @if let Some(excess) = leg.excess { span.second.overdue { (money::money(excess)) " more than its payment had left" } }
                @if let Some(failure) = &leg.failure { span.second { (humane(failure)) } }
                @if let Some(other) = &leg.replaced_by { span.second { "replaced by " (other) } }
            }
            td data-label="Gateway's reference" { span.mono.break { (leg.gateway_reference.as_deref().unwrap_or("–")) } }
            td.number data-label="Amount" {
                (money::money(leg.amount))
                @if let Some(settles) = leg.in_another_currency() { span.second { "settles " (money::money(settles)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fill_the_bar_whatever_they_are() {
        for minors in [&[1_i128, 1, 1][..], &[0, 0], &[-5, 10], &[i128::MAX / 4, 1], &[1], &[1, 999_999_999]] {
            let widths = widths(minors);
            assert_eq!(widths.iter().sum::<i128>(), WIDTH, "{minors:?}");
            assert!(widths.iter().all(|width| *width >= LEAST), "{minors:?}: {widths:?}");
        }
        assert!(widths(&[]).is_empty());
    }
}

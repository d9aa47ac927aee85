//! Draws a picture of where the money goes, from the invoice's lines to the legs. Widths are shares in integers; the
//! amounts beside them are exact.

use contraflow_domain::money::Money;
use contraflow_domain::request::view::{LegView, LineView, RequestView};
use maud::{Markup, html};

use super::words::{self, humane};
use super::{chips, foreign, money};
use crate::limits;
use crate::locale::{say, woven};

/// Holds the width of a whole bar, in units of its own.
const WIDTH: i128 = 10_000;
/// Holds the least width of a part, in the same units, so that it can be seen.
const LEAST: i128 = 60;

/// Holds a part of a bar.
pub struct Part {
    /// What stands for it in the legend, with its amount.
    pub label: Markup,
    /// How wide it is drawn: its amount, in minor units.
    pub minor: i128,
    /// True when it is drawn as what is left over, and not as a part of its own.
    pub rest: bool,
}

fn minor(amount: Money) -> i128 {
    amount.minor.into()
}

/// Says what of an invoice, or of a line, is credited and asked for by others, and what is left besides.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// What was credited.
    pub credited: Money,
    /// What others have asked for.
    pub pending: Money,
    /// What is left when this request is carried out.
    pub left: Money,
}

/// Draws the picture; nothing before amounts are known.
pub fn flow(request: &RequestView, standing: Option<Standing>) -> Markup {
    let Some(amount) = request.amount else { return html! {} };
    let lines: Vec<_> = request.lines.iter().map(|line| line_part(line, request)).collect();
    let legs: Vec<_> = request.legs.iter().filter(|leg| leg.replaced_by.is_none()).map(leg_part).collect();
    html! {
        section.card aria-labelledby="flow" {
            h2 #flow { (say!("flow-title")) }
            @match standing {
                Some(standing) => (bar(&say!("flow-of-invoice"), &stands(standing, amount))),
                None => { @if let Some(parts) = of_invoice(request, amount) { (bar(&say!("flow-of-invoice"), &parts)) } },
            }
            @if !lines.is_empty() { (bar(&say!("flow-from-lines"), &lines)) }
            @if legs.is_empty() { p.quiet { (say!("flow-no-money")) } } @else { (bar(&say!("flow-to"), &legs)) }
        }
    }
}

/// Returns what of the invoice is credited already, asked for by others, asked for here, and left.
fn stands(standing: Standing, amount: Money) -> Vec<Part> {
    let part = |key: &str, amount: Money, rest| Part {
        label: html! { span { (say!(key)) } span.number { (money::money(amount)) } },
        minor: minor(amount),
        rest,
    };
    let parts = [
        part("flow-this", amount, false),
        part("flow-credited", standing.credited, false),
        part("flow-pending", standing.pending, false),
        part("flow-left", standing.left, true),
    ];
    parts.into_iter().filter(|part| part.minor != 0 || part.rest).collect()
}

/// Returns this request's part of the invoice, and the rest of it.
fn of_invoice(request: &RequestView, amount: Money) -> Option<[Part; 2]> {
    let invoice = request.packet.as_ref()?.invoice.as_ref()?;
    let gross = invoice.totals.gross;
    let rest = gross.checked_sub(amount).ok().filter(|rest| rest.is_positive())?;
    let this = html! { span { (say!("flow-this")) } span.number { (money::money(amount)) } };
    let whole = html! { span.quiet { (say!("flow-whole")) } span.number { (money::money(gross)) } };
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
            span { (woven!("flow-line", line = foreign::name(&line.line))) @if !name.is_empty() { span.quiet { " " (foreign::name(&name)) } } }
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
                @if let Some(settles) = leg.in_another_currency() { span.quiet { " " (say!("flow-for")) " " (money::money(settles)) } }
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

/// Draws a bar of several parts, with a legend that has their amounts.
pub fn bar(caption: &str, parts: &[Part]) -> Markup {
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
            h2 #legs { (say!("flow-back")) }
            table.rows {
                caption.hidden { (say!("flow-back")) }
                thead { tr {
                    th scope="col" { (say!("flow-back-part")) } th scope="col" { (say!("flow-back-to")) } th scope="col" { (say!("flow-back-status")) } th scope="col" { (say!("flow-back-reference")) }
                    th.number scope="col" { (say!("flow-back-amount")) }
                } }
                tbody { @for leg in legs { (leg_row(leg)) } }
            }
        }
    }
}

fn leg_row(leg: &LegView) -> Markup {
    html! {
        tr {
            th scope="row" data-label=(say!("flow-back-part")) { span.mono { (leg.id) } }
            td data-label=(say!("flow-back-to")) { span { (words::leg(leg)) } @if let Some(payment) = &leg.payment { span.second { (say!("flow-back-payment")) " " (payment) } } }
            td data-label=(say!("flow-back-status")) {
                (chips::status(leg.status))
                @if leg.frozen { span.second { (say!("flow-frozen")) } }
                @if leg.dual_payout_risk { span.second.overdue { (say!("flow-twice")) } }
                @if leg.doubted { span.second.overdue { (say!("flow-doubted")) } }
                @if let Some(excess) = leg.excess { span.second.overdue { (money::money(excess)) " " (say!("flow-excess")) } }
                @if let Some(failure) = &leg.failure { span.second { (foreign::record(&humane(failure))) } }
                @if let Some(other) = &leg.replaced_by { span.second { (say!("flow-replaced")) " " (other) } }
            }
            td data-label=(say!("flow-back-reference")) { span.mono.break { (leg.gateway_reference.as_deref().unwrap_or("–")) } }
            td.number data-label=(say!("flow-back-amount")) {
                (money::money(leg.amount))
                @if let Some(settles) = leg.in_another_currency() { span.second { (say!("flow-settles")) " " (money::money(settles)) } }
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

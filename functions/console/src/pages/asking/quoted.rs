//! Draws what would become of a request, were it sent now.

use std::cmp::Reverse;

use contraflow_domain::request::quote::{LimitUse, QuoteOutcome, QuoteView};
use maud::{Markup, html};

use crate::locale::{say, woven};
use crate::pages::decide::spending;
use crate::parts::fields::{self, Faults};
use crate::parts::words::{self, spoken};
use crate::parts::{chips, foreign, money};

/// Says what is known before a request is sent.
#[derive(Debug, Clone, Default)]
pub enum Foreseen {
    /// Nothing was asked yet.
    #[default]
    Nothing,
    /// What was typed can't be asked for.
    Wrong(Faults),
    /// What would become of it.
    Quote(Box<QuoteView>),
    /// The api could not be asked; the sentence says why.
    Unknown(String),
}

impl Foreseen {
    /// Tells whether the request would be refused.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Quote(quote) if refuses(quote))
    }
}

/// Tells whether a quote says that the request would be refused.
pub const fn refuses(quote: &QuoteView) -> bool {
    matches!(quote.outcome, QuoteOutcome::Ineligible | QuoteOutcome::Duplicate)
}

/// Draws it. It is read out when it changes.
pub fn panel(foreseen: &Foreseen) -> Markup {
    html! {
        section #foreseen.card aria-labelledby="foreseen-title" aria-live="polite" {
            h2 #foreseen-title { (say!("asking-foreseen")) }
            @match foreseen {
                Foreseen::Nothing => p.quiet { (say!("asking-foreseen-nothing")) },
                Foreseen::Unknown(why) => p { (foreign::record(&spoken(why))) },
                Foreseen::Wrong(faults) => {
                    p { (say!("asking-foreseen-wrong")) }
                    ul.told { @for one in &faults.0 { li { (fields::fault(one)) } } }
                },
                Foreseen::Quote(quote) => (quoted(quote)),
            }
        }
    }
}

fn quoted(quote: &QuoteView) -> Markup {
    html! {
        p.verdict { (outcome(quote)) }
        @if let Some(amount) = quote.amount {
            p.figure { (money::money(amount)) }
            @if let Some(totals) = quote.totals {
                p.quiet { (woven!("asking-net-and-tax", net = money::money(totals.net), tax = money::money(totals.tax))) }
            }
        }
        @if !quote.findings.is_empty() { (findings(quote)) }
        @if !quote.lines.is_empty() { (lines(quote)) }
        @if !quote.legs.is_empty() {
            h3 { (say!("asking-goes-to")) }
            ul.legend { @for leg in &quote.legs { li { span {} span { (words::leg(leg)) } span.number { (money::money(leg.amount)) } } } }
        }
        @for limit in &quote.limits { p.quiet { (left(limit)) } }
        (spending::spending(Some(&quote.spending)))
        @if !quote.approvals.rule.is_empty() {
            p.quiet { (say!("asking-rule", rule = quote.approvals.rule.as_str(), policy = quote.approvals.policy.as_str())) }
        }
    }
}

/// Says what would become of it: who would have to agree, or that it can't be.
fn outcome(quote: &QuoteView) -> Markup {
    let who: Vec<_> = quote.approvals.required.iter().map(|slot| words::slot(slot)).collect();
    match quote.outcome {
        QuoteOutcome::Passes => chips::done(&say!("asking-passes")),
        QuoteOutcome::Ineligible => chips::refused(&say!("asking-ineligible")),
        QuoteOutcome::Duplicate => chips::refused(&say!("asking-duplicate")),
        QuoteOutcome::Waits => match quote.approvals.any {
            Some(any) if usize::try_from(any).is_ok_and(|any| any < who.len()) => html! {
                (woven!("asking-needs-any", count = html! { (any) }, who = html! { strong { (who.join(", ")) } }))
            },
            _ => {
                let then = format!(" {} ", say!("asking-then"));
                html! { (woven!("asking-needs", who = html! { strong { (who.join(&then)) } })) }
            }
        },
    }
}

fn findings(quote: &QuoteView) -> Markup {
    let mut ordered: Vec<_> = quote.findings.iter().collect();
    ordered.sort_by_key(|finding| Reverse(finding.severity));
    html! {
        ul.plain.found {
            @for finding in ordered {
                li { (chips::severity(finding.severity)) " " (foreign::record(&spoken(&finding.message))) }
            }
        }
    }
}

fn lines(quote: &QuoteView) -> Markup {
    html! {
        table.small-table {
            caption.hidden { (say!("asking-lines-and-tax")) }
            thead { tr {
                th scope="col" { (say!("asking-line")) } th.number scope="col" { (say!("asking-net")) } th.number scope="col" { (say!("asking-tax")) }
                th.number scope="col" { (say!("asking-with-tax")) }
            } }
            tbody {
                @for line in &quote.lines {
                    tr {
                        th scope="row" { (say!("asking-pieces-of", pieces = line.quantity.normalize().to_string(), line = line.line.as_str())) }
                        td.number { (money::value(line.net)) } td.number { (money::value(line.tax)) } td.number { (money::value(line.gross)) }
                    }
                }
            }
        }
    }
}

/// Says how much is left of a bound on what passes by itself.
fn left(limit: &LimitUse) -> String {
    let days = limit.days;
    let (left, up_to) = (money::grouped(&limit.left.to_string()), money::grouped(&limit.up_to.to_string()));
    let key = match limit.per.as_str() {
        "customer" => "asking-left-customer",
        "requester" => "asking-left-requester",
        "reason" => "asking-left-reason",
        _ => "asking-left-all",
    };
    say!(key, days = days, left = left, bound = up_to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::desk::quote;

    #[test]
    fn a_quote_says_who_must_agree_what_tax_there_is_and_where_the_money_goes() {
        let html = panel(&Foreseen::Quote(Box::new(quote()))).into_string();
        for part in [
            "team-lead",
            "then",
            "60.00",
            "11.40",
            "71.40",
            "Card by Stripe",
            "Store credit",
            "of 500.00",
            "must agree, too",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn what_would_be_refused_says_why() {
        let quote = crate::preview::desk::refused_quote();
        assert!(Foreseen::Quote(Box::new(quote.clone())).is_refused());
        let html = panel(&Foreseen::Quote(Box::new(quote))).into_string();
        assert!(html.contains("Not possible") && html.contains("Nothing is left of line 1"), "{html}");
    }
}

//! Reads what is known of a request's payments and their disputes from the evidence for the bank, and draws it.

use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::money::Money;
use maud::{Markup, html};
use serde::Deserialize;

use crate::locale::say;
use crate::parts::words::humane;
use crate::parts::{chips, foreign, money};

/// Holds what the page needs of the evidence; the file has more.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Evidence {
    /// The payments of the invoice.
    pub payments: Vec<Payment>,
}

/// Holds a payment with its disputes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Payment {
    /// The gateway; empty for cash and the like.
    pub gateway: String,
    /// The gateway's name for the payment.
    pub reference: String,
    /// What was captured.
    pub captured: Option<Money>,
    /// What went back to it.
    pub paid_back: Option<Money>,
    /// What the customer would have twice.
    pub exposure: Option<Money>,
    /// Its disputes.
    pub disputes: Vec<Dispute>,
}

/// Holds a dispute.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Dispute {
    /// The gateway's name for it.
    pub id: String,
    /// Where it stands.
    pub status: DisputeStatus,
    /// How much is disputed; `None` is all that was captured.
    pub amount: Option<Money>,
    /// The gateway's word for why.
    pub reason: String,
}

/// Draws the disputes with the payments that they are on.
pub fn disputes(evidence: &Evidence) -> Markup {
    let disputed: Vec<_> = evidence.payments.iter().filter(|payment| !payment.disputes.is_empty()).collect();
    html! {
        section.card.flush aria-labelledby="known" {
            h2 #known { (say!("disputes-known")) }
            @if disputed.is_empty() { p.pad.quiet { (say!("disputes-known-none")) } }
            @for payment in disputed {
                dl.facts.pad {
                    dt { (say!("disputes-payment")) } dd { (foreign::name(&humane(&payment.gateway))) span.second.mono.break { (payment.reference) } }
                    @if let Some(captured) = payment.captured { dt { (say!("disputes-captured")) } dd { (money::money(captured)) } }
                    @if let Some(paid) = payment.paid_back { dt { (say!("disputes-paid-back")) } dd { (money::money(paid)) } }
                    @if let Some(twice) = payment.exposure { dt { (say!("disputes-twice")) } dd { strong { (money::money(twice)) } } }
                }
                (table(payment))
            }
        }
    }
}

fn table(payment: &Payment) -> Markup {
    html! {
        table.rows {
            caption.hidden { (say!("disputes-table", payment = payment.reference.as_str())) }
            thead { tr {
                th scope="col" { (say!("disputes-dispute")) } th scope="col" { (say!("disputes-outcome")) } th scope="col" { (say!("disputes-reason")) } th.number scope="col" { (say!("disputes-amount")) }
            } }
            tbody {
                @for dispute in &payment.disputes {
                    tr {
                        th scope="row" data-label=(say!("disputes-dispute")) { span.mono.break { (dispute.id) } }
                        td data-label=(say!("disputes-outcome")) { (chips::status(dispute.status)) }
                        td data-label=(say!("disputes-reason")) { (foreign::name(&humane(&dispute.reason))) }
                        td.number data-label=(say!("disputes-amount")) { @match dispute.amount { Some(amount) => (money::money(amount)), None => span.quiet { (say!("disputes-all")) } } }
                    }
                }
            }
        }
    }
}

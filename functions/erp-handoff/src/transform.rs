//! Turns the domain's request into the contract's document, and the ERP's answers into the domain's.

use contraflow_domain::account::CreditMove;
use contraflow_domain::dispute::loss::{Entry, Loss};
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::invoice::Totals;
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::booking::{CreditBooking, ReasonBooking};
use contraflow_domain::request::leg::{Leg, Target};
use contraflow_domain::request::posting::Posting;
use contraflow_domain::time::Day;
use contraflow_domain::zone::Zone;
use contraflow_guest::contract::faults::Fault;
use contraflow_guest::fault::Call;

use crate::bindings::contraflow::erp::credit_documents::Outcome;
use crate::bindings::contraflow::erp::documents::{
    self, Direction, DisputeLoss, Document, DocumentLine, DocumentOrder, DocumentStatus, Settlement, SettlementKind,
};

fn totals(totals: &Totals) -> documents::Totals {
    documents::Totals { net_minor: totals.net.minor, tax_minor: totals.tax.minor, gross_minor: totals.gross.minor }
}

/// Returns the document that is ordered from the ERP.
///
/// # Errors
/// When the request has no amount yet, which the state machine rules out.
pub fn order(request: &Request) -> Result<DocumentOrder, String> {
    let (Some(amounts), Some(document), Some(customer)) = (&request.totals, &request.document, &request.customer)
    else {
        return Err("the request has no amount, document or customer".into());
    };
    let ReasonBooking { text: printed, code, account } = request.reason_booking.clone().unwrap_or_default();
    let given = Some(request.ask.reason.clone()).filter(|reason| !reason.is_empty());
    let reason = printed.or(given).unwrap_or_else(|| request.ask.kind.name().to_owned());
    Ok(DocumentOrder {
        key: request.document_key().into(),
        request: request.id.clone().into(),
        direction: match &request.ask {
            ask if ask.is_payout() => Direction::Payout,
            ask if ask.is_debit() => Direction::Debit,
            _ => Direction::Credit,
        },
        posting: match request.posting {
            Posting::Draft => documents::Posting::Draft,
            Posting::Post => documents::Posting::Post,
        },
        invoice: request.ask.invoice.clone(),
        customer: customer.clone(),
        currency: document.total.currency.code().into(),
        issued_on: document.issued_on.clone(),
        lines: lines(request, amounts, &reason),
        totals: totals(amounts),
        reason,
        reason_code: code,
        account,
    })
}

fn lines(request: &Request, amounts: &Totals, reason: &str) -> Vec<DocumentLine> {
    let invoice = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref());
    let mut lines: Vec<_> = request
        .lines
        .iter()
        .map(|line| {
            let original = invoice.and_then(|invoice| invoice.line(&line.line));
            DocumentLine {
                invoice_line: line.line.clone(),
                description: original.map(|line| line.description.clone()).unwrap_or_default(),
                quantity: line.quantity.normalize().to_string(),
                tax_rate: original.map_or_else(|| "0".into(), |line| line.tax_rate.to_string()),
                totals: totals(&Totals { net: line.net, tax: line.tax, gross: line.gross }),
            }
        })
        .collect();
    if let Some(rounding) = &request.rounding {
        lines.push(free_line("Rounding", rounding));
    }
    if lines.is_empty() {
        lines.push(free_line(reason, amounts));
    }
    lines
}

fn free_line(description: &str, amounts: &Totals) -> DocumentLine {
    DocumentLine {
        invoice_line: String::new(),
        description: description.into(),
        quantity: "1".into(),
        tax_rate: "0".into(),
        totals: totals(amounts),
    }
}

/// Returns what the ERP decided.
pub fn outcome(outcome: Result<Outcome, Fault>) -> Result<ErpReply, CallError> {
    match outcome {
        Ok(Outcome::Accepted(document) | Outcome::AlreadyAccepted(document)) => Ok(has(document, false)),
        Ok(Outcome::Declined(words)) => Err(CallError::Declined(words)),
        Err(fault) => Err(Call::Entry.error(fault)),
    }
}

/// Returns what a look-up found.
pub fn found(found: Result<Option<Document>, Fault>) -> Result<ErpReply, CallError> {
    match found {
        Ok(Some(document)) => Ok(has(document, true)),
        Ok(None) => Ok(ErpReply::Absent),
        Err(fault) => Err(Call::LookUp.error(fault)),
    }
}

fn has(document: Document, found: bool) -> ErpReply {
    let Document { reference, number, status, .. } = document;
    match status {
        DocumentStatus::Draft => ErpReply::Document { reference, number: None, found },
        DocumentStatus::Posted => ErpReply::Document { reference, number, found },
        DocumentStatus::Voided => ErpReply::Voided { reference, number },
    }
}

/// Returns what the ERP is to book of a lost dispute.
pub fn loss(loss: &Loss, entry: &Entry, zone: Zone) -> DisputeLoss {
    DisputeLoss {
        key: entry.key.clone().into(),
        dispute: loss.dispute.clone(),
        gateway: loss.gateway.clone(),
        payment: loss.payment.clone(),
        amount: loss.amount.into(),
        lost_on: entry.on.day(zone).to_string(),
    }
}

/// Returns what the ERP is to book of a leg; `None` before the ERP has the document.
pub fn settlement(request: &Request, leg: &Leg, today: Day) -> Option<Settlement> {
    let document = request.document.as_ref()?.erp_reference.clone()?;
    let undone = leg.booked.stands();
    let kind = match (&leg.target, undone) {
        (Target::Tender { .. } | Target::Manual { .. }, false) => SettlementKind::Refund,
        (Target::Tender { .. } | Target::Manual { .. }, true) => SettlementKind::RefundReversal,
        (Target::OutOfBand, false) => SettlementKind::Chargeback,
        (Target::OutOfBand, true) => SettlementKind::ChargebackReversal,
        (Target::StoreCredit { .. }, false) => SettlementKind::StoreCredit,
        (Target::StoreCredit { .. }, true) => SettlementKind::StoreCreditReversal,
        (Target::InvoiceOffset, false) => SettlementKind::InvoiceOffset,
        (Target::InvoiceOffset, true) => SettlementKind::InvoiceOffsetReversal,
    };
    Some(Settlement {
        key: leg.booking_key(&request.id).into(),
        document,
        kind,
        amount: leg.amount.into(),
        settles_minor: leg.value().minor,
        payment: leg.payment().filter(|_| !leg.target.is_store_credit()).map(str::to_owned),
        holder: None,
        recipient: None,
        settled_on: today.to_string(),
    })
}

/// Returns what the ERP is to book of a move of store credit; `None` before the ERP has the document.
pub fn credit(request: &Request, booking: &CreditBooking, zone: Zone) -> Option<Settlement> {
    let kind = match booking.what {
        CreditMove::Granted => SettlementKind::StoreCredit,
        CreditMove::TransferredOut => SettlementKind::StoreCreditTransfer,
        CreditMove::TransferredIn | CreditMove::CarriedForward => return None,
        CreditMove::Spent => SettlementKind::StoreCreditSpending,
        CreditMove::Restored => SettlementKind::StoreCreditSpendingReversal,
        CreditMove::Revoked => SettlementKind::StoreCreditReversal,
        CreditMove::Expired => SettlementKind::StoreCreditExpiry,
        CreditMove::Reinstated => SettlementKind::StoreCreditExpiryReversal,
    };
    Some(Settlement {
        key: booking.key.clone().into(),
        document: request.document.as_ref()?.erp_reference.clone()?,
        kind,
        amount: booking.amount.into(),
        settles_minor: booking.amount.minor,
        payment: None,
        holder: booking.holder.clone(),
        recipient: booking.recipient.clone(),
        settled_on: zone.day(booking.at).to_string(),
    })
}

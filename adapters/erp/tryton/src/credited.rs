//! What is already credited on an invoice. Tryton takes more credit than the invoice has, so the cap is ours.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::bindings::contract::{Direction, DocumentOrder, Fault};
use crate::client::{Client, Search};
use crate::invoices::Found;
use crate::limits;
use crate::mark::Mark;
use crate::values::Record;

/// Returns why an order is more than what is left of its invoice, counting every other credit note on it, drafts too;
/// `None` where it fits.
pub async fn more_than_is_left(client: &Client, order: &DocumentOrder, mark: &Mark) -> Result<Option<String>, Fault> {
    let Some(number) = order.invoice.as_deref().filter(|_| order.direction == Direction::Credit) else {
        return Ok(None);
    };
    match crate::invoices::find(client, number).await? {
        Some(invoice) => against(client, order, &invoice, Some(mark)).await,
        None => Ok(Some(format!("Tryton has no open invoice {number}"))),
    }
}

/// Returns why an order is more than what is left of this invoice. What stands under `mark` is the order itself.
pub async fn against(
    client: &Client,
    order: &DocumentOrder,
    invoice: &Found<'_>,
    mark: Option<&Mark>,
) -> Result<Option<String>, Fault> {
    let lines = invoice.lines().await?;
    let origins: Vec<_> = lines.iter().map(|line| origin(line.id)).collect();
    let others = others(client, &origins, mark).await?;
    let mut documents = BTreeSet::new();
    let mut gross = order.totals.gross_minor;
    for other in others.iter().map(Record) {
        if documents.insert(other.number("/invoice")?) {
            let credited = other.minor("/invoice./total_amount", invoice.unit)?;
            gross = gross.checked_sub(credited).ok_or_else(|| other.unread("/invoice./total_amount"))?;
        }
    }
    let left = Record(&invoice.record).minor("/total_amount", invoice.unit)?;
    if gross > left {
        return Ok(Some(more(&order.totals.gross_minor, "invoice", left - (gross - order.totals.gross_minor))));
    }
    for line in &lines {
        let ordered = order.lines.iter().filter(|ordered| ordered.invoice_line == line.line.id);
        let ordered = ordered.map(|ordered| ordered.totals.net_minor).fold(0_i64, i64::saturating_add);
        let mut before = 0_i64;
        for other in others.iter().map(Record).filter(|other| other.text("/origin") == Some(&origin(line.id))) {
            before = before.saturating_sub(other.minor("/amount", invoice.unit)?);
        }
        let all = before.saturating_add(ordered);
        let net = line.line.totals.net_minor;
        let fits = if net < 0 { (net..=0).contains(&all) } else { (0..=net).contains(&all) };
        if ordered != 0 && !fits {
            return Ok(Some(more(&ordered, &format!("line {}", line.line.id), net.saturating_sub(before))));
        }
    }
    Ok(None)
}

/// Returns the lines of other documents that correct any of these.
async fn others(client: &Client, origins: &[String], mark: Option<&Mark>) -> Result<Vec<Json>, Fault> {
    let search = Search {
        model: "account.invoice.line",
        fields: &["origin", "amount", "invoice", "invoice.reference", "invoice.total_amount"],
        limit: limits::LINES,
        order: &[("id", "ASC")],
    };
    let domain = json!([
        ["origin", "in", origins],
        ["invoice.type", "=", "out"],
        ["invoice.state", "!=", "cancelled"],
        ["invoice.total_amount", "<", {"__class__": "Decimal", "decimal": "0"}],
    ]);
    let found = client.find(search, domain).await?;
    if found.len() == limits::LINES {
        let words = format!("the invoice has {} corrected lines or more: too many to count", limits::LINES);
        return Err(Fault::InvalidArgument(words));
    }
    let is_other = |line: &Json| {
        let reference = Record(line).text("/invoice./reference");
        mark.is_none_or(|mark| reference != Some(mark.key.as_str()))
    };
    Ok(found.into_iter().filter(is_other).collect())
}

fn origin(line: i64) -> String {
    format!("account.invoice.line,{line}")
}

fn more(ordered: &i64, what: &str, left: i64) -> String {
    format!("{ordered} is more than the {left} that Tryton has left to credit of the {what}, in minor units")
}

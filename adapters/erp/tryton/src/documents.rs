//! Documents: made under their key, found by it, voided.
//!
//! Tryton knows no keys and makes a document in two calls: one creates a draft, one posts it. So a document is looked
//! for before it is created, and again afterwards. Of several drafts under one key (two callers at once, or an answer
//! that was lost) the oldest is continued and the others are deleted; what is posted stays. A draft is deleted or
//! posted, never both, so one document is left, however the calls lie.

use serde_json::{Value as Json, json};

use crate::bindings::contract::{
    Direction, Document, DocumentOrder, DocumentStatus, Fault, IdempotencyKey, Outcome, Posting, RequestId, Totals,
};
use crate::client::{Client, Search};
use crate::credited;
use crate::heading;
use crate::invoices;
use crate::limits;
use crate::mark::{self, Mark};
use crate::order::Checked;
use crate::rpc::Refusal;
use crate::values::{Record, Unit};

/// A document of ours at Tryton.
pub struct There {
    /// Tryton's id.
    pub id: i64,
    /// What we wrote on it.
    pub mark: Mark,
    /// Where it stands there.
    pub state: String,
    /// The line that has the mark, and all of its note.
    note: (i64, String),
    record: Json,
}

impl There {
    /// Tells whether it has no effect yet, and may be posted or deleted.
    pub fn is_draft(&self) -> bool {
        matches!(self.state.as_str(), "draft" | "validated")
    }

    /// Tells whether it is voided.
    pub fn is_cancelled(&self) -> bool {
        self.state == "cancelled"
    }

    /// Returns what it comes to, as Tryton computes it.
    fn totals(&self, client: &Client) -> Result<Totals, Fault> {
        let record = Record(&self.record);
        let currency = invoices::currency(client, record)?;
        let unit = Unit::of(&currency).map_err(Fault::Unauthorized)?;
        let amount = |pointer: &str| {
            let minor = record.minor(pointer, unit)?;
            let minor = if self.mark.is_credit { minor.checked_neg() } else { Some(minor) };
            minor.ok_or_else(|| record.unread(pointer))
        };
        Ok(Totals {
            net_minor: amount("/untaxed_amount")?,
            tax_minor: amount("/tax_amount")?,
            gross_minor: amount("/total_amount")?,
        })
    }

    /// Returns it in the contract's words.
    async fn document(&self, client: &Client) -> Result<Document, Fault> {
        let record = Record(&self.record);
        let status = match self.state.as_str() {
            _ if self.is_draft() => DocumentStatus::Draft,
            "posted" | "paid" => DocumentStatus::Posted,
            "cancelled" => DocumentStatus::Voided,
            _ => return Err(record.unread("/state")),
        };
        let number = record.text("/number").filter(|_| !self.is_draft()).map(str::to_owned);
        let issued_on = record.day("/invoice_date").ok_or_else(|| record.unread("/invoice_date"))?;
        Ok(Document {
            reference: self.id.to_string(),
            number,
            status,
            invoice: corrected(client, self.mark.invoice).await?,
            customer: record.required("/party./code")?.to_owned(),
            direction: if self.mark.is_credit { Direction::Credit } else { Direction::Debit },
            currency: invoices::currency(client, record)?,
            issued_on: issued_on.to_string(),
            totals: self.totals(client)?,
            request: RequestId { value: self.mark.request.clone() },
        })
    }
}

/// Returns the number of the invoice that a document corrects.
async fn corrected(client: &Client, invoice: Option<i64>) -> Result<Option<String>, Fault> {
    let Some(invoice) = invoice else { return Ok(None) };
    let search = Search { model: "account.invoice", fields: &["number"], limit: 1, order: &[] };
    let found = client.find(search, json!([["id", "=", invoice]])).await?;
    Ok(found.first().and_then(|record| Record(record).text("/number")).map(str::to_owned))
}

/// What is read of a document.
const FIELDS: [&str; 9] = [
    "state",
    "number",
    "invoice_date",
    "untaxed_amount",
    "tax_amount",
    "total_amount",
    "currency.code",
    "party.code",
    "lines.note",
];

/// Returns the documents that were made under a key, the oldest first.
pub async fn under_key(client: &Client, key: &str) -> Result<Vec<There>, Fault> {
    let domain = json!([["reference", "=", key], ["type", "=", "out"], ["company", "=", client.company]]);
    // People may have written the same reference on documents of their own.
    Ok(read(client, domain).await?.into_iter().filter(|there| there.mark.key == key).collect())
}

/// Returns the document with that reference.
pub async fn by_reference(client: &Client, reference: &str) -> Result<Option<There>, Fault> {
    let Ok(id) = reference.parse::<i64>() else { return Ok(None) };
    let domain = json!([["id", "=", id], ["type", "=", "out"], ["company", "=", client.company]]);
    Ok(read(client, domain).await?.into_iter().next())
}

async fn read(client: &Client, domain: Json) -> Result<Vec<There>, Fault> {
    let limit = limits::UNDER_KEY;
    let search = Search { model: "account.invoice", fields: &FIELDS, limit, order: &[("id", "ASC")] };
    let found = client.find(search, domain).await?;
    if found.len() == limit {
        let words = format!("Tryton has {limit} documents or more with one reference of contraflow's");
        return Err(Fault::OutcomeUnknown(words));
    }
    found.into_iter().filter_map(|record| there(record).transpose()).collect()
}

/// Reads a document; `None` where it is none of ours.
fn there(record: Json) -> Result<Option<There>, Fault> {
    let read = Record(&record);
    let marked = |line: &Record<'_>| line.text("/note").and_then(Mark::read);
    let Some(line) = read.records("/lines.").into_iter().find(|line| marked(line).is_some()) else { return Ok(None) };
    let (Some(mark), Some(note)) = (marked(&line), line.text("/note")) else { return Ok(None) };
    let (id, state) = (read.number("/id")?, read.required("/state")?.to_owned());
    let note = (line.number("/id")?, note.to_owned());
    Ok(Some(There { id, mark, state, note, record }))
}

/// Returns the document under a key. A draft that was ordered to be posted is none yet: whoever orders it again
/// continues it.
pub async fn find(client: &Client, key: &IdempotencyKey) -> Result<Option<Document>, Fault> {
    let all = under_key(client, &key.value).await?;
    let stands = all.iter().find(|there| !there.is_draft());
    match stands.or_else(|| all.iter().find(|there| !there.mark.is_to_be_posted)) {
        Some(there) => there.document(client).await.map(Some),
        None => Ok(None),
    }
}

/// Makes the document of an order, or continues it.
pub async fn submit(client: &Client, order: &DocumentOrder, checked: &Checked) -> Result<Outcome, Fault> {
    let mut made = None;
    if under_key(client, &order.key.value).await?.is_empty() {
        if order.direction == Direction::Payout {
            let words = "Tryton has no document for paying out what was paid too much: pay it out there";
            return Ok(Outcome::Declined(words.into()));
        }
        let values = match heading::values(client, order, checked).await? {
            Ok(values) => values,
            Err(words) => return Ok(Outcome::Declined(words)),
        };
        let created = match client.call("model.account.invoice.create", vec![json!([values])]).await? {
            Ok(ids) => Record(&ids).number("/0")?,
            Err(Refusal(words)) => return Ok(Outcome::Declined(words)),
        };
        made = Some(created);
    }
    for _ in 0..limits::ROUNDS {
        let all = under_key(client, &order.key.value).await?;
        let one = all.iter().find(|there| !there.is_draft()).or_else(|| all.first());
        let Some(one) = one else {
            return Err(Fault::OutcomeUnknown("somebody deleted the draft in Tryton at this moment".into()));
        };
        if !delete_others(client, &all, one).await? {
            continue;
        }
        if one.mark.order != mark::order_hash(order) {
            let words = format!("Tryton has a document with the reference {} from another order", order.key.value);
            return Err(Fault::KeyReusedWithDifferentInput(words));
        }
        if one.is_draft() {
            let is_mine = made == Some(one.id);
            match continued(client, order, one, is_mine).await? {
                Next::Stands => {}
                Next::LookAgain => continue,
                Next::Declined(words) => return Ok(Outcome::Declined(words)),
            }
        }
        let document = one.document(client).await?;
        return Ok(if made == Some(one.id) { Outcome::Accepted(document) } else { Outcome::AlreadyAccepted(document) });
    }
    Err(Fault::OutcomeUnknown(format!("others work on the document {} in Tryton at this moment", order.key.value)))
}

/// Deletes all drafts but the one. False where another was posted meanwhile: then that one stands.
async fn delete_others(client: &Client, all: &[There], one: &There) -> Result<bool, Fault> {
    for other in all.iter().filter(|other| other.id != one.id && other.is_draft()) {
        if delete(client, other.id).await?.is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn delete(client: &Client, id: i64) -> Result<Result<Json, Refusal>, Fault> {
    client.call("model.account.invoice.delete", vec![json!([id])]).await
}

/// What is next for a draft.
enum Next {
    /// Nothing: it stands as it was ordered.
    Stands,
    /// It has changed: look again.
    LookAgain,
    /// It is refused, and gone.
    Declined(String),
}

/// Posts a draft, where that was ordered. A draft that can't stand is deleted, so that nothing is left of a refusal.
async fn continued(client: &Client, order: &DocumentOrder, draft: &There, is_mine: bool) -> Result<Next, Fault> {
    let is_whole = draft.totals(client)? == order.totals;
    if order.posting == Posting::Draft && (is_whole || !is_mine) {
        return Ok(Next::Stands);
    }
    let refused = if !is_whole {
        let Totals { net_minor, tax_minor, .. } = draft.totals(client)?;
        Some(format!(
            "Tryton comes to {net_minor} net and {tax_minor} tax, in minor units, which is not what was ordered"
        ))
    } else {
        credited::more_than_is_left(client, order, &draft.mark).await?
    };
    let words = match refused {
        Some(words) => words,
        None => match client.call("model.account.invoice.post", vec![json!([draft.id])]).await? {
            Ok(_) => return Ok(Next::LookAgain),
            Err(Refusal(words)) => words,
        },
    };
    // Somebody may have posted or deleted it at this moment, which is why it was refused.
    let now = under_key(client, &order.key.value).await?;
    if !now.iter().any(|there| there.id == draft.id && there.is_draft()) {
        return Ok(Next::LookAgain);
    }
    Ok(match delete(client, draft.id).await? {
        Ok(_) => Next::Declined(words),
        Err(_) => Next::LookAgain,
    })
}

/// Returns the documents that a voiding has named.
async fn voided_by(client: &Client, key: &IdempotencyKey) -> Result<Vec<i64>, Fault> {
    let line = mark::voiding(&key.value);
    let fields = ["note", "invoice"];
    let limit = limits::UNDER_KEY;
    let search = Search { model: "account.invoice.line", fields: &fields, limit, order: &[("id", "ASC")] };
    let pattern = format!("%{}%", line.replace('_', "\\_"));
    let found = client.find(search, json!([["note", "like", pattern]])).await?;
    let is_named = |record: &&Json| Record(record).text("/note").is_some_and(|note| note.lines().any(|is| is == line));
    found.iter().filter(is_named).map(|record| Record(record).number("/invoice")).collect()
}

/// Voids the document under a key: a draft is cancelled, and what is posted is reversed in full.
pub async fn void(client: &Client, key: &IdempotencyKey, document: &IdempotencyKey) -> Result<Outcome, Fault> {
    let all = under_key(client, &document.value).await?;
    let Some(there) = all.iter().find(|there| !there.is_draft()).or_else(|| all.first()) else {
        return Ok(Outcome::Declined(format!("Tryton has no document under the key {}", document.value)));
    };
    let voided = voided_by(client, key).await?;
    if voided.iter().any(|other| *other != there.id) {
        return Err(Fault::KeyReusedWithDifferentInput(format!("{} voids another document in Tryton", key.value)));
    }
    let is_ours = !voided.is_empty();
    if there.is_cancelled() {
        return match is_ours {
            true => there.document(client).await.map(Outcome::AlreadyAccepted),
            false => Ok(Outcome::Declined("the document was cancelled in Tryton before".into())),
        };
    }
    if !is_ours {
        // What voids it is written down first: a lost answer is recognised by it.
        let (line, note) = &there.note;
        let note = json!({"note": format!("{note}\n{}", mark::voiding(&key.value))});
        let written = client.call("model.account.invoice.line.write", vec![json!([line]), note]).await?;
        if let Err(Refusal(words)) = written {
            return Err(Fault::Unauthorized(format!("Tryton takes no note on its document: {words}")));
        }
    }
    let refused = client.call("model.account.invoice.cancel", vec![json!([there.id])]).await?.err();
    let now = under_key(client, &document.value).await?;
    match (now.iter().find(|now| now.id == there.id && now.is_cancelled()), refused) {
        (Some(there), None) => there.document(client).await.map(Outcome::Accepted),
        (Some(there), Some(_)) => there.document(client).await.map(Outcome::AlreadyAccepted),
        (None, Some(Refusal(words))) => Ok(Outcome::Declined(words)),
        (None, None) => Err(Fault::OutcomeUnknown("Tryton has taken the voiding and shows nothing of it".into())),
    }
}

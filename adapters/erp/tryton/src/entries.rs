//! What money did, entered in Tryton's books: one move under each key, created as a draft and then posted.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use crate::bindings::contract::{DisputeLoss, Fault, Settlement, SettlementKind as Kind};
use crate::client::{Client, Search};
use crate::documents::{self, There};
use crate::limits;
use crate::mark;
use crate::rpc::Refusal;
use crate::values::{Record, Unit, date, day, decimal};

/// An account of an entry, with the party where the account is kept by parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    account: i64,
    party: Option<i64>,
}

/// One move.
struct Entry {
    prefix: String,
    hash: String,
    narration: String,
    day: NaiveDate,
    amount: Decimal,
    debit: Side,
    credit: Side,
    origin: Option<i64>,
}

/// Which accounts a kind of settlement moves: the first is debited, the second credited. None where nothing is booked.
const fn accounts(kind: Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::Refund => (RECEIVABLE, "refund"),
        Kind::RefundReversal => ("refund", RECEIVABLE),
        Kind::StoreCredit => (RECEIVABLE, "store-credit"),
        Kind::StoreCreditReversal | Kind::StoreCreditSpending => ("store-credit", RECEIVABLE),
        Kind::StoreCreditSpendingReversal => (RECEIVABLE, "store-credit"),
        Kind::StoreCreditExpiry => ("store-credit", "breakage"),
        Kind::StoreCreditExpiryReversal => ("breakage", "store-credit"),
        Kind::StoreCreditTransfer => ("store-credit", "store-credit"),
        // The loss is booked of its own; here it is what the customer is owed no longer.
        Kind::Chargeback => (RECEIVABLE, "loss"),
        Kind::ChargebackReversal => ("loss", RECEIVABLE),
        // One account of one customer on both sides: Tryton reconciles the two documents, and has nothing to book.
        Kind::InvoiceOffset | Kind::InvoiceOffsetReversal => return None,
    })
}

/// What the customer owes, which is no account that is configured: it is the document's.
const RECEIVABLE: &str = "";

/// Enters what money did after a document was made.
pub async fn settle(client: &Client, settlement: &Settlement) -> Result<(), Fault> {
    let refuse = |words: &str| Err(Fault::InvalidArgument(words.to_owned()));
    if !mark::can_mark(&settlement.key.value, &settlement.key.value) {
        return refuse("the key must be 1 to 64 characters of A-Z a-z 0-9 - _ .");
    }
    let unit = Unit::of(&settlement.amount.currency).map_err(Fault::InvalidArgument)?;
    let Some(day) = day(&settlement.settled_on) else {
        return refuse("the day must be a day, YYYY-MM-DD");
    };
    if settlement.amount.minor <= 0 || settlement.settles_minor <= 0 {
        return refuse("the amounts must be more than zero");
    }
    let Some(document) = documents::by_reference(client, &settlement.document).await? else {
        return Err(Fault::InvalidArgument(format!("Tryton has no document {}", settlement.document)));
    };
    let owed = owed(client, document.id).await?;
    if settlement.amount.currency != owed.currency {
        return Err(Fault::InvalidArgument(format!("the document is in {}, and so is its settlement", owed.currency)));
    }
    if settlement.amount.minor != settlement.settles_minor {
        return refuse("in one currency, what is paid is what is settled");
    }
    if owed.currency != client.currency {
        let words = format!("entries are made in {} alone, the company's currency", client.currency);
        return Err(Fault::InvalidArgument(words));
    }
    let Some((debit, credit)) = accounts(settlement.kind) else { return Ok(()) };
    let (prefix, hash) = mark::settlement(settlement);
    let holder = party(client, settlement.holder.as_deref(), owed.receivable.party).await?;
    let recipient = match settlement.kind {
        Kind::StoreCreditTransfer => party(client, settlement.recipient.as_deref(), None).await?,
        _ => holder,
    };
    let entry = Entry {
        prefix,
        hash,
        narration: format!("{:?}", settlement.kind),
        day,
        amount: unit.amount(settlement.amount.minor),
        debit: side(client, debit, settlement.payment.as_deref(), owed.receivable, holder).await?,
        credit: side(client, credit, settlement.payment.as_deref(), owed.receivable, recipient).await?,
        origin: Some(document.id),
    };
    let line = enter(client, &entry, owed.receivable).await?;
    match line {
        Some(line) if debit == RECEIVABLE && document.state == "posted" => reconcile(client, &document, line).await,
        _ => Ok(()),
    }
}

/// Enters what the bank took in a dispute, or gave back.
pub async fn lose(client: &Client, loss: &DisputeLoss, is_return: bool) -> Result<(), Fault> {
    let refuse = |words: &str| Err(Fault::InvalidArgument(words.to_owned()));
    if !mark::can_mark(&loss.key.value, &loss.key.value) {
        return refuse("the key must be 1 to 64 characters of A-Z a-z 0-9 - _ .");
    }
    let unit = Unit::of(&loss.amount.currency).map_err(Fault::InvalidArgument)?;
    let Some(day) = day(&loss.lost_on) else {
        return refuse("the day must be a day, YYYY-MM-DD");
    };
    if loss.amount.minor <= 0 {
        return refuse("the amount must be more than zero");
    }
    if loss.amount.currency != client.currency {
        let words = format!("entries are made in {} alone, the company's currency", client.currency);
        return Err(Fault::InvalidArgument(words));
    }
    let lost = Side { account: configured(client, "loss").await?, party: None };
    let from = client.settings.accounts.find(&loss.gateway).map_or("refund", |_| loss.gateway.as_str());
    let from = Side { account: configured(client, from).await?, party: None };
    let (prefix, hash) = mark::loss(loss, is_return);
    let (debit, credit) = if is_return { (from, lost) } else { (lost, from) };
    let what = if is_return { "won after all" } else { "lost" };
    let narration = format!("dispute {} at {} {what}", loss.dispute, loss.gateway);
    let amount = unit.amount(loss.amount.minor);
    let entry = Entry { prefix, hash, narration, day, amount, debit, credit, origin: None };
    enter(client, &entry, lost).await.map(|_| ())
}

/// Whom a document is about, as the books have it.
struct Owed {
    receivable: Side,
    currency: String,
}

async fn owed(client: &Client, document: i64) -> Result<Owed, Fault> {
    let search =
        Search { model: "account.invoice", fields: &["account", "party", "currency.code"], limit: 1, order: &[] };
    let found = client.find(search, json!([["id", "=", document]])).await?;
    let record = found.first().map(Record);
    let record = record.ok_or_else(|| Fault::OutcomeUnknown("the document left Tryton at this moment".into()))?;
    let receivable = Side { account: record.number("/account")?, party: Some(record.number("/party")?) };
    Ok(Owed { receivable, currency: crate::invoices::currency(client, record)? })
}

async fn party(client: &Client, code: Option<&str>, usual: Option<i64>) -> Result<Option<i64>, Fault> {
    let Some(code) = code else { return Ok(usual) };
    let found = client.id_of("party.party", json!([["code", "=", code]])).await?;
    found.map(Some).ok_or_else(|| Fault::InvalidArgument(format!("Tryton has no customer {code}")))
}

async fn configured(client: &Client, name: &str) -> Result<i64, Fault> {
    client.account(client.settings.accounts.required(name, "the code of an account")?).await
}

/// Returns the account that stands for a word, with the party where it is kept by parties.
async fn side(
    client: &Client,
    word: &str,
    payment: Option<&str>,
    receivable: Side,
    party: Option<i64>,
) -> Result<Side, Fault> {
    if word == RECEIVABLE {
        return Ok(Side { party: party.or(receivable.party), ..receivable });
    }
    let account = match (word, payment) {
        ("refund", Some(payment)) => match received_on(client, payment).await? {
            Some(account) => account,
            None => configured(client, word).await?,
        },
        _ => configured(client, word).await?,
    };
    let by_party = json!([["id", "=", account], ["party_required", "=", true]]);
    let by_party = client.id_of("account.account", by_party).await?.is_some();
    Ok(Side { account, party: party.filter(|_| by_party) })
}

/// Returns the account on which a payment was received: the refund leaves from where the money came in.
async fn received_on(client: &Client, payment: &str) -> Result<Option<i64>, Fault> {
    let Ok(line) = payment.parse::<i64>() else { return Ok(None) };
    let search = Search { model: "account.move.line", fields: &["account"], limit: 2, order: &[("id", "ASC")] };
    let domain = json!([["move.lines", "=", line], ["id", "!=", line], ["credit", "=", {"__class__": "Decimal", "decimal": "0"}]]);
    match client.find(search, domain).await?.as_slice() {
        [one] => Record(one).number("/account").map(Some),
        _ => Ok(None),
    }
}

/// Makes the entry, or continues it: its line on the account `of`, where it has one. Of several drafts under one key
/// the oldest is posted and the others are deleted, as with documents.
async fn enter(client: &Client, entry: &Entry, of: Side) -> Result<Option<i64>, Fault> {
    if under(client, entry).await?.is_empty() {
        let created = client.call("model.account.move.create", vec![json!([values(client, entry).await?])]).await?;
        if let Err(Refusal(words)) = created {
            return Err(Fault::Unauthorized(format!("Tryton takes no entry: {words}")));
        }
    }
    for _ in 0..limits::ROUNDS {
        let all = under(client, entry).await?;
        let is_posted = |entry: &&Json| Record(entry).text("/state") == Some("posted");
        let Some(one) = all.iter().find(is_posted).or_else(|| all.first()) else {
            return Err(Fault::OutcomeUnknown("somebody deleted the entry in Tryton at this moment".into()));
        };
        if !Record(one).text("/description").is_some_and(|text| text.ends_with(&format!(" {}", entry.hash))) {
            let words = format!("Tryton has another entry under {}", entry.prefix.trim_end());
            return Err(Fault::KeyReusedWithDifferentInput(words));
        }
        let id = Record(one).number("/id")?;
        let mut is_alone = true;
        for other in all.iter().filter(|other| !is_posted(other)) {
            let other = Record(other).number("/id")?;
            if other != id {
                is_alone &= client.call("model.account.move.delete", vec![json!([other])]).await?.is_ok();
            }
        }
        if !is_alone {
            continue;
        }
        if is_posted(&one) {
            let lines = Record(one).records("/lines.").into_iter();
            return Ok(lines
                .filter(|line| line.number("/account").ok() == Some(of.account))
                .find_map(|line| line.number("/id").ok()));
        }
        let refused = client.call("model.account.move.post", vec![json!([id])]).await?.err();
        if let (Some(Refusal(words)), true) = (refused, is_still_a_draft(client, entry, id).await?) {
            // The draft stays: the entry is made once a person has mended what keeps it.
            return Err(Fault::Unauthorized(format!("Tryton does not post the entry: {words}")));
        }
    }
    Err(Fault::OutcomeUnknown(format!("others work on the entry {} in Tryton at this moment", entry.prefix)))
}

async fn is_still_a_draft(client: &Client, entry: &Entry, id: i64) -> Result<bool, Fault> {
    let is_draft =
        |there: &Json| Record(there).number("/id").ok() == Some(id) && Record(there).text("/state") != Some("posted");
    Ok(under(client, entry).await?.iter().any(is_draft))
}

/// Returns the entries under the key, the oldest first.
async fn under(client: &Client, entry: &Entry) -> Result<Vec<Json>, Fault> {
    let search = Search {
        model: "account.move",
        fields: &["state", "description", "lines.account"],
        limit: limits::UNDER_KEY,
        order: &[("id", "ASC")],
    };
    let pattern = format!("{}%", entry.prefix.replace('_', "\\_"));
    let found =
        client.find(search, json!([["description", "like", pattern], ["company", "=", client.company]])).await?;
    if found.len() == limits::UNDER_KEY {
        return Err(Fault::OutcomeUnknown(format!("Tryton has too many entries under {}", entry.prefix)));
    }
    let is_ours = |there: &Json| Record(there).text("/description").is_some_and(|text| text.starts_with(&entry.prefix));
    Ok(found.into_iter().filter(is_ours).collect())
}

async fn values(client: &Client, entry: &Entry) -> Result<Json, Fault> {
    let code = &client.settings.journal;
    let journal = client.id_of("account.journal", json!([["code", "=", code]])).await?;
    let journal = journal.ok_or_else(|| {
        Fault::Unauthorized(format!("Tryton has no journal with the code `{code}`, which `tryton_journal` names"))
    })?;
    let period = json!([
        ["company", "=", client.company],
        ["start_date", "<=", date(entry.day)],
        ["end_date", ">=", date(entry.day)],
        ["type", "=", "standard"],
        ["state", "=", "open"],
    ]);
    let period = client.id_of("account.period", period).await?;
    let period =
        period.ok_or_else(|| Fault::Unauthorized(format!("Tryton has no open period with the day {}", entry.day)))?;
    let (amount, nothing) = (decimal(entry.amount), decimal(Decimal::ZERO));
    let line = |side: Side, debit: &Json, credit: &Json| json!({"account": side.account, "party": side.party, "debit": debit, "credit": credit});
    Ok(json!({
        "company": client.company,
        "journal": journal,
        "period": period,
        "date": date(entry.day),
        "description": format!("{}{} {}", entry.prefix, entry.narration, entry.hash),
        "origin": entry.origin.map(|document| format!("account.invoice,{document}")),
        "lines": [["create", [line(entry.debit, &amount, &nothing), line(entry.credit, &nothing, &amount)]]],
    }))
}

/// Sets a line against its credit note: reconciled where they come to the same, noted as a part of it otherwise. A note
/// that takes neither stays open there, and the entry stands.
async fn reconcile(client: &Client, document: &There, line: i64) -> Result<(), Fault> {
    let fields = ["lines_to_pay", "payment_lines", "amount_to_pay"];
    let search = Search { model: "account.invoice", fields: &fields, limit: 1, order: &[] };
    let read = async || client.find(search, json!([["id", "=", document.id], ["state", "=", "posted"]])).await;
    let Some(there) = read().await?.into_iter().next() else { return Ok(()) };
    if !Record(&there).numbers("/payment_lines")?.contains(&line) {
        let paid = json!({"payment_lines": [["add", [line]]]});
        if client.call("model.account.invoice.write", vec![json!([document.id]), paid]).await?.is_err() {
            return Ok(());
        }
    }
    let Some(there) = read().await?.into_iter().next() else { return Ok(()) };
    let there = Record(&there);
    if there.decimal("/amount_to_pay")? != Decimal::ZERO {
        return Ok(());
    }
    let mut lines = there.numbers("/lines_to_pay")?;
    lines.extend(there.numbers("/payment_lines")?);
    client.reconcile(&lines).await
}

//! Whom a document is about, and where its lines are booked: as the corrected invoice is, or as the configuration says.

use serde_json::{Value as Json, json};

use crate::bindings::contract::{DocumentLine, DocumentOrder, Fault};
use crate::client::{Client, Search};
use crate::credited;
use crate::invoices::{self, Found, Line};
use crate::order::{self, Booked, Checked, Heading, Tax};
use crate::values::Record;

/// Returns the values that make the document of an order, or why there can be none.
pub async fn values(client: &Client, order: &DocumentOrder, checked: &Checked) -> Result<Result<Json, String>, Fault> {
    let override_account = match &order.account {
        Some(code) => Some(client.account(code).await?),
        None => None,
    };
    let (heading, lines) = match &order.invoice {
        Some(number) => {
            let Some(invoice) = invoices::find(client, number).await? else {
                return Ok(Err(format!("Tryton has no open invoice {number}")));
            };
            if let Some(words) = against_invoice(client, order, &invoice).await? {
                return Ok(Err(words));
            }
            (of_invoice(client, &invoice).await?, invoice.lines().await?)
        }
        None => match of_customer(client, order).await? {
            Some(heading) => (heading, Vec::new()),
            None => return Ok(Err(format!("Tryton has no customer {} with an address", order.customer))),
        },
    };
    let mut booked = Vec::new();
    for line in &order.lines {
        match one(client, line, &lines, override_account).await? {
            Ok(line) => booked.push(line),
            Err(words) => return Ok(Err(words)),
        }
    }
    Ok(Ok(order::values(order, checked, &heading, &booked)))
}

async fn against_invoice(client: &Client, order: &DocumentOrder, invoice: &Found<'_>) -> Result<Option<String>, Fault> {
    let customer = invoices::customer(Record(&invoice.record))?.id;
    if customer != order.customer {
        return Ok(Some(format!("the invoice was sent to {customer}, not to {}", order.customer)));
    }
    if invoice.currency != order.currency {
        return Ok(Some(format!("the invoice is in {}, not in {}", invoice.currency, order.currency)));
    }
    if order.direction == crate::bindings::contract::Direction::Debit {
        return Ok(None);
    }
    credited::against(client, order, invoice, None).await
}

async fn of_invoice(client: &Client, invoice: &Found<'_>) -> Result<Heading, Fault> {
    let record = Record(&invoice.record);
    Ok(Heading {
        party: record.number("/party")?,
        address: record.number("/invoice_address")?,
        receivable: record.number("/account")?,
        journal: record.number("/journal")?,
        currency: record.number("/currency./id")?,
        company: client.company,
        invoice: Some(invoice.id),
    })
}

/// Returns the heading of a credit without an invoice; `None` where there is no such customer.
async fn of_customer(client: &Client, order: &DocumentOrder) -> Result<Option<Heading>, Fault> {
    let fields = ["account_receivable", "addresses"];
    let search = Search { model: "party.party", fields: &fields, limit: 1, order: &[] };
    let found = client.find(search, json!([["code", "=", order.customer]])).await?;
    let Some(party) = found.first().map(Record) else { return Ok(None) };
    let Some(address) = party.numbers("/addresses")?.into_iter().next() else { return Ok(None) };
    let receivable = match party.number("/account_receivable") {
        Ok(account) => account,
        Err(_) => default_receivable(client).await?,
    };
    let journal = client.id_of("account.journal", json!([["type", "=", "revenue"]])).await?;
    let journal = journal.ok_or_else(|| Fault::Unauthorized("Tryton has no journal of the type Revenue".into()))?;
    let code = client.settings.currency_there(&order.currency);
    let currency = client.id_of("currency.currency", json!([["code", "=", code]])).await?.ok_or_else(|| {
        let words = format!("Tryton has no currency `{code}`: add it there, or name it in `tryton_currencies`");
        Fault::Unauthorized(words)
    })?;
    let company = client.company;
    Ok(Some(Heading { party: party.number("/id")?, address, receivable, journal, currency, company, invoice: None }))
}

async fn default_receivable(client: &Client) -> Result<i64, Fault> {
    let parameters = vec![json!([1]), json!(["default_account_receivable"])];
    let configuration = client.ask("model.account.configuration.read", parameters).await?;
    Record(&configuration).number("/0/default_account_receivable").map_err(|_| {
        let words = "Tryton has no default account receivable: set one in its accounting configuration";
        Fault::Unauthorized(words.into())
    })
}

/// Returns where one line is booked, or why it can't be.
async fn one(
    client: &Client,
    line: &DocumentLine,
    lines: &[Line],
    override_account: Option<i64>,
) -> Result<Result<Booked, String>, Fault> {
    let original = lines.iter().find(|original| original.line.id == line.invoice_line);
    if original.is_none() && !line.invoice_line.is_empty() {
        return Ok(Err(format!("the invoice has no line {} in Tryton", line.invoice_line)));
    }
    // A difference of rounding belongs to what it was rounded of.
    let like = original.or_else(|| lines.first());
    let account = match (override_account, like) {
        (Some(account), _) => account,
        (None, Some(like)) => like.account,
        (None, None) => client.account(client.settings.accounts.required("credit", "the code of an account")?).await?,
    };
    let taxes = match like {
        Some(like) if original.is_some() || line.totals.tax_minor != 0 => by_ids(client, &like.taxes).await?,
        _ => by_rate(client, line).await?,
    };
    if taxes.is_empty() && line.totals.tax_minor != 0 {
        return Ok(Err(format!("the line `{}` has tax, and Tryton knows of none on it", line.description)));
    }
    Ok(Ok(Booked { account, taxes, origin: original.map(|original| original.id) }))
}

/// What is read of a tax.
const TAX: Search<'_> = Search {
    model: "account.tax",
    fields: &["description", "invoice_account", "credit_note_account"],
    limit: 20,
    order: &[("id", "ASC")],
};

async fn by_ids(client: &Client, ids: &[i64]) -> Result<Vec<Tax>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    client.find(TAX, json!([["id", "in", ids]])).await?.iter().map(|record| tax(Record(record))).collect()
}

/// Returns the tax that the configuration names for the rate of a line.
async fn by_rate(client: &Client, line: &DocumentLine) -> Result<Vec<Tax>, Fault> {
    if line.totals.tax_minor == 0 {
        return Ok(Vec::new());
    }
    let name = client.settings.taxes.required(&line.tax_rate, "the tax's name")?;
    let found = client.find(TAX, json!([["name", "=", name], ["company", "=", client.company]])).await?;
    match found.as_slice() {
        [one] => Ok(vec![tax(Record(one))?]),
        [] => Err(Fault::Unauthorized(format!("Tryton has no tax `{name}`, which `tryton_taxes` names"))),
        _ => Err(Fault::Unauthorized(format!("Tryton has several taxes `{name}`: give the one another name"))),
    }
}

fn tax(record: Record<'_>) -> Result<Tax, Fault> {
    Ok(Tax {
        id: record.number("/id")?,
        description: record.text("/description").unwrap_or_default().to_owned(),
        accounts: [record.number("/invoice_account").ok(), record.number("/credit_note_account").ok()],
    })
}

//! The books' statements for a credit without an invoice that becomes store credit.

use anyhow::{Context, Result, bail};
use contraflow_domain::request::Request;
use contraflow_domain::request::leg::Leg;
use contraflow_domain::time::Timestamp;
use contraflow_domain::zone::Zone;
use contraflow_host::sql::Value;
use serde_json::json;

use super::database::Database;

const SUBMIT: &str = include_str!("../../../../adapters/erp/books/sql/submit.sql");
const SETTLED: &str = include_str!("../../../../adapters/erp/books/sql/settled.sql");
const SETTLE: &str = include_str!("../../../../adapters/erp/books/sql/settle.sql");

/// Makes the document; gives its reference and number.
pub async fn submit(database: &Database, request: &Request) -> Result<(String, Option<String>)> {
    let (Some(totals), Some(document), Some(customer)) = (&request.totals, &request.document, &request.customer) else {
        bail!("the request has no amount, document or customer");
    };
    let (key, reason, currency) = (request.document_key(), &request.ask.reason, document.total.currency.code());
    let sums = json!({"net_minor": totals.net.minor, "tax_minor": totals.tax.minor, "gross_minor": totals.gross.minor});
    let order = json!({
        "key": {"value": key}, "request": {"value": request.id}, "direction": "Credit", "posting": "Post", "invoice": null,
        "customer": customer, "currency": currency, "issued_on": document.issued_on, "reason": reason,
        "lines": [{"invoice_line": "", "description": reason, "quantity": "1", "tax_rate": "0", "totals": sums}], "totals": sums,
    });
    let legs = json!([
        ["Income:Sales-Returns", totals.net.minor, currency],
        [format!("Assets:Receivable:{customer}"), -totals.gross.minor, currency],
    ]);
    let text = |text: &str| Value::Text(text.to_owned());
    let parameters = vec![
        Value::Text(key),
        Value::Text(order.to_string()),
        text("credit"),
        text("posted"),
        Value::Null,
        text(customer),
        text(currency),
        text(&document.issued_on),
        text(reason),
        Value::Integer(totals.net.minor),
        Value::Integer(totals.tax.minor),
        Value::Integer(totals.gross.minor),
        Value::Text(legs.to_string()),
    ];
    let rows = database.run(SUBMIT, parameters).await?;
    match rows.first().map(Vec::as_slice) {
        Some([Value::Integer(id), Value::Text(number), ..]) => Ok((format!("DOC-{id:010}"), Some(number.clone()))),
        _ => bail!("the books made no document"),
    }
}

/// Books that a leg became store credit.
pub async fn settle(database: &Database, request: &Request, leg: &Leg, at: Timestamp) -> Result<()> {
    let reference = request.document.as_ref().and_then(|document| document.erp_reference.as_deref());
    let reference = reference.context("no document")?;
    let id: i64 = reference.trim_start_matches("DOC-").parse()?;
    let rows = database.run(SETTLED, vec![Value::Integer(id), Value::Null]).await?;
    let Some([Value::Text(number), Value::Text(customer), Value::Text(currency), ..]) = rows.first().map(Vec::as_slice)
    else {
        bail!("the books have no document {reference}");
    };
    let (key, day, minor) =
        (format!("{}-settled", leg.key(&request.id)), Zone::UTC.day(at).to_string(), leg.amount.minor);
    let input = json!({
        "key": {"value": key}, "document": reference, "kind": "StoreCredit",
        "amount": {"minor": minor, "currency": currency}, "settles_minor": minor, "payment": null, "settled_on": day,
    });
    let legs = json!([
        [format!("Assets:Receivable:{customer}"), minor, currency],
        [format!("Liabilities:Store-Credit:{customer}"), -minor, currency],
    ]);
    let parameters = vec![
        Value::Text(key),
        Value::Text(input.to_string()),
        Value::Integer(id),
        Value::Text("store-credit".into()),
        Value::Integer(minor),
        Value::Text(day),
        Value::Text(format!("{number} turned into store credit")),
        Value::Text(number.clone()),
        Value::Text(legs.to_string()),
    ];
    if database.run(SETTLE, parameters).await?.is_empty() {
        bail!("the books had settled {reference} before");
    }
    Ok(())
}

//! Serves the state of an invoice: what was credited of it, what is on its way, and what is left.

use contraflow_domain::account::{InvoiceAccount, InvoiceCredits, PaymentAccount};
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::invoice::Invoice;
use contraflow_domain::request::Request;
use contraflow_guest::http_io::{Answer, Incoming, ask, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, decode};
use contraflow_guest::{accounts, keys, limits, store};
use http::StatusCode;

/// Serves `GET /v1/invoices/{number}`: returns the invoice as the ERP has it, with its state.
///
/// # Errors
/// 404 where the ERP has no such invoice; 403 for whoever may not read it.
pub async fn state(incoming: &Incoming, number: &str, person: &Person) -> Result<Answer, Problem> {
    incoming.only_parameters(&[])?;
    let key = keys::touched_invoice(&person.identity(), number);
    let touches = store::get(vec![key]).await?.into_iter().flatten().next().is_some();
    // Whoever may look for invoices, to ask for credits, reads the one that they have found.
    if person.may(Effect::Find).is_err() {
        person.may_about(Effect::ReadInvoices, touches)?;
    }
    let found: Option<Invoice> = ask("invoice-lookup", "/find/invoice", &number).await?;
    let mut invoice = found.ok_or_else(|| Problem::not_found("invoice of that number"))?;
    if person.may_about(Effect::ReadInvoices, touches).is_err() {
        invoice.customer = contraflow_domain::find::for_asker(invoice.customer);
    }
    let mut unit = Unit::default();
    let account: Option<InvoiceAccount> = unit.read(&keys::invoice(&invoice.number)).await?;
    let account = account.unwrap_or_else(|| InvoiceAccount::untouched(&invoice.number));
    let mut payments: Vec<Option<PaymentAccount>> = Vec::new();
    for payment in &invoice.payments {
        payments.push(unit.read(&accounts::payment_key(payment)).await?);
    }
    let mut claims: Vec<_> = account.claims.iter().map(|claim| (claim.at, claim.request.as_str())).collect();
    claims.sort_unstable_by(|one, other| other.cmp(one));
    let is_exact = claims.len() <= limits::INVOICE_REQUESTS;
    let looked_at: Vec<_> =
        claims.into_iter().take(limits::INVOICE_REQUESTS).map(|(_, request)| keys::request(request)).collect();
    let mut requests: Vec<Request> = Vec::new();
    for some in looked_at.chunks(limits::ROWS_AT_ONCE) {
        for entry in store::get(some.to_vec()).await?.into_iter().flatten() {
            requests.push(decode(&entry.key, &entry.value)?);
        }
    }
    let mut state = InvoiceCredits::new(invoice, &account, &payments, &requests, is_exact);
    if person.may(Effect::ReadRequests).is_err() {
        state.requests.retain(|id| requests.iter().any(|request| request.id == *id && person.is_asker(request)));
    }
    Ok(json(StatusCode::OK, &state))
}

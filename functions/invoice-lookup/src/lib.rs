//! Finds the invoice in the ERP, or the customer where no invoice is named, and builds the evidence packet. Payments
//! that come later are added to it where money waits for them.

mod search;
mod transform;

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/erp", "wit"],
        world: "contraflow:invoice-lookup-component/invoice-lookup",
        with: {
            "contraflow:types/values@0.1.0": contraflow_guest::contract::values,
            "contraflow:types/faults@0.1.0": contraflow_guest::contract::faults,
        },
        generate_all,
    });
}

use bindings::contraflow::erp::invoices;
use contraflow_domain::catalogue::EventKind;
use contraflow_domain::dispute;
use contraflow_domain::gateway::external_refund;
use contraflow_domain::invoice::Invoice;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits;
use contraflow_domain::request::ask::Ask;
use contraflow_domain::request::quote::Quoted;
use contraflow_domain::request::{KnownCustomer, Packet, Request};
use contraflow_domain::time::Timestamp;
use contraflow_guest::contract::faults::Fault;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Session;
use contraflow_guest::{accounts, http_io, losses, now, step};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    if request.uri().path().starts_with("/find/") {
        return Ok(http_io::answered(search::answer(request).await));
    }
    Ok(step::serve_quoting(request, async |task| look_up(task.request).await, quote).await)
}

fn is_wanted(request: &Request) -> bool {
    request.stage() == RequestStatus::Received && request.packet.is_none()
}

/// What the ERP has: the invoice that is asked about, or the customer where none is.
#[derive(Clone)]
struct Found {
    invoice: Option<Invoice>,
    customer: Option<KnownCustomer>,
}

async fn look_up(id: &str) -> Result<Request, Problem> {
    let mut session = Session::default();
    let request = session.request(id).await?;
    if !is_wanted(&request) {
        return if request.awaits_payments { add_payments(&mut session, &request).await } else { Ok(request) };
    }
    let found = find(&request.ask).await;
    session
        .transact(async |unit| {
            let at = now();
            let mut request = unit.request(id).await?;
            if !is_wanted(&request) {
                return Ok(request);
            }
            match &found {
                Ok(found) => build_packet(&mut request, found, at)?,
                Err(why) => request.postpone(at, why),
            }
            unit.save(&mut request, at)?;
            Ok(request)
        })
        .await
}

fn build_packet(request: &mut Request, found: &Found, at: Timestamp) -> Result<(), Problem> {
    let Found { invoice, customer } = found.clone();
    let facts = match &request.ask.invoice {
        Some(number) => serde_json::json!({"invoice": number, "found": invoice.is_some()}),
        None => serde_json::json!({"customer": request.ask.customer, "found": customer}),
    };
    request.customer_name =
        invoice.as_ref().map(|invoice| invoice.customer.name.chars().take(limits::CUSTOMER_NAME_CHARS).collect());
    request.packet = Some(Packet { built_at: at, invoice, customer });
    request.stepped();
    request.resume("invoice-lookup", at).map_err(|refused| Problem::internal(refused.to_string()))?;
    request.note(at, "invoice-lookup", EventKind::PacketBuilt, "", facts);
    Ok(())
}

/// Finds what a request is about that is not stored.
async fn quote(mut quoted: Quoted) -> Result<Quoted, Problem> {
    let found = find(&quoted.request.ask).await.map_err(Problem::unavailable)?;
    build_packet(&mut quoted.request, &found, now())?;
    Ok(quoted)
}

/// Reads the invoice again for payments that came later, and commits them with their accounts. An ERP that does not
/// answer holds nothing up: it is asked again when the money is tried again.
async fn add_payments(session: &mut Session, request: &Request) -> Result<Request, Problem> {
    let found = find(&request.ask).await;
    if let Err(why) = &found {
        eprintln!("request {}, later payments: {why}", request.id);
    }
    let invoice = found.ok().and_then(|found| found.invoice);
    session
        .change(&request.id, async |unit, request, at| {
            if !request.add_payments(invoice.as_ref(), at) {
                return Ok(());
            }
            let mut held = accounts::load(unit, request).await?;
            for account in &mut held.payments {
                for dispute in dispute::case::name_amounts(account) {
                    losses::reconcile(unit, account, &dispute, at).await?;
                }
                external_refund::reconcile(request, account, at);
            }
            accounts::store(unit, &held)
        })
        .await
}

async fn find(ask: &Ask) -> Result<Found, String> {
    if let Some(number) = &ask.invoice {
        let found = invoices::find(number.clone()).await.map_err(Fault::words)?;
        return Ok(Found { invoice: found.map(transform::invoice).transpose()?, customer: None });
    }
    let Some(id) = &ask.customer else { return Ok(Found { invoice: None, customer: None }) };
    let found = invoices::find_customer(id.clone()).await.map_err(Fault::words)?;
    Ok(Found { invoice: None, customer: Some(transform::customer(found)) })
}

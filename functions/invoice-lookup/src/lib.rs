//! Finds the invoice in the ERP and builds the evidence packet.

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
use contraflow_domain::invoice::Invoice;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::{Packet, Request};
use contraflow_guest::contract::faults::Fault;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Session;
use contraflow_guest::{now, step};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve(request, async |task| look_up(task.request).await).await)
}

fn is_wanted(request: &Request) -> bool {
    request.stage() == RequestStatus::Received && request.packet.is_none()
}

async fn look_up(id: &str) -> Result<Request, Problem> {
    let mut session = Session::default();
    let request = session.request(id).await?;
    let Some(number) = request.ask.invoice.clone().filter(|_| is_wanted(&request)) else { return Ok(request) };
    let found = find(&number).await;
    session
        .transact(async |unit| {
            let at = now();
            let mut request = unit.request(id).await?;
            if !is_wanted(&request) {
                return Ok(request);
            }
            match &found {
                Ok(invoice) => {
                    request.packet = Some(Packet { built_at: at, invoice: invoice.clone() });
                    request.stepped();
                    request.resume("invoice-lookup", at).map_err(|refused| Problem::internal(refused.to_string()))?;
                    let facts = serde_json::json!({"invoice": number, "found": invoice.is_some()});
                    request.note(at, "invoice-lookup", EventKind::PacketBuilt, "", facts);
                }
                Err(why) => request.postpone(at, why),
            }
            unit.save(&mut request, at)?;
            Ok(request)
        })
        .await
}

async fn find(number: &str) -> Result<Option<Invoice>, String> {
    let found = invoices::find(number.to_owned()).await.map_err(Fault::words)?;
    found.map(transform::invoice).transpose()
}

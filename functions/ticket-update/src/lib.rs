//! Answers on the ticket that a request came from.

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/gateway", "../../wit/intake", "../../wit/helpdesk", "wit"],
        world: "contraflow:ticket-update-component/ticket-update",
        generate_all,
    });
}

use bindings::contraflow::helpdesk::tickets::{self, Outcome, Progress, Update};
use bindings::contraflow::types::faults::Fault;
use bindings::contraflow::types::values::IdempotencyKey;
use contraflow_domain::request::Request;
use contraflow_domain::request::message::{Delivery, Message};
use contraflow_guest::{outbox, step};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve(request, async |task| outbox::deliver(task.request, task.vendor, write).await).await)
}

fn progress(kind: &str) -> Progress {
    match kind {
        "request.completed" => Progress::Solved,
        "request.info_requested" => Progress::Waiting,
        "request.rejected" | "request.ineligible" | "request.duplicate" | "request.expired" | "request.withdrawn" => {
            Progress::Declined
        }
        _ => Progress::Open,
    }
}

async fn write(request: &Request, message: &Message) -> Delivery {
    let Some(ticket) = request.source.reference.clone() else { return Delivery::Unheard };
    let progress = progress(&message.kind);
    let outcome = tickets::write(Update {
        key: IdempotencyKey { value: message.id.clone() },
        ticket,
        comment: message.text.clone(),
        // What is only on its way concerns the agent alone.
        public: !matches!(progress, Progress::Open),
        progress,
    })
    .await;
    match outcome {
        Ok(Outcome::Accepted) => Delivery::Delivered,
        Ok(Outcome::Declined(why)) => Delivery::Refused(why),
        Err(Fault::NotSent(retry)) => Delivery::Failed { detail: retry.detail, after_ms: retry.after_ms },
        Err(
            Fault::InvalidArgument(detail)
            | Fault::KeyReusedWithDifferentInput(detail)
            | Fault::Unauthorized(detail)
            | Fault::OutcomeUnknown(detail),
        ) => Delivery::Failed { detail, after_ms: None },
    }
}

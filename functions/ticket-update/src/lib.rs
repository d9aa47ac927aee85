//! Answers on the ticket that a request came from.

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/gateway", "../../wit/intake", "../../wit/helpdesk", "wit"],
        world: "contraflow:ticket-update-component/ticket-update",
        with: {
            "contraflow:types/values@0.1.0": contraflow_guest::contract::values,
            "contraflow:types/faults@0.1.0": contraflow_guest::contract::faults,
        },
        generate_all,
    });
}

use bindings::contraflow::helpdesk::tickets::{self, Outcome, Progress, Update};
use contraflow_domain::catalogue::MessageKind;
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::message::{Delivery, Message};
use contraflow_guest::fault::Call;
use contraflow_guest::{outbox, step};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve(request, async |task| outbox::deliver(task.request, task.vendor, write).await).await)
}

fn progress(kind: MessageKind) -> Progress {
    match kind {
        MessageKind::RequestCompleted => Progress::Solved,
        MessageKind::RequestInfoRequested => Progress::Waiting,
        MessageKind::RequestRejected
        | MessageKind::RequestIneligible
        | MessageKind::RequestDuplicate
        | MessageKind::RequestExpired
        | MessageKind::RequestWithdrawn => Progress::Declined,
        MessageKind::RequestPendingApproval
        | MessageKind::RequestNeedsAttention
        | MessageKind::RequestReversed
        | MessageKind::LegLateFailed => Progress::Open,
    }
}

async fn write(request: &Request, message: &Message) -> Result<Delivery, CallError> {
    let Some(ticket) = request.source.reference.clone() else { return Ok(Delivery::Unheard) };
    let progress = progress(message.kind);
    let outcome = tickets::write(Update {
        key: message.id.clone().into(),
        ticket,
        comment: message.text.clone(),
        // That a request is still on its way concerns the agent alone, and not the customer.
        public: !matches!(progress, Progress::Open),
        progress,
    })
    .await;
    match outcome {
        Ok(Outcome::Accepted) => Ok(Delivery::Delivered),
        Ok(Outcome::Declined(why)) => Err(CallError::Declined(why)),
        Err(fault) => Err(Call::Message.error(fault)),
    }
}

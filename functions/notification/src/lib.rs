//! Tells the subscribers what has happened.

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/courier", "wit"],
        world: "contraflow:notification-component/notification",
        with: {
            "contraflow:types/values@0.1.0": contraflow_guest::contract::values,
            "contraflow:types/faults@0.1.0": contraflow_guest::contract::faults,
        },
        generate_all,
    });
}

use bindings::contraflow::courier::delivery::{self, Outcome};
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::message::{Delivery, Message};
use contraflow_guest::fault::Call;
use contraflow_guest::outbox::{self, Sent};
use contraflow_guest::step;
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve(request, async |task| outbox::deliver(task.request, task.vendor, send).await).await)
}

async fn send(request: &Request, message: &Message) -> Sent {
    (None, deliver(request, message).await)
}

async fn deliver(request: &Request, message: &Message) -> Result<Delivery, CallError> {
    let outcome = delivery::deliver(delivery::Message {
        id: message.id.clone(),
        kind: message.kind.name().into(),
        subject: request.id.clone(),
        occurred_at: message.at.into(),
        data: message.data.to_string(),
    })
    .await;
    match outcome {
        Ok(Outcome::Delivered) => Ok(Delivery::Delivered),
        Ok(Outcome::NoSubscriber) => Ok(Delivery::Unheard),
        Ok(Outcome::Refused(why)) => Err(CallError::Declined(why)),
        Err(fault) => Err(Call::Message.error(fault)),
    }
}

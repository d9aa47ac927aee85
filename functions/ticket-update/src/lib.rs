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
use contraflow_domain::chain;
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::message::{Delivery, Message};
use contraflow_guest::due::Due;
use contraflow_guest::fault::Call;
use contraflow_guest::outbox::{self, Sent};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{now, step, unread};
use contraflow_letters::{Office, post};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve_any(request, async |task| match Due::read(task.request) {
        Due::Unread(id) => tell(&id).await,
        _ => {
            let office = Office::open().await?;
            post::hold(task, &office).await?;
            let sent = outbox::deliver(task.request, task.vendor, async |request, message| {
                write(request, message, &office).await
            });
            Ok(chain::next(&sent.await?, now()))
        }
    })
    .await)
}

/// Tells whoever asked on a ticket that the ask could not be taken, and what to do.
async fn tell(id: &str) -> Result<chain::Next, Problem> {
    let message = unread::find(&mut Unit::default(), id).await?;
    let Some(ticket) = message.ticket.clone() else { return Ok(chain::Next::Rest) };
    let update = Update {
        key: message.key().into(),
        ticket,
        comment: message.answer(),
        // The agent's mistake is nothing that the customer should read.
        public: false,
        progress: Progress::Open,
    };
    let outcome = match tickets::write(update).await {
        Ok(Outcome::Accepted) => Ok(()),
        Ok(Outcome::Declined(why)) => Err(CallError::Declined(why)),
        Err(fault) => Err(Call::Message.error(fault)),
    };
    unread::record_outcome(id, &outcome).await?;
    Ok(chain::Next::Rest)
}

fn progress(kind: MessageKind) -> Progress {
    match kind {
        MessageKind::RequestCompleted => Progress::Solved,
        // A reminder comes to the ticket where whoever asked is to answer, and only there.
        MessageKind::RequestInfoRequested | MessageKind::RequestBackupMissing | MessageKind::RequestReminder => {
            Progress::Waiting
        }
        MessageKind::RequestRejected
        | MessageKind::RequestIneligible
        | MessageKind::RequestDuplicate
        | MessageKind::RequestExpired
        | MessageKind::RequestWithdrawn => Progress::Declined,
        MessageKind::RequestReceived
        | MessageKind::RequestApproved
        | MessageKind::RequestPendingApproval
        | MessageKind::RequestNeedsAttention
        | MessageKind::RequestReassigned
        | MessageKind::RequestException
        | MessageKind::RequestOverdue
        | MessageKind::RequestReversed
        | MessageKind::LegLateFailed => Progress::Open,
    }
}

async fn write(request: &Request, message: &Message, office: &Office) -> Sent {
    let Some(ticket) = request.source.reference.clone() else { return (None, Ok(Delivery::Unheard)) };
    let words = match office.compose(&mut Unit::default(), request, message, None).await {
        Ok(words) => words,
        Err(problem) => return (None, Err(CallError::not_sent(problem.detail))),
    };
    let progress = progress(message.kind);
    let outcome = tickets::write(Update {
        key: message.id.clone().into(),
        ticket,
        comment: words.text.clone(),
        // That a request is still on its way concerns the agent alone, and not the customer.
        public: !matches!(progress, Progress::Open),
        progress,
    })
    .await;
    let outcome = match outcome {
        Ok(Outcome::Accepted) => Ok(Delivery::Delivered),
        Ok(Outcome::Declined(why)) => Err(CallError::Declined(why)),
        Err(fault) => Err(Call::Message.error(fault)),
    };
    (Some(words), outcome)
}

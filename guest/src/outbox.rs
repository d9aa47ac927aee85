//! Delivers the messages of a request over one channel, oldest first, each at least once.

use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::message::{self, Delivery, Message};

use crate::problem::Problem;
use crate::unit::Session;

/// Delivers every queued message of the request that is due on one channel, and records the outcome of each.
///
/// # Errors
/// When the store does not answer.
pub async fn deliver(
    id: &str,
    channel: &str,
    mut send: impl AsyncFnMut(&Request, &Message) -> Result<Delivery, CallError>,
) -> Result<Request, Problem> {
    let mut session = Session::default();
    let request = session.request(id).await?;
    let now = crate::now();
    let mut outcomes = Vec::new();
    for message in request.outbox.iter().filter(|message| message.is_due(channel, now)) {
        outcomes.push((message.id.clone(), send(&request, message).await));
    }
    if outcomes.is_empty() {
        return Ok(request);
    }
    session
        .change(id, async |_, request, now| {
            for (message, outcome) in &outcomes {
                message::record_outcome(request, message, outcome, now);
            }
            Ok(())
        })
        .await
}

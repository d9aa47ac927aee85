//! Delivers the messages of a request over one channel, oldest first, each at least once.

use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::message::letter::Letter;
use contraflow_domain::request::message::{self, Delivery, Message, Tried};

use crate::problem::Problem;
use crate::unit::Session;

/// What became of sending a message: the words that were sent, where they were written for people, and the outcome.
pub type Sent = (Option<Letter>, Result<Delivery, CallError>);

/// Delivers every queued message of the request that is due on one channel, and records the outcome of each.
///
/// # Errors
/// When the store does not answer.
pub async fn deliver(
    id: &str,
    channel: &str,
    mut send: impl AsyncFnMut(&Request, &Message) -> Sent,
) -> Result<Request, Problem> {
    let mut session = Session::default();
    let request = session.request(id).await?;
    let now = crate::now();
    let mut outcomes = Vec::new();
    for message in request.outbox.iter().filter(|message| message.is_due(channel, now)) {
        let (words, outcome) = send(&request, message).await;
        outcomes.push(Tried { id: message.id.clone(), words, outcome });
    }
    if outcomes.is_empty() {
        return Ok(request);
    }
    session
        .change(id, async |_, request, now| {
            for tried in &outcomes {
                message::record_outcome(request, tried, now);
            }
            Ok(())
        })
        .await
}

//! Serves `POST /webhooks/events`: events of a sender that has no key and signs what it sends, such as an ERP or a
//! shop.

use contraflow_domain::making::Event;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::unread::UnreadMessage;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::signed::{SignatureError, verify};
use contraflow_guest::taken::Taken;
use contraflow_guest::unit::transact;
use contraflow_guest::{keys, now, unread, variable};
use http::StatusCode;

use super::{drive, make, sent};

/// Names the secrets that these messages are signed with.
const SECRET: &str = "events_webhook_secret";
/// Names the source of messages that can't be read.
const SOURCE: &str = "events-webhook";
/// Names whoever signed, as the one who sent an event.
const SENDER: &str = "webhook:events";

/// Takes every event of a message, whatever becomes of the others. What can't be taken waits for a person: its sender
/// does not know what to do with a refusal, and would send the same again.
///
/// # Errors
/// 401 where it is not signed, 503 where nobody has set the secret or the store does not answer.
pub async fn take(incoming: &Incoming) -> Result<Answer, Problem> {
    incoming.only("POST")?;
    let id =
        verify(&variable(SECRET).await, &incoming.headers, &incoming.body, now()).map_err(|error| match error {
            SignatureError::Secret => Problem::unavailable(format!("`{SECRET}` is not set here: {error}.")),
            _ => Problem::new(StatusCode::UNAUTHORIZED, "bad-signature", error.to_string()),
        })?;
    let events = sent::read_signed(incoming, &id)?.events;
    let received = events.len();
    let (mut fresh, mut failed) = (Vec::new(), None);
    for (place, event) in events.into_iter().enumerate() {
        match one(incoming, (&id, place), event).await {
            Ok(requests) => fresh.extend(requests),
            Err(problem) => failed = failed.or(Some(problem)),
        }
    }
    drive(fresh);
    failed.map_or_else(|| Ok(json(StatusCode::OK, &serde_json::json!({"received": received}))), Err)
}

async fn one(
    incoming: &Incoming,
    (id, place): (&str, usize),
    event: Result<Event, Vec<FieldError>>,
) -> Result<make::Fresh, Problem> {
    let (about, wrong) = match event {
        Ok(event) => match make::make_of(&event, SENDER).await {
            Ok((_, fresh)) => return Ok(fresh),
            Err(problem) if problem.status >= StatusCode::INTERNAL_SERVER_ERROR.as_u16() => return Err(problem),
            Err(problem) => ((event.kind, format!("{} {}", event.source, event.id)), sent::errors(problem)),
        },
        Err(wrong) => ((String::new(), id.to_owned()), wrong),
    };
    keep_aside(incoming, &format!("{id} {place}"), (&about.0, &about.1), wrong).await?;
    Ok(Vec::new())
}

/// Keeps an event that can't be taken for a person, once.
async fn keep_aside(
    incoming: &Incoming,
    id: &str,
    (kind, about): (&str, &str),
    wrong: Vec<FieldError>,
) -> Result<(), Problem> {
    let seen = keys::inbound(SOURCE, "unread", id);
    let text = String::from_utf8_lossy(&incoming.body);
    transact(async |unit| {
        if unit.read::<Taken>(&seen).await?.is_some() {
            return Ok(());
        }
        unit.write(&seen, &Taken::now())?;
        let message = UnreadMessage::of(unread::name(SOURCE, id), SOURCE, (kind, about), wrong.clone(), &text, now());
        unread::keep(unit, &message).await
    })
    .await
}

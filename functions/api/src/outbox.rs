//! Serves the outbox: messages that wait for a person, that are tried again, or that could not be delivered; and what
//! people do about them.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::chain;
use contraflow_domain::limits::{LETTER_BYTES, LETTER_SUBJECT_CHARS};
use contraflow_domain::request::Request;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::message::letter::{self, HandError, NewWords};
use contraflow_domain::request::message::view::{MessageView, OutboxCounts, OutboxRow, OutboxState};
use contraflow_guest::drive::drive_later;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{decode, transact};
use contraflow_guest::view::Page;
use contraflow_guest::{follow, keys, limits, now, store};
use http::StatusCode;
use serde::Deserialize;

use crate::change::body;
use crate::walk::Walk;
use crate::{bounded, readable};

/// Serves `GET /v1/outbox?state=…&cursor=…&limit=…`: returns the requests with messages that stand so, oldest first.
pub async fn list(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeeOutbox)?;
    incoming.only_parameters(&["state", "cursor", "limit"])?;
    let state = asked_state(incoming)?;
    let after = incoming.cursor(keys::place)?.unwrap_or_default();
    let mut walk = Walk::over(vec![keys::outbox_prefix(state)]).behind(&after);
    let most = usize::try_from(incoming.page_limit()?).unwrap_or(usize::MAX);
    let (mut items, mut last, mut bytes) = (Vec::new(), None, 0);
    while !walk.is_done() && items.len() < most {
        let places = walk.portion(u32::try_from(most - items.len()).unwrap_or(1)).await?;
        for some in places.chunks(limits::ROWS_AT_ONCE) {
            let read = store::get(some.iter().map(|place| keys::request(keys::id_of(place))).collect()).await?;
            for (place, entry) in some.iter().zip(read) {
                let row = match &entry {
                    Some(entry) => OutboxRow::of(&decode::<Request>(&entry.key, &entry.value)?, state),
                    None => None,
                };
                let size = serde_json::to_vec(&row).map_err(|error| Problem::internal(error.to_string()))?.len();
                if bytes + size > limits::LIST_BYTES && !items.is_empty() {
                    return Ok(json(StatusCode::OK, &Page { items, next: last }));
                }
                bytes += size;
                items.extend(row);
                last = Some(place.clone());
            }
        }
    }
    let next = last.filter(|_| !walk.is_done());
    Ok(json(StatusCode::OK, &Page { items, next }))
}

fn asked_state(incoming: &Incoming) -> Result<OutboxState, Problem> {
    let Some(name) = incoming.parameter("state").filter(|name| !name.is_empty()) else {
        return Ok(OutboxState::Held);
    };
    OutboxState::named(&name).ok_or_else(|| {
        let known: Vec<_> = OutboxState::ALL.iter().map(|state| state.name()).collect();
        Problem::parameter("state", format!("`{name}` is no state; use one of {}.", known.join(", ")))
    })
}

/// Serves `GET /v1/outbox/counts`: returns how many requests have messages in each state, counted up to a bound.
pub async fn counts(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeeOutbox)?;
    incoming.only_parameters(&[])?;
    let mut counts = OutboxCounts::default();
    for state in OutboxState::ALL {
        let prefix = keys::outbox_prefix(*state);
        let page = store::scan(prefix.clone(), store::end_of(&prefix), limits::QUEUE_COUNTED).await?;
        let there = page.entries.len() as u64;
        match state {
            OutboxState::Held => counts.held = there,
            OutboxState::Failing => counts.failing = there,
            OutboxState::Undeliverable => counts.undeliverable = there,
        }
        counts.more |= page.next.is_some();
    }
    Ok(json(StatusCode::OK, &counts))
}

/// Serves `GET /v1/requests/{id}/messages`: returns the messages of a request, oldest first.
pub async fn of_request(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    incoming.only_parameters(&[])?;
    let request = readable(id, person).await?;
    let items = request.outbox.iter().map(|message| MessageView::of(&request, message)).collect();
    Ok(json(StatusCode::OK, &Page { items, next: None }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sending {
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    note: String,
}

impl Sending {
    fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, detail: String| faults.push(FieldError { pointer: pointer.into(), detail });
        if let Some(subject) = &self.subject {
            if subject.chars().any(char::is_control) || subject.trim().is_empty() {
                fault("/subject", "must be one line, and not empty".into());
            }
            if subject.chars().count() > LETTER_SUBJECT_CHARS {
                fault("/subject", format!("at most {LETTER_SUBJECT_CHARS} characters"));
            }
        }
        if let Some(text) = &self.text {
            if text.trim().is_empty() {
                fault("/text", "must not be empty: drop the message if it is not to be sent".into());
            }
            if text.len() > LETTER_BYTES {
                fault("/text", format!("at most {LETTER_BYTES} bytes"));
            }
        }
        faults
    }
}

fn refused(error: HandError) -> Problem {
    match error {
        HandError::Unknown => Problem::not_found("message of that id"),
        HandError::Elsewhere(_) => Problem::conflict("not-possible-now", format!("{error}. Read the outbox again.")),
        HandError::Unwritten => Problem::conflict("not-possible-now", format!("{error}.")),
    }
}

/// Serves `POST /v1/requests/{id}/messages/{message}/send`: lets a held message go, as it is or with other words; has
/// one tried again that could not be delivered.
pub async fn send(incoming: &Incoming, id: &str, message: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SendMessages)?;
    let sending: Sending = body(incoming)?;
    bounded(&sending.note)?;
    let faults = sending.faults();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let words = NewWords { subject: sending.subject.as_deref(), text: sending.text.as_deref() };
    by_hand(id, message, person, |request| letter::send(request, message, words, (&person.name, &sending.note), now()))
        .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dropping {
    note: String,
}

/// Serves `POST /v1/requests/{id}/messages/{message}/drop`: a message that waits for a person is not sent.
pub async fn drop_it(incoming: &Incoming, id: &str, message: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SendMessages)?;
    let Dropping { note } = incoming.json()?;
    bounded(&note)?;
    if note.trim().is_empty() {
        return Err(Problem::field("/note", "says why it is not sent"));
    }
    by_hand(id, message, person, |request| letter::drop_it(request, message, (&person.name, &note), now())).await
}

async fn by_hand(
    id: &str,
    message: &str,
    person: &Person,
    work: impl Fn(&mut Request) -> Result<(), HandError>,
) -> Result<Answer, Problem> {
    let request = transact(async |unit| {
        let at = now();
        let (mut request, _) = follow::informed(unit, id, at).await?;
        person.may_on(Effect::SendMessages, &request)?;
        work(&mut request).map_err(refused)?;
        unit.save(&mut request, at)?;
        Ok(request)
    })
    .await?;
    drive_later(request.id.clone(), chain::next(&request, now()));
    let found = request.outbox.iter().find(|known| known.id == message);
    let found = found.ok_or_else(|| Problem::not_found("message of that id"))?;
    Ok(json(StatusCode::OK, &MessageView::of(&request, found)))
}

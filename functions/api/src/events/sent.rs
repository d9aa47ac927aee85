//! Reads events from a message, in every mode of the CloudEvents protocol binding for HTTP.

use contraflow_domain::limits::EVENTS_PER_BATCH;
use contraflow_domain::making::{self, Event, Mode};
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::http_io::{Incoming, read_tree};
use contraflow_guest::problem::Problem;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

/// The events of a message, each as far as it can be read.
pub struct Sent {
    /// The events, in the order in which they stand.
    pub events: Vec<Result<Event, Vec<FieldError>>>,
    /// Whether they were sent as a batch.
    pub is_batch: bool,
}

/// Reads the events of a message.
///
/// # Errors
/// 415 where they are not sent as JSON, 400 where the body is none, 422 where a batch is too large.
pub fn read(incoming: &Incoming) -> Result<Sent, Problem> {
    read_as(incoming, |body| body)
}

/// Reads the events of a message that its sender signed under that id, which may have the form of Standard Webhooks.
///
/// # Errors
/// As of [`read`].
pub fn read_signed(incoming: &Incoming, id: &str) -> Result<Sent, Problem> {
    read_as(incoming, |body| making::of_webhook(body, id))
}

fn read_as(incoming: &Incoming, form: impl Fn(Map<String, Value>) -> Map<String, Value>) -> Result<Sent, Problem> {
    let content_type = incoming.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let mode = Mode::of(content_type, incoming.headers.contains_key("ce-specversion")).ok_or_else(|| {
        let detail = format!(
            "Events are read as JSON: `application/cloudevents+json`, `application/cloudevents-batch+json`, or JSON data with \
             the attributes in `ce-` headers; this is `{content_type}`. Nothing was stored."
        );
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "event-type", detail)
    })?;
    match mode {
        Mode::Batch => {
            let Value::Array(list) = tree(incoming)? else {
                return Err(malformed("must be a list of events"));
            };
            if list.len() > EVENTS_PER_BATCH {
                let detail = format!("A batch has at most {EVENTS_PER_BATCH} events, and these are {}.", list.len());
                return Err(Problem::too_many("", detail));
            }
            let read = |event| match event {
                Value::Object(body) => Event::read(&body),
                _ => Err(vec![FieldError { pointer: String::new(), detail: "must be an object".into() }]),
            };
            Ok(Sent { events: list.into_iter().map(read).collect(), is_batch: true })
        }
        Mode::Structured => {
            let Value::Object(body) = tree(incoming)? else {
                return Err(malformed(
                    "must be one event, an object; send a list as `application/cloudevents-batch+json`",
                ));
            };
            Ok(Sent { events: vec![Event::read(&form(body))], is_batch: false })
        }
        Mode::Binary => {
            let headers = incoming.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
            let data = if incoming.body.is_empty() { Value::Null } else { tree(incoming)? };
            let event = making::attributes(headers).and_then(|mut event| {
                event.insert("data".into(), data);
                Event::read(&event)
            });
            Ok(Sent { events: vec![event], is_batch: false })
        }
    }
}

fn tree(incoming: &Incoming) -> Result<Value, Problem> {
    read_tree(&incoming.body).map_err(Problem::malformed)
}

fn malformed(detail: &str) -> Problem {
    Problem::malformed(vec![FieldError { pointer: String::new(), detail: detail.into() }])
}

/// Returns what a problem says is wrong, by its places.
pub fn errors(problem: Problem) -> Vec<FieldError> {
    let whole = FieldError { pointer: String::new(), detail: problem.detail };
    if problem.errors.is_empty() { vec![whole] } else { problem.errors }
}

//! Events: what happened elsewhere, as a CloudEvent 1.0 in its JSON form.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use crate::limits;
use crate::policy::condition::Value;
use crate::policy::{FieldType, Template};
use crate::request::draft::FieldError;
use crate::time::Timestamp;

/// The fields of an event that a template asks for, as far as they are there.
pub type EventFields = BTreeMap<String, Value>;

/// What happened elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The sender's name for the event: with the source, no other has it.
    pub id: String,
    /// Where it happened.
    pub source: String,
    /// What happened: its type.
    pub kind: String,
    /// What it happened to; empty where the event does not say.
    pub subject: String,
    /// When it happened; `None` where the event does not say.
    pub time: Option<Timestamp>,
    /// The particulars.
    pub data: Map<String, Json>,
}

fn error(pointer: impl Into<String>, detail: impl Into<String>) -> FieldError {
    FieldError { pointer: pointer.into(), detail: detail.into() }
}

impl Event {
    /// Reads an event. Attributes that mean nothing here are passed over, as CloudEvents have it.
    ///
    /// # Errors
    /// All that is wrong with it, by its place.
    pub fn read(body: &Map<String, Json>) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut text = |name: &str, most: usize, is_needed: bool| match body.get(name) {
            None | Some(Json::Null) if !is_needed => String::new(),
            Some(Json::String(text))
                if (usize::from(is_needed)..=most).contains(&text.chars().count())
                    && !text.chars().any(char::is_control) =>
            {
                text.clone()
            }
            _ => {
                let detail = format!("must be a text of 1 to {most} characters without control characters");
                errors.push(error(format!("/{name}"), detail));
                String::new()
            }
        };
        let version = text("specversion", 8, true);
        let (id, source) = (text("id", limits::EVENT_ID_CHARS, true), text("source", limits::EVENT_SOURCE_CHARS, true));
        let (kind, subject) =
            (text("type", limits::EVENT_TYPE_CHARS, true), text("subject", limits::EVENT_SOURCE_CHARS, false));
        let at = text("time", 64, false);
        if !version.is_empty() && version != "1.0" {
            errors.push(error("/specversion", format!("`{version}` is not read here: send CloudEvents 1.0")));
        }
        let time = (!at.is_empty()).then(|| at.parse::<Timestamp>());
        let time = time.transpose().map_err(|_| {
            errors.push(error("/time", format!("`{at}` must be an instant such as 2026-12-31T09:00:00Z")));
        });
        if body.contains_key("data_base64") {
            errors.push(error("/data_base64", "send the particulars as JSON in `data`"));
        }
        let data = match body.get("data") {
            None | Some(Json::Null) => Map::new(),
            Some(Json::Object(data)) => data.clone(),
            Some(_) => {
                errors.push(error("/data", "must be a JSON object"));
                Map::new()
            }
        };
        match time {
            Ok(time) if errors.is_empty() => Ok(Self { id, source, kind, subject, time, data }),
            _ => Err(errors),
        }
    }

    /// Returns the fields that a template asks for, as far as they are there.
    ///
    /// # Errors
    /// When one is of another type.
    pub fn fields(&self, template: &Template) -> Result<EventFields, Vec<FieldError>> {
        let mut fields = EventFields::new();
        let mut errors = Vec::new();
        for (name, kind) in &template.fields {
            let Some(given) = self.data.get(name).filter(|given| !given.is_null()) else { continue };
            match read(given, *kind) {
                Ok(value) => {
                    fields.insert(name.clone(), value);
                }
                Err(detail) => errors.push(error(format!("/data/{name}"), detail)),
            }
        }
        let texts = [("id", &self.id), ("source", &self.source), ("subject", &self.subject), ("type", &self.kind)];
        for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            fields.insert(name.to_owned(), Value::Text(text.clone()));
        }
        if errors.is_empty() { Ok(fields) } else { Err(errors) }
    }
}

fn read(given: &Json, kind: FieldType) -> Result<Value, String> {
    match (kind, given) {
        (FieldType::Flag, Json::Bool(flag)) => Ok(Value::Flag(*flag)),
        (FieldType::Flag, _) => Err("must be true or false".into()),
        (FieldType::Text, Json::String(text)) if text.chars().count() <= limits::EVENT_TEXT_CHARS => {
            Ok(Value::Text(text.clone()))
        }
        (FieldType::Text, Json::String(_)) => Err(format!("must have at most {} characters", limits::EVENT_TEXT_CHARS)),
        (FieldType::Text, _) => Err("must be a text".into()),
        (FieldType::Number, Json::String(text)) => number(text, limits::DECIMAL_CHARS),
        // Of so few digits, the shortest text that reads as this number is the one that was sent.
        (FieldType::Number, Json::Number(sent)) => number(&sent.to_string(), limits::CONDITION_DIGITS),
        (FieldType::Number, _) => Err("must be a number, or a decimal as a text".into()),
    }
}

fn number(text: &str, most: usize) -> Result<Value, String> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-')
        && text.bytes().filter(u8::is_ascii_digit).count() <= most;
    let number = is_plain.then(|| text.parse::<Decimal>().ok()).flatten();
    number.map(Value::Number).ok_or_else(|| {
        format!("`{text}` is no number that is read exactly: send a decimal as a text, such as \"12.50\"")
    })
}

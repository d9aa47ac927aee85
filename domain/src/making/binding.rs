//! How events come over HTTP: the modes of the CloudEvents protocol binding 1.0.2, and the payloads of Standard
//! Webhooks.

use serde_json::{Map, Value as Json, json};

use crate::request::draft::FieldError;

/// Names where an event happened that a signed message tells in the form of Standard Webhooks, which has no source.
const WEBHOOK_SOURCE: &str = "/webhooks/events";
const PREFIX: &str = "ce-";

/// How events stand in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The body is a list of events.
    Batch,
    /// The body is one event.
    Structured,
    /// The headers are the event, and the body is its data.
    Binary,
}

impl Mode {
    /// Returns the mode of a message with that content type; `None` where the type says that it is no JSON.
    ///
    /// ```
    /// use contraflow_domain::making::Mode;
    ///
    /// assert_eq!(Mode::of("application/cloudevents+json; charset=utf-8", false), Some(Mode::Structured));
    /// assert_eq!(Mode::of("application/json", true), Some(Mode::Binary));
    /// ```
    #[must_use]
    pub fn of(content_type: &str, has_version_header: bool) -> Option<Self> {
        let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_json = media.is_empty() || media == "application/json" || media == "text/json";
        match media.strip_prefix("application/cloudevents") {
            Some("-batch+json") => Some(Self::Batch),
            Some("+json") => Some(Self::Structured),
            Some(_) => None,
            None if has_version_header && (is_json || media.ends_with("+json")) => Some(Self::Binary),
            None => is_json.then_some(Self::Structured),
        }
    }
}

/// Reads the attributes of an event in binary mode from the headers of its message.
///
/// # Errors
/// The headers that stand twice or can't be read, by the names of their attributes.
pub fn attributes<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<Map<String, Json>, Vec<FieldError>> {
    let (mut found, mut errors) = (Map::new(), Vec::new());
    for (name, value) in headers {
        let Some(name) = name.strip_prefix(PREFIX) else { continue };
        let mut refuse = |detail: &str| {
            errors.push(FieldError {
                pointer: format!("/{name}"),
                detail: format!("the header {PREFIX}{name} {detail}"),
            });
        };
        match unescaped(value) {
            // The body has it, not a header.
            _ if name == "data" => refuse("is no attribute: the data of an event are the body"),
            None => refuse("must be text in ASCII, in which `%` begins two hexadecimal digits of UTF-8"),
            Some(text) => {
                if found.insert(name.to_owned(), Json::String(text)).is_some() {
                    refuse("stands twice: keep one of them");
                }
            }
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// Undoes the quotes and the percent-encoding of a header.
fn unescaped(value: &[u8]) -> Option<String> {
    let text = value.trim_ascii();
    let quoted = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\""));
    let mut bytes = quoted.unwrap_or(text).iter().copied();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if quoted.is_some() => plain.push(bytes.next()?),
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
                plain.push(u8::try_from(high * 16 + low).ok()?);
            }
            _ if byte.is_ascii() => plain.push(byte),
            _ => return None,
        }
    }
    String::from_utf8(plain).ok()
}

/// Returns the event that a signed message tells: the body itself where it is a CloudEvent, and else what the form of
/// Standard Webhooks (`type`, `timestamp`, `data`) says, under the message's id.
#[must_use]
pub fn of_webhook(mut body: Map<String, Json>, id: &str) -> Map<String, Json> {
    if body.contains_key("specversion") {
        return body;
    }
    let mut event = Map::new();
    let own = [("specversion", json!("1.0")), ("id", json!(id)), ("source", json!(WEBHOOK_SOURCE))];
    event.extend(own.map(|(name, value)| (name.to_owned(), value)));
    for (name, named) in [("type", "type"), ("timestamp", "time"), ("data", "data")] {
        event.extend(body.remove(name).map(|value| (named.to_owned(), value)));
    }
    event
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::making::Event;

    #[test]
    fn the_content_type_says_how_an_event_is_sent() {
        for (content_type, has_header, mode) in [
            ("application/cloudevents+json", false, Some(Mode::Structured)),
            ("Application/CloudEvents+JSON; charset=UTF-8", true, Some(Mode::Structured)),
            ("application/cloudevents-batch+json", false, Some(Mode::Batch)),
            ("application/cloudevents+avro", true, None),
            ("application/cloudevents-batch+xml", false, None),
            ("application/json", false, Some(Mode::Structured)),
            ("application/json", true, Some(Mode::Binary)),
            ("application/vnd.shop+json", true, Some(Mode::Binary)),
            ("application/vnd.shop+json", false, None),
            ("", false, Some(Mode::Structured)),
            ("", true, Some(Mode::Binary)),
            ("text/xml", true, None),
            ("application/x-www-form-urlencoded", false, None),
        ] {
            assert_eq!(Mode::of(content_type, has_header), mode, "{content_type} {has_header}");
        }
    }

    #[test]
    fn the_headers_of_an_event_are_read_as_they_were_meant() {
        let headers: [(&str, &[u8]); 8] = [
            ("ce-specversion", b"1.0"),
            ("ce-id", b" 42 "),
            ("ce-source", b"/shop"),
            ("ce-type", b"\"delivery.\\\"late\\\"\""),
            ("ce-subject", b"Gr%C3%B6%C3%9fe %25"),
            ("ce-time", b"2026-11-21T09:00:00Z"),
            ("authorization", b"Bearer x"),
            ("ce-extension", b"7"),
        ];
        let event = Event::read(&attributes(headers).unwrap()).unwrap();
        assert_eq!((event.id.as_str(), event.source.as_str()), ("42", "/shop"));
        assert_eq!((event.kind.as_str(), event.subject.as_str()), ("delivery.\"late\"", "Größe %"));
        assert!(event.time.is_some() && event.data.is_empty());
    }

    #[test]
    fn a_header_that_stands_twice_or_can_not_be_read_is_refused_by_its_name() {
        let refused = |name: &str, value: &[u8]| {
            let errors = attributes([("ce-id", b"1".as_slice()), (name, value)]).unwrap_err();
            errors.into_iter().map(|error| error.pointer).collect::<Vec<_>>()
        };
        assert_eq!(refused("ce-id", b"2"), ["/id"]);
        assert_eq!(refused("ce-data", b"{}"), ["/data"]);
        for wrong in [b"50% off".as_slice(), b"%", b"%4", b"%zz", b"%FF", b"\xc3\xb6", b"\"\\\""] {
            assert_eq!(refused("ce-subject", wrong), ["/subject"], "{wrong:?}");
        }
    }

    #[test]
    fn a_standard_webhook_is_an_event_under_the_id_of_its_message() {
        let body = json!({"type": "price.dropped", "timestamp": "2026-11-21T09:00:00Z", "data": {"total": "5"}});
        let event = Event::read(&of_webhook(body.as_object().unwrap().clone(), "msg_1")).unwrap();
        assert_eq!((event.id.as_str(), event.source.as_str()), ("msg_1", WEBHOOK_SOURCE));
        assert_eq!((event.kind.as_str(), &event.data["total"]), ("price.dropped", &json!("5")));
        assert!(event.time.is_some());
        let own = json!({"specversion": "1.0", "id": "42", "source": "/erp", "type": "t"});
        assert_eq!(Event::read(&of_webhook(own.as_object().unwrap().clone(), "msg_1")).unwrap().id, "42");
        let wrong = Event::read(&of_webhook(Map::new(), "msg_1")).unwrap_err();
        assert_eq!(wrong.into_iter().map(|error| error.pointer).collect::<Vec<_>>(), ["/type"]);
    }
}

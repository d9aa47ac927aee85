//! Shows what was told of a request: to whom, when, over what, and how it went, with the forms of what waits.

use std::collections::BTreeMap;

use contraflow_domain::catalogue::EventKind;
use contraflow_domain::request::event::Event;
use contraflow_domain::request::message::view::MessageView;
use contraflow_guest::view::Page;
use maud::{Markup, html};
use serde_json::Value;

use crate::api_client;
use crate::form::{Form, segment};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::layout::Frame;
use crate::parts::message::{self, Shown};
use crate::parts::{chips, foreign, time};
use crate::session::Session;

/// Holds the messages of a request with what the record says of them.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The messages, oldest first; `None` where they can't be read just now.
    pub messages: Option<&'a [MessageView]>,
    /// What happened to the request, as far as it is shown.
    pub events: &'a [Event],
}

/// Reads the messages of a request; `None` where the api does not say them.
pub async fn load(session: &Session, id: &str) -> Option<Vec<MessageView>> {
    let path = format!("/v1/requests/{}/messages", segment(id));
    api_client::get::<Page<MessageView>>(session, &path).await.ok().map(|page| page.items)
}

/// Returns what the record says of each message, by its id.
fn by_message(events: &[Event]) -> BTreeMap<&str, Vec<&Event>> {
    let mut all: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events {
        if let Some(message) = event.data.get("message").and_then(Value::as_str) {
            all.entry(message).or_default().push(event);
        }
    }
    all
}

/// Draws the messages, the oldest first; folded where nothing is to be done about any.
pub fn section(frame: &Frame<'_>, session: &Session, told: Told<'_>, typed: &Form) -> Markup {
    let Some(messages) = told.messages else {
        return html! { section.card aria-labelledby="messages" { h2 #messages { (say!("outbox-of-request")) } p.quiet { (say!("outbox-unread")) } } };
    };
    if messages.is_empty() {
        return html! { section.card aria-labelledby="messages" { h2 #messages { (say!("outbox-of-request")) } p.quiet { (say!("outbox-none-of-request")) } } };
    }
    let events = by_message(told.events);
    let waits = messages.iter().any(|message| message::state(message).is_some());
    html! {
        details.card.messages open[waits] {
            summary { h2 #messages { (say!("outbox-of-request-count", count = messages.len())) } }
            ol.timeline aria-labelledby="messages" {
                @for message in messages {
                    @let events = events.get(message.id.as_str()).map(Vec::as_slice).unwrap_or_default();
                    (entry(&Shown { frame, session, message, back: &[("back", "request")], typed }, events))
                }
            }
        }
    }
}

fn entry(shown: &Shown<'_>, events: &[&Event]) -> Markup {
    let (message, now) = (shown.message, shown.frame.now);
    let delivered = events.iter().rev().find(|event| event.what == EventKind::MessageDelivered);
    let sent = |name: &str| delivered.and_then(|event| event.data.get(name)).and_then(Value::as_str);
    let subject = sent("subject").filter(|subject| !subject.is_empty());
    html! {
        li id=(message::anchor(&message.id)) {
            p { strong { (message.kind.said()) } " " (chips::status(message.status)) }
            p {
                (message::recipient(message)) " "
                span.quiet {
                    (woven!("outbox-over-what", courier = message::courier(message))) ", " (time::relative(message.at, now))
                    @if let Some(event) = delivered { ", " (woven!("outbox-arrived", when = time::relative(event.at, now))) }
                }
            }
            @if let Some(text) = sent("text") {
                @if let Some(subject) = subject { p dir="auto" lang=[message.language.as_deref()] { (subject) } }
                details { summary { (say!("outbox-words")) } (message::letter(subject.unwrap_or_default(), text, message.language.as_deref())) }
            }
            @for event in events { (by_hand(event, shown.frame)) }
            (message::tries(shown.frame, message))
            (message::words(message))
            (message::forms(shown))
        }
    }
}

/// Says what a person did about a message.
fn by_hand(event: &Event, frame: &Frame<'_>) -> Markup {
    let (name, when) = (|| foreign::name(&event.actor), || time::relative(event.at, frame.now));
    let fact = |name: &str| event.data.get(name).cloned().unwrap_or(Value::Null);
    let said = match event.what {
        EventKind::MessageReleased if fact("was") != "held" => {
            woven!("outbox-tried-again", name = name(), when = when())
        }
        EventKind::MessageReleased if fact("edited") == true => {
            woven!("outbox-let-go-changed", name = name(), when = when())
        }
        EventKind::MessageReleased => woven!("outbox-let-go", name = name(), when = when()),
        EventKind::MessageDropped => woven!("outbox-dropped", name = name(), when = when()),
        _ => return html! {},
    };
    html! {
        p.quiet { (said) }
        @if !event.why.is_empty() { (foreign::quote(&event.why)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{frame, mail, session};

    fn drawn(messages: Option<&[MessageView]>, events: &[Event]) -> String {
        let fina = session("fina", &["finance"]);
        section(&frame(&fina, Place::Requests), &fina, Told { messages, events }, &Form::default()).into_string()
    }

    #[test]
    fn what_was_delivered_is_folded_and_what_waits_is_open() {
        let done = drawn(Some(&[mail::delivered("m1")]), &mail::events());
        assert!(done.contains("<details class=\"card messages\">"), "{done}");
        let waits = drawn(Some(&[mail::delivered("m1"), mail::held("m2")]), &mail::events());
        assert!(
            waits.contains("<details class=\"card messages\" open>") && waits.contains("id=\"message-m2\""),
            "{waits}"
        );
    }

    #[test]
    fn the_record_says_what_was_sent_who_changed_it_and_who_let_it_go() {
        let html = drawn(Some(&[mail::delivered("m1")]), &mail::events());
        assert!(
            html.contains("Your refund of EUR 71.40") && html.contains("<bdi>fina</bdi> changed its words"),
            "{html}"
        );
        assert!(html.contains("The amount was missing."), "{html}");
    }

    #[test]
    fn messages_that_cannot_be_read_are_not_said_to_be_none() {
        assert!(drawn(None, &[]).contains("can’t be read just now"));
        assert!(drawn(Some(&[]), &[]).contains("Nobody was told anything yet"));
    }
}

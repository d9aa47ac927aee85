//! What happened to a request.

use contraflow_domain::time::Timestamp;
use maud::{Markup, html};
use serde_json::Value;

use super::{time, words};
use crate::model::Event;

/// The events, the newest first.
pub fn timeline(events: &[Event], more: bool, now: Timestamp) -> Markup {
    html! {
        section.card aria-labelledby="timeline" {
            h2 #timeline { "What happened" }
            @if events.is_empty() { p.quiet { "Nothing yet." } }
            ol.timeline reversed {
                @for event in events.iter().rev() { (entry(event, now)) }
            }
            @if more { p.quiet { "There are more events; the api has all of them." } }
        }
    }
}

fn entry(event: &Event, now: Timestamp) -> Markup {
    html! {
        li {
            p { strong { (words::event(&event.what)) } span.quiet { " · " (event.actor) " · " (time::relative(&event.at, now)) } }
            @if !event.why.is_empty() { p { (event.why) } }
            details {
                summary { "Details" span.hidden { " of event " (event.sequence) } }
                dl.facts.compact {
                    dt { "Event" } dd { (event.sequence) " · " span.mono { (event.what) } }
                    dt { "Time" } dd { (time::absolute(&event.at)) }
                    @if !event.hash.is_empty() { dt { "Seal" } dd.mono.break { (event.hash) } }
                }
                @if !is_empty(&event.data) {
                    pre tabindex="0" { (serde_json::to_string_pretty(&event.data).unwrap_or_default()) }
                }
            }
        }
    }
}

fn is_empty(data: &Value) -> bool {
    match data {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

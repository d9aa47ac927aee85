//! Shows what happened to a request.

use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::money::Money;
use contraflow_domain::request::event::Event;
use contraflow_domain::time::Timestamp;
use maud::{Markup, html};
use serde_json::Value;

use super::{foreign, money, time, words};
use crate::locale::named::Named as _;
use crate::locale::say;

/// Draws the events, the newest first.
pub fn timeline(events: &[Event], more: bool, now: Timestamp) -> Markup {
    html! {
        section.card aria-labelledby="timeline" {
            h2 #timeline { (say!("event-title")) }
            @if events.is_empty() { p.quiet { (say!("event-none")) } }
            ol.timeline reversed {
                @for event in events.iter().rev() { (entry(event, now)) }
            }
            @if more { p.quiet { (say!("event-more")) } }
        }
    }
}

fn entry(event: &Event, now: Timestamp) -> Markup {
    html! {
        li {
            p { strong { (event.what.said()) } span.quiet { " · " (foreign::name(&event.actor)) " · " (time::relative(event.at, now)) } }
            @if !event.why.is_empty() { p { (foreign::record(&event.why)) } }
            @let facts = facts(&event.data);
            @if !facts.is_empty() { p.quiet dir="auto" { (facts) } }
            details {
                summary { (say!("event-details")) span.hidden { " " (say!("event-of", number = event.sequence)) } }
                dl.facts.compact {
                    dt { (say!("event-number")) } dd { (event.sequence) }
                    dt { (say!("event-time")) } dd { (time::absolute(event.at)) }
                    @if !event.hash.is_empty() { dt { (say!("event-hash")) } dd.mono.break { (event.hash) } }
                }
                @if !is_empty(&event.data) {
                    pre tabindex="0" { (serde_json::to_string_pretty(&event.data).unwrap_or_default()) }
                }
            }
        }
    }
}

/// Returns the facts that a reader looks for, in one line; all facts stand in the details.
fn facts(data: &Value) -> String {
    let text = |name: &str| data.get(name).and_then(Value::as_str);
    let mut facts = Vec::new();
    if let Some(leg) = text("leg") {
        let title = |name: &str| LegStatus::named(name).map_or_else(|| words::humane(name), LegStatus::said);
        let moved = text("from")
            .zip(text("to"))
            .map(|(from, to)| format!(": {} \u{2192} {}", title(from).to_lowercase(), title(to).to_lowercase()));
        facts.push(format!("{}{}", say!("event-part", leg = leg), moved.unwrap_or_default()));
    }
    let amount = data.get("amount").or_else(|| data.get("total")).cloned();
    if let Some(amount) = amount.and_then(|amount| serde_json::from_value::<Money>(amount).ok()) {
        facts.push(money::said(amount));
    }
    facts.extend(["number", "reference"].into_iter().filter_map(text).map(str::to_owned));
    facts.extend(text("failure").map(|failure| words::humane(failure).to_lowercase()));
    facts.join(", ")
}

fn is_empty(data: &Value) -> bool {
    match data {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_of_an_event_stand_in_one_line() {
        let moved = serde_json::json!({"failure": null, "from": "unknown", "to": "late_failed", "leg": "l1", "reference": "re_1"});
        assert_eq!(facts(&moved), "part l1: outcome unknown \u{2192} failed late, re_1");
        let sent = serde_json::json!({"total": {"value": "1190.00", "currency": "EUR"}});
        assert_eq!(facts(&sent), "1,190.00 EUR");
        assert_eq!(facts(&serde_json::json!({"from": "received", "to": "validated"})), "");
        assert_eq!(facts(&Value::Null), "");
    }
}

//! Shows what happened to what is no request: a person, a program, the policy.

use contraflow_domain::chronicle::Entry;
use maud::{Markup, html};
use serde_json::Value;

use super::layout::Frame;
use super::{foreign, time};
use crate::locale::say;

/// Says what happened; what has no words here is said as it is named.
fn said(what: &str) -> String {
    match what {
        "person_added" => say!("chronicle-person-added"),
        "person_changed" => say!("chronicle-person-changed"),
        "person_left" => say!("chronicle-person-left"),
        "person_returned" => say!("chronicle-person-returned"),
        "account_linked" => say!("chronicle-account-linked"),
        "account_unlinked" => say!("chronicle-account-unlinked"),
        "loans_ended" => say!("chronicle-loans-ended"),
        "tokens_ended" => say!("chronicle-tokens-ended"),
        "client_made" => say!("chronicle-client-made"),
        "client_taken_over" => say!("chronicle-client-taken-over"),
        "client_revoked" => say!("chronicle-client-revoked"),
        "policy_proposed" => say!("chronicle-policy-proposed"),
        "policy_activated" => say!("chronicle-policy-activated"),
        "policy_rolled_back" => say!("chronicle-policy-rolled-back"),
        "policy_scheduled" => say!("chronicle-policy-scheduled"),
        "policy_cancelled" => say!("chronicle-policy-cancelled"),
        "policy_withdrawn" => say!("chronicle-policy-withdrawn"),
        "policy_took_effect" => say!("chronicle-policy-took-effect"),
        "letter_template_written" => say!("chronicle-template-written"),
        "letter_template_removed" => say!("chronicle-template-removed"),
        other => super::words::humane(other),
    }
}

/// Returns the version of the policy that an entry is about; `None` where it is about something else.
fn version(entry: &Entry) -> Option<u64> {
    let of = entry.data.get("activation").unwrap_or(&entry.data);
    of.get("number").and_then(Value::as_u64).filter(|_| entry.what.starts_with("policy_"))
}

/// Draws the entries in the order in which they come.
pub fn chronicle(frame: &Frame<'_>, entries: &[Entry]) -> Markup {
    html! {
        @if entries.is_empty() { div.card { p.quiet { (say!("chronicle-none")) } } } @else {
            div.card.flush {
                table.rows {
                    caption.hidden { (say!("chronicle-caption")) }
                    thead { tr { th scope="col" { (say!("chronicle-what")) } th scope="col" { (say!("chronicle-who")) } th scope="col" { (say!("chronicle-why")) } th scope="col" { (say!("chronicle-when")) } } }
                    tbody { @for entry in entries { (row(frame, entry)) } }
                }
            }
        }
    }
}

fn row(frame: &Frame<'_>, entry: &Entry) -> Markup {
    html! {
        tr {
            th scope="row" data-label=(say!("chronicle-what")) {
                (said(&entry.what))
                @if let Some(number) = version(entry) { " " (number) }
                details.facts-of {
                    summary { (say!("chronicle-details")) span.hidden { " " (entry.sequence) } }
                    pre tabindex="0" { (serde_json::to_string_pretty(&entry.data).unwrap_or_default()) }
                    p.mono.break.quiet { (say!("chronicle-hash")) " " (entry.hash) }
                }
            }
            td data-label=(say!("chronicle-who")) { (foreign::name(&entry.actor)) }
            td data-label=(say!("chronicle-why")) { @if entry.why.is_empty() { span.quiet { "–" } } @else { (foreign::name(&entry.why)) } }
            td data-label=(say!("chronicle-when")) { (time::both(entry.at, frame.now)) }
        }
    }
}

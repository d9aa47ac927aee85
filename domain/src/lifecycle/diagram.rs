//! Diagrams of the machines, made by walking them.

use super::{Machine, dispute::DisputeStatus, document::DocumentStatus, handoff::HandOffStatus, leg::LegStatus};
use super::request::RequestStatus;

fn diagram<M: Machine>() -> String {
    let mut text = format!("## {}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {}\n", M::NAME, M::INITIAL.name());
    for state in M::STATES {
        for event in M::EVENTS {
            // An event that changes nothing is a repetition, and would only clutter the picture.
            if let Some(next) = state.next(*event).filter(|next| next != state) {
                text.push_str(&format!("    {} --> {}: {}\n", state.name(), next.name(), M::event_name(*event)));
            }
        }
        if M::EVENTS.iter().all(|event| state.next(*event).is_none_or(|next| next == *state)) {
            text.push_str(&format!("    {} --> [*]\n", state.name()));
        }
    }
    text.push_str("```\n");
    text
}

/// The five machines as Mermaid state diagrams, in Markdown.
#[must_use]
pub fn diagrams() -> String {
    [
        "# The five machines\n\nMade from the code by `cargo test -p contraflow-domain`; see `domain/src/lifecycle/`.\n".to_owned(),
        diagram::<RequestStatus>(),
        diagram::<DocumentStatus>(),
        diagram::<LegStatus>(),
        diagram::<HandOffStatus>(),
        diagram::<DisputeStatus>(),
    ]
    .join("\n")
}

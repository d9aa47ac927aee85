//! Diagrams of the machines, made by walking them.

use super::request::RequestStatus;
use super::{Machine, dispute::DisputeStatus, document::DocumentStatus, handoff::HandOffStatus, leg::LegStatus};

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

/// Draws the five machines as Mermaid state diagrams, in Markdown.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_diagrams_in_the_docs_are_those_of_the_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/lifecycles.md");
        if std::env::var_os("BLESS").is_some() {
            assert!(std::fs::write(file, diagrams()).is_ok());
        }
        let written = std::fs::read_to_string(file).unwrap_or_default();
        assert_eq!(written, diagrams(), "run BLESS=1 cargo test -p contraflow-domain diagrams");
    }

    fn never_leaves_its_states<M: Machine + std::fmt::Debug>() {
        for state in M::STATES {
            for event in M::EVENTS {
                match state.on(*event) {
                    Ok(next) => assert!(M::STATES.contains(&next)),
                    Err(refused) => assert_eq!((refused.machine, refused.state), (M::NAME, state.title())),
                }
            }
        }
    }

    #[test]
    fn every_machine_is_total_and_never_leaves_its_states() {
        never_leaves_its_states::<RequestStatus>();
        never_leaves_its_states::<DocumentStatus>();
        never_leaves_its_states::<LegStatus>();
        never_leaves_its_states::<HandOffStatus>();
        never_leaves_its_states::<DisputeStatus>();
    }
}

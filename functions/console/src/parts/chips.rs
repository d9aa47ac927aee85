//! Small labels. Each has a sign besides its colour, for whoever does not tell the colours apart.

use maud::{Markup, html};

use super::words::humane;

/// What a state means for whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do.
    Quiet,
    /// Under way.
    Active,
    /// Waits for someone.
    Waiting,
    /// Well ended.
    Good,
    /// Ended otherwise, or needs help.
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Quiet => "chip quiet-chip",
            Self::Active => "chip active",
            Self::Waiting => "chip waiting",
            Self::Good => "chip good",
            Self::Bad => "chip bad",
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Quiet => "○",
            Self::Active => "◐",
            Self::Waiting => "◷",
            Self::Good => "✓",
            Self::Bad => "!",
        }
    }
}

/// The tone of a state, of a request, a document or a leg alike.
pub fn tone(status: &str) -> Tone {
    match status {
        "completed" | "succeeded" | "issued" | "posted" | "reconciled" | "approve" => Tone::Good,
        "pending_approval" | "info_requested" | "escalated" | "requires_action" => Tone::Waiting,
        "needs_attention"
        | "partially_completed"
        | "rejected"
        | "ineligible"
        | "failed"
        | "late_failed"
        | "unknown"
        | "reject" => Tone::Bad,
        "validated" | "approved" | "auto_approved" | "executing" | "submitting" | "pending" | "sent" => Tone::Active,
        _ => Tone::Quiet,
    }
}

fn chip(tone: Tone, words: &str) -> Markup {
    html! { span class=(tone.class()) { span.sign aria-hidden="true" { (tone.sign()) } (words) } }
}

/// Something that was done.
pub fn done(words: &str) -> Markup {
    chip(Tone::Good, words)
}

/// Something that was not.
pub fn refused(words: &str) -> Markup {
    chip(Tone::Bad, words)
}

/// A state.
pub fn status(name: &str) -> Markup {
    chip(tone(name), &humane(name))
}

/// How much a finding weighs.
pub fn severity(name: &str) -> Markup {
    let (class, sign) = match name {
        "blocking" => ("chip bad", "■"),
        "warning" => ("chip waiting", "▲"),
        _ => ("chip quiet-chip", "●"),
    };
    html! { span class=(class) { span.sign aria-hidden="true" { (sign) } (humane(name)) } }
}

/// The weightiest of the findings, with their number; nothing when there are none.
pub fn worst(findings: &[crate::model::Finding]) -> Markup {
    let heaviest =
        ["blocking", "warning", "info"].iter().find(|name| findings.iter().any(|finding| finding.severity == **name));
    html! {
        @if let Some(name) = heaviest {
            span title=(findings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("; ")) {
                (severity(name))
                @if findings.len() > 1 { span.quiet { " +" (findings.len() - 1) } }
            }
        } @else { span.quiet { "none" } }
    }
}

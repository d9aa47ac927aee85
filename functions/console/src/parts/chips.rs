//! Draws small labels. Each has a sign besides its colour, for people who can't tell the colours apart.

use contraflow_domain::approval::Verdict;
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::lifecycle::document::DocumentStatus;
use contraflow_domain::lifecycle::handoff::HandOffStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::message::MessageStatus;
use contraflow_domain::request::{Finding, Severity};
use maud::{Markup, html};

use crate::locale::named::Named;
use crate::locale::say;

/// Says what a state means for the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// There is nothing to do.
    Quiet,
    /// The work is under way.
    Active,
    /// It waits for a person.
    Waiting,
    /// It ended well.
    Good,
    /// It ended otherwise, or needs help.
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

/// Gives a state the meaning that its label shows.
pub trait State: Named {
    /// Returns what the state means for the reader.
    fn tone(self) -> Tone;
}

impl State for RequestStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Received | Self::Duplicate | Self::Expired | Self::Withdrawn => Tone::Quiet,
            Self::Validated | Self::AutoApproved | Self::Approved | Self::Executing => Tone::Active,
            Self::PendingApproval | Self::InfoRequested | Self::Escalated => Tone::Waiting,
            Self::Completed => Tone::Good,
            Self::PartiallyCompleted | Self::NeedsAttention | Self::Rejected | Self::Ineligible => Tone::Bad,
        }
    }
}

impl State for LegStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Reserved | Self::Canceled | Self::Reversed => Tone::Quiet,
            Self::Submitting | Self::Pending => Tone::Active,
            Self::RequiresAction => Tone::Waiting,
            Self::Succeeded => Tone::Good,
            Self::Failed | Self::Unknown | Self::LateFailed => Tone::Bad,
        }
    }
}

impl State for DocumentStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Draft | Self::Void | Self::Reversed => Tone::Quiet,
            Self::Issued => Tone::Good,
        }
    }
}

impl State for DisputeStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Inquiry | Self::Open => Tone::Waiting,
            Self::UnderReview => Tone::Active,
            Self::Won | Self::WarningClosed | Self::Prevented => Tone::Good,
            Self::Lost | Self::Accepted => Tone::Bad,
        }
    }
}

impl State for HandOffStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Queued | Self::ReversalQueued | Self::Reversed => Tone::Quiet,
            Self::Sent => Tone::Active,
            Self::Posted | Self::Reconciled => Tone::Good,
            Self::Rejected | Self::Unknown => Tone::Bad,
        }
    }
}

impl State for MessageStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Unheard | Self::Dropped => Tone::Quiet,
            Self::Queued => Tone::Active,
            Self::Held => Tone::Waiting,
            Self::Delivered => Tone::Good,
            Self::Undeliverable => Tone::Bad,
        }
    }
}

impl State for Verdict {
    fn tone(self) -> Tone {
        match self {
            Self::RequestInfo | Self::Escalate => Tone::Quiet,
            Self::Approve => Tone::Good,
            Self::Reject => Tone::Bad,
        }
    }
}

/// Draws a label that says something in a tone.
pub fn chip(tone: Tone, words: &str) -> Markup {
    html! { span class=(tone.class()) { span.sign aria-hidden="true" { (tone.sign()) } (words) } }
}

/// Draws a label for something that was done.
pub fn done(words: &str) -> Markup {
    chip(Tone::Good, words)
}

/// Draws a label for something that was refused.
pub fn refused(words: &str) -> Markup {
    chip(Tone::Bad, words)
}

/// Draws the state of something.
pub fn status(state: impl State) -> Markup {
    chip(state.tone(), &state.said())
}

/// Draws the severity of a finding.
pub fn severity(severity: Severity) -> Markup {
    let (class, sign) = match severity {
        Severity::Blocking => ("chip bad", "■"),
        Severity::Warning => ("chip waiting", "▲"),
        Severity::Info => ("chip quiet-chip", "●"),
    };
    html! { span class=(class) { span.sign aria-hidden="true" { (sign) } (severity.said()) } }
}

/// Draws the most severe of the findings in words, with how many there are besides; nothing when there are none.
pub fn worst(findings: &[Finding]) -> Markup {
    let heaviest = findings.iter().max_by_key(|finding| finding.severity);
    html! {
        @if let Some(heaviest) = heaviest {
            (severity_sign(heaviest.severity)) " " (heaviest.code.said())
            @if findings.len() > 1 { span.quiet { " " (say!("finding-more", count = findings.len() - 1)) } }
        }
    }
}

/// Draws the sign of a severity, which is said to whoever does not see it.
fn severity_sign(severity: Severity) -> Markup {
    let (class, sign) = match severity {
        Severity::Blocking => ("bad-sign", "■"),
        Severity::Warning => ("wait-sign", "▲"),
        Severity::Info => ("quiet", "●"),
    };
    html! { span class=(class) aria-hidden="true" { (sign) } span.hidden { (severity.said()) ":" } }
}

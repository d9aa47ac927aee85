//! Gives the cases of the domain's enumerations their names in the language of the page. In English these are the
//! titles that the domain itself gives them.

use contraflow_domain::account::{CreditChangeStatus, CreditMove};
use contraflow_domain::approval::Verdict;
use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::{EventKind, FindingCode, MessageKind, TaskCode};
use contraflow_domain::duplicates::Aspect;
use contraflow_domain::letters::{Reader, TestOutcome};
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::lifecycle::document::DocumentStatus;
use contraflow_domain::lifecycle::handoff::HandOffStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::patterns::PatternKind;
use contraflow_domain::request::Severity;
use contraflow_domain::request::ask::{Destination, Direction, Kind};
use contraflow_domain::request::exception::ExceptionQueue;
use contraflow_domain::request::file::FileScan;
use contraflow_domain::request::message::MessageStatus;
use contraflow_domain::request::message::letter::Audience;
use contraflow_domain::request::message::view::OutboxState;
use contraflow_domain::request::risk::Signal;
use contraflow_domain::request::view::LegDestination;

use super::catalogue::{CASES, known, text};
use super::{Language, current};

/// Has a name for people.
pub trait Named: Copy {
    /// Returns the case's name in the language of the page.
    fn said(self) -> String;
}

/// Returns the key of the text of a case: of `pending_approval` among the states of requests,
/// `names-status-pending-approval`.
fn key_of(kind: &str, name: &str) -> String {
    format!("{CASES}-{kind}-{}", name.replace(['_', '.', ':', '/'], "-"))
}

/// Lists the enumerations, each with what its texts' keys call it.
macro_rules! enumerations {
    ($($kind:literal: $name:ident),+ $(,)?) => {
        $(impl Named for $name {
            fn said(self) -> String {
                match current().language {
                    Language::English => self.title().to_owned(),
                    Language::German => text(&key_of($kind, self.name()), &[]),
                }
            }
        })+

        /// Returns the keys of the texts of all cases.
        #[cfg(test)]
        pub fn keys() -> Vec<String> {
            let mut keys: Vec<_> = Effect::ALL.iter().map(|effect| key_of(EFFECT, effect.name())).collect();
            $(keys.extend($name::ALL.iter().map(|case| key_of($kind, case.name())));)+
            keys
        }
    };
}

enumerations! {
    "aspect": Aspect,
    "audience": Audience,
    "change-status": CreditChangeStatus,
    "destination": Destination,
    "direction": Direction,
    "dispute": DisputeStatus,
    "document": DocumentStatus,
    "event": EventKind,
    "exception": ExceptionQueue,
    "finding": FindingCode,
    "hand-off": HandOffStatus,
    "kind": Kind,
    "leg": LegStatus,
    "leg-to": LegDestination,
    "message": MessageKind,
    "message-status": MessageStatus,
    "outbox": OutboxState,
    "pattern": PatternKind,
    "reader": Reader,
    "scan": FileScan,
    "severity": Severity,
    "signal": Signal,
    "status": RequestStatus,
    "store-credit-move": CreditMove,
    "task": TaskCode,
    "test": TestOutcome,
    "verdict": Verdict,
}

/// Says what the texts' keys call kinds of problems.
const PROBLEM: &str = "problem";

/// Says what kind of problem the api answered with, in the language of the page; `None` in English, in which the answer
/// itself says more, and for a kind that nobody knows here.
pub fn problem(kind: &str) -> Option<String> {
    let code = kind.strip_prefix("urn:contraflow:problem:")?;
    (current().language != Language::English).then_some(())?;
    known(&key_of(PROBLEM, code))
}

/// Says what the texts' keys call effects.
const EFFECT: &str = "effect";

impl Named for Effect {
    /// Says what it is to cause the effect, as a sentence without a person.
    fn said(self) -> String {
        match current().language {
            Language::English => self.rule().what.to_owned(),
            Language::German => text(&key_of(EFFECT, self.name()), &[]),
        }
    }
}

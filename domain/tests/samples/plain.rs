//! Texts that people read hold no stored names: `late_failed` is for programs, and people read “Failed late”.

#![allow(dead_code, reason = "each test binary takes what it needs")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use contraflow_domain::approval::Verdict;
use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::{EventKind, FindingCode, MessageKind, TaskCode};
use contraflow_domain::lifecycle::dispute::{DisputeEvent, DisputeStatus};
use contraflow_domain::lifecycle::document::{DocumentEvent, DocumentStatus};
use contraflow_domain::lifecycle::handoff::{HandOffEvent, HandOffStatus};
use contraflow_domain::lifecycle::leg::{LegEvent, LegStatus, Standing};
use contraflow_domain::lifecycle::request::{RequestEvent, RequestStatus};
use contraflow_domain::request::Request;
use contraflow_domain::request::Severity;
use contraflow_domain::request::ask::{Destination, Direction, Kind};
use contraflow_domain::request::view::LegDestination;

/// What a gateway may say of a refund that failed: a name for programs, too.
pub const FAILURE: &str = "lost_or_stolen_card";

/// Every stored name, and every name of the source code, that can't be a word of plain English.
static NAMES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut names = BTreeSet::from([FAILURE.to_owned()]);
    macro_rules! add {
        ($($named:ident),+) => {
            $(names.extend($named::ALL.iter().flat_map(|case| [case.name().to_owned(), format!("{case:?}")]));)+
        };
    }
    add!(RequestStatus, RequestEvent, LegStatus, LegEvent, Standing, DocumentStatus, DocumentEvent, HandOffStatus);
    add!(HandOffEvent, DisputeStatus, DisputeEvent, Kind, Direction, Destination, LegDestination, Verdict, Severity);
    add!(TaskCode, EventKind, MessageKind, FindingCode, Effect);
    let inside = |name: &str| name.chars().skip(1).any(|char| char.is_uppercase() || "_.".contains(char));
    names.retain(|name| inside(name));
    names
});

/// Asserts that a text holds no stored name.
pub fn text(text: &str) {
    let ends = |char: char| !(char.is_alphanumeric() || "_.".contains(char));
    for word in text.split(ends) {
        assert!(!NAMES.contains(word.trim_matches('.')), "`{word}` is no word that people read: {text}");
    }
}

/// Asserts it of all that people read of a request: its tasks, findings, messages, and why what happened to it.
pub fn texts(request: &Request) {
    request.tasks.iter().for_each(|task| text(&task.detail));
    request.findings.iter().for_each(|finding| text(&finding.message));
    request.outbox.iter().for_each(|message| text(&message.text));
    request.fresh.iter().for_each(|event| text(&event.why));
}

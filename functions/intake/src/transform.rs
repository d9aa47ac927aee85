//! The contract's values as the domain's.

use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::request::ask::Evidence;
use contraflow_domain::request::draft::{Draft, DraftLine, MoneyText};
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::Incoming;

use crate::bindings::contraflow::intake::source;

/// A request as its source reads it.
pub fn delivery(incoming: &Incoming, now: Timestamp) -> source::Delivery {
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| source::Header {
        name: name.as_str().into(),
        value: value.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
    };
    source::Delivery {
        headers: incoming.headers.iter().map(header).collect(),
        body: incoming.body.to_vec(),
        received_at: now.into(),
    }
}

fn money(text: source::MoneyText) -> MoneyText {
    MoneyText { value: text.value, currency: text.currency }
}

/// What someone asks for.
pub fn draft(draft: source::Draft) -> Draft {
    let line = |line: source::DraftLine| DraftLine {
        line: line.line,
        quantity: line.quantity,
        amount: line.amount.map(money),
    };
    Draft {
        kind: draft.kind,
        direction: draft.direction,
        invoice: draft.invoice,
        customer: draft.customer,
        reason: draft.reason,
        note: draft.note,
        lines: draft.lines.into_iter().map(line).collect(),
        amount: draft.amount.map(money),
        destination: draft.destination,
        evidence: draft.evidence.into_iter().map(|item| Evidence { kind: item.kind, url: item.url }).collect(),
    }
}

/// How far a dispute is.
pub fn dispute_status(status: source::DisputeStatus) -> DisputeStatus {
    match status {
        source::DisputeStatus::Inquiry => DisputeStatus::Inquiry,
        source::DisputeStatus::Open => DisputeStatus::Open,
        source::DisputeStatus::UnderReview => DisputeStatus::UnderReview,
        source::DisputeStatus::Won => DisputeStatus::Won,
        source::DisputeStatus::Lost => DisputeStatus::Lost,
        source::DisputeStatus::Accepted => DisputeStatus::Accepted,
        source::DisputeStatus::WarningClosed => DisputeStatus::WarningClosed,
        source::DisputeStatus::Prevented => DisputeStatus::Prevented,
    }
}

//! Where a request is on its way: a row of steps.

use maud::{Markup, html};

use super::words::humane;
use crate::model::RequestView;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Done,
    Now,
    Stopped,
    Ahead,
}

const NAMES: [&str; 5] = ["Received", "Checked", "Decided", "Carried out", "Completed"];

/// How many steps are done, and what becomes of the next.
fn position(request: &RequestView) -> (usize, Stage) {
    match request.status.as_str() {
        "received" => (1, Stage::Now),
        "validated" | "pending_approval" | "info_requested" | "escalated" => (2, Stage::Now),
        "auto_approved" | "approved" | "executing" => (3, Stage::Now),
        "completed" => (NAMES.len(), Stage::Done),
        "partially_completed" => (4, Stage::Stopped),
        "ineligible" | "duplicate" => (1, Stage::Stopped),
        "rejected" | "expired" | "withdrawn" => (2, Stage::Stopped),
        "needs_attention" if request.credit_memo.is_some() => (3, Stage::Stopped),
        "needs_attention" if request.amount.is_some() => (2, Stage::Stopped),
        "needs_attention" => (1, Stage::Stopped),
        _ => (0, Stage::Now),
    }
}

/// The row.
pub fn steps(request: &RequestView) -> Markup {
    let (done, next) = position(request);
    html! {
        ol.steps aria-label="Progress" {
            @for (index, name) in NAMES.iter().enumerate() {
                @let stage = if index < done { Stage::Done } else if index == done { next } else { Stage::Ahead };
                (step(name, stage, &request.status))
            }
        }
    }
}

fn step(name: &str, stage: Stage, status: &str) -> Markup {
    let (class, sign, said) = match stage {
        Stage::Done => ("step done", "✓", "done"),
        Stage::Now => ("step now", "●", "under way"),
        Stage::Stopped => ("step stopped", "!", "stopped"),
        Stage::Ahead => ("step", "○", "ahead"),
    };
    let current = matches!(stage, Stage::Now | Stage::Stopped);
    html! {
        li class=(class) aria-current=[current.then_some("step")] {
            span.dot aria-hidden="true" { (sign) }
            span.name { (name) span.hidden { ": " (said) } }
            @if current { span.second { (humane(status)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(status: &str) -> String {
        steps(&RequestView { status: status.into(), ..RequestView::default() }).into_string()
    }

    #[test]
    fn every_state_of_the_machine_has_its_place() {
        for status in contraflow_domain::lifecycle::request::RequestStatus::ALL {
            let request = RequestView { status: status.name().into(), ..RequestView::default() };
            assert!(position(&request).0 > 0, "{status} has no place in the row");
        }
    }

    #[test]
    fn a_completed_request_has_no_step_left_and_a_rejected_one_stops_at_the_decision() {
        assert!(!shown("completed").contains("aria-current"));
        let rejected = shown("rejected");
        assert_eq!(rejected.matches("step done").count(), 2);
        assert!(rejected.contains("step stopped") && rejected.contains("Rejected"));
    }
}

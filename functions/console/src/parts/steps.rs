//! Shows where a request is on its way, as a row of steps.

use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::view::RequestView;
use maud::{Markup, html};

use crate::locale::named::Named as _;
use crate::locale::say;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Done,
    Now,
    Stopped,
    Ahead,
}

const NAMES: [&str; 5] = ["step-received", "step-checked", "step-decided", "step-processing", "step-completed"];

/// Returns how many steps are done, and how the next one stands. A request that needs attention has stopped at the step
/// where it was before.
fn position(status: RequestStatus, paused: Option<RequestStatus>) -> (usize, Stage) {
    use RequestStatus as S;
    match status {
        S::Received => (1, Stage::Now),
        S::Validated | S::PendingApproval | S::InfoRequested | S::Escalated => (2, Stage::Now),
        S::AutoApproved | S::Approved | S::Executing => (3, Stage::Now),
        S::Completed => (NAMES.len(), Stage::Done),
        S::PartiallyCompleted => (4, Stage::Stopped),
        S::Ineligible | S::Duplicate => (1, Stage::Stopped),
        S::Rejected | S::Expired | S::Withdrawn => (2, Stage::Stopped),
        S::NeedsAttention => (paused.map_or(0, |before| position(before, None).0), Stage::Stopped),
    }
}

/// Draws the row of steps.
pub fn steps(request: &RequestView) -> Markup {
    let (done, next) = position(request.status, request.paused);
    html! {
        ol.steps aria-label=(say!("step-progress")) {
            @for (index, name) in NAMES.iter().enumerate() {
                @let stage = if index < done { Stage::Done } else if index == done { next } else { Stage::Ahead };
                (step(&say!(name), stage, request.status))
            }
        }
    }
}

fn step(name: &str, stage: Stage, status: RequestStatus) -> Markup {
    let (class, sign, said) = match stage {
        Stage::Done => ("step done", "✓", say!("step-done")),
        Stage::Now => ("step now", "●", say!("step-now")),
        Stage::Stopped => ("step stopped", "!", say!("step-stopped")),
        Stage::Ahead => ("step", "○", say!("step-ahead")),
    };
    let current = matches!(stage, Stage::Now | Stage::Stopped);
    html! {
        li class=(class) aria-current=[current.then_some("step")] {
            span.dot aria-hidden="true" { (sign) }
            span.name { (name) span.hidden { ": " (said) } }
            @if current { span.second { (status.said()) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::fixtures::pending;

    fn shown(status: RequestStatus) -> String {
        steps(&RequestView { status, ..pending() }).into_string()
    }

    #[test]
    fn a_completed_request_has_no_step_left_and_a_rejected_one_stops_at_the_decision() {
        assert!(!shown(RequestStatus::Completed).contains("aria-current"));
        let rejected = shown(RequestStatus::Rejected);
        assert_eq!(rejected.matches("step done").count(), 2);
        assert!(rejected.contains("step stopped") && rejected.contains("Rejected"));
    }

    #[test]
    fn what_needs_attention_has_stopped_where_it_stood_before() {
        for (paused, done) in
            [(RequestStatus::Received, 1), (RequestStatus::Validated, 2), (RequestStatus::Executing, 3)]
        {
            let request = RequestView { status: RequestStatus::NeedsAttention, paused: Some(paused), ..pending() };
            assert_eq!(steps(&request).into_string().matches("step done").count(), done, "{paused:?}");
        }
    }
}

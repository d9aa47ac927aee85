//! Shows who must decide and who has decided.

use contraflow_domain::approval::Verdict;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::view::{Decidable as _, RequestView};
use contraflow_domain::time::Timestamp;
use maud::{Markup, html};

use super::{chips, time};

/// Draws the levels with whoever agreed, and every decision that was made.
pub fn approvals(request: &RequestView, now: Timestamp) -> Markup {
    let approvals = &request.approvals;
    let mut holding = request.holding();
    html! {
        section.card aria-labelledby="approvals" {
            h2 #approvals { "Approvals" }
            @if approvals.required.is_empty() {
                p.quiet { (nobody(request.status)) }
            } @else {
                ol.levels {
                    @for level in &approvals.required {
                        @match holding.next() {
                            Some(made) => li.done { strong { (level) } " " span.quiet { "approved by " (made.by) } },
                            None => li { strong { (level) } " " span.quiet { @if request.awaits_decision() { "waits" } @else { "not decided" } } },
                        }
                    }
                }
            }
            @if !approvals.rule.is_empty() {
                p.quiet { "Rule " span.mono { (approvals.rule) } @if !approvals.policy.is_empty() { " of policy " span.mono { (approvals.policy) } } }
            }
            @if !approvals.decisions.is_empty() {
                ul.plain.decisions {
                    @for made in &approvals.decisions {
                        li {
                            p {
                                (chips::status(made.decision)) " " strong { (made.by) } span.quiet { " as " (made.level) ", " (time::relative(made.at, now)) }
                            }
                            @if !made.note.is_empty() { blockquote { (made.note) } }
                            @if made.decision == Verdict::Approve && made.content_hash != request.content_hash {
                                p.quiet { "Void: the request has changed since." }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn nobody(status: RequestStatus) -> String {
    match status {
        RequestStatus::Received | RequestStatus::Validated => {
            "Who must decide is not known yet: the checks come first.".into()
        }
        RequestStatus::Ineligible | RequestStatus::Duplicate => {
            format!("Nobody had to decide: {}.", status.title().to_lowercase())
        }
        _ => "Nobody has to decide: the policy lets it pass.".into(),
    }
}

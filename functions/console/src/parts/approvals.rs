//! Shows who must decide and who has decided.

use contraflow_domain::approval::{Decision, Verdict};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::slot::Slot;
use contraflow_domain::request::view::{Decidable as _, RequestView};
use contraflow_domain::time::Timestamp;
use contraflow_domain::words;
use maud::{Markup, html};

use super::{chips, time};

/// Draws the levels with whoever agreed, and every decision that was made.
pub fn approvals(request: &RequestView, now: Timestamp) -> Markup {
    let approvals = &request.approvals;
    html! {
        section.card aria-labelledby="approvals" {
            h2 #approvals { "Approvals" }
            @if approvals.required.is_empty() {
                p.quiet { (nobody(request.status)) }
            } @else {
                @if let Some(any) = approvals.any {
                    p.quiet { @if any as usize >= approvals.required.len() { "All of these, in any order:" } @else { "Any " (any) " of these, in any order:" } }
                }
                ol.levels {
                    @for (slot, made) in places(request) {
                        @match made {
                            Some(made) => li.done { strong { (slot.title()) } " " span.quiet { "approved by " (made.by) } },
                            None => li { strong { (slot.title()) } " " span.quiet { @if request.awaits_decision() { "waits" } @else { "not decided" } } },
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
                                (chips::status(made.decision)) " " strong { (made.by) } span.quiet { " as " (Slot::read(&made.level).title()) ", " (time::relative(made.at, now)) }
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

/// Returns those who must agree, each with the approval that holds for them.
fn places(request: &RequestView) -> Vec<(Slot<'_>, Option<&Decision>)> {
    let mut holding: Vec<_> = request.holding().collect();
    let in_order = request.approvals.any.is_none();
    let mut places = Vec::new();
    for slot in &request.approvals.required {
        let place = holding.iter().position(|made| in_order || words::same(&made.level, slot));
        places.push((Slot::read(slot), place.map(|place| holding.remove(place))));
    }
    places
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

//! Shows who must decide and who has decided.

use contraflow_domain::approval::{Decision, Verdict};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::view::{Decidable as _, RequestView};
use contraflow_domain::time::Timestamp;
use contraflow_domain::words::same;
use maud::{Markup, html};

use super::{chips, foreign, time, words};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};

/// Draws the levels with whoever agreed, and every decision that was made.
pub fn approvals(request: &RequestView, now: Timestamp) -> Markup {
    let approvals = &request.approvals;
    html! {
        section.card aria-labelledby="approvals" {
            h2 #approvals { (say!("approval-title")) }
            @if approvals.required.is_empty() {
                p.quiet { (nobody(request.status)) }
            } @else {
                @if let Some(any) = approvals.any {
                    p.quiet { @if any as usize >= approvals.required.len() { (say!("approval-all")) } @else { (say!("approval-any", count = any)) } }
                }
                ol.levels {
                    @for (slot, made) in places(request) {
                        @match made {
                            Some(made) => li.done { strong { (words::slot(slot)) } " " span.quiet { (by(made)) } },
                            None => li { strong { (words::slot(slot)) } " " span.quiet { @if request.awaits_decision() { (say!("approval-waits")) } @else { (say!("approval-undecided")) } } },
                        }
                    }
                }
            }
            @if !approvals.rule.is_empty() {
                p.quiet { (woven!("approval-rule", rule = foreign::name(&approvals.rule))) @if !approvals.policy.is_empty() { ", " (woven!("approval-policy", name = foreign::name(&approvals.policy))) } }
            }
            @if !approvals.decisions.is_empty() {
                ul.plain.decisions {
                    @for made in &approvals.decisions {
                        li {
                            p {
                                (chips::status(made.decision)) " " strong { (foreign::name(&made.by)) } span.quiet { " " (say!("approval-as", level = words::slot(&made.level))) @if let Some(lender) = &made.on_behalf_of { " " (woven!("approval-lent", lender = foreign::name(lender))) } ", " (time::relative(made.at, now)) }
                            }
                            @if !made.note.is_empty() { (foreign::quote(&made.note)) }
                            @if made.decision == Verdict::Approve && made.content_hash != request.content_hash {
                                p.quiet { (say!("approval-void")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Says who approved, and in whose place.
fn by(made: &Decision) -> Markup {
    match &made.on_behalf_of {
        Some(lender) => {
            woven!("approval-for-whom", name = foreign::name(&made.by), lender = foreign::name(lender))
        }
        None => woven!("approval-by", name = foreign::name(&made.by)),
    }
}

/// Returns those who must agree, each with the approval that holds for them.
fn places(request: &RequestView) -> Vec<(&str, Option<&Decision>)> {
    let mut holding: Vec<_> = request.holding().collect();
    let in_order = request.approvals.any.is_none();
    let mut places = Vec::new();
    for slot in &request.approvals.required {
        let place = holding.iter().position(|made| in_order || same(&made.level, slot));
        places.push((slot.as_str(), place.map(|place| holding.remove(place))));
    }
    places
}

fn nobody(status: RequestStatus) -> String {
    match status {
        RequestStatus::Received | RequestStatus::Validated => {
            say!("approval-unknown")
        }
        RequestStatus::Ineligible | RequestStatus::Duplicate => {
            say!("approval-nobody-had", status = status.said().to_lowercase())
        }
        _ => say!("approval-nobody"),
    }
}

//! What follows when a refund leg moves: the leg's new facts, its next look-up, and what people are told.

use serde_json::json;

use super::contradiction;
use super::news::RefundReport;
use crate::catalogue::{EventKind, MessageKind, TaskCode};
use crate::lifecycle::leg::LegStatus;
use crate::limits;
use crate::request::{Request, message};
use crate::time::Timestamp;

/// Records where the leg stands now. `before` is where it stood, and `report` is what the gateway said, if it said
/// anything.
pub(crate) fn after_move(
    request: &mut Request,
    leg: &str,
    before: LegStatus,
    report: Option<&RefundReport>,
    actor: &str,
    at: Timestamp,
) {
    let key = request.id.clone();
    let Some(moved) = request.leg_mut(leg) else { return };
    moved.replay_until = None;
    let reference = report.map_or("", |report| &report.reference);
    if moved.gateway_reference.is_none() && !reference.is_empty() {
        moved.gateway_reference = Some(reference.into());
    }
    let failure = report.and_then(|report| report.failure.clone());
    if failure.is_some() {
        moved.attempt.failure.clone_from(&failure);
    }
    let now = moved.status;
    if matches!(now, LegStatus::Pending | LegStatus::RequiresAction) {
        moved.attempt.again(&key, at);
    }
    let looks = moved.attempt.tries;
    if now == before {
        if looks == limits::PENDING_LOOK_UPS {
            let happened = format!("Leg {leg} still stands at “{}” at the gateway.", now.title());
            request.raise(at, TaskCode::LegPending, leg, &happened);
        }
        return;
    }
    let facts = json!({"leg": leg, "from": before, "to": now, "reference": reference, "failure": failure});
    request.note(at, actor, EventKind::LegMoved, "", facts);
    if now.counts() && !before.counts() {
        contradiction::record_paid_after_all(request, leg, at);
    }
    if before == LegStatus::Succeeded && !now.counts() || now == LegStatus::LateFailed {
        let text = "A refund that had been paid out did not arrive. We are looking into it and will pay it out again.";
        message::queue(request, MessageKind::LegLateFailed, text, at);
    }
}

//! Contradictions: news that do not fit what is final. Neither the first message nor the last is believed: the gateway
//! is asked, and what it has now decides ([`super::resolution`]).

use serde_json::json;

use super::news::RefundReport;
use crate::catalogue::{EventKind, TaskCode};
use crate::lifecycle::leg::{LegEvent, LegStatus};
use crate::request::Request;
use crate::time::Timestamp;

/// Writes the contradiction down. From here on the leg is due to be looked up, whatever the state of its request.
pub(crate) fn record(request: &mut Request, leg: &str, report: &RefundReport, actor: &str, at: Timestamp) {
    let Some(doubted) = request.leg_mut(leg) else { return };
    let here = doubted.status;
    if doubted.gateway_reference.is_none() && !report.reference.is_empty() {
        doubted.gateway_reference = Some(report.reference.clone());
    }
    let (there, standing) = (report.standing.title(), here.title());
    let why = format!("the gateway says “{there}”, and leg {leg} stands at “{standing}” here: the gateway is asked");
    let facts = json!({"leg": leg, "here": here, "reference": report.reference});
    request.note(at, actor, EventKind::LegDoubted, &why, facts);
    ask(request, leg);
}

/// Makes the leg due to be looked up, because of what the last event tells.
pub(super) fn ask(request: &mut Request, leg: &str) {
    let number = request.sequence;
    if let Some(doubted) = request.leg_mut(leg) {
        if doubted.doubt.replace(number).is_none() {
            doubted.attempt.tries = 0;
        }
        doubted.attempt.not_before = None;
    }
}

/// Records that a leg's money is out after all. The leg that was to pay in its place is released while it is not sent;
/// otherwise a person is told that the customer has the money twice, or has what nobody granted.
pub(crate) fn record_paid_after_all(request: &mut Request, leg: &str, at: Timestamp) {
    let refused = request.status.is_refused();
    let Some(paid) = request.leg_mut(leg) else { return };
    let amount = format!("{} {}", paid.amount, paid.amount.currency);
    let instead = paid.replaced_by.clone();
    if let Some(instead) = instead {
        let unsent = request.leg_mut(&instead).filter(|leg| leg.status == LegStatus::Reserved && leg.doubt.is_none());
        if let Some(unsent) = unsent
            && unsent.on(LegEvent::Release).is_ok()
        {
            unsent.replaced_by = Some(leg.into());
            let why = "the leg that it replaces was paid after all";
            request.note(at, "contraflow", EventKind::LegReleased, why, json!({"leg": instead}));
            if let Some(paid) = request.leg_mut(leg) {
                paid.replaced_by = None;
            }
            return;
        }
        let happened = format!(
            "Leg {leg} was paid after all, and {instead} has gone in its place: the customer has {amount} twice."
        );
        request.raise(at, TaskCode::LegPaidTwice, leg, &happened);
    } else if refused {
        let status = request.status.title();
        let happened = format!("The gateway has paid {amount} for leg {leg}, and the request stands at “{status}”.");
        request.raise(at, TaskCode::LegPaidUnasked, leg, &happened);
    }
}
